"""Where things stand on an arena screen: the figure on one side (or above), the words on the other.

Everything is read from five metres: the least text is a fiftieth of the short side, figures a third.
"""

from dataclasses import dataclass
from typing import Final

from edge.ui.area import Area
from edge.ui.theme import Theme
from edge.ui.typeset import Align, Style

_MARGIN: Final = 72
#: Share of a wide screen, and of a tall one, that the figure has.
_WIDE, _TALL = 0.40, 0.44
#: The same on a screen that is hardly wide, such as 4:3, and from which proportions on it is one.
_SQUARE, _SQUARE_BELOW = 0.30, 1.6
#: Texts are designed for a column of this width; a narrower one makes them smaller.
_COLUMN: Final = 936


@dataclass(frozen=True, slots=True)
class Sheet:
    """One screen's arrangement."""

    theme: Theme
    size_px: tuple[int, int]

    @classmethod
    def of(cls, size_px: tuple[int, int], px_per_mm: float) -> "Sheet":
        """The sheet of a screen of this width and height."""
        return cls(Theme.of(size_px, px_per_mm), size_px)

    @property
    def tall(self) -> bool:
        return self.size_px[1] > self.size_px[0]

    @property
    def screen(self) -> Area:
        return Area(0, 0, *self.size_px)

    @property
    def stand(self) -> Area:
        """Where the figure stands."""
        if self.tall:
            return self.screen.cut_top(round(self.size_px[1] * _TALL))[0]
        width, height = self.size_px
        share = _SQUARE if width < _SQUARE_BELOW * height else _WIDE
        return self.screen.cut_left(round(width * share))[0]

    @property
    def words(self) -> Area:
        """Where the words are, within margins."""
        margin = self.theme.px(_MARGIN)
        if self.tall:
            return self.screen.cut_top(self.stand.h)[1].inset(margin)
        return self.screen.cut_left(self.stand.w)[1].inset(round(margin * 1.3), margin)

    def _px(self, designed: float) -> int:
        """A size of text."""
        return self.theme.px(designed * min(1.0, self.words.w / self.theme.px(_COLUMN)))

    def numeral(self, designed: float, align: Align = "left") -> Style:
        """Huge figures."""
        return Style("serif-light", self._px(designed), self.theme.palette.ink, leading=1.0, align=align)

    def heading(self, designed: float = 92, align: Align = "left") -> Style:
        """Large serif words."""
        return Style("serif", self._px(designed), self.theme.palette.ink, leading=1.12, align=align)

    def body(self, designed: float = 40, align: Align = "left") -> Style:
        """Running words."""
        return Style("sans", self._px(designed), self.theme.palette.mist, leading=1.36, align=align)

    def label(self, designed: float = 32, align: Align = "left") -> Style:
        """Small labels over figures."""
        palette = self.theme.palette
        return Style("sans-semibold", self._px(designed), palette.brass, tracking_em=0.05, align=align)
