"""`vitrine screen`: one screen of a box: camera, perception, experience, stage, live view.

camera thread -> perception process -> stage (this thread) -> dispatcher -> outbox
                                          |
                                     live view thread
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge.toml_file import ConfigError

if TYPE_CHECKING:
    from edge import config
    from edge.dispatch import Dispatcher
    from edge.display import Display
    from edge.experience import Experience
    from edge.floor.settings import Counter
    from edge.outbox import Outbox
    from edge.stage import Stage
    from edge.view.pane import Pane

HELP = "run one screen of a box, until Ctrl+Q at its window, Ctrl-C or SIGTERM"

#: Where an experience is built: a module with `build(screen, box) -> Experience`.
EXPERIENCES: Final = {"mirror": "mirror_app.mirror", "arena": "gamification.arena"}


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the subcommand."""
    parser.add_argument("box", type=Path, metavar="BOX.toml", help="the box file")
    parser.add_argument("name", metavar="NAME", help="the screen's name in the box file")


def run(args: argparse.Namespace) -> None:
    """Run it; ConfigError where the file does not fit, ModelError where models cannot be had."""
    import logging
    import sys

    from edge import config
    from models import store

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    box = config.load(args.box)
    if args.name not in box.screens:
        names = ", ".join(sorted(box.screens)) or "none"
        raise ConfigError(f"{args.box}: there is no screen {args.name!r}; screens of this file: {names}")
    store.ensure(lambda model, done, total: _say(f"building model {model} ({done + 1} of {total})"))
    with opened(box, args.name, _say) as stage:
        stage.run()


def _say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def opened(
    box: "config.Box", name: str, say: Callable[[str], None], display: "Display | None" = None
) -> "Iterator[Stage]":
    """Everything of a screen, wired together and running but for the stage's own loop.

    display: given where another than the box file's is wanted. What an experience recorded is on disk when
    this is left. ConfigError and ModelError as for `run`.
    """
    from edge.cameras.thread import CameraThread
    from edge.perception_process import PerceptionProcess

    screen = box.screens[name]
    with ExitStack() as closing:
        perception = PerceptionProcess()  # a second until its libraries are loaded,
        closing.callback(perception.stop)
        camera = CameraThread(box.cameras[screen.camera], perception)
        closing.callback(camera.stop)
        camera.start()  # and one until a webcam opens: meanwhile everything else is made

        from edge.health import Health
        from edge.stage import Stage
        from edge.ui.cache import SURFACES
        from edge.view.pane import PerceptionState

        SURFACES.fit((screen.width_px, screen.height_px))
        experience = build(screen, box)
        perception.load(experience.needs, screen.max_faces, box.perception.runtime, screen.max_bodies)
        outbox = closing.enter_context(outbox_of(box))
        dispatcher = closing.enter_context(_dispatcher(box, outbox, screen))
        perception.meanwhile = getattr(experience, "expect", None)
        perception.wish = getattr(experience, "wish", None)
        perception.start()
        pane = closing.enter_context(viewed(screen, name, say))
        health = Health(name, box.state_path, outbox.depth, version())
        yield Stage(
            name,
            screen,
            experience,
            perception,
            lambda: camera.status,
            dispatcher,
            pane=pane,
            health=health,
            display=display,
            perception=lambda: PerceptionState(ok=perception.status.ok, words=perception.status.words),
        )


@contextmanager
def outbox_of(box: "config.Box") -> "Iterator[Outbox]":
    """The box's outbox; ConfigError where its folder cannot be made."""
    from edge.outbox import FILE_NAME, Outbox

    try:
        box.state_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as wrong:
        raise ConfigError(
            f"state_dir: the folder {box.state_path} cannot be made ({wrong.strerror}); "
            "choose one that this user may write to"
        ) from None
    outbox = Outbox(box.state_path / FILE_NAME, box.store, box.box, box.outbox.budget_mb * 10**6)
    try:
        yield outbox
    finally:
        outbox.close()


@contextmanager
def _dispatcher(box: "config.Box", outbox: "Outbox", screen: "config.Screen") -> "Iterator[Dispatcher]":
    from edge import credential
    from edge.dispatch import Dispatcher
    from edge.ui.brand import worn_brand

    known, house = lambda: credential.load(box.state_path), worn_brand(screen)
    dispatcher = Dispatcher(outbox, known, box.store_title, house=house)
    try:
        yield dispatcher
    finally:
        dispatcher.close()


def build(screen: "config.Screen", box: "config.Box") -> "Experience":
    """The experience that a screen names; ConfigError lists the names there are."""
    import importlib

    module = EXPERIENCES.get(screen.experience)
    if module is None:
        names = ", ".join(sorted(EXPERIENCES))
        raise ConfigError(f"there is no experience {screen.experience!r}; there is: {names}")
    experience: Experience = importlib.import_module(module).build(screen, box)
    return experience


@contextmanager
def viewed(
    screen: "config.Screen | Counter", name: str, say: Callable[[str], None], table: str = "screens"
) -> "Iterator[Pane | None]":
    """The live view of a screen or counter, where the box file gives it a port; ConfigError where that is
    taken. table: of the box file, that it is a row of."""
    from edge.view.pane import Pane
    from edge.view.server import View

    if not screen.view_port:
        yield None
        return
    pane = Pane()
    try:
        view = View(pane, screen.view_port)
    except OSError as taken:
        raise ConfigError(
            f"{table}.{name}.view_port: cannot listen on 127.0.0.1:{screen.view_port} ({taken.strerror}); "
            "end what uses it or choose another port"
        ) from None
    say(f"live view of {name}: {view.url}")
    try:
        yield pane
    finally:
        view.close()


def version() -> str:
    """Vitrine's version."""
    from importlib.metadata import version as installed

    return installed("vitrine")
