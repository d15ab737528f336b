"""The language a shopper chooses: for their visit, in everything they see and take along, and no longer."""

import pytest

from cloud_api.contract.events import LanguageChosen
from edge.config import Screen
from edge.experience import Publish
from edge.speech import NAMES
from edge.toml_file import ConfigError
from edge.ui.widgets import Button
from mirror_app import words
from mirror_app.mirror import Mirror
from mirror_app.screens import _compare, attract, consent, try_on
from mirror_app.tour import Tour
from tests.mirror_app import touring
from tests.mirror_app.touring import go, tour


def labels(one: Tour) -> set[str]:
    shown, _ = one.mirror.showing(one.now_s)
    return {each.label for each in shown if isinstance(each, Button)}


def screen(language: str = "en", languages: tuple[str, ...] = ()) -> Screen:
    return Screen(
        experience="mirror",
        camera="front",
        width_px=640,
        height_px=360,
        language=language,
        languages=languages,
    )


def test_each_language_is_offered_by_its_own_name() -> None:
    one = tour()
    go(one, "language")
    assert labels(one) == set(NAMES.values())
    assert one.mirror.describe().session_open


@pytest.mark.parametrize("code", NAMES)
def test_no_two_tabs_are_called_the_same(code: str) -> None:
    others = (each for tab, each in words.CATEGORIES.items() if tab != "eyewear")  # glasses, by another name
    said = [words.speech(code).say(each) for each in others]
    assert len(set(said)) == len(said), said


@pytest.mark.parametrize(
    ("code", "makeup"), [("zh-Hans", "妆"), ("ko", "메이크업"), ("ko", "맨얼굴"), ("th", "ทา")]
)
def test_with_and_without_are_as_true_of_glasses(code: str, makeup: str) -> None:
    for each in (_compare.WITH, _compare.KINDS["without"]):
        assert makeup not in words.speech(code).say(each)


@pytest.mark.parametrize("code", ["de", "ja", "ko"])
def test_consent_names_the_button_before_which_nothing_leaves(code: str) -> None:
    speech = words.speech(code)
    assert speech.say(consent.CONTINUE) in speech.say(consent.HINT)


def test_what_is_chosen_is_spoken_from_then_on_and_told() -> None:
    one = tour()
    go(one, "language", "speak:fr")
    assert one.at == "try_on"
    assert words.speech("fr").say(try_on.PICTURE) in labels(one)
    (event,) = touring.events(one, LanguageChosen)
    assert isinstance(event, LanguageChosen)
    assert event.language == "fr"


def test_the_picture_goes_home_in_the_chosen_language() -> None:
    one = tour()
    go(one, "language", "speak:th", "shade:MO-VP-130", "pose")
    one.wait(3.2)
    go(one, "keep", "phone", "continue")
    publish = touring.last(one, Publish)
    assert isinstance(publish, Publish)
    assert publish.language == "th"


def test_the_next_shopper_is_met_in_the_language_of_the_house() -> None:
    one = tour()
    go(one, "language", "speak:ko", "done")
    one.wait(0.5)
    assert one.at == "attract"
    assert attract.INVITE in labels(one)


def test_going_back_changes_and_tells_nothing() -> None:
    one = tour()
    go(one, "start", "language", "back")
    assert one.at == "try_on"
    go(one, "language", "speak:en")
    assert touring.events(one, LanguageChosen) == []


def test_a_house_may_speak_another_language_and_offer_fewer() -> None:
    made = Mirror(touring.demo(), screen("de", ("de", "fr")), "shop")
    one = tour(made)
    assert words.speech("de").say(attract.INVITE) in labels(one)
    go(one, "language")
    assert labels(one) == {"Deutsch", "Français"}


def test_where_there_is_one_language_nothing_is_offered() -> None:
    one = tour(Mirror(touring.demo(), screen("ja", ("ja",)), "shop"))
    assert "language" not in one.mirror.describe().targets
    go(one, "start")
    assert "language" not in one.mirror.describe().targets


@pytest.mark.parametrize("languages", [("en", "xx"), ("xx",)])
def test_a_language_nobody_speaks_is_refused_at_start(languages: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="'xx'"):
        Mirror(touring.demo(), screen("en", languages), "shop")


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize("size_px", [(1280, 720), (720, 1280)])
def test_every_screen_fits_in_every_language(code: str, size_px: tuple[int, int]) -> None:
    one = touring.hasty(touring.screen(size_px, language=code))
    # Contrast does not depend on the words: it is measured in one language.
    stops = {stop.name: one.faults(contrast=code == "th") for stop in touring.all_screens(one)}
    assert {name: found for name, found in stops.items() if found} == {}
    assert len(stops) == 29
