"""Where a mirror's catalogue comes from, and whether there is a newer one.

A screen names one source or several, the first that can be used: `cloud` (what the uplink fetched last),
`demo`, or a file of its own. A change is noticed while nobody stands there, and read beside the loop.
"""

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread, current_thread
from typing import Final

from cloud_api.contract.catalogue import CatalogueLoaded
from edge import memory
from edge.catalogue import Cache, Stamp
from edge.toml_file import ConfigError
from mirror_app.catalog import fetched
from mirror_app.catalog.fetched import CLOUD
from mirror_app.catalog.reading import load, path_of
from mirror_app.catalog.shelf import Catalog

log = logging.getLogger(__name__)

#: How often the disk is looked at.
_LOOK_S: Final = 2.0
#: Nobody rests for longer.
_REST_S: Final = 0.02
#: How many skipped things are named in log and event.
_SOME: Final = 20


class Source:
    """One or several catalogues, the first that can be used.

    names: `cloud`, names that come with Vitrine, or paths of TOML files relative to base_dir. state_path: the
    box's state folder, where the cloud's catalogue lies.
    """

    def __init__(self, names: str | Iterable[str], base_dir: Path, state_path: Path) -> None:
        self._names = (names,) if isinstance(names, str) else tuple(names)
        self._base_dir, self._cache = base_dir, Cache(state_path)
        self._stamp = self._now()
        self._looked_s: float | None = None
        self._reading: Thread | None = None
        self._fresh: Catalog | None = None
        self._last: Catalog | None = None

    def load(self) -> Catalog:
        """Read the first catalogue that can be used; ConfigError says of each why not.

        What is read beside at the same time is older by then, and dropped.
        """
        self._reading = self._fresh = None
        self._stamp = self._now()
        self._last = self._first(None)
        return self._last

    def _first(self, pause: Callable[[], None] | None) -> Catalog:
        """pause: called again and again meanwhile, where something else must go on."""
        wrong: list[str] = []
        for name in self._names:
            try:
                with memory.loading():
                    return self._load(name, pause)
            except ConfigError as why:
                wrong.append(str(why))
        raise ConfigError("\n".join(wrong))

    def _load(self, name: str, pause: Callable[[], None] | None) -> Catalog:
        if name == CLOUD:
            return fetched.load(self._cache, pause).indexed()
        return load(self._path(name), pause).indexed()

    def fresh(self, now_s: float) -> Catalog | None:
        """A newer catalogue, once, when there is one; else None, at once. now_s: monotonic seconds."""
        if self._reading is not None:
            return None if self._reading.is_alive() else self._take()
        if self._looked_s is not None and now_s - self._looked_s < _LOOK_S:
            return None
        self._looked_s = now_s
        if self._now() != self._stamp:
            self._reading = Thread(target=self._read_again, name="catalogue", daemon=True)
            self._reading.start()
        return None

    def _take(self) -> Catalog | None:
        fresh, self._fresh, self._reading = self._fresh, None, None
        return fresh

    def _read_again(self) -> None:
        now = self._now()
        try:
            catalog = self._again(now)
        except ConfigError as wrong:
            log.warning("the catalogue stays as it is: %s", wrong)
            catalog = None
        if self._reading is current_thread():
            self._stamp, self._fresh, self._last = now, catalog, catalog or self._last

    def _again(self, now: tuple[Stamp, ...]) -> Catalog:
        """As it is now; where no more than its stock has changed, with that."""
        last = self._last
        if last is not None and last.origin == CLOUD and _but_stock(self._stamp) == _but_stock(now):
            return fetched.restocked(last, self._cache.stock()).indexed()
        return self._first(_Pauses())

    def _path(self, name: str) -> Path | str:
        return self._base_dir / name if Path(name).suffix else name

    def _now(self) -> tuple[Stamp, ...]:
        """Another value whenever one of the sources changes."""
        return tuple(self._cache.stamp() if name == CLOUD else self._stamp_of(name) for name in self._names)

    def _stamp_of(self, name: str) -> Stamp:
        try:
            return (path_of(self._path(name)).stat().st_mtime_ns,)
        except (OSError, ConfigError):
            return ()


class _Pauses:
    """The manners of a thread that reads beside the picture: after all it does it rests for twice as long.

    Whoever draws asks for Python's lock a hundred times a picture, and would wait each time for its 5 ms.
    """

    def __init__(self) -> None:
        self._since_s = time.monotonic()

    def __call__(self) -> None:
        time.sleep(min(2 * (time.monotonic() - self._since_s), _REST_S))
        self._since_s = time.monotonic()


def _but_stock(stamps: tuple[Stamp, ...]) -> tuple[Stamp, ...]:
    """Without the second part of the cache's stamp."""
    return tuple(stamp[:1] for stamp in stamps)


def announced(catalog: Catalog, screen: str, before: CatalogueLoaded | None) -> CatalogueLoaded | None:
    """The event that says what a screen offers from now on, None where that is what was said before (other
    counts are no other catalogue). What is left out is logged too."""
    event = CatalogueLoaded(
        screen=screen[:64],
        origin=Path(catalog.origin).name[:200],
        products=len(catalog.products),
        shades=len(catalog.items),
        skipped=len(catalog.skipped),
        some=catalog.skipped[:_SOME],
    )
    if event == before:
        return None
    for skipped in catalog.skipped[:_SOME]:
        log.warning("catalogue %s: not offered: %s", catalog.origin, skipped)
    if len(catalog.skipped) > _SOME:
        log.warning("catalogue %s: %d more not offered", catalog.origin, len(catalog.skipped) - _SOME)
    return event
