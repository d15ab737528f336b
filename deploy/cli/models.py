"""`vitrine models list | build | check | pull | export | import`: the ONNX models of this computer."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.store import Status

HELP = "Build, pull, list and check the models; carry them to other boxes."

#: Who uses a model that no file of Vitrine runs.
_NOBODY = "nothing here; converted and measured, for a store's own experience to use"


def register(parser: argparse.ArgumentParser) -> None:
    """The six actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="what there is, where from, what it is for, whether it is here")
    actions.add_parser("check", help="verify every model; exit code 1 if one has to be made again")
    build = actions.add_parser("build", help="build what is missing, damaged or made by another version")
    build.add_argument("--wheel", type=Path, help="MediaPipe's wheel, instead of the installed one")
    build.add_argument("--force", action="store_true", help="build all models again")
    pull = actions.add_parser(
        "pull", help="fetch a model of others over HTTPS, verified; goes on where it broke"
    )
    pull.add_argument("name", metavar="NAME", help="yolox_nano or yolox_tiny")
    pull.add_argument("--from", dest="file", type=Path, metavar="FILE", help="take it from this file instead")
    out = actions.add_parser(
        "export", help="write every model here into one file for boxes that cannot build"
    )
    out.add_argument("file", type=Path, metavar="FILE.zip")
    take = actions.add_parser("import", help="take every model from an exported file, verified")
    take.add_argument("file", type=Path, metavar="FILE.zip")


def run(args: argparse.Namespace) -> int:
    """Run one action."""
    actions = {
        "list": _list,
        "check": _check,
        "build": _build,
        "pull": _pull,
        "export": _export,
        "import": _import,
    }
    return actions[args.action](args)


def _list(_: argparse.Namespace) -> int:
    from models import store, weights

    for status in store.check():
        built = weights.find(status.name)
        wheel = f"{weights.DISTRIBUTION}=={weights.VERSION}"
        source = f"{built.path} of {wheel}, SHA-256 {built.sha256}"
        _show(status, built.use, built.user, source, weights.LICENCE)
    for status in store.check_pulled():
        pulled = weights.find_download(status.name)
        source = f"{pulled.url}, {pulled.bytes / 1e6:.1f} MB, SHA-256 {pulled.sha256}"
        _show(status, pulled.use, pulled.user, source, pulled.licence)
    print(f"In {store.folder()}")
    return 0


def _show(status: "Status", use: str, user: str, source: str, licence: str) -> None:
    """One model; what is read from its file only where it is here and right."""
    from models import store
    from models.inputs import inputs

    print(f"{status.name}  {status.state}")
    print(f"    {use}")
    print(f"    used by  {f'models/{user}.py' if user else _NOBODY}")
    print(f"    source   {source}")
    print(f"    licence  {licence}")
    if status.state in store.READY:
        print(f"    file     {status.bytes / 1e6:.1f} MB, SHA-256 {status.sha256}")
        print(f"    input    {', '.join(inputs(status.path))}")


def _check(_: argparse.Namespace) -> int:
    from models import store

    built, pulled = store.check(), store.check_pulled()
    for status in (*built, *pulled):
        optional = status in pulled and status.state == store.MISSING
        print(f"{status.name}: {status.state}{' (only where a camera counts with it)' if optional else ''}")
    wrong = [status.name for status in pulled if status.state == store.DAMAGED]
    for name in wrong:
        print(f"Run `vitrine models pull {name}`.")
    if all(status.state == store.BUILT for status in built):
        return 1 if wrong else 0
    print(store.REMEDY)
    return 1


def _build(args: argparse.Namespace) -> int:
    from models import store

    built = build_with_bar(args.wheel, force=args.force)
    print(f"{len(built)} models built, {len(store.check())} ready in {store.folder()}")
    return 0


def _pull(args: argparse.Namespace) -> int:
    from models import pull, weights

    download = weights.find_download(args.name)
    if args.file:
        file = pull.adopt(download, args.file)
    else:
        with _bar(f"Fetching {download.name}", download.bytes) as show:
            file = pull.fetch(download, show)
    print(f"{download.name} is at {file}, verified ({download.licence})")
    return 0


def _export(args: argparse.Namespace) -> int:
    from models import bundle

    names = bundle.export(args.file)
    print(f"{len(names)} models in {args.file}, {args.file.stat().st_size / 1e6:.1f} MB: {', '.join(names)}")
    print("On the box: `vitrine models import FILE.zip`, with the same version of Vitrine.")
    return 0


def _import(args: argparse.Namespace) -> int:
    from models import bundle, store

    brought = bundle.load(args.file)
    print(f"{len(brought.names)} models verified and put into {store.folder()}: {', '.join(brought.names)}")
    if brought.lacking:
        print(f"Not in {args.file}: {', '.join(brought.lacking)}. `vitrine models check` tells what is here.")
    return 0


def build_with_bar(wheel: Path | None = None, *, force: bool = False) -> tuple[str, ...]:
    """`store.build` with a progress bar on standard error; silent where nothing has to be built."""
    from models import store

    with _bar("Building models", None) as move:

        def show(name: str, done: int, total: int) -> None:
            move(done, total, f"Building {name}")

        return store.build(show, wheel, force=force)


@contextmanager
def _bar(words: str, total: int | None) -> Iterator[Callable[..., None]]:
    """A progress bar on standard error: call it with done, total and, where they change, the words.

    rich comes with the build extra; a box without it is told at every tenth.
    """
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ImportError:
        yield _Tenths(words).show
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=total)

        def show(done: int, total: int, words: str = words) -> None:
            bar.update(task, description=words, completed=done, total=total)

        yield show


class _Tenths:
    """Progress in lines of text, ten at most."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._told = 0

    def show(self, done: int, total: int, words: str = "") -> None:
        tenth = 10 * done // max(total, 1)
        if tenth > self._told:
            self._told = tenth
            print(f"{words or self._words}: {10 * tenth} %", file=sys.stderr)
