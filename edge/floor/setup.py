"""From the tables of a box file to the journal of one counter."""

import logging
from collections.abc import Callable

from edge import plugins
from edge.config import Box, Camera
from edge.floor.counter import Floor, FloorCounter
from edge.floor.journal import Journal
from edge.floor.lines import Line
from edge.floor.occupancy import Occupancy
from edge.floor.plan import view
from edge.floor.settings import FloorSettings
from edge.floor.watch import Watch
from edge.floor.zones import Zone
from edge.toml_file import ConfigError
from models.errors import ModelError
from models.people import Detector, Wanted

log = logging.getLogger(__name__)


def journal(
    box: Box, name: str, occupancy: Occupancy, announce: Callable[[str], object] = log.warning
) -> Journal:
    """The journal of the counter of that name; ConfigError lists the names there are.

    ModelError where its detector cannot start; announce: told where another of its detectors does the work.
    """
    if name not in box.counters or box.floor is None:
        names = ", ".join(sorted(box.counters)) or "none"
        raise ConfigError(f"there is no counter {name!r}; counters of this file: {names}")
    settings = box.counters[name]
    seen = view(settings.points_px, settings.points_m, clicked_px(box.cameras[settings.camera]))
    counter = FloorCounter(floor_of(box.floor), seen, occupancy=occupancy)
    return Journal(name, Watch(counter, detector_of(box, name, announce)))


def detector_of(box: Box, name: str, announce: Callable[[str], object]) -> Detector:
    """The first detector of a counter that can start; ModelError of the last one where none can."""
    settings = box.counters[name]
    wanted = Wanted(
        settings.person_height,
        settings.model,
        box.base_dir,
        settings.confidence,
        settings.nms_iou,
        box.perception.runtime,
    )
    *others, last = settings.detectors
    why = ""
    for each in others:
        try:
            return _opened(each, wanted, why, name, announce)
        except ModelError as wrong:
            why += f"{each} cannot start: {wrong} "
    return _opened(last, wanted, why, name, announce)


def _opened(
    detector: str, wanted: Wanted, why: str, counter: str, announce: Callable[[str], object]
) -> Detector:
    """A detector by name. why: the one that was wanted does not work."""
    found: Detector = plugins.load("models", f"people_{detector}").detector(wanted)
    if why:
        announce(f"counter {counter}: {why.strip()} Counting by {found.words}.")
    return found


def floor_of(settings: FloorSettings) -> Floor:
    """The plan as a counter takes it."""
    lines = (
        Line(name, each.from_m, each.to_m, each.inside_m, each.band_m)
        for name, each in settings.lines.items()
    )
    zones = (Zone(name, each.polygon_m, each.min_dwell_s) for name, each in settings.zones.items())
    return Floor(settings.width_m, settings.height_m, tuple(lines), tuple(zones))


def clicked_px(camera: Camera) -> tuple[int, int]:
    """The size of the upright picture, in which the four points are clicked."""
    size = camera.width_px, camera.height_px
    return size if camera.rotate_deg in (0, 180) else size[::-1]
