"""From the tables of a box file to the journal of one counter."""

from edge.config import Box, Camera, ConfigError
from edge.floor.counter import FloorCounter
from edge.floor.journal import Journal
from edge.floor.occupancy import Occupancy
from edge.floor.watch import Watch
from models.people_motion import MotionDetector


def journal(box: Box, name: str, occupancy: Occupancy) -> Journal:
    """The journal of the counter of that name; ConfigError lists the names there are."""
    if name not in box.counters or box.floor is None:
        names = ", ".join(sorted(box.counters)) or "none"
        raise ConfigError(f"there is no counter {name!r}; counters of this file: {names}")
    settings = box.counters[name]
    seen = settings.view(clicked_px(box.cameras[settings.camera]))
    counter = FloorCounter(box.floor.floor(), seen, occupancy=occupancy)
    return Journal(name, Watch(counter, MotionDetector(settings.motion())))


def clicked_px(camera: Camera) -> tuple[int, int]:
    """The size of the upright picture, in which the four points are clicked."""
    size = camera.width_px, camera.height_px
    return size if camera.rotate_deg in (0, 180) else size[::-1]
