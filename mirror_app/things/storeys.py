"""Two storeys of a curtain's picture: a crown is narrower than its brim; beside it there is nothing to draw.

    ╭───╮         cut once for a picture, where that saves most; in a frame each storey has a box, and what
    │ 1 │         both cover belongs to one of them
╭───┴───┴───╮
╰─────2─────╯
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mirror_app.things.grid import Box
from mirror_app.things.rail import Down, bounds
from models.results import U8

#: Cuts that are looked at, and what one saves at least, of the picture.
_CUTS, _LEAST = 32, 0.08
#: One more box costs as much as so many pixels.
_BOX_PX: Final = 8000
#: So far a picture that is made smaller spreads, pixels of the screen.
_SPREAD_PX: Final = 3


@dataclass(frozen=True, slots=True)
class Storey:
    """Rows of a picture, and the places of its rail between which they are not empty.

    top, bottom: 0..1 of the picture's height. first, last: indices of places.
    """

    top: float
    bottom: float
    first: int
    last: int

    @property
    def size(self) -> float:
        """In steps of the rail, times the picture's height."""
        return (self.bottom - self.top) * (self.last - self.first)

    def bounds(self, rail_px: list[list[float]], down: Down, size_px: tuple[int, int]) -> Box | None:
        """See `mirror_app.things.rail.bounds`; of these rows alone."""
        rail = rail_px[self.first : self.last + 1]
        return bounds(rail, down, size_px, (self.top, self.bottom), _SPREAD_PX)


#: The upper and the lower one.
Storeys = tuple[Storey, Storey]


def storeys(alpha: U8, places: int) -> Storeys | None:
    """Those of a picture; None where two are hardly less than all of it. places: how many its rail has."""
    height, steps = len(alpha), places - 1
    cuts = sorted({height * cut // _CUTS for cut in range(1, _CUTS)} - {0})
    pairs = [(_storey(alpha, 0, at, steps), _storey(alpha, at, height, steps)) for at in cuts]
    best = min(pairs, key=_size, default=None)
    return best if best and _size(best) < (1 - _LEAST) * steps else None


def _size(pair: Storeys) -> float:
    return pair[0].size + pair[1].size


def _storey(alpha: U8, top: int, bottom: int, steps: int) -> Storey:
    """Some of the rows, and one more at either end: between two texels the picture has something of both."""
    height, width = alpha.shape
    top, bottom = max(top - 1, 0), min(bottom + 1, height)
    columns = np.flatnonzero(alpha[top:bottom].any(axis=0))
    first, last = (max(int(columns[0]) - 1, 0), min(int(columns[-1]) + 2, width)) if len(columns) else (0, 1)
    return Storey(top / height, bottom / height, first * steps // width, -(-last * steps // width))


def parts(
    pair: Storeys, rail_px: list[list[float]], down: Down, size_px: tuple[int, int], whole: Box
) -> tuple[Box, ...]:
    """Rectangles of a picture without a common pixel, in all of which they show; where two cost more than
    `whole`, in which all that is seen lies, that one."""
    one, other = (each.bounds(rail_px, down, size_px) for each in pair)
    if one is None or other is None:
        return (whole,)
    x0, y0, x1, y1 = whole
    upper, lower = sorted((one, other), key=lambda box: box[1])
    below, above = min(max(lower[1], y0), y1), min(max(upper[3], y0), y1)
    ways = (
        ((max(upper[0], x0), y0, min(upper[2], x1), below), (x0, below, x1, y1)),
        ((x0, y0, x1, above), (max(lower[0], x0), above, min(lower[2], x1), y1)),
    )
    best = min(ways, key=_pixels)
    return best if _pixels(best) + _BOX_PX < _pixels((whole,)) else (whole,)


def _pixels(boxes: tuple[Box, ...]) -> int:
    return sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in boxes)
