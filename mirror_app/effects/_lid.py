"""The upper lids as sheets: u along the lash line (0 outer corner, 1 inner), v up from it.

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

from mirror_app.effects import _curves, _eyes, _sheet, _tiles
from mirror_app.subject import Subject

PLAN: Final = _sheet.Plan(
    u=(-0.5, 1.3), v=(-0.3, 1.1), y=(-0.35, 0.95), rows=(0, 0.50, 0.62, 1), map_px=(96, 64), grid_px=(30, 30)
)
#: How the lash line goes on past the inner corner, and past the outer one, where powder rises; and far below.
_PAST: Final = np.array(((1.4, -0.05), (1.4, -0.6), (-0.6, -0.6), (-0.6, 0.08)), np.float32)
#: All that is below the lash line, outline by weights (37, 70) of the eye's marks.
_BELOW: Final = np.concatenate((_eyes.UPPER, _PAST @ _eyes.AXES + _eyes.UPPER[0]))
#: How far what is drawn on a lid reaches to both sides and down, in the eye's own frame.
_SIDES, _DOWN = (-0.34, 1.1), -0.06


@dataclass(frozen=True, slots=True, eq=False)
class Lids:
    """The upper lids that are seen in one picture.

    below: (n, points, 2) of `_curves.fixed`, all that is below the lash lines: eyeballs and lower lids.
    strength: of each 0..1.
    """

    sheets: _sheet.Sheets
    below: _curves.I32
    strength: tuple[float, ...]

    def clear(self, stack: MatLike) -> None:
        """Have nothing below the lash line; half a pixel more than all of it, for the sake of the eye."""
        self.sheets.tiles.fill(stack, self.below, ((slice(None),),), 0, cv2.LINE_AA)


def of(subject: Subject) -> Lids | None:
    """The upper lids that are seen; None where there are none."""
    eyes = subject.once(_eyes.of)
    if not eyes:
        return None
    tiles = _tiles.Tiles.around(eyes.reach(_SIDES, _DOWN), subject.size_px)
    places = _sheet.places(PLAN, _sheet.heights(PLAN, eyes.rows, _eyes.ROWS))
    sheets = _sheet.Sheets.of(PLAN, tiles, places, eyes.origin, eyes.axes)
    return Lids(sheets, _curves.fixed(eyes.points(_BELOW)), eyes.strength)
