"""What an experience may see of one moment: the frame itself and what perception knows of it."""

import math
from dataclasses import dataclass, field
from typing import TypeVar

from edge.expression import Expression
from edge.head import Head
from models.results import F32, U8, expect

T = TypeVar("T")

#: Outer eye corners in the face mesh: the subject's right and left.
RIGHT_EYE_CORNER, LEFT_EYE_CORNER = 33, 263


@dataclass(frozen=True, slots=True)
class Frame:
    """One camera image.

    image_bgr: (h, w, 3) uint8, as the camera saw it (not mirrored); nobody writes into it.
    captured_s: when the light fell in, in seconds of `time.monotonic` (live) or of the clip (file).
    index: number since the source opened; a step of more than one says how many frames were dropped.
    drawn: no camera saw this, it is made up; whoever shows something of it says so.
    """

    image_bgr: U8
    captured_s: float
    index: int
    drawn: bool = False

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.image_bgr.shape[1], self.image_bgr.shape[0]


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands before a face: a hand, hair, a microphone, a mask. Paint stays behind it.

    x_px, y_px, width_px, height_px: the rectangle it describes, pixels of the frame. alpha: (h, w) uint8, of
    a lower resolution, stretched over that rectangle: 255 where something surely stands before the face.
    confidence: 0..1, how far the whole can be trusted.
    """

    x_px: float
    y_px: float
    width_px: float
    height_px: float
    alpha: U8 = field(repr=False)
    confidence: float


@dataclass(frozen=True, slots=True)
class Face:
    """One tracked face; `track` is anonymous and forgotten when the face leaves.

    landmarks_xyz: (478, 3) float32, pixels of the frame, smoothed; z in the scale of x, smaller is nearer.
    score: 0..1. head: how it is turned and where it is; expression: what it does; None where nobody looked.
    cover: what stands before it; None where nothing does or nobody asked.
    """

    track: int
    landmarks_xyz: F32
    score: float
    head: Head | None = None
    expression: Expression | None = None
    cover: Cover | None = None

    def __post_init__(self) -> None:
        expect("landmarks_xyz", self.landmarks_xyz, (478, 3))

    @property
    def eye_distance_px(self) -> float:
        """Distance of the outer eye corners: the natural unit of everything drawn on a face."""
        # Number by number: a fifth of the time of arrays of two, and asked for often.
        item = self.landmarks_xyz.item
        right, left = RIGHT_EYE_CORNER, LEFT_EYE_CORNER
        return math.hypot(item(left, 0) - item(right, 0), item(left, 1) - item(right, 1))


@dataclass(frozen=True, slots=True)
class Pose:
    """One tracked body; `track` is anonymous and forgotten when the body leaves.

    landmarks_xyz: (33, 3) float32, pixels of the frame, smoothed, in BlazePose's order; z in the scale of x.
    visibility: (33,) float32 0..1, how sure it is that a point is seen and not hidden. score: 0..1.
    """

    track: int
    landmarks_xyz: F32
    visibility: F32
    score: float

    def __post_init__(self) -> None:
        expect("landmarks_xyz", self.landmarks_xyz, (33, 3))
        expect("visibility", self.visibility, (33,))


@dataclass(frozen=True, slots=True)
class Hand:
    """One tracked hand; `track` is anonymous and forgotten when the hand leaves.

    landmarks_xyz: (21, 3) float32, pixels of the frame, in MediaPipe's order (0 wrist, 4 thumb tip, 8 index
    tip, 20 little finger's tip); z in the scale of x. score: 0..1. right: the subject's right hand.
    """

    track: int
    landmarks_xyz: F32
    score: float
    right: bool

    def __post_init__(self) -> None:
        expect("landmarks_xyz", self.landmarks_xyz, (21, 3))


@dataclass(frozen=True, slots=True)
class Scene:
    """A frame with everything perception found in it, so paint never slides off a face.

    faces: nearest (largest) first. poses: the nearest and most central body first. others: what the other
    models found that the experience needs, one value each.
    """

    frame: Frame
    faces: tuple[Face, ...] = ()
    poses: tuple[Pose, ...] = ()
    hands: tuple[Hand, ...] = ()
    others: tuple[object, ...] = ()

    def other(self, kind: type[T]) -> T | None:
        """The result of that type; None where no model gave one."""
        return next((found for found in self.others if isinstance(found, kind)), None)
