"""From a box file to a counter: names, and cameras that are mounted on their side."""

import pytest

from edge import config
from edge.cameras import open_source
from edge.config import Box, Camera, ConfigError
from edge.floor.occupancy import Occupancy
from edge.floor.setup import clicked_px, journal
from edge.floor.steady import Seeing
from tests.edge.floor.acting import NOON


def box(rotate_deg: int) -> Box:
    return config.Box.model_validate(
        {
            "store": "lumen-mitte",
            "box": "front",
            "cloud": {"url": "http://127.0.0.1:9"},
            "cameras": {
                "door": {
                    "source": "synthetic:store?once=1",
                    "width_px": 384,
                    "height_px": 336,
                    "rotate_deg": rotate_deg,
                }
            },
            "floor": {"width_m": 7.0, "height_m": 8.0},
            "counters": {
                "ceiling": {
                    "camera": "door",
                    "points_px": [[0, 0], [336, 0], [336, 384], [0, 384]],
                    "points_m": [[0, 0], [7, 0], [7, 8], [0, 8]],
                }
            },
        }
    )


@pytest.mark.parametrize("rotate_deg", [90, 270])
def test_points_are_clicked_in_the_upright_picture(rotate_deg: int) -> None:
    made = box(rotate_deg)
    assert clicked_px(made.cameras["door"]) == (336, 384)
    counting = journal(made, "ceiling", Occupancy())
    frame = open_source(made.cameras["door"]).read(1.0)
    assert frame is not None
    counting.see(frame, NOON)
    assert counting.watch.condition.counts


def test_the_same_camera_not_turned_does_not_fit() -> None:
    counting = journal(box(90), "ceiling", Occupancy())
    upright = Camera(source="synthetic:store?once=1", width_px=384, height_px=336)
    frame = open_source(upright).read(1.0)
    assert frame is not None
    counting.see(frame, NOON)
    assert counting.watch.condition.seeing is Seeing.MISFIT


def test_an_unknown_counter_lists_those_there_are() -> None:
    with pytest.raises(ConfigError, match="no counter 'roof'; counters of this file: ceiling"):
        journal(box(0), "roof", Occupancy())
