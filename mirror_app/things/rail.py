"""How a curtain hangs in a picture: seen along its fall it is the same all the way down.

 rail ╭───╮        down     the head's y axis in the picture
╭─────╯   ╰───     across   at right angles to it: tells the place on the rail
│ p · · ·          fall     along it: how far below the rail p hangs
╰─────╮   ╭───
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from edge.head import Head
from mirror_app.things.grid import Box, Grid
from models.results import F32

#: Seen so steeply from above or below, of its height, nothing of a curtain shows.
_STEEP: Final = 0.2
#: A straight one that is seen from its end, and so is narrower than this, does not show either.
_NARROW_PX: Final = 0.1
#: Nothing that shows lies further away.
_FARTHEST_PX: Final = 1e6

F64 = npt.NDArray[np.float64]

#: A number that changes evenly over a picture: x * a + y * b + c.
Plane = tuple[float, float, float]
#: The way from a curtain's upper edge to its lower one: pixels, z in the scale of x.
Down = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Rail:
    """Places along a rail in a picture, (n,) each.

    across: pixels. share: of the rail that is left behind, from 0. fall: its own place along the fall, of the
    whole drop. depth_mm: z from the head's origin. whole: nothing of it is turned away.
    """

    across: F32
    share: F32
    fall: F32
    depth_mm: F32
    whole: bool = True

    def turned_to_us(self) -> "Rail":
        """The stretch about the nearest point in which `across` grows: what is beyond lies behind."""
        steps = self.across[1:] - self.across[:-1]
        if (steps > 0).all():
            return self
        if (steps < 0).all():
            return self._stretch(slice(None, None, -1), whole=True)
        middle = min(int(self.depth_mm.argmin()), len(steps) - 1)
        grows = steps[middle] > 0
        turns = np.flatnonzero((steps > 0) != grows)
        first = int(turns[turns < middle].max(initial=-1)) + 1
        last = int(turns[turns > middle].min(initial=len(steps)))
        way = slice(first, last + 1) if grows else slice(last, first - 1 if first else None, -1)
        return self._stretch(way, whole=False)

    def _stretch(self, way: slice, *, whole: bool) -> "Rail":
        return Rail(self.across[way], self.share[way], self.fall[way], self.depth_mm[way], whole)


@dataclass(frozen=True, slots=True)
class Hang:
    """How something hangs. A pixel's place is x * across[0] + y * across[1], and fall likewise.

    deeper_mm: how much further away its lower edge is than its upper one.
    """

    across: tuple[float, float]
    fall: tuple[float, float]
    deeper_mm: float

    @classmethod
    def of(cls, down: Down, px_per_mm: float) -> "Hang | None":
        """Of what hangs down like this, see `down_px`; None where it is seen too steeply to show."""
        x, y, z = down
        length = math.hypot(x, y)
        if not length > _STEEP * math.hypot(length, z):
            return None
        square = length * length
        return cls((y / length, -x / length), (x / square, y / square), z / px_per_mm)

    def rail(self, points_px: F32, shares: F32, head: Head) -> Rail:
        """The rail through these points (n, 3), of which so much lies before them."""
        x, y, z = points_px.T
        return Rail(
            across=x * self.across[0] + y * self.across[1],
            share=shares,
            fall=x * self.fall[0] + y * self.fall[1],
            depth_mm=(z - head.origin_px[2]) / head.px_per_mm,
        ).turned_to_us()

    def over(self, grid: Grid, rail: Rail) -> tuple[F64, F64, F64, F64 | None]:
        """Shares of the rail and of the drop, depths, and how far it is to a turn; (rows, columns) each."""
        x, y = grid.middles_px
        across = (y * self.across[1])[:, None] + x * self.across[0]
        fall = (y * self.fall[1])[:, None] + x * self.fall[0]
        fall -= np.interp(across, rail.across, rail.fall)
        depth = np.interp(across, rail.across, rail.depth_mm) + self.deeper_mm * fall
        ends = None if rail.whole else np.minimum(across - rail.across[0], rail.across[-1] - across)
        return np.interp(across, rail.across, rail.share), fall, depth, ends

    def straight(self, ends_px: list[list[float]], head: Head) -> tuple[Plane, Plane, Plane] | None:
        """The same for a straight rail between two points; None where it is seen from its end."""
        (first, fall, z), (last, end_fall, end_z) = (
            (x * self.across[0] + y * self.across[1], x * self.fall[0] + y * self.fall[1], z)
            for x, y, z in ends_px
        )
        if abs(width := last - first) < _NARROW_PX:
            return None
        share = self.across[0] / width, self.across[1] / width, -first / width
        slope = end_fall - fall
        falls = self.fall[0] - slope * share[0], self.fall[1] - slope * share[1], -fall - slope * share[2]
        deeper = (end_z - z) / head.px_per_mm
        depths = [deeper * along + self.deeper_mm * down for along, down in zip(share, falls, strict=True)]
        begin = (z - float(head.origin_px[2])) / head.px_per_mm
        return share, falls, (depths[0], depths[1], depths[2] + begin)


def down_px(drop_mm: float, fixed: Head) -> Down:
    """What is so long and hangs down in the head's frame, in the picture; z in the scale of x."""
    x, y, z = (fixed.rotation[:, 1] * (fixed.px_per_mm * drop_mm)).tolist()
    return -x if fixed.mirrored else x, y, z


def bounds(
    rail_px: list[list[float]],
    down: Down,
    size_px: tuple[int, int],
    rows: tuple[float, float] = (0.0, 1.0),
    around_px: int = 1,
) -> Box | None:
    """The rectangle of a picture of that width and height in which it shows; None where there is none.

    rows: from where to where it hangs, 0..1 of `down`. around_px: how much further the edges reach.
    """
    xs, ys, _ = zip(*rail_px, strict=True)
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    if not abs(left) + abs(top) + abs(right) + abs(bottom) < _FARTHEST_PX:  # not a number compares as false
        return None
    (width, height), (begin, end) = size_px, rows
    x, y, more_x, more_y = down[0] * begin, down[1] * begin, down[0] * end, down[1] * end
    x0 = max(math.floor(left + min(x, more_x)) - around_px, 0)
    y0 = max(math.floor(top + min(y, more_y)) - around_px, 0)
    x1 = min(math.ceil(right + max(x, more_x)) + around_px, width)
    y1 = min(math.ceil(bottom + max(y, more_y)) + around_px, height)
    return (x0, y0, x1, y1) if x1 - x0 >= 2 and y1 - y0 >= 2 else None
