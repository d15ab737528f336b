"""What a screen says: words, plurals, money and dates of each language; bad languages are refused by name."""

from datetime import date

import pygame
import pytest

from cloud_api.contract.base import Money
from edge import failsafe, speech
from edge.failsafe import Trouble
from edge.speech import NAMES, PLAIN, Speech, counted
from edge.toml_file import ConfigError
from mirror_app import words
from mirror_app.screens import still_there


def test_english_is_said_as_it_is_written() -> None:
    assert PLAIN.say("Touch to try") == "Touch to try"
    assert (
        PLAIN.say("Pick up here, at {store}", store="Corner {x} Shop") == "Pick up here, at Corner {x} Shop"
    )
    assert PLAIN.say("") == ""


@pytest.mark.parametrize(
    ("code", "one", "many"),
    [
        ("en", "In 1 second this mirror forgets everything.", "In 2 seconds this mirror forgets everything."),
        ("de", "In 1 Sekunde vergisst dieser Spiegel alles.", "In 2 Sekunden vergisst dieser Spiegel alles."),
        ("ja", "1秒後に、この鏡はすべてを消去します。", "2秒後に、この鏡はすべてを消去します。"),
    ],
)
def test_a_number_takes_the_form_of_the_language(code: str, one: str, many: str) -> None:
    said = words.speech(code)
    assert said.count(still_there.NOTE, 1) == one
    assert said.count(still_there.NOTE, 2) == many


def test_french_counts_nothing_in_the_singular() -> None:
    thing = counted("and {count} more", "and {count} more")
    assert Speech("fr").count(thing, 0) == "et 0 autre"
    assert Speech("fr").count(thing, 2) == "et 2 autres"


@pytest.mark.parametrize(
    ("code", "euros", "yen"),
    [
        ("en", "€1,239.00", "JP¥4,200"),
        ("de", "1.239,00\u00a0€", "4.200\u00a0¥"),
        ("fr", "1\u202f239,00\u00a0€", "4\u202f200\u00a0JPY"),
        ("ja", "€1,239.00", "￥4,200"),
    ],
)
def test_prices_are_written_as_the_language_writes_them(code: str, euros: str, yen: str) -> None:
    said = Speech(code)
    assert said.money(Money(amount=123900, currency="EUR")) == euros
    assert said.money(Money(amount=4200, currency="JPY")) == yen


def test_a_day_never_breaks_over_two_lines() -> None:
    day = date(2026, 11, 22)
    assert Speech("de").date(day) == "22.\u00a0November\u00a02026"
    assert Speech("ko").date(day) == "2026년\u00a011월\u00a022일"


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"'nl'.*zh-Hans"):
        Speech("nl")
    assert speech.nearest("nl") == PLAIN
    assert speech.nearest("th").code == "th"


@pytest.mark.parametrize("code", NAMES)
def test_the_failsafe_screen_speaks_too(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    shown: list[str] = []
    monkeypatch.setattr("edge.failsafe.text.blit", lambda _s, _xy, words, *_: shown.append(words))
    failsafe.show(pygame.Surface((640, 360), depth=32), Trouble.CAMERA, 0.0, Speech(code))
    said = Speech(code).say(failsafe.TITLE)
    assert said in shown
    assert (said == failsafe.TITLE) == (code == "en")
