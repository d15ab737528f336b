"""Sequences with something before a face, and how well it was found: what `test_cover` measures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from edge import cameras
from edge.cameras import Ended
from edge.cameras.portrait import Portrait
from edge.config import Camera
from edge.perception import Perception
from edge.scene import Cover, Face, Frame
from models.results import F32, U8
from tests.drawn.things import Thing, face_mask, mesh_mask

SIZE = (800, 450)
FPS = 30
#: A mark this far from what is covered, in eye distances, is a false one; nearer it is the soft rim.
RIM = 0.12


@cache
def bare(*, moving: bool) -> tuple[tuple[U8, F32], ...]:
    """Frames of the portrait with sensor noise and where her points are, (478, 2)."""
    portrait, perception = Portrait(SIZE, FPS), Perception(frozenset({"faces"}), 1)
    frames = []
    for k in range(60):
        noise = np.random.default_rng(k).normal(0, 2.5, (SIZE[1], SIZE[0], 3))
        image = np.clip(portrait.render(k / FPS if moving else 0) + noise, 0, 255).astype(np.uint8)
        (face,) = perception.see(Frame(image, k / FPS, k)).faces
        frames.append((image, face.landmarks_xyz[:, :2]))
    perception.close()
    return tuple(frames)


@dataclass(frozen=True)
class Marks:
    """One frame. found: the share of covered face pixels that would stay unpainted, None where nearly nothing
    is covered. false: the share of the face that is marked though nothing is near. frame: since it came.
    """

    frame: int
    found: float | None
    false: float


@dataclass(frozen=True)
class Visit:
    """A thing comes, passes over the face and leaves."""

    before: tuple[Marks, ...]
    during: tuple[Marks, ...]
    after: tuple[Marks, ...]

    @property
    def found(self) -> list[float]:
        """From the third frame of cover on; and from the third frame of a face that was lost behind it."""
        shares: list[float] = []
        seen = 0
        for marks in self.during:
            seen = 0 if marks.found is None else seen + 1
            if marks.found is not None and seen > 2:
                shares.append(marks.found)
        return shares


def visit(
    thing: Thing, *, moving: bool = False, before: int = 10, during: int = 22, after: int = 16
) -> Visit:
    """Let it come after so many frames."""
    perception = Perception(frozenset({"occlusion"}), 1)
    marks: list[Marks] = []
    for k, (clean, points) in enumerate(bare(moving=moving)[: before + during + after]):
        image, truth = clean.copy(), np.zeros(SIZE[::-1], np.float32)
        if before <= k < before + during:
            truth = thing(image, points, (k - before) / (during - 1))
        faces = perception.see(Frame(image, k / FPS, k)).faces
        marks.append(marks_of(k - before, faces, truth > 0.5, points))
    perception.close()
    return Visit(
        tuple(marks[:before]), tuple(marks[before : before + during]), tuple(marks[before + during :])
    )


def marks_of(frame: int, faces: tuple[Face, ...], truth: npt.NDArray[np.bool_], points: F32) -> Marks:
    """How well one frame was judged. truth: (h, w) where the thing is; points: (478, 2) of the bare face."""
    face = face_mask(points, SIZE) > 0.5
    if not faces:
        return Marks(frame, None, 0.0)
    marked = mask_of(faces[0].cover) > 0.5
    spared = marked | (mesh_mask(faces[0].landmarks_xyz[:, :2], SIZE) < 0.5)
    covered = truth & face
    enough = covered.sum() > 0.02 * face.sum()
    reach = 2 * round(RIM * float(np.hypot(*(points[263] - points[33])))) + 1
    near = cv2.dilate(truth.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    found = float((spared & covered).sum() / covered.sum()) if enough else None
    return Marks(frame, found, float((marked & face & ~near).sum() / face.sum()))


def marked(clip: Path, people: int, change: Callable[[U8], U8] = lambda image_bgr: image_bgr) -> list[float]:
    """The marked shares of the faces of a clip in which nothing is before anybody."""
    source = cameras.open_source(Camera(source=f"file:{clip.name}", base_dir=clip.parent))
    perception = Perception(frozenset({"occlusion"}), people)
    shares: list[float] = []
    try:
        while (frame := source.read(1)) is not None:
            changed = replace(frame, image_bgr=change(frame.image_bgr))
            for face in perception.see(changed).faces:
                shares.append(0.0 if face.cover is None else float((face.cover.alpha > 127).mean()))
    except Ended:
        pass
    perception.close()
    return shares


def mask_of(cover: Cover | None) -> F32:
    """(h, w) of the frame, 0..1, as the painter stretches it."""
    if cover is None:
        return np.zeros(SIZE[::-1], np.float32)
    rows, columns = cover.alpha.shape
    across, down = columns / cover.width_px, rows / cover.height_px
    matrix = np.array(
        [[across, 0, (0.5 - cover.x_px) * across - 0.5], [0, down, (0.5 - cover.y_px) * down - 0.5]]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    alpha = cv2.warpAffine(cover.alpha, matrix, SIZE, flags=flags, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(alpha, np.float32) / np.float32(255)


def false_marks(
    change: Callable[[U8, F32, float], U8], parts: Iterator[float], *, before: int = 10
) -> list[float]:
    """The marked share of a bare face that goes through a change, frame by frame, after so many without."""
    perception = Perception(frozenset({"occlusion"}), 1)
    shares = []
    for k, (clean, points) in enumerate(bare(moving=False)[:40]):
        part = next(parts, None) if k >= before else None
        image = clean if part is None else change(clean, points, part)
        for face in perception.see(Frame(image, k / FPS, k)).faces:
            area = face_mask(face.landmarks_xyz[:, :2], SIZE) > 0.5
            shares.append(float((mask_of(face.cover) > 0.5)[area].mean()))
    perception.close()
    return shares
