"""What is got ready beside the first pictures is there when somebody needs it."""

import sys
import time

import pytest

from edge.speech import Speech
from edge.ui import fonts
from mirror_app import warming


def test_screens_and_fonts_are_ready_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "_AFTER_S", 0.0)
    monkeypatch.setattr(warming, "_REST_S", 0.0)
    fonts._covered.cache_clear()
    for name in ("mirror_app.screens.help", "mirror_app.screens.thanks"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    warming.begin("mirror_app.screens", (Speech("ja"), Speech("th")))
    until_s = time.monotonic() + 20
    while time.monotonic() < until_s and not (
        "mirror_app.screens.thanks" in sys.modules and fonts._covered.cache_info().currsize >= 4
    ):
        time.sleep(0.02)
    assert "mirror_app.screens.help" in sys.modules
    assert fonts._covered.cache_info().currsize >= 4


def test_what_fails_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "_AFTER_S", 0.0)
    done: list[str] = []

    def broken() -> None:
        raise OSError("no such font")

    warming._run([broken, lambda: done.append("next")])
    assert done == ["next"]
