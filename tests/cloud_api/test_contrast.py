"""Every colour that text has, on every ground it stands on: at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""

import re
from typing import Final

import pytest

from cloud_api.pages import assets

#: Text on ground, as the style sheets combine them; `#…` where a rule names the colour itself.
PAIRS: Final = [
    *(("ink", ground) for ground in ("paper", "paper-2", "#ffffff", "#e9efe8", "#f6e4e0")),
    *(("mist", ground) for ground in ("paper", "#ffffff", "#e9efe8", "#f6e4e0")),
    ("brass", "paper"),
    ("positive", "paper"),
    ("positive", "#ffffff"),
    ("positive", "#e9efe8"),
    ("danger", "paper"),
    ("danger", "#ffffff"),
    ("danger", "#f6e4e0"),
    ("paper", "ink"),
    ("rouge", "paper"),
    ("rouge", "#ffffff"),
    ("#ffffff", "rouge"),
    ("#ffffff", "rouge-dark"),
    ("#ffffff", "danger"),
]


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(text: str, ground: str) -> None:
    found = assets.find("base.css")
    assert found is not None
    tokens = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", found[0].decode()))
    dark, light = sorted(luminance(tokens.get(name, name)) for name in (text, ground))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_no_other_colour_has_crept_in() -> None:
    """A colour in a style sheet is a token or one of the grounds above: else its contrast is unknown."""
    known = {name for pair in PAIRS for name in pair if name.startswith("#")} | {"#fff"}
    for sheet in ("share.css", "staff.css", "floor.css", "gallery.css", "claim.css"):
        found = assets.find(sheet)
        assert found is not None
        assert set(re.findall(r"#[0-9a-f]{3,6}\b", found[0].decode())) <= known
