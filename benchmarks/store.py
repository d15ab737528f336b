"""The whole demo store on this computer for a while: does every picture keep its rate, does anything grow?

Starts the demo store (portrait, walker, drawn shop; no windows) in a folder of its own, lets a shopper come
to the mirror again and again (try, picture, consent, order), watches all live pictures through the store page
as a visitor's browser does, and looks at every process once a second. "demo" is this very process: supervisor
and store page, and the shopper and the watcher with them.

rate: camera pictures shown or counted a second, over the whole measured time and in its worst ten seconds.
memory: resident set; its slope is the least-squares line after the warm-up, in MB a minute. Short runs show
    caches filling and the first visits; ten minutes (--seconds 600) show whether something grows.
CPU: share of one core.
"""

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    import psutil

    from deploy.demo import Running

HELP = "frame rates, memory, threads and CPU of the whole demo store, with a shopper at the mirror"

#: Camera pictures a second that each must keep on two cores.
WANTED: Final = {"mirror": 20.0, "arena": 10.0, "ceiling": 5.0}
#: Widths of the pictures on the store page at 1440 by 900.
_WIDTHS_PX: Final = {"mirror": 914}
_SMALL_PX: Final = 425
_LOOK_S: Final = 1.0
_WORST_S: Final = 10.0
#: The first visits fill caches; a third of a short run, at most this.
_WARM_UP_S: Final = 120.0


def register(parser: argparse.ArgumentParser) -> None:
    """How long to watch."""
    parser.add_argument("--seconds", type=_seconds, default=120.0, help="how long to measure (default: 120)")
    parser.add_argument("--unwatched", action="store_true", help="nobody has the store page open")


def _seconds(text: str) -> float:
    if (seconds := float(text)) < 10:
        raise argparse.ArgumentTypeError("at least 10")
    return seconds


