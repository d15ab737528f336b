"""Reads a large JSON document beside a picture that moves: one piece after the other, with pauses between.

`json.loads` holds Python's lock until the last byte: a catalogue of thousands of products would stop the
picture for some tenths of a second.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final

_BLANK: Final = re.compile(r"[ \t\n\r]*")


def loads(text: str, pause: Callable[[], None]) -> Any:
    """What `json.loads` gives, also its errors; pause: called after every element of the arrays that stand in
    the outermost object."""
    reader = _Reader(text, pause)
    value = reader.object() if reader.sees("{") else reader.value()
    if not reader.sees(""):
        raise reader.wrong("Extra data")
    return value


class _Reader:
    def __init__(self, text: str, pause: Callable[[], None]) -> None:
        self._text, self._pause = text, pause
        self._at = self._beyond_blanks(0)
        self._decode = json.JSONDecoder().raw_decode

    def sees(self, sign: str) -> bool:
        """Whether this sign is next; an empty one stands for the end."""
        return self._text[self._at : self._at + 1] == sign

    def wrong(self, words: str) -> json.JSONDecodeError:
        return json.JSONDecodeError(words, self._text, self._at)

    def value(self) -> Any:
        """Anything, at once."""
        value, end = self._decode(self._text, self._at)
        self._at = self._beyond_blanks(end)
        return value

    def object(self) -> dict[str, Any]:
        """The outermost object."""
        self._take("{")
        found: dict[str, Any] = {}
        while not self.sees("}") or found:
            if not self.sees('"'):
                raise self.wrong("Expecting property name enclosed in double quotes")
            key = self.value()
            self._take(":")
            found[key] = self._array() if self.sees("[") else self.value()
            if not self.sees(","):
                break
            self._take(",")
        self._take("}")
        return found

    def _array(self) -> list[Any]:
        self._take("[")
        found: list[Any] = []
        while not self.sees("]") or found:
            found.append(self.value())
            self._pause()
            if not self.sees(","):
                break
            self._take(",")
        self._take("]")
        return found

    def _take(self, sign: str) -> None:
        if not self.sees(sign):
            raise self.wrong(f"Expecting {sign!r}")
        self._at = self._beyond_blanks(self._at + 1)

    def _beyond_blanks(self, at: int) -> int:
        found = _BLANK.match(self._text, at)
        return found.end() if found else at
