"""A brand's theme file: its name or logo, its colours, its fonts. Read once, at start.

    name = "MAISON ORÉE"
    logo = "logo.png"                # instead of the name; dark on light, with transparency

    [colours]                        # any of edge.ui.theme.Palette
    rouge = "#1F4E4A"

    [fonts]                          # any of edge.ui.fonts.Face
    serif = "Didot.otf"

Whatever a brand chooses must be readable: where two colours that meet have less contrast than 4.5:1 the file
is refused, with the pair and its ratio; so is a name too long for its place, and a logo that paper hides.
"""

import math
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, get_args

import numpy as np
from PIL import Image, UnidentifiedImageError
from pydantic import Field, StringConstraints

from edge import config
from edge.toml_file import ConfigError, Section, parse
from models.results import U8

from . import cmap, fonts
from .theme import ATELIER, VITRINE, Brand, Colour, Palette, colour, contrast, luminance

_Hex = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]

#: WCAG 2.2, 1.4.3.
LEAST_CONTRAST: Final = 4.5
#: Text and what it stands on, wherever the screens put one on the other.
_MEETINGS: Final = (
    ("ink", "paper"),
    ("ink", "paper_2"),
    ("ink", "white"),
    ("mist", "paper"),
    ("mist", "paper_2"),
    ("mist", "white"),
    ("brass", "paper"),
    ("white", "rouge"),
    ("white", "rouge_dark"),
    ("danger", "paper"),
    ("positive", "paper"),
)
#: A logo is a small thing.
_LOGO_MOST_BYTES: Final = 8_000_000
_LOGO_MOST_PX: Final = 16_000_000
#: WCAG 2.2, 1.4.11, for graphics; and the share of a logo that must have it: thin letters on a white plate.
_LOGO_LEAST_CONTRAST: Final = 3.0
_LOGO_LEAST_SHARE: Final = 0.02
#: A name at its smallest, and the narrowest place where it stands, beside the buttons of the rail (designed
#: pixels; see mirror_app.screens.try_on).
_NAME_PX: Final = 22
_NAME_ROOM: Final = 280
_NAME_TRACKING_EM: Final = 0.14


def wear(brand: Brand) -> None:
    """Let this process draw text in the brand's fonts."""
    fonts.wear({face: fonts.FontFile(path) for face, path in brand.fonts})  # type: ignore[misc]


def worn_brand(screen: config.Screen) -> Brand:
    """The brand of a screen, its fonts put on; ConfigError where its theme file is wrong."""
    brand = _read(Path(screen.theme)) if screen.theme else VITRINE
    wear(brand)
    return brand


@lru_cache(maxsize=1)
def _read(path: Path) -> Brand:
    # Stage, experience and cards ask for it, and to look at a logo takes some tenths of a second.
    return load(path)


