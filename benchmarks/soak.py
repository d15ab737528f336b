"""The mirror for a long time: does its memory grow, does a picture ever come late, how soon is the first?

One screen as `vitrine screen` wires it (camera, perception, stage, dispatcher, outbox), headless at 1080p,
with the sample portrait, in a folder of its own; and a shopper who never tires (_shopper.py): products of
every effect, looks, lights, comparisons (the line drawn to and fro), pictures, consent, orders, help,
languages.

first_picture_s: from the beginning of this process until a camera picture is on the screen.
memory: resident set of this process and its children; its slope is the least-squares line after the warm-up,
    in MB a minute. Short runs show caches filling (memory_mb_each_minute); thirty minutes (--minutes 30) show
    whether anything grows.
frame: one turn of the stage's loop, from one picture on the screen to the next, after the first second. On a
    busy machine others' turns count too: worst_frame_alone_ms is without the time in which this thread could
    have worked and had no core (Linux's schedstat), worst_frame_cpu_ms what it worked at most.

`ratio` is the worst figure's share of its bar: at most 1 where all hold.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from benchmarks._shopper import Shopper
    from edge.config import Box
    from edge.stage import Stage

HELP = "the mirror for a long time: memory, its slowest frame, its first picture"

#: What must hold.
_BARS: Final = {"first_picture_s": 3.0, "memory_mb_per_min": 1.0, "worst_frame_ms": 100.0}
_SIZE_PX: Final = (1920, 1080)
_SCREEN: Final = "mirror"
#: Caches fill (drawn text and controls up to four screens' worth) and everything is worn once; a third of a
#: short run, at most this.
_WARM_UP_S: Final = 600.0
_SETTLE_S, _LOOK_S = 1.0, 2.0


def register(parser: argparse.ArgumentParser) -> None:
    """How long to watch."""
    parser.add_argument("--minutes", type=_minutes, default=5.0, help="how long (default: 5)")


def _minutes(text: str) -> float:
    if (minutes := float(text)) < 0.05:
        raise argparse.ArgumentTypeError("at least 0.05")
    return minutes


def run(args: argparse.Namespace) -> int:
    """Watch and print; the last line is one JSON object. 1 where a bar was missed."""
    began_s = time.monotonic() - _age_s()
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from benchmarks._shopper import Shopper
    from deploy.cli import screen
    from mirror_app import catalog
    from models import store

    store.ensure()
    with tempfile.TemporaryDirectory(prefix="vitrine-") as home:
        box, shopper = _box(Path(home)), Shopper(_SIZE_PX)
        with screen.opened(box, _SCREEN, lambda _: None, shopper) as stage:
            shopper.view = stage.view
            seen = _watch(stage, began_s, 60 * args.minutes)
    tried = sorted({catalog.load("demo").find(sku).product.effect for sku in shopper.worn})
    return _report(seen, shopper, tried, args.minutes)


def _box(home: Path) -> "Box":
    """A box with one mirror, enrolled with nobody."""
    from cloud_api.contract.enrolment import Credential
    from edge import config, credential

    width, height = _SIZE_PX
    size = {"width_px": width, "height_px": height}
    box = config.Box.model_validate(
        {
            "store": "soak",
            "box": "front",
            "state_dir": str(home / "state"),
            "cloud": {"url": "http://127.0.0.1:9"},
            "cameras": {"main": {"source": "portrait:", **size}},
            "screens": {_SCREEN: {"experience": "mirror", "camera": "main", "display": "headless", **size}},
        }
    )
    link = "https://share.example"
    credential.save(
        box.state_path,
        Credential(store="soak", box="front", token="none", share_secret="00" * 32, link_url=link),
    )
    return box


@dataclass
class _Seen:
    """What was measured. late: frames above the bar; late_alone: those that were it by themselves."""

    first_picture_s: float = 0.0
    frames: int = 0
    late: int = 0
    late_alone: int = 0
    worst_frame_s: float = 0.0
    worst_alone_s: float = 0.0
    worst_cpu_s: float = 0.0
    at_s: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)


def _watch(stage: "Stage", began_s: float, seconds: float) -> _Seen:
    """Turn the stage for so long."""
    seen = _Seen()
    while stage.pictures == 0:
        stage.turn()
    seen.first_picture_s = time.monotonic() - began_s
    first_s = time.monotonic()
    while (now_s := time.monotonic()) < first_s + seconds:
        frame = _turn(stage)
        if now_s - first_s > _SETTLE_S:
            _count(seen, frame)
        if not seen.at_s or now_s - first_s - seen.at_s[-1] >= _LOOK_S:
            seen.at_s.append(now_s - first_s)
            seen.memory_mb.append(_resident_mb())
    stage.stop()
    stage.run()
    return seen


class _Frame(NamedTuple):
    """Seconds of one turn: all, those without waiting for a core, those of work."""

    wall_s: float
    alone_s: float
    cpu_s: float


def _turn(stage: "Stage") -> _Frame:
    began_s, waited_s, cpu_s = time.monotonic(), _waited_s(), time.thread_time()
    stage.turn()
    wall_s, worked_s = time.monotonic() - began_s, time.thread_time() - cpu_s
    return _Frame(wall_s, max(worked_s, wall_s - (_waited_s() - waited_s)), worked_s)


def _count(seen: _Seen, frame: _Frame) -> None:
    late_s = _BARS["worst_frame_ms"] / 1000
    seen.frames += 1
    seen.late += frame.wall_s > late_s
    seen.late_alone += frame.alone_s > late_s
    seen.worst_frame_s = max(seen.worst_frame_s, frame.wall_s)
    seen.worst_alone_s = max(seen.worst_alone_s, frame.alone_s)
    seen.worst_cpu_s = max(seen.worst_cpu_s, frame.cpu_s)


def _waited_s() -> float:
    """For how long this thread could have run and had no core; 0 where the system does not say."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def _age_s() -> float:
    """For how long this process has been there; 0 where the system does not say."""
    status = Path("/proc/self/stat")
    if not status.exists():
        return 0.0
    begun = int(status.read_text().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - begun / os.sysconf("SC_CLK_TCK")


def _resident_mb() -> float:
    """Memory of this process and its children in use; 0 where there is no /proc."""
    pages = 0
    for pid in (os.getpid(), *(child.pid for child in multiprocessing.active_children())):
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _slope_per_min(seen: _Seen) -> float:
    """MB a minute after the warm-up."""
    import numpy as np

    at_s, memory = np.array(seen.at_s), np.array(seen.memory_mb)
    settled = at_s >= min(_WARM_UP_S, at_s[-1] / 3)
    return float(np.polyfit(at_s[settled], memory[settled], 1)[0] * 60) if settled.sum() > 2 else 0.0


def _each_minute(seen: _Seen) -> list[int]:
    """The most memory in every whole minute, MB."""
    looks = list(zip(seen.at_s, seen.memory_mb, strict=True))
    ends = range(60, int(seen.at_s[-1]) + 1, 60)
    return [round(max(memory for at_s, memory in looks if end - 60 <= at_s < end)) for end in ends]


def _report(seen: _Seen, shopper: "Shopper", tried: list[str], minutes: float) -> int:
    figures = {
        "first_picture_s": round(seen.first_picture_s, 2),
        "memory_mb_per_min": round(_slope_per_min(seen), 3),
        "worst_frame_ms": round(1000 * seen.worst_frame_s, 1),
    }
    shares = {name: figures[name] / bar for name, bar in _BARS.items()}
    print(f"first picture after {figures['first_picture_s']} s; slowest frame {figures['worst_frame_ms']} ms")
    print(f"memory {seen.memory_mb[-1]:.0f} MB, {figures['memory_mb_per_min']:+.2f} MB a minute")
    result = {
        "benchmark": "soak",
        "ratio": round(max(shares.values()), 3),
        **figures,
        "worst_frame_alone_ms": round(1000 * seen.worst_alone_s, 1),
        "worst_frame_cpu_ms": round(1000 * seen.worst_cpu_s, 1),
        "frames_over_100_ms": seen.late,
        "frames_over_100_ms_alone": seen.late_alone,
        "frames": seen.frames,
        "minutes": minutes,
        "memory_mb": round(seen.memory_mb[-1], 1),
        "memory_mb_each_minute": _each_minute(seen),
        "taps": shopper.taps,
        "without_mirror": shopper.away,
        "effects": tried,
        "lights_and_comparisons": sorted(shopper.tools),
        "screens": sorted(shopper.screens),
        "cores": os.cpu_count(),
    }
    print(json.dumps(result))
    return int(max(shares.values()) > 1 or bool(shopper.away))
