"""The clip one-by-one with its truth, and how well a detector finds the people in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from models.anchors import overlaps
from models.results import F32, U8, People

#: A box counts as found from this overlap on.
SAME_IOU: Final = 0.5


@dataclass(frozen=True, slots=True)
class Truth:
    """Who is in one frame.

    boxes_xyxy: (n, 4). counts: (n,) False where a box is neither right nor wrong. who: (n,) numbers.
    """

    boxes_xyxy: F32
    counts: np.typing.NDArray[np.bool_]
    who: np.typing.NDArray[np.float64]


@dataclass(slots=True)
class Tally:
    """Boxes found, made up and missed."""

    found: int = 0
    made_up: int = 0
    missed: int = 0

    @property
    def recall(self) -> float:
        """Share of the people that were found."""
        return self.found / (self.found + self.missed)

    @property
    def precision(self) -> float:
        """Share of the boxes that are people."""
        return self.found / (self.found + self.made_up)

    def add(self, people: People, truth: Truth) -> None:
        """Each box takes the free person that it overlaps most; boxes on an ignored one count for nothing."""
        free = set(range(len(truth.counts)))
        for box in people.boxes_xyxy:
            iou = overlaps(box, truth.boxes_xyxy) if free else np.zeros(0)
            best = max(free, key=lambda k: float(iou[k]), default=None)
            if best is not None and iou[best] >= SAME_IOU:
                free.discard(best)
                self.found += int(truth.counts[best])
            elif not any(iou[k] > 0 for k in free if not truth.counts[k]):
                self.made_up += 1
        self.missed += sum(int(truth.counts[k]) for k in free)


def truths(realdata: Path) -> list[Truth]:
    """Of every frame of the clip."""
    rows = np.loadtxt(realdata / "footfall" / "one-by-one.mot.txt", delimiter=",")
    of_frame = (rows[rows[:, 0] == k + 1] for k in range(1394))
    return [
        Truth(
            np.concatenate([r[:, 2:4], r[:, 2:4] + r[:, 4:6]], axis=1).astype(np.float32),
            r[:, 6] == 1,
            r[:, 1],
        )
        for r in of_frame
    ]


def frames(realdata: Path, every: int = 1) -> Iterator[tuple[int, U8]]:
    """Every n-th frame with its number, from 0."""
    clip = cv2.VideoCapture(str(realdata / "footfall" / "one-by-one.mp4"))
    index = 0
    while clip.grab():
        if index % every == 0:
            yield index, np.asarray(clip.retrieve()[1], np.uint8)
        index += 1
    clip.release()


def tally(found: Iterable[tuple[int, People]], truth: list[Truth]) -> Tally:
    """How well people were found. found: frame numbers with what was found there."""
    result = Tally()
    for index, people in found:
        result.add(people, truth[index])
    return result
