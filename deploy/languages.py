"""Keeps the catalogues of translations in step with the texts in the code, and says what is wrong with them.

    code: mark("…"), counted("…", "…") ── messages ──→ brought_up_to_date ──→ languages/*/LC_MESSAGES/*.po

What a translator wrote is kept; a text that is gone from the code goes, a new one comes in empty.
"""

import functools
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from edge import speech

_ROOT: Final = Path(__file__).parents[1]
#: Packages whose texts are translated; each has a folder `languages`.
PACKAGES: Final = ("edge", "mirror_app")
#: How the code marks texts, as Babel's extraction reads it; a comment with this tag goes to translators.
_KEYWORDS: Final = {"mark": None, "counted": (1, 2)}
_TAG: Final = "Translators:"


def messages(package: str) -> Catalog:
    """Every marked text of a package, with the files it stands in."""
    return _extracted(_ROOT, package)


@functools.cache
def _extracted(root: Path, package: str) -> Catalog:
    found = Catalog()
    for name, _, message, comments, _ in extract_from_dir(
        root / package,
        [("**.py", "python")],
        keywords=_KEYWORDS,
        comment_tags=[_TAG],
        strip_comment_tags=True,
    ):
        found.add(message, locations=[(f"{package}/{name}", 0)], auto_comments=comments)
    return found


def read(package: str, code: str) -> Catalog:
    """The catalogue of a language; empty where there is none yet."""
    path = _path(package, code)
    if not path.is_file():
        return Catalog(locale=_locale(code), project="Vitrine", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=_locale(code))


def bring_up_to_date(package: str, code: str) -> int:
    """Write the catalogue anew from the code and what is translated already; how many texts are missing."""
    before = read(package, code)
    after = Catalog(
        locale=_locale(code),
        project="Vitrine",
        version="1",
        creation_date=before.creation_date,
        revision_date=before.creation_date,
        msgid_bugs_address="",
        last_translator="Vitrine",
        language_team=speech.NAMES[code],
        header_comment=f"# Vitrine: texts of {package} in {speech.NAMES[code]}.",
        fuzzy=False,
    )
    for message in _texts(messages(package)):
        known = before.get(message.id)
        after.add(
            message.id,
            known.string if known else None,
            locations=message.locations,
            auto_comments=message.auto_comments,
        )
    path = _path(package, code)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, after, width=110, sort_by_file=True, include_lineno=False)
    return sum(not _translated(message) for message in _texts(after))


def faults(package: str, code: str) -> Iterator[str]:
    """What is wrong with a catalogue: texts missing, left over, fuzzy, empty, or with other placeholders."""
    wanted, there = messages(package), read(package, code)
    known = {message.id for message in _texts(wanted)}
    for message in _texts(there):
        if message.id not in known:
            yield f"no longer in the code: {message.id!r}"
    for message in _texts(wanted):
        found = there.get(message.id)
        if found is None or not _translated(found):
            yield f"not translated: {message.id!r}"
        elif found.fuzzy:
            yield f"fuzzy: {message.id!r}"
        else:
            yield from _wrong_forms(found, there)


def _wrong_forms(message: Message, catalog: Catalog) -> Iterator[str]:
    source, forms = _forms(message.id), _forms(message.string)
    if isinstance(message.id, tuple) and len(forms) != catalog.num_plurals:
        yield f"wants {catalog.num_plurals} plural forms: {message.id!r}"
    for form in forms:
        if _placeholders(form) != _placeholders(source[-1]):
            yield f"other placeholders: {form!r} for {source[-1]!r}"


def _texts(catalog: Catalog) -> Iterator[Message]:
    """Without the header, which stands under the empty text."""
    return (message for message in catalog if message.id)


def _translated(message: Message) -> bool:
    return all(_forms(message.string))


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _path(package: str, code: str) -> Path:
    return speech.path_of(_ROOT / package / "languages", code)


def _locale(code: str) -> Locale:
    return Locale.parse(code, sep="-")


def missing_glyphs(code: str) -> str:
    """The characters of a language's texts that no font on this system draws, each once."""
    from edge.ui import fonts  # only here: it opens font files

    texts = "".join(
        form
        for package in PACKAGES
        for message in _texts(read(package, code))
        for form in _forms(message.string)
    )
    return fonts.missing(speech.NAMES[code] + texts, "sans", code)
