"""From the tables of a box file to the journal of one counter."""

from typing import Final

from edge.config import Box, Camera, ConfigError
from edge.floor.counter import Floor, FloorCounter
from edge.floor.journal import Journal
from edge.floor.lines import Line
from edge.floor.occupancy import Occupancy
from edge.floor.plan import view
from edge.floor.settings import Counter, FloorSettings
from edge.floor.watch import Watch
from edge.floor.zones import Zone
from models.people_motion import MotionDetector, MotionSettings

#: A camera in which people are smaller than this share of its height looks down on them.
_OVERHEAD: Final = 0.2


def journal(box: Box, name: str, occupancy: Occupancy) -> Journal:
    """The journal of the counter of that name; ConfigError lists the names there are."""
    if name not in box.counters or box.floor is None:
        names = ", ".join(sorted(box.counters)) or "none"
        raise ConfigError(f"there is no counter {name!r}; counters of this file: {names}")
    settings = box.counters[name]
    seen = view(settings.points_px, settings.points_m, clicked_px(box.cameras[settings.camera]))
    counter = FloorCounter(floor_of(box.floor), seen, occupancy=occupancy)
    return Journal(name, Watch(counter, MotionDetector(motion_of(settings))))


def floor_of(settings: FloorSettings) -> Floor:
    """The plan as a counter takes it."""
    lines = (
        Line(name, each.from_m, each.to_m, each.inside_m, each.band_m)
        for name, each in settings.lines.items()
    )
    zones = (Zone(name, each.polygon_m, each.min_dwell_s) for name, each in settings.zones.items())
    return Floor(settings.width_m, settings.height_m, tuple(lines), tuple(zones))


def motion_of(settings: Counter) -> MotionSettings:
    """The motion detector's settings for people of this size.

    Areas follow from a standing figure: the constants give .006 and .0008 of the picture at full height, as
    measured on the one-by-one clip.
    """
    share = (settings.person_height / 0.9) ** 2
    return MotionSettings(
        person_height=settings.person_height,
        overhead=settings.person_height <= _OVERHEAD,
        min_area=max(0.0004, 0.006 * share),
        min_part_area=max(0.0003, 0.0008 * share),
        width_px=256 if settings.person_height > 0.3 else 384,
    )


def clicked_px(camera: Camera) -> tuple[int, int]:
    """The size of the upright picture, in which the four points are clicked."""
    size = camera.width_px, camera.height_px
    return size if camera.rotate_deg in (0, 180) else size[::-1]
