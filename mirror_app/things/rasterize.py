"""Draws solids on a head into a small picture with alpha: OpenCV's rasterizer finds what is in front.

The rasterizer interpolates colours, not textures: it is given the place in the texture as blue and green and
the light as red, and the texture is looked up afterwards, sharply, in one `remap`.

A head is seen without perspective (edge.head). The rasterizer has one, which is undone: every point is moved
out so far that it comes to lie where it should.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from edge.head import Head
from mirror_app.things.lamp import AMBIENT, brightness, towards
from mirror_app.things.solid import Solid
from models.results import F32, U8

#: From the rasterizer's eye to the origin of the head, mm; its nearest and farthest.
_EYE_MM, _NEAR_MM, _FAR_MM = 1000.0, 400.0, 3000.0
#: In bytes so much is full light: a warm room's red has more than a measured colour's.
_FULL: Final = 200


def bounds(
    solids: tuple[Solid, ...], head: Head, size_px: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    """The rectangle of a picture of that width and height in which solids show; None where they do not."""
    points = np.concatenate([head.project(solid.vertices_mm)[:, :2] for solid in solids])
    if not np.isfinite(points).all():
        return None
    (x0, y0), (x1, y1) = np.floor(points.min(axis=0)) - 2, np.ceil(points.max(axis=0)) + 2
    x0, y0 = max(int(x0), 0), max(int(y0), 0)
    x1, y1 = min(int(x1), size_px[0]), min(int(y1), size_px[1])
    return (x0, y0, x1, y1) if x1 - x0 >= 2 and y1 - y0 >= 2 else None


def draw(
    solid: Solid,
    fixed: Head,
    head: Head,
    box_xyxy: tuple[int, int, int, int],
    depth_mm: F32,
    gain_bgr: Sequence[float] = (1.0, 1.0, 1.0),
) -> tuple[U8, F32] | None:
    """A solid in a rectangle of the picture: (h, w, 4) uint8, colours multiplied by alpha; and new depths.

    fixed: what the solid is fixed to. depth_mm: (rows, columns) float32, z in the camera's frame from the
    origin of `head`, any number of cells over the rectangle: what is farther is hidden. A coarse grid does
    for sheets, whose outline is drawn in their texture; other outlines are as sharp as the grid. gain_bgr:
    the light on it. None where nothing of it shows.
    """
    size_px = box_xyxy[2] - box_xyxy[0], box_xyxy[3] - box_xyxy[1]
    finer = max(depth_mm.shape[1] / size_px[0], 1)
    texture = solid.texture_at(fixed.px_per_mm * finer)
    values = _values(solid, fixed, texture.shape)
    vertices = _vertices(solid, fixed, head, box_xyxy, depth_mm.shape)
    place, shows, depth = _rasterized(solid, vertices, values, depth_mm)
    if not shows.any():
        return None
    coarse = shows.shape[1] < size_px[0]
    x, y, light = cv2.split(_spread(place, shows) if coarse else place)
    # What the light leaves of each colour, and of alpha, where the solid shows.
    tones = [cv2.bitwise_and(cv2.convertScaleAbs(light, alpha=_FULL * gain), shows) for gain in gain_bgr]
    left = cv2.merge((*tones, np.minimum(shows, np.uint8(_FULL))))
    if coarse:
        x, y, left = (cv2.resize(each, size_px, interpolation=cv2.INTER_LINEAR) for each in (x, y, left))
    picture = cv2.remap(texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    cv2.multiply(picture, left, dst=picture, scale=1 / _FULL)
    if finer > 1:
        picture = cv2.resize(picture, size_px, interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8), depth


def _rasterized(solid: Solid, vertices: F32, values: F32, depth_mm: F32) -> tuple[F32, U8, F32]:
    """On the grid of depths: (h, w, 3) values, (h, w) 255 where it shows, depths."""
    buffer = np.zeros((*depth_mm.shape, 3), np.float32)
    before = np.minimum(depth_mm + np.float32(_EYE_MM), np.float32(_FAR_MM))
    after = before.copy()
    cv2.triangleRasterize(
        vertices, solid.triangles, values, buffer, after, _IDENTITY, np.pi / 2, _NEAR_MM, _FAR_MM, _SETTINGS
    )
    # On a solid's very edge the rasterizer may write a depth and no colour.
    shows = np.where((after < before) & (buffer[:, :, 2] > AMBIENT / 2), np.uint8(255), np.uint8(0))
    return buffer, shows, after - np.float32(_EYE_MM)


def _spread(place: F32, shows: U8) -> F32:
    """The places continued a cell beyond where the solid shows, so that they can be interpolated there."""
    around = cv2.boxFilter((shows > 0).astype(np.float32), -1, (3, 3), normalize=False)
    total = cv2.boxFilter(place, -1, (3, 3), normalize=False)
    mean = total / np.maximum(around, 1)[:, :, None]
    return np.asarray(cv2.copyTo(place, shows, mean), np.float32)


def _vertices(
    solid: Solid, fixed: Head, head: Head, box_xyxy: tuple[int, int, int, int], shape: tuple[int, ...]
) -> F32:
    """Vertices where the rasterizer, which looks along -z with y up and 90 degrees high, wants them."""
    points = fixed.project(solid.vertices_mm)
    depth = (points[:, 2] - head.origin_px[2]) / np.float32(head.px_per_mm) + np.float32(_EYE_MM)
    x0, y0, x1, y1 = box_xyxy
    rows, columns = shape
    across, down = np.float32(columns / (x1 - x0)), np.float32(rows / (y1 - y0))
    half = np.float32(rows / 2)
    result = np.empty_like(points)
    result[:, 0] = ((points[:, 0] - x0) * across - np.float32(columns / 2)) / half * depth
    result[:, 1] = (half - (points[:, 1] - y0) * down) / half * depth
    result[:, 2] = -depth
    return result


def _values(solid: Solid, head: Head, texture_shape: tuple[int, ...]) -> F32:
    """(n, 3): place in the texture, x and y in its pixels, and light, 0..1, of every vertex."""
    values = np.empty((len(solid.normals), 3), np.float32)
    values[:, :2] = solid.uv * np.array(texture_shape[1::-1], np.float32) - np.float32(0.5)
    values[:, 2] = brightness(solid.normals, towards(head))
    return values


_IDENTITY: Final = np.eye(4, dtype=np.float32)
_SETTINGS: Final = (
    cv2.TriangleRasterizeSettings()
    .setCullingMode(cv2.RASTERIZE_CULLING_NONE)
    .setShadingType(cv2.RASTERIZE_SHADING_SHADED)
)