@dataclass
class Watched:
    """One process, looked at once a second. times_s: monotonic. frames: empty where it shows none."""

    name: str
    times_s: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    frames: list[tuple[float, int]] = field(default_factory=list)

    def look(self, process: "psutil.Process") -> None:
        """Add one look."""
        with process.oneshot():
            self.times_s.append(time.monotonic())
            self.memory_mb.append(process.memory_info().rss / 1e6)
            self.threads.append(process.num_threads())
            used = process.cpu_times()
            self.cpu_s.append(used.user + used.system)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of one process."""

    fps: float | None
    worst_fps: float | None
    memory_mb: float
    memory_mb_per_min: float
    threads: int
    cpu_percent: float


def run(args: argparse.Namespace) -> int:
    """Measure and print; the last line is one JSON object. 1 where a rate was missed."""
    from deploy import rehearsal
    from deploy.place import Place
    from edge.toml_file import ConfigError

    try:
        import psutil
    except ImportError:
        raise ConfigError("psutil, which looks at the processes, comes with `uv sync --all-groups`") from None
    with tempfile.TemporaryDirectory(prefix="vitrine-") as home, rehearsal.opened(Place(Path(home))) as store:
        names = {**store.pids(), "demo": os.getpid()}
        processes = {name: psutil.Process(pid) for name, pid in names.items()}
        with _Visitors(store, watching=not args.unwatched) as visitors:
            watched = _watch(store, processes, args.seconds)
        ended = sorted(set(names) - {"demo"} - set(store.pids()))
    figures = {each.name: _figures(each) for each in watched}
    return _report(figures, visitors, ended, args.seconds)


def _watch(store: "Running", processes: "dict[str, psutil.Process]", seconds: float) -> list[Watched]:
    from deploy import place as places

    ports = places.live_ports(store.box)
    watched = [Watched(name) for name in processes]
    end_s = time.monotonic() + seconds
    while (begun_s := time.monotonic()) < end_s:
        for each in watched:
            each.look(processes[each.name])
            if each.name in ports:
                each.frames.append((time.monotonic(), _frames(ports[each.name])))
        time.sleep(max(0.0, begun_s + _LOOK_S - time.monotonic()))
    return watched


def _frames(port: int) -> int:
    from deploy import loopback

    state = loopback.get(f"http://127.0.0.1:{port}/state", 20.0).raise_for_status()
    return int(state.json()["frames"])


class _Visitors:
    """A shopper at the mirror, and somebody with the store page open; both until the block is left."""

    def __init__(self, store: "Running", *, watching: bool) -> None:
        self.visits = 0
        self.failed = ""
        self._store, self._watching = store, watching
        self._gone = threading.Event()
        self._threads = [threading.Thread(target=self._shop, name="shopper", daemon=True)]

    def __enter__(self) -> Self:
        from deploy import place as places

        if self._watching:
            self._threads += [
                threading.Thread(target=self._look_at, args=(name,), name=f"watcher {name}", daemon=True)
                for name in places.live_ports(self._store.box)
            ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._gone.set()
        for thread in self._threads:
            thread.join(5)

    def _shop(self) -> None:
        from deploy import rehearsal

        url = rehearsal.view_url(self._store)
        with rehearsal.finger_without_page(url) as finger:
            shopper = rehearsal.Shopper(finger, url)
            while not self._gone.is_set():
                try:
                    shopper.visit()
                    self.visits += 1
                except Exception as failure:  # a visit that fails is a result, told at the end
                    if not self._gone.is_set():
                        self.failed = str(failure) or type(failure).__name__
                        self._gone.wait(1.0)

    def _look_at(self, name: str) -> None:
        """Take pictures as fast as the page does, at the size that it shows them in."""
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        url = f"{self._store.store_url.replace('http', 'ws', 1)}/live/{name}"
        seen = json.dumps({"ack": True, "width": _WIDTHS_PX.get(name, _SMALL_PX)})
        with suppress(WebSocketException, OSError), connect(url, proxy=None) as page:
            while not self._gone.is_set():
                with suppress(TimeoutError):
                    page.recv(timeout=1.0, decode=False)
                    page.send(seen)


def _figures(watched: Watched) -> Figures:
    span_s = watched.times_s[-1] - watched.times_s[0]
    return Figures(
        fps=_rate(watched.frames) if watched.frames else None,
        worst_fps=min(map(_rate, _windows(watched.frames))) if watched.frames else None,
        memory_mb=watched.memory_mb[-1],
        memory_mb_per_min=_slope_per_min(watched),
        threads=watched.threads[-1],
        cpu_percent=100 * (watched.cpu_s[-1] - watched.cpu_s[0]) / span_s,
    )


def _rate(frames: list[tuple[float, int]]) -> float:
    (begun_s, first), (ended_s, last) = frames[0], frames[-1]
    return (last - first) / (ended_s - begun_s) if ended_s > begun_s else 0.0


def _windows(frames: list[tuple[float, int]]) -> Iterator[list[tuple[float, int]]]:
    """Every stretch of ten seconds; the whole where it is shorter."""
    for k, (begun_s, _) in enumerate(frames):
        if frames[-1][0] - begun_s < _WORST_S and k:
            return
        yield [look for look in frames[k:] if look[0] <= begun_s + _WORST_S + _LOOK_S]


def _slope_per_min(watched: Watched) -> float:
    import numpy as np

    times_s = np.array(watched.times_s) - watched.times_s[0]
    after = times_s >= min(_WARM_UP_S, times_s[-1] / 3)
    memory_mb = np.array(watched.memory_mb)[after]
    return float(np.polyfit(times_s[after] / 60, memory_mb, 1)[0])


def _report(figures: dict[str, Figures], visitors: _Visitors, ended: list[str], seconds: float) -> int:
    print(f"{'':<9}{'pictures/s':>11}{'worst 10 s':>12}{'memory':>10}{'grows':>14}{'threads':>9}{'CPU':>7}")
    for name, each in figures.items():
        rate = "" if each.fps is None else f"{each.fps:.1f}"
        worst = "" if each.worst_fps is None else f"{each.worst_fps:.1f}"
        growth = f"{each.memory_mb_per_min:+.2f} MB/min"
        memory = f"{each.memory_mb:.0f} MB"
        print(
            f"{name:<9}{rate:>11}{worst:>12}{memory:>10}{growth:>14}"
            f"{each.threads:>9}{each.cpu_percent:>6.0f}%"
        )
    missed = [name for name, fps in WANTED.items() if name in figures and (figures[name].fps or 0) < fps]
    print(f"{visitors.visits} shoppers went from the mirror to an order in {seconds:.0f} s.")
    if visitors.failed:
        print(f"A visit failed: {visitors.failed}")
    result = {
        "benchmark": "store",
        "seconds": seconds,
        "cores": os.cpu_count(),
        "visits": visitors.visits,
        "ended": ended,
        "missed": missed,
        "processes": {
            name: {key: value if value is None else round(value, 2) for key, value in asdict(each).items()}
            for name, each in figures.items()
        },
    }
    print(json.dumps(result))
    return 1 if missed or ended or visitors.failed else 0
