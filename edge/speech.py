"""What a screen says, in the language of whoever stands before it: words, plurals, money, dates, numbers.

A text stands once, in English, in the module that shows it, marked with `mark` or `counted`; a `Speech` says
it in its language. Translations are gettext catalogues (`.po`), in `languages` folders beside the code that
speaks; they are read as they are, so there is nothing to compile and nothing that can be stale. `vitrine
languages` brings them up to date with the code.

    NOTE: Final = counted("In {count} second …", "In {count} seconds …")
    speech.count(NOTE, 3)
"""

import functools
import gettext
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from cloud_api.contract.base import Money
from edge.toml_file import ConfigError

#: The languages that Vitrine speaks, each by its own name.
NAMES: Final = {
    "en": "English",
    "zh-Hans": "简体中文",
    "ja": "日本語",
    "ko": "한국어",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "th": "ไทย",
}
#: Whose way of writing dates and money a language takes, where it is not its largest country's.
_LOCALES: Final = {"en": "en-GB"}
#: The language the texts are written in: needs no catalogue.
SOURCE: Final = "en"
#: Texts of the edge itself, shared by all experiences.
_OWN: Final = Path(__file__).parent / "languages"


def mark(message: str) -> str:
    """Say that a text is shown to shoppers; it is translated where it is said."""
    return message


@dataclass(frozen=True, slots=True)
class Counted:
    """A text that depends on how many there are; both forms may hold `{count}`."""

    one: str
    many: str


def counted(one: str, many: str) -> Counted:
    """Mark a text that depends on a number."""
    return Counted(one, many)


class Speech:
    """One language. Compared by its code: two of the same language say the same."""

    def __init__(self, code: str, folder: Path | None = None) -> None:
        """folder: the catalogues of an experience, asked before the edge's own. ConfigError: nobody speaks
        `code`."""
        if code not in NAMES:
            raise ConfigError(f"no language is called {code!r}; Vitrine speaks {', '.join(NAMES)}")
        self.code = code
        self._locale = Locale.parse(_LOCALES.get(code, code), sep="-")
        self._words = _catalogue(code, folder)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Speech) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return NAMES[self.code]

    def say(self, message: str, **values: object) -> str:
        """A marked text, its {placeholders} filled."""
        words = self._words.gettext(message) if message else ""
        return words.format(**values) if values else words

    def count(self, message: Counted, count: int, **values: object) -> str:
        """A text in the form that this many want."""
        words = self._words.ngettext(message.one, message.many, count)
        return words.format(count=self.number(count), **values)

    def money(self, money: Money) -> str:
        """A price as the language writes it: 29.00 EUR is `29,00 €` in German."""
        return str(
            format_currency(Decimal(money.amount).scaleb(-money.digits), money.currency, locale=self._locale)
        )

    def date(self, day: date) -> str:
        """A day with the month's name, on one line."""
        return str(format_date(day, "long", locale=self._locale)).replace(" ", "\u00a0")

    def number(self, value: float) -> str:
        """A number with the language's separators."""
        return str(format_decimal(value, locale=self._locale))


def nearest(code: str) -> Speech:
    """The language, or English where Vitrine does not speak it."""
    return Speech(code) if code in NAMES else PLAIN


def path_of(folder: Path, code: str) -> Path:
    """Where a folder of languages keeps the catalogue of one."""
    return folder / code.replace("-", "_") / "LC_MESSAGES" / f"{folder.parent.name}.po"


@functools.lru_cache(maxsize=32)
def _catalogue(code: str, folder: Path | None) -> gettext.NullTranslations:
    words: gettext.NullTranslations = gettext.NullTranslations()
    for each in (_OWN, folder):
        path = path_of(each, code) if each else None
        if path is not None and path.is_file():
            found = _read(path)
            found.add_fallback(words)
            words = found
    return words


def _read(path: Path) -> gettext.GNUTranslations:
    """A catalogue as gettext wants it."""
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


#: Says everything as it is written.
PLAIN: Final = Speech(SOURCE)
