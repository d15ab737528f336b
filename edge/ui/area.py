"""Rectangles to lay a screen out with: cut pieces off, split in rows and columns, centre.

┌──────────────┬─────┐
│     rest     │ cut │   area.cut_right(w) -> (cut, rest)
└──────────────┴─────┘
"""

from typing import NamedTuple


class Area(NamedTuple):
    """A rectangle in whole screen pixels: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    @property
    def xy(self) -> tuple[int, int]:
        """Top left corner."""
        return self.x, self.y

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.w, self.h

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a point is inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def inset(self, dx: int, dy: int | None = None) -> "Area":
        """Smaller by dx left and right, by dy (default dx) above and below; never negative."""
        dy = dx if dy is None else dy
        return Area(self.x + dx, self.y + dy, max(0, self.w - 2 * dx), max(0, self.h - 2 * dy))

    def moved(self, dx: int, dy: int) -> "Area":
        return Area(self.x + dx, self.y + dy, self.w, self.h)

    def cut_left(self, w: int, gap: int = 0) -> tuple["Area", "Area"]:
        """A piece of width w from the left, and the rest beyond a gap."""
        w = min(w, self.w)
        rest = max(0, self.w - w - gap)
        return Area(self.x, self.y, w, self.h), Area(self.right - rest, self.y, rest, self.h)

    def cut_right(self, w: int, gap: int = 0) -> tuple["Area", "Area"]:
        """A piece of width w from the right, and the rest."""
        w = min(w, self.w)
        return Area(self.right - w, self.y, w, self.h), Area(self.x, self.y, max(0, self.w - w - gap), self.h)

    def cut_top(self, h: int, gap: int = 0) -> tuple["Area", "Area"]:
        """A piece of height h from the top, and the rest beyond a gap."""
        h = min(h, self.h)
        rest = max(0, self.h - h - gap)
        return Area(self.x, self.y, self.w, h), Area(self.x, self.bottom - rest, self.w, rest)

    def cut_bottom(self, h: int, gap: int = 0) -> tuple["Area", "Area"]:
        """A piece of height h from the bottom, and the rest."""
        h = min(h, self.h)
        return Area(self.x, self.bottom - h, self.w, h), Area(
            self.x, self.y, self.w, max(0, self.h - h - gap)
        )

    def middle(self, w: int, h: int) -> "Area":
        """An area of this size around the centre."""
        return Area(self.x + (self.w - w) // 2, self.y + (self.h - h) // 2, w, h)

    def columns(self, n: int, gap: int) -> tuple["Area", ...]:
        """n equal columns."""
        w = (self.w - gap * (n - 1)) / n
        return tuple(Area(round(self.x + i * (w + gap)), self.y, round(w), self.h) for i in range(n))

    def common(self, other: "Area") -> "Area":
        """The part in both; of no size where there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Area(
            x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y)
        )
