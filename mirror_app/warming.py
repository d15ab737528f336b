"""What the first shoppers would wait for is got ready beside the first pictures: screens, fonts, formats.

A screen's code is read when it is first shown, a language's fonts and its way of writing money when it is
first chosen: each some hundredths of a second, at a touch, when a late picture is seen most.
"""

import functools
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from threading import Thread
from typing import Final, get_args

from cloud_api.contract.base import Money
from edge import memory, plugins
from edge.speech import Speech
from edge.ui import fonts

log = logging.getLogger(__name__)

#: The first picture comes first.
_AFTER_S: Final = 3.0
#: Between two things, so that drawing hardly notices.
_REST_S: Final = 0.05


def begin(screens: str, languages: Iterable[Speech]) -> None:
    """Get ready, soon and beside. screens: the package they are in."""
    errands = [*_errands(screens, tuple(languages))]
    Thread(target=_run, args=(errands,), name="warming", daemon=True).start()


def _run(errands: list[Callable[[], object]]) -> None:
    """What goes wrong here is told by whoever needs it."""
    time.sleep(_AFTER_S)
    for errand in errands:
        try:
            errand()
        except Exception as wrong:
            log.info("not ready beforehand: %s", wrong)
        time.sleep(_REST_S)
    memory.settle()


def _errands(screens: str, languages: tuple[Speech, ...]) -> Iterator[Callable[[], object]]:
    for name in plugins.names(screens):
        yield functools.partial(plugins.load, screens, name)
    for speech in languages:
        yield functools.partial(speech.money, Money(amount=100, currency="EUR"))
        for face in get_args(fonts.Face):
            yield functools.partial(fonts.missing, speech.name, face, speech.code)
