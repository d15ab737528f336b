"""The upper lid as a sheet: u along the lash line (0 outer corner, 1 inner), v up from it.

v = 1 ─── brow ────────────     The shares of the rows are those of an open eye, so v is nearly a height
    .62 ─ halo 3 ──────────     there.
    .50 ─ halo 2 ──────────
      0 ─ lash line ───────
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.effects import _curves, _eyes, _sheet
from mirror_app.subject import Subject
from models.results import F32, U8

PLAN: Final = _sheet.Plan(
    u=(-0.5, 1.3), v=(-0.3, 1.1), y=(-0.35, 0.95), rows=(0, 0.50, 0.62, 1), map_px=(96, 64), grid_px=(30, 30)
)
#: How the lash line goes on past the inner corner, and past the outer one, where powder rises; and far below.
_BELOW: Final = np.array(((1.4, -0.05), (1.4, -0.6), (-0.6, -0.6), (-0.6, 0.08)), np.float32)
#: How far what is drawn on a lid reaches to both sides and down, in the eye's own frame.
_SIDES, _DOWN = (-0.34, 1.1), -0.06


@dataclass(frozen=True, slots=True)
class Lid:
    """One upper lid in one picture.

    below: (h, w) uint8 over the sheet's box, 255 below the lash line: eyeball and lower lid. strength: 0..1.
    """

    sheet: _sheet.Sheet
    below: U8
    strength: float

    def laid(self, drawing: U8) -> tuple[MatLike, MatLike]:
        """A drawing on the map, (h, w, 4) uint8: colour over the box, and alpha above the lash line."""
        film, alpha = self.sheet.laid(drawing)
        return film, cv2.min(alpha, cv2.bitwise_not(self.below), dst=alpha)


def of(subject: Subject) -> tuple[Lid, ...]:
    """The upper lids that are seen."""
    found = subject.once(_eyes.around)
    boxes = [_eyes.reach(each.eye, _SIDES, _DOWN, each.box) for each in found]
    seen = [(each, box) for each, box in zip(found, boxes, strict=True) if box is not None]
    if not seen:
        return ()
    maps = _sheet.maps_y(PLAN, _sheet.heights(PLAN, [_rows(each.eye) for each, _ in seen]))
    return tuple(
        Lid(
            _sheet.Sheet.of(PLAN, box, map_y, each.eye.origin, each.eye.axes),
            _below(each.eye, box),
            each.eye.strength,
        )
        for (each, box), map_y in zip(seen, maps, strict=True)
    )


def _below(eye: _eyes.Eye, box: _curves.Box) -> U8:
    """255 below the lash line, over a box; half a pixel more than all of it, for the sake of the eye."""
    mask = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    outline = _curves.fine_points(np.concatenate((eye.upper_xy, eye.to_picture(_BELOW))), box, 1)
    return np.asarray(cv2.fillPoly(mask, [outline], 255, cv2.LINE_AA, _curves.SHIFT), np.uint8)


def _rows(eye: _eyes.Eye) -> list[F32]:
    return [eye.from_picture(eye.upper_xy), *eye.above]
