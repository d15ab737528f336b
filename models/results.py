"""What models return: frozen arrays with their shapes, checked when made."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Detections:
    """What a detector found in one image, best first.

    boxes_xyxy: (n, 4) image pixels.
    keypoints_xy: (n, k, 2) image pixels. Of a face: right eye, left eye, nose, mouth, right ear, left ear
        (the subject's right and left). Of a body: mid hip, top of the circle around the whole body, mid
        shoulder, top of the circle around the upper body. Of a palm: wrist, knuckles of index, middle, ring
        and little finger, the thumb's first two joints.
    scores: (n,) 0..1.
    """

    boxes_xyxy: F32
    keypoints_xy: F32
    scores: F32

    def __post_init__(self) -> None:
        n = len(self.scores)
        expect("boxes_xyxy", self.boxes_xyxy, (n, 4))
        expect("keypoints_xy", self.keypoints_xy, (n, *self.keypoints_xy.shape[1:2], 2))

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True, slots=True)
class Roi:
    """A rotated square (or rectangle) of an image: where a landmark model looks.

    centre_xy: image pixels. width_px, height_px: image pixels. angle_rad: clockwise on screen.
    """

    centre_x: float
    centre_y: float
    width_px: float
    height_px: float
    angle_rad: float


@dataclass(frozen=True, slots=True)
class CloseUp:
    """What a model looked at: a part of an image, upright and of the model's size.

    picture: (h, w, 3 or 4) uint8 BGR; a fourth channel says nothing. roi: which part, as high as wide.
    """

    picture: U8
    roi: Roi


@dataclass(frozen=True, slots=True)
class FaceLandmarks:
    """The mesh of one face.

    landmarks_xyz: (478, 3) image pixels; z in the scale of x; 468..472 and 473..477 are the irises.
    score: 0..1, how sure the model is that a face is there. close_up: where the model looked.
    """

    landmarks_xyz: F32
    score: float
    close_up: CloseUp | None = None

    def __post_init__(self) -> None:
        expect("landmarks_xyz", self.landmarks_xyz, (478, 3))


@dataclass(frozen=True, slots=True)
class PoseLandmarks:
    """One body.

    landmarks_xyz: (33, 3) image pixels; z in the scale of x, from the middle of the hips, smaller is nearer.
        BlazePose's order: 0 nose, 11 and 12 shoulders, 23 and 24 hips, 27 and 28 ankles, the subject's left
        and right.
    visibility: (33,) 0..1, how sure the model is that a point is seen and not hidden.
    circle_xy: (2, 2) image pixels, mid hip and top of the circle around the body: where to look next.
    score: 0..1, how sure the model is that a body is there.
    """

    landmarks_xyz: F32
    visibility: F32
    circle_xy: F32
    score: float

    def __post_init__(self) -> None:
        expect("landmarks_xyz", self.landmarks_xyz, (33, 3))
        expect("visibility", self.visibility, (33,))
        expect("circle_xy", self.circle_xy, (2, 2))


@dataclass(frozen=True, slots=True)
class HandLandmarks:
    """One hand.

    landmarks_xyz: (21, 3) image pixels; z in the scale of x, from the wrist, smaller is nearer. 0 wrist,
        1..4 thumb, 5..8 index, 9..12 middle, 13..16 ring, 17..20 little finger, from palm to tip.
    score: 0..1, how sure the model is that a hand is there.
    right: 0..1, how sure it is that this is the person's right hand (in a picture that is not mirrored).
    """

    landmarks_xyz: F32
    score: float
    right: float

    def __post_init__(self) -> None:
        expect("landmarks_xyz", self.landmarks_xyz, (21, 3))


@dataclass(frozen=True, slots=True)
class People:
    """People found in one image of a ceiling or door camera, in no order.

    boxes_xyxy: (n, 4) image pixels.
    scores: (n,) 0..1, how sure the detector is. sure: (n,) whether it is sure enough to follow somebody new
        there; of the others only who was followed already is believed. None: of all.
    """

    boxes_xyxy: F32
    scores: F32
    sure: Bools | None = None

    def __post_init__(self) -> None:
        expect("boxes_xyxy", self.boxes_xyxy, (len(self.scores), 4))
        if self.sure is not None:
            expect("sure", self.sure, (len(self.scores),))

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True, slots=True)
class Mask:
    """How much of each pixel belongs to the subject.

    alpha: (h, w) float32 0..1.
    """

    alpha: F32


@dataclass(frozen=True, slots=True)
class HairMask:
    """Which pixels are hair; given by a hair segmenter where a store brings one.

    alpha: (h, w) uint8 0..255, of any resolution, stretched over the picture.
    """

    alpha: U8


def expect(name: str, array: npt.NDArray[np.generic], shape: tuple[int, ...]) -> None:
    """Raise ValueError with both shapes where they differ."""
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
