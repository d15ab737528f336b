"""The mirror for a long time: does its memory grow, does a picture ever come late, how soon is the first?

One screen as `vitrine screen` wires it (camera, perception, stage, dispatcher, outbox), headless at 1080p,
with the sample portrait, in a folder of its own; and a shopper who never tires. They tap what is there to be
tapped, by chance but always by the same one: products of every effect, looks, lights, comparisons (the line
drawn to and fro), pictures, consent, orders, help, languages.

first_picture_s: from the beginning of this process until a camera picture is on the screen.
memory: resident set; its slope is the least-squares line after the warm-up, in MB a minute. Short runs show
    caches filling (memory_mb_each_minute); thirty minutes (--minutes 30) show whether anything grows.
frame: one turn of the stage's loop, from one picture on the screen to the next, after the first second. On a
    busy machine others' turns count too; worst_frame_cpu_ms is what a turn's own thread worked at most.

`ratio` is the worst figure's share of its bar: at most 1 where all hold.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import pygame

    from edge.config import Box
    from edge.display import Gathered
    from edge.experience import Pointer
    from edge.stage import Stage
    from mirror_app.description import Description, Target

HELP = "the mirror for a long time: memory, its slowest frame, its first picture"

#: What must hold.
_BARS: Final = {"first_picture_s": 3.0, "memory_mb_per_min": 1.0, "worst_frame_ms": 100.0}
_SIZE_PX: Final = (1920, 1080)
_SCREEN: Final = "mirror"
#: Caches fill (drawn text and controls up to ten screens' worth) and everything is worn once; a third of a
#: short run, at most this.
_WARM_UP_S: Final = 600.0
_SETTLE_S, _LOOK_S = 1.0, 2.0
#: A finger comes so often, and draws a line in so many steps.
_TAP_S, _DRAG_STEPS = 0.6, 40
#: What is liked on the try-on screen, by the beginning of its name; anything else is `_SELDOM`.
_LIKED: Final = {
    "shade": 8,
    "tab": 8,
    "look": 2,
    "light": 3,
    "compare": 2,
    "kind": 3,
    "line": 4,
    "undo": 1,
    "bare": 1,
}
_SELDOM: Final = 0.2


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
    from deploy.cli import screen
    from mirror_app import catalog
    from models import store

    store.ensure()
    with tempfile.TemporaryDirectory(prefix="vitrine-") as home:
        box, shopper = _box(Path(home)), _Shopper()
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


class _Shopper:
    """A display in memory with a finger before it. view: what is there to be tapped."""

    def __init__(self) -> None:
        from edge.display import Memory

        self._memory = Memory(_SIZE_PX)
        self._chance = random.Random(1)
        self._plan: list[Pointer] = []
        self._next_s = 0.0
        self.view: Callable[[], object] = lambda: None
        self.taps = self.away = 0
        self.worn: set[str] = set()
        self.screens: set[str] = set()
        self.tools: set[str] = set()

    @property
    def surface(self) -> "pygame.Surface":
        """What to draw on."""
        return self._memory.surface

    def gather(self, now_s: float) -> "Gathered":
        """The finger's next step."""
        from edge.display import Gathered

        if not self._plan and now_s >= self._next_s:
            self._next_s = now_s + _TAP_S
            self._plan = self._planned()
        step, self._plan = self._plan[:1], self._plan[1:]
        return Gathered(tuple(step))

    def flip(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to give back."""

    def _planned(self) -> "list[Pointer]":
        from edge.experience import Pointer
        from mirror_app.description import Description

        view = self.view()
        if not isinstance(view, Description):
            self.away += 1
            return []
        self.screens.add(view.screen)
        self.worn |= {view.worn} if view.worn else set()
        if not view.targets:
            return []
        name = self._chosen(view)
        self.taps += 1
        self.tools |= {name} if name.startswith(("light:", "kind:")) else set()
        path = _path(view.targets[name], draws=name == "line")
        kinds = ["down", *["move"] * (len(path) - 2), "up"]
        return [Pointer(kind, x, y) for kind, (x, y) in zip(kinds, path, strict=True)]

    def _chosen(self, view: "Description") -> str:
        """One of the controls: first of which kind, then which."""
        kinds: dict[str, list[str]] = defaultdict(list)
        for name in view.targets:
            kinds[name.partition(":")[0]].append(name)
        likes = _LIKED if view.screen == "try_on" else {}
        weights = [likes.get(kind, _SELDOM) for kind in kinds]
        (kind,) = self._chance.choices(list(kinds), weights)
        return self._chance.choice(kinds[kind])


def _path(target: "Target", *, draws: bool) -> list[tuple[float, float]]:
    """Where the finger goes down, along and up, in pixels."""
    width, height = _SIZE_PX
    x, y = (target.x + target.w / 2) * width, (target.y + target.h / 2) * height
    if not draws:
        return [(x, y), (x, y)]
    there = [x + (width / 3 - x) * k / _DRAG_STEPS for k in range(_DRAG_STEPS)]
    return [(each, y) for each in (*there, *reversed(there))]


@dataclass
class _Seen:
    """What was measured. late: frames above the bar."""

    first_picture_s: float = 0.0
    frames: int = 0
    late: int = 0
    worst_frame_s: float = 0.0
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
        cpu_s = time.thread_time()
        stage.turn()
        took_s, worked_s = time.monotonic() - now_s, time.thread_time() - cpu_s
        if now_s - first_s > _SETTLE_S:
            seen.frames += 1
            seen.late += took_s > _BARS["worst_frame_ms"] / 1000
            seen.worst_frame_s, seen.worst_cpu_s = (
                max(seen.worst_frame_s, took_s),
                max(seen.worst_cpu_s, worked_s),
            )
        if not seen.at_s or now_s - first_s - seen.at_s[-1] >= _LOOK_S:
            seen.at_s.append(now_s - first_s)
            seen.memory_mb.append(_resident_mb())
    stage.stop()
    stage.run()
    return seen


def _age_s() -> float:
    """For how long this process has been there; 0 where the system does not say."""
    status = Path("/proc/self/stat")
    if not status.exists():
        return 0.0
    begun = int(status.read_text().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - begun / os.sysconf("SC_CLK_TCK")


def _resident_mb() -> float:
    """Memory of this process in use; 0 where there is no /proc."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0.0
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


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


def _report(seen: _Seen, shopper: _Shopper, tried: list[str], minutes: float) -> int:
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
        "worst_frame_cpu_ms": round(1000 * seen.worst_cpu_s, 1),
        "frames_over_100_ms": seen.late,
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
