"""Translations: complete, in step with the code, with the placeholders of the text they stand for."""

from pathlib import Path

import pytest

from deploy import languages
from deploy.cli import main
from edge.speech import NAMES, SOURCE, path_of
from edge.ui import fonts

CODES = [code for code in NAMES if code != SOURCE]


@pytest.mark.parametrize("package", languages.PACKAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_text_is_translated(package: str, code: str) -> None:
    assert [*languages.faults(package, code)] == []


@pytest.mark.parametrize("code", CODES)
def test_every_translation_has_its_glyphs(code: str) -> None:
    if fonts.missing("口ก거", "sans"):
        pytest.skip("no CJK or Thai font on this system")
    assert languages.missing_glyphs(code) == ""


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one module and its French catalogue, beside the real ones."""
    package = tmp_path / "shop"
    package.mkdir()
    (package / "door.py").write_text(
        'A = mark("Open, {name}")\nB = counted("{count} day", "{count} days")\n', encoding="utf-8"
    )
    monkeypatch.setattr(languages, "_ROOT", tmp_path)
    assert languages.bring_up_to_date("shop", "fr") == 2
    return path_of(package / "languages", "fr")


def test_a_new_catalogue_holds_every_text_and_says_what_is_missing(french: Path) -> None:
    found = [*languages.faults("shop", "fr")]
    assert found == ["not translated: 'Open, {name}'", "not translated: ('{count} day', '{count} days')"]
    assert "door.py" in french.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("Ouvrez, {nom}", "other placeholders"),
        ("Ouvrez", "other placeholders"),
    ],
)
def test_wrong_placeholders_are_found(french: Path, wrong: str, fault: str) -> None:
    written = french.read_text(encoding="utf-8")
    french.write_text(
        written.replace('msgid "Open, {name}"\nmsgstr ""', f'msgid "Open, {{name}}"\nmsgstr "{wrong}"'),
        encoding="utf-8",
    )
    assert any(each.startswith(fault) for each in languages.faults("shop", "fr"))


def test_a_fuzzy_or_forgotten_translation_is_found(french: Path) -> None:
    written = french.read_text(encoding="utf-8")
    fuzzy = '#, fuzzy\nmsgid "Open, {name}"\nmsgstr "Ouvrez, {name}"'
    written = written.replace('msgid "Open, {name}"\nmsgstr ""', fuzzy)
    french.write_text(written + '\nmsgid "Closed"\nmsgstr "Fermé"\n', encoding="utf-8")
    found = [*languages.faults("shop", "fr")]
    assert "no longer in the code: 'Closed'" in found
    assert "fuzzy: 'Open, {name}'" in found


def test_updating_keeps_what_is_translated_and_drops_what_is_gone(french: Path) -> None:
    written = french.read_text(encoding="utf-8")
    written = written.replace(
        'msgid "Open, {name}"\nmsgstr ""', 'msgid "Open, {name}"\nmsgstr "Ouvrez, {name}"'
    )
    french.write_text(written + '\nmsgid "Closed"\nmsgstr "Fermé"\n', encoding="utf-8")
    assert languages.bring_up_to_date("shop", "fr") == 1
    after = french.read_text(encoding="utf-8")
    assert "Ouvrez, {name}" in after
    assert "Closed" not in after


def test_the_command_only_looks_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["languages", "--check"]) == 0
    assert "mirror_app th: complete" in capsys.readouterr().out