class _File(Section):
    """The file as it is written."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=32, strip_whitespace=True)] = "Vitrine"
    logo: str = ""
    colours: dict[str, _Hex] = Field(default_factory=dict)
    fonts: dict[str, str] = Field(default_factory=dict)


def load(path: Path) -> Brand:
    """Read a theme file; ConfigError names the file, the key and the remedy."""
    written = parse(_File, path)
    _refuse_unknown(path, "colours", written.colours, Palette._fields)
    _refuse_unknown(path, "fonts", written.fonts, get_args(fonts.Face))
    palette = _palette(written.colours)
    _refuse_faint(path, palette)
    logo = _logo(path, written.logo, palette) if written.logo else None
    faces = tuple((face, _font(path, face, name)) for face, name in written.fonts.items())
    if logo is None:
        _refuse_long(path, written.name, dict(faces).get("serif"))
    return Brand(written.name, logo, palette, faces)


def _refuse_unknown(path: Path, table: str, given: dict[str, str], valid: tuple[str, ...]) -> None:
    unknown = sorted(set(given) - set(valid))
    if unknown:
        raise ConfigError(f"{path}: {table}.{unknown[0]} is not known; there are {', '.join(valid)}")


def _palette(colours: dict[str, str]) -> Palette:
    def of(name: str) -> Colour:
        was = getattr(ATELIER, name)
        given = colours.get(name) or (colours.get("ink") if name in ("hairline", "veil") else None)
        return colour(given, was[3] / 255) if given else was

    palette = Palette(*(of(name) for name in Palette._fields))
    return palette._replace(veil=_dense_enough(palette))


def _dense_enough(palette: Palette) -> Colour:
    """The veil, so dense that paper can be read on it over a white picture: the worst there can be."""
    red, green, blue, least = palette.veil
    for alpha in range(least, 256):
        if _on_white(palette.paper, (red, green, blue, alpha)) >= LEAST_CONTRAST:
            return red, green, blue, alpha
    return palette.veil


def _refuse_faint(path: Path, palette: Palette) -> None:
    pairs = [
        (text, f"colours.{on}", _ratio(getattr(palette, text), getattr(palette, on)))
        for text, on in _MEETINGS
    ]
    over_white = _on_white(palette.paper, palette.veil)
    for text, ground, ratio in (*pairs, ("paper", "colours.veil over a white picture", over_white)):
        if ratio < LEAST_CONTRAST:
            raise ConfigError(
                f"{path}: text in colours.{text} on {ground} has a contrast of {_floored(ratio)}:1, "
                f"less than {LEAST_CONTRAST}:1; make one of them darker or lighter"
            )


def _on_white(text: Colour, veil: Colour) -> float:
    share = veil[3] / 255
    red, green, blue = (round(255 * (1 - share) + each * share) for each in veil[:3])
    return _ratio(text, (red, green, blue, 255))


def _ratio(first: Colour, second: Colour) -> float:
    one, other = luminance(np.array((first[:3], second[:3]), np.float32)).tolist()
    return contrast(one, other)


def _floored(ratio: float) -> str:
    """With two decimals, never rounded up to what it falls short of."""
    return f"{math.floor(ratio * 100) / 100:.2f}"


def _refuse_long(path: Path, name: str, serif: Path | None) -> None:
    """A name that would be cut even at its smallest."""
    font = fonts.FontFile(serif) if serif else fonts.packaged("serif")
    width = font.at(_NAME_PX).getlength(name) + len(name) * _NAME_TRACKING_EM * _NAME_PX
    if width > _NAME_ROOM:
        fits = math.floor(len(name) * _NAME_ROOM / width)
        raise ConfigError(
            f"{path}: name {name!r} is too long for its place beside the buttons, where about {fits} of its "
            f"{len(name)} characters fit; shorten it, or give a logo"
        )


def _logo(path: Path, name: str, palette: Palette) -> Path:
    logo = path.parent / name
    try:
        if logo.stat().st_size > _LOGO_MOST_BYTES:
            raise ConfigError(f"{path}: logo {name} is larger than {_LOGO_MOST_BYTES // 10**6} MB")
        visible = _visible(path, logo)
    except Image.DecompressionBombError:
        raise ConfigError(_too_many_pixels(path, name)) from None
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError) as wrong:
        raise ConfigError(f"{path}: logo {name} is no picture that can be read ({wrong})") from None
    _refuse_hidden(path, name, visible, palette.paper)
    return logo


def _too_many_pixels(path: Path, name: str) -> str:
    return f"{path}: logo {name} has more than {_LOGO_MOST_PX // 10**6} million pixels; save it smaller"


def _visible(path: Path, logo: Path) -> U8:
    """The pixels of a logo that are not transparent: (n, 3) RGB."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # said below, in words
        with Image.open(logo) as image:
            if image.width * image.height > _LOGO_MOST_PX:
                raise ConfigError(_too_many_pixels(path, logo.name))
            rgba = np.asarray(image.convert("RGBA"))
    return np.asarray(rgba[rgba[..., 3] > 127][:, :3], np.uint8)


def _refuse_hidden(path: Path, name: str, visible: U8, paper: Colour) -> None:
    """A logo of which next to nothing stands out from the paper, such as one made for a dark ground."""
    if len(visible) == 0:
        raise ConfigError(f"{path}: logo {name} is transparent all over")
    ground = float(luminance(np.array([paper[:3]], np.float32))[0])
    light = luminance(visible.astype(np.float32))
    ratios = (np.maximum(light, ground) + 0.05) / (np.minimum(light, ground) + 0.05)
    best = float(np.quantile(ratios, 1 - _LOGO_LEAST_SHARE))
    if best < _LOGO_LEAST_CONTRAST:
        raise ConfigError(
            f"{path}: logo {name} can hardly be seen on colours.paper: its contrast is {_floored(best)}:1, "
            f"less than {_LOGO_LEAST_CONTRAST:g}:1; give the one for light grounds"
        )


def _font(path: Path, face: str, name: str) -> Path:
    font = path.parent / name
    try:
        if not cmap.covered(font):
            raise ConfigError(f"{path}: fonts.{face} {name} draws no character")
    except (OSError, ValueError, IndexError) as wrong:
        raise ConfigError(f"{path}: fonts.{face} {name} is no font that can be read ({wrong})") from None
    return font
