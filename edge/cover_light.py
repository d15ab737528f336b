"""The light on a face: how it differs from when the face was learned, and the face as if still in that light.

Light is a plane over the atlas for each feature of `cover_look`: there, a stronger, weaker or warmer light
only adds. What a sensor clips says nothing about the light, and is expected where the plane is beyond white.
"""

from typing import Final

import cv2
import numpy as np

from edge.cover_atlas import ACROSS, DOWN, SIDE, Bool
from edge.cover_look import UNIT, Look, as_clipped
from models.results import F32, U8

#: A texel with a channel this bright holds clipped pixels.
_CLIPPED: Final = np.full(3, 241.0)
_BLACK: Final = np.zeros(3)
#: Every fourth texel is enough to see how the light changed.
_STRIDE: Final = 4
_PLANE: Final = np.stack([np.ones_like(ACROSS), ACROSS, DOWN], axis=-1)
_FEW: Final = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)[::_STRIDE, ::_STRIDE].ravel()
#: (3, n) their places on the plane, and (n, 9) what each adds to the normal equations.
_BASIS: Final = np.ascontiguousarray(_PLANE.reshape(-1, 3)[_FEW].T)
_NORMAL: Final = np.einsum("in,jn->nij", _BASIS, _BASIS).reshape(-1, 9)
#: How hard the light is held to what it was: texels for the level, more for the slopes.
_HOLD: Final = np.diag([0.2, 3.0, 3.0]).astype(np.float32)
#: With fewer texels than this nothing is said about the light.
_FEWEST: Final = 12
#: Where less of a face than this was free, the light may have been lost to what covers it.
_FREE_MIN: Final = 0.3
#: Where less was free, another light is rather more of what covers it.
_FREE_ENOUGH: Final = 0.6
#: Levels, and slopes across and down, of any lamp: brightness, red and blue against green. A green hand that
#: hides a face would be a greener lamp than there is.
_MOST: Final = np.array([[170, 100, 140], [110, 60, 60], [110, 60, 60]], np.float32)
#: A light that differs by no more than this, anywhere, does not move what is clipped.
_STEADY: Final = 4.0


def clipped(bgr: U8) -> Bool | None:
    """(SIDE, SIDE) texels that are, partly, brighter than the sensor tells; None for none."""
    if bgr.max() <= _CLIPPED[0]:
        return None
    return np.asarray(cv2.inRange(bgr, _BLACK, _CLIPPED) == 0)


def light(seen: F32, look: Look, usable: Bool, free: Bool, before: F32, rest: F32) -> F32:
    """How the light on a face differs from when it was learned: a plane per feature, (3, 3) float32.

    seen: (SIDE, SIDE, 3). usable: texels that face the camera, are known and not clipped; free: those of them
    that had nothing before them a moment ago. before: the light of the frame before; rest: of the last frame
    in which most of the face was free. What is not light (something coming before half of the face at once)
    must not pull the plane: so it starts from the light before, and only a much better fit from another
    start, a lamp that was switched, is believed instead; and not while something is before the face.
    """
    share = float(np.count_nonzero(free)) / max(1.0, float(np.count_nonzero(usable)))
    if share < _FREE_MIN:
        again = _bared(seen, look, usable, rest)
        if again is not None:
            return again
    use = free.take(_FEW)
    count = np.count_nonzero(use)
    if count < _FEWEST:
        return before
    off = _off(seen, look)
    fitted, inliers = _fit(off, use, before, 1)
    if inliers < 0.6 * count and share > _FREE_ENOUGH:
        start = np.zeros((3, 3), np.float32)
        start[0] = np.median(off[:, use], axis=1)
        other, more = _fit(off, use, start, 4)
        if more > 1.3 * inliers + 5 and _is_light(other):
            return other
        fitted, _ = _fit(off, use, fitted, 2)
    return fitted if _is_light(fitted) else before


def _bared(seen: F32, look: Look, usable: Bool, rest: F32) -> F32 | None:
    """The light in which the whole face is to be seen again; None where it is not."""
    use = usable.take(_FEW)
    count = np.count_nonzero(use)
    if count < _FEWEST:
        return None
    plane, inliers = _fit(_off(seen, look), use, rest, 3)
    return plane if inliers > 0.6 * count and _is_light(plane) else None


def _off(seen: F32, look: Look) -> F32:
    """(3, n) by how much each feature of the few differs from what was learned."""
    few, mean = (each.reshape(-1, 3).take(_FEW, axis=0) for each in (seen, look.mean))
    return np.ascontiguousarray((few - mean).T)


def _is_light(plane: F32) -> bool:
    return bool((np.abs(plane) <= _MOST).all())


def _fit(off: F32, use: Bool, start: F32, rounds: int) -> tuple[F32, int]:
    """A plane through most of the points that are to be used, and through how many."""
    plane, far = start, _farness(off, start)
    for _ in range(rounds):
        weights = use / np.square(1 + far)
        normal = (weights @ _NORMAL).reshape(3, 3) + _HOLD
        right = (_BASIS * weights) @ off.T + _HOLD @ start
        plane = np.asarray(cv2.solve(normal, right, flags=cv2.DECOMP_CHOLESKY)[1], np.float32)
        far = _farness(off, plane)
    return plane, int(np.count_nonzero((far < 1) & use))


def _farness(off: F32, plane: F32) -> F32:
    """(n,) squared distances from a plane, all features together, in steps."""
    left = (off - plane.T @ _BASIS) / np.float32(UNIT)
    left *= left
    return np.asarray(left.sum(axis=0), np.float32)


def unlit(seen: F32, look: Look, plane: F32, *, clips: bool) -> U8:
    """(SIDE, SIDE, 3) uint8: the texels as in the light in which the face was learned. clips: some do."""
    change = cv2.transform(_PLANE, np.ascontiguousarray(plane.T))
    if clips and np.abs(plane).max() > _STEADY:
        change = np.where(look.known[..., None], as_clipped(look.mean + change) - look.mean, change)
    return cv2.subtract(seen, change, dtype=cv2.CV_8U)  # type: ignore[return-value]
