"""The motion detector on drawn shapes: people, groups from above, shadows, gaps in time, other sizes."""

import cv2
import numpy as np
import pytest

from models.people_motion import MotionDetector, MotionSettings
from models.results import U8, People

OVERHEAD = MotionSettings(
    person_height=0.1, overhead=True, min_area=0.0004, min_part_area=0.0003, width_px=400
)
SIZE_PX = (400, 400)
#: From above a person is 40 pixels across and 24 deep.
PERSON = (20, 12)


def floor(size_px: tuple[int, int] = SIZE_PX) -> U8:
    noise = np.random.default_rng(1).integers(-4, 5, (size_px[1], size_px[0], 3))
    return np.asarray(np.clip(170 + noise, 0, 255), np.uint8)


def with_people(*centres: tuple[int, int], angle_deg: float = 0) -> U8:
    image = floor()
    for centre in centres:
        cv2.ellipse(image, centre, PERSON, angle_deg, 0, 360, (60, 40, 120), -1)
    return image


def found(image_bgr: U8, settings: MotionSettings = OVERHEAD) -> People:
    detector = MotionDetector(settings)
    assert len(detector.detect(floor(), 0.0)) == 0
    return detector.detect(image_bgr, 0.1)


def test_a_person_is_where_they_stand() -> None:
    people = found(with_people((200, 120)))
    np.testing.assert_allclose(people.boxes_xyxy, [[180, 108, 221, 133]], atol=3)


def test_an_empty_floor_has_nobody() -> None:
    assert len(found(floor())) == 0


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("angle_deg", [0, 35, 90])
def test_a_row_of_people_seen_from_above_is_as_many(count: int, angle_deg: float) -> None:
    along = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    centres = [
        tuple((np.array([200, 200]) + 36 * (k - (count - 1) / 2) * along).astype(int)) for k in range(count)
    ]
    people = found(with_people(*[(int(x), int(y)) for x, y in centres], angle_deg=angle_deg))
    middles = (people.boxes_xyxy[:, :2] + people.boxes_xyxy[:, 2:]) / 2
    assert len(people) == count
    for centre in centres:
        assert np.linalg.norm(middles - centre, axis=1).min() < 8


def test_from_the_side_a_wide_blob_stays_one() -> None:
    side = MotionSettings(person_height=0.1, min_area=0.0004, min_part_area=0.0003, width_px=400)
    assert len(found(with_people((180, 200), (216, 200)), side)) == 1


def test_a_long_thin_streak_is_no_row_of_people() -> None:
    image = floor()
    cv2.line(image, (120, 200), (280, 200), (60, 40, 120), 6)
    assert len(found(image)) == 1


def test_a_shadow_is_nobody() -> None:
    image = floor()
    cv2.ellipse(image, (200, 200), (60, 30), 0, 0, 360, (140, 140, 140), -1)
    assert len(found(image)) == 0


def test_who_stands_still_for_minutes_stays_and_a_gap_of_an_hour_teaches_nothing() -> None:
    detector, standing = MotionDetector(OVERHEAD), with_people((200, 120))
    detector.detect(floor(), 0.0)
    assert [len(detector.detect(standing, float(second))) for second in range(1, 60)] == [1] * 59
    assert len(detector.detect(standing, 3700.0)) == 1
    assert len(detector.detect(standing, 3700.1)) == 1


def test_time_that_runs_back_does_no_harm() -> None:
    detector, standing = MotionDetector(OVERHEAD), with_people((200, 120))
    detector.detect(floor(), 100.0)
    assert [len(detector.detect(standing, time_s)) for time_s in (100.1, 50.0, 0.0, 100.2)] == [1] * 4


def test_another_size_begins_anew() -> None:
    detector = MotionDetector(OVERHEAD)
    detector.detect(floor(), 0.0)
    assert len(detector.detect(floor((400, 300)), 0.1)) == 0
    assert len(detector.detect(floor((400, 300)), 0.2)) == 0


def test_it_tells_how_much_of_the_picture_stands_out() -> None:
    detector = MotionDetector(OVERHEAD)
    detector.detect(floor(), 0.0)
    detector.detect(with_people((200, 120)), 0.1)
    assert 0.002 < detector.share < 0.03
    detector.detect(np.full_like(floor(), (200, 90, 20)), 0.2)
    assert detector.share > 0.9
    detector.forget()
    assert len(detector.detect(with_people((200, 120)), 0.3)) == 0
