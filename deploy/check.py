"""What is wrong with a box: one finding per thing that must be right, each with its remedy.

Nothing is started and no camera opened, so it may be run beside a box that works.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import httpx

from edge import cameras, config, credential
from edge.config import Box, Screen
from edge.line import open_line
from edge.outbox import FILE_NAME, Backlog
from edge.toml_file import ConfigError

#: The package of Debian and Ubuntu that brings a language's glyphs, where it is not the one of all others.
_FONTS: Final = dict.fromkeys(("zh-Hans", "ja", "ko"), "fonts-noto-cjk")
_OTHER_FONTS: Final = "fonts-noto-core"


#: How many things of a catalogue that are not offered are named.
_MOST_SKIPPED: Final = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, whether it is right, in words; the remedy stands in the words."""

    what: str
    ok: bool
    words: str


def findings(path: Path) -> Iterator[Finding]:
    """Look at everything that the box file at `path` needs, one after the other."""
    try:
        box = config.load(path)
    except ConfigError as wrong:
        yield Finding("box file", ok=False, words=str(wrong))
        return
    yield Finding("box file", ok=True, words=f"box {box.box} of store {box.store}")
    yield _models()
    yield _tried("models run on", partial(_runtime, box))
    yield _fonts(box)
    for name, camera in box.cameras.items():
        yield _tried(f"camera {name}", partial(_camera, camera))
    for name, screen in box.screens.items():
        yield _tried(f"screen {name}", partial(_screen, screen, box))
        if screen.experience == "mirror":
            yield _tried(f"catalogue of {name}", partial(_catalogue, screen, box))
            yield from _reach(name, screen)
    for name in box.counters:
        yield _tried(f"counter {name}", partial(_counter, name, box))
    yield _tried("outbox", partial(_outbox, box))
    yield _tried("disk", partial(_disk, box))
    yield _tried("credential", partial(_credential, box))
    yield _tried("cloud", partial(_cloud, box))


class _Wrong(Exception):  # noqa: N818 - read as a sentence where it is raised
    """Something is wrong; the message has the remedy."""


def _tried(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, ok=True, words=look())
    except (_Wrong, ConfigError, OSError, sqlite3.Error) as wrong:
        return Finding(what, ok=False, words=str(wrong))


def _models() -> Finding:
    from models import store

    missing = [status.name for status in store.check() if status.state != store.BUILT]
    if missing:
        return Finding("models", ok=False, words=f"{', '.join(missing)} not ready. {store.REMEDY}")
    return Finding("models", ok=True, words=f"{len(store.check())} ready in {store.folder()}")


def _runtime(box: Box) -> str:
    """Starts the smallest model as the box would: only then a provider shows whether it can."""
    from models import store
    from models.errors import ModelError
    from models.face_detector import SHORT
    from models.session import Session

    told: list[str] = []
    wanted = replace(box.perception.runtime, announce=told.append)
    try:
        session = Session(store.path(SHORT.name), wanted)
    except ModelError as wrong:
        raise _Wrong(str(wrong)) from None
    if told:
        raise _Wrong(f"{told[0]}: mend that, or leave it out of perception.providers")
    cores = "1 core" if wanted.threads == 1 else f"{wanted.threads} cores"
    return f"{', then '.join(session.providers)}; {cores} for each"


def _fonts(box: Box) -> Finding:
    """Whether every character of every language the screens offer can be drawn."""
    from deploy import languages
    from edge.speech import NAMES

    offered = {code for each in box.screens.values() for code in (each.language, *(each.languages or NAMES))}
    try:
        lacking = {code: found for code in sorted(offered) if (found := languages.missing_glyphs(code))}
    except FileNotFoundError as wrong:
        return Finding("fonts", ok=False, words=str(wrong))
    if not lacking:
        words = f"every glyph of {', '.join(sorted(offered)) or 'no language'}"
        return Finding("fonts", ok=True, words=words)
    remedies = dict.fromkeys(_FONTS.get(code, _OTHER_FONTS) for code in lacking)
    words = "; ".join(f"{code} lacks {len(found)} ({found[:8]})" for code, found in lacking.items())
    return Finding("fonts", ok=False, words=f"{words}. Debian, Ubuntu: apt-get install {' '.join(remedies)}")


def _camera(camera: config.Camera) -> str:
    cameras.check(camera)
    return ", then ".join(camera.sources)


