"""What every process of the demo says, in one file; the last lines at hand for who asks what went wrong."""

import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from deploy.supervisor import Say

_LAST_LINES: Final = 12


class Log:
    """Lines of every process, into one file; on the terminal only what the supervisor has to say."""

    def __init__(self, path: Path, *, verbose: bool) -> None:
        self.path = path
        self._file = path.open("w", buffering=1)
        self._verbose = verbose
        self._tail: deque[str] = deque(maxlen=_LAST_LINES)
        self.say: Say = self._say
        self.note: Say = self._note

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def tail(self) -> str:
        return "\n".join(self._tail)

    def _say(self, name: str, line: str) -> None:
        text = f"{name:<8} │ {line}"
        self._tail.append(text)
        self._file.write(f"{time.strftime('%H:%M:%S')}  {text}\n")
        if self._verbose:
            print(text, flush=True)  # noqa: T201

    def _note(self, name: str, line: str) -> None:
        self._say(name, line)
        if not self._verbose:
            print(f"{name} {line}", file=sys.stderr, flush=True)  # noqa: T201
