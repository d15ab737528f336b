"""`vitrine models list | build | check`: the ONNX models, built once from MediaPipe's weights."""

import argparse
from pathlib import Path

HELP = "Build, list and check the models."


def register(parser: argparse.ArgumentParser) -> None:
    """The three actions; only build takes options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="what there is, what it is for, whether it is built")
    actions.add_parser("check", help="verify every built model; exit code 1 if one has to be built")
    build = actions.add_parser("build", help="build what is missing, damaged or made by another version")
    build.add_argument("--wheel", type=Path, help="MediaPipe's wheel, instead of the installed one")
    build.add_argument("--force", action="store_true", help="build all models again")


def run(args: argparse.Namespace) -> int:
    """Run one action."""
    return {"list": _list, "check": _check, "build": _build}[args.action](args)


def _list(_: argparse.Namespace) -> int:
    from models import store, weights

    for status in store.check():
        entry = weights.find(status.name)
        print(f"{entry.name}  {status.state}  {status.bytes / 1e6:.1f} MB  Apache-2.0, MediaPipe authors")
        print(f"    {entry.use}")
        print(f"    from {entry.path} of {weights.DISTRIBUTION}=={weights.VERSION}, SHA-256 {entry.sha256}")
    print(f"In {store.folder()}")
    return 0


def _check(_: argparse.Namespace) -> int:
    from models import store

    found = store.check()
    for status in found:
        print(f"{status.name}: {status.state}")
    if all(status.state == store.BUILT for status in found):
        return 0
    print(store.REMEDY)
    return 1


def _build(args: argparse.Namespace) -> int:
    from models import store

    built = build_with_bar(args.wheel, force=args.force)
    print(f"{len(built)} models built, {len(store.check())} ready in {store.folder()}")
    return 0


def build_with_bar(wheel: Path | None = None, *, force: bool = False) -> tuple[str, ...]:
    """`store.build` with a progress bar on standard error; silent where nothing has to be built."""
    from models import store

    try:
        from rich.progress import Progress
    except ImportError:  # rich comes with the build extra; without it the store says what is missing
        return store.build(wheel=wheel, force=force)
    from rich.console import Console

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Building models", total=None)

        def show(name: str, done: int, total: int) -> None:
            bar.update(task, description=f"Building {name}", completed=done, total=total)

        return store.build(show, wheel, force=force)