def _screen(screen: Screen, box: Box) -> str:
    from deploy.cli.screen import build

    build(screen, box)
    view = f", live view on port {screen.view_port}" if screen.view_port else ""
    return f"{screen.experience}, {screen.width_px}x{screen.height_px}{view}"


def _catalogue(screen: Screen, box: Box) -> str:
    """What a mirror offers, and each thing of its catalogue that it does not."""
    from mirror_app.catalog import Source

    offered = Source(screen.catalogue, box.base_dir, box.state_path).load()
    words = f"{offered.origin}: {len(offered.products)} products, {len(offered.items)} shades"
    if offered.looks:
        words += f", {len(offered.looks)} looks"
    if offered.skipped:
        some = "".join(f"\n    {skipped}" for skipped in offered.skipped[:_MOST_SKIPPED])
        raise _Wrong(f"{words}; not offered ({len(offered.skipped)}):{some}")
    return words


def _reach(name: str, screen: Screen) -> Iterator[Finding]:
    """Whether everybody reaches a mirror's controls, where it is said how high it hangs."""
    from mirror_app.screens._room import too_high_mm

    if not screen.above_floor_mm:
        return
    over_mm = too_high_mm(screen)
    words = "every control below 1220 mm"
    if over_mm:
        lower = f"hang it {over_mm:.0f} mm lower, or use Tab and Return, or switches that send keys"
        words = f"controls up to {1220 + over_mm:.0f} mm above the floor, out of reach over 1220 mm: {lower}"
    yield Finding(f"reach of {name}", ok=not over_mm, words=words)


def _counter(name: str, box: Box) -> str:
    """What finds the people; wrong where not the detector that is wanted first does."""
    from edge.floor.setup import detector_of
    from models.errors import ModelError

    instead: list[str] = []
    try:
        detector = detector_of(box, name, instead.append)
    except ModelError as wrong:
        raise _Wrong(str(wrong)) from None
    if instead:
        raise _Wrong(instead[0])
    return f"people found by {detector.words}"


def _outbox(box: Box) -> str:
    with closing(Backlog(box.state_path / FILE_NAME)) as backlog:
        counts = backlog.counts()
    aside = counts.pop("set_aside")
    waiting = ", ".join(f"{count} {lane}" for lane, count in counts.items() if count) or "nothing"
    if aside:
        raise _Wrong(
            f"the cloud refused {aside} rows for good; they are kept in table set_aside of "
            f"{box.state_path / FILE_NAME}, each with its reason. Waiting: {waiting}"
        )
    return f"can be written; waiting to be sent: {waiting}"


def _disk(box: Box) -> str:
    free_mb = shutil.disk_usage(box.state_path).free // 10**6
    if free_mb < box.outbox.budget_mb:
        raise _Wrong(
            f"{free_mb} MB free at {box.state_path}, outbox.budget_mb is {box.outbox.budget_mb}: "
            "free space or lower the budget"
        )
    return f"{free_mb} MB free at {box.state_path}"


def _credential(box: Box) -> str:
    given = credential.load(box.state_path)
    if given is None:
        raise _Wrong(
            f"the box is not enrolled. On the cloud: vitrine cloud box-code {box.store} {box.box}; "
            "then here: vitrine enrol BOX.toml --code CODE"
        )
    if (given.store, given.box) != (box.store, box.box):
        raise _Wrong(
            f"it is of box {given.box} in store {given.store}, the box file says {box.box} in {box.store}: "
            "correct the file or enrol the box again"
        )
    return f"share links lead to {given.link_url}"


def _cloud(box: Box) -> str:
    """Whether the cloud answers, and knows the credential: an empty batch of events changes nothing."""
    given = credential.load(box.state_path)
    try:
        with open_line(box.cloud.url, given) as client:
            ready = client.get("/readyz")
            known = client.post("/v1/events", json=[]) if given else None
    except httpx.HTTPError as failure:
        raise _Wrong(
            f"no answer from {box.cloud.url} ({failure or type(failure).__name__}); "
            "check cloud.url and the line. Everything waits in the outbox meanwhile"
        ) from None
    if not ready.is_success:
        raise _Wrong(f"{box.cloud.url}/readyz answered {ready.status_code}; look at the cloud's log")
    if known is not None and known.status_code in (401, 403):
        raise _Wrong(
            f"{box.cloud.url} does not accept this box's credential. Make a code with "
            f"`vitrine cloud box-code {box.store} {box.box}` and enrol again"
        )
    return f"{box.cloud.url} answers" + (" and knows this box" if known is not None else "")
