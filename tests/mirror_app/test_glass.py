"""The glass: what reaches the screen is the mirrored, fitted camera picture with effects."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pygame
import pytest

from edge.scene import Face, Frame, Scene
from mirror_app import catalog, painter
from mirror_app.glass import Glass, Split, View
from mirror_app.layer import Layer
from mirror_app.room_light import CANDLE, DAY
from models.results import F32, U8, HairMask
from tests.mirror_app.sitting import grown, lips, portrait

DEMO = catalog.load("demo")
RED = DEMO.find("MO-EM-208").layer
BY_FINISH = {item.product.finish: item.layer for item in DEMO.items}


def noise(width: int, height: int, seed: int = 0) -> U8:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def scene(image_bgr: U8, *faces: Face, at_s: float = 0.0) -> Scene:
    return Scene(Frame(image_bgr, at_s, 0), faces)


def seen(screen: pygame.Surface) -> U8:
    """The screen as (h, w, 3) BGR."""
    return np.ascontiguousarray(pygame.surfarray.array3d(screen).transpose(1, 0, 2)[:, :, ::-1])


@pytest.mark.parametrize("depth", [32, 24, 16])
def test_the_screen_shows_the_mirrored_picture(depth: int) -> None:
    image = noise(64, 48)
    screen = pygame.Surface((64, 48), depth=depth)
    Glass((64, 48)).show(screen, scene(image), {})
    tolerance = 0 if depth > 16 else 8
    assert np.abs(seen(screen).astype(int) - image[:, ::-1]).max() <= tolerance


def test_a_screen_with_other_byte_order_and_a_part_of_a_screen() -> None:
    image = noise(64, 48)
    other = pygame.Surface((64, 48), depth=32, masks=(0xFF, 0xFF00, 0xFF0000, 0))
    glass = Glass((64, 48))
    glass.show(other, scene(image), {})
    assert (seen(other) == image[:, ::-1]).all()
    whole = pygame.Surface((100, 80), depth=32)
    glass.show(whole.subsurface((10, 20, 64, 48)), scene(image), {})
    assert (seen(whole)[20:68, 10:74] == image[:, ::-1]).all()
    assert not seen(whole)[:20].any()


def test_the_screen_can_be_drawn_on_afterwards() -> None:
    screen = pygame.Surface((64, 48), depth=32)
    glass = Glass((64, 48))
    glass.show(screen, scene(noise(64, 48)), {})
    assert not screen.get_locked()
    screen.blit(pygame.Surface((10, 10)), (0, 0))
    assert not seen(screen)[:10, :10].any()


@pytest.mark.parametrize("camera", [(64, 48), (128, 72), (640, 480), (33, 17), (1, 1), (3000, 20)])
@pytest.mark.parametrize("size", [(64, 48), (48, 64), (200, 50), (1, 1)])
def test_any_camera_fits_any_screen(camera: tuple[int, int], size: tuple[int, int]) -> None:
    screen = pygame.Surface(size, depth=32)
    glass = Glass(size)
    glass.show(screen, scene(np.full((*camera[::-1], 3), 77, np.uint8)), {})
    assert (seen(screen) == 77).all()
    assert (glass.picture() == 77).all()


@pytest.mark.parametrize("camera", [(64, 48), (320, 240), (160, 160)])
def test_a_point_of_a_face_is_where_its_light_is(camera: tuple[int, int]) -> None:
    image: U8 = np.zeros((*camera[::-1], 3), np.uint8)
    x, y = camera[0] // 3, camera[1] // 2
    reach = max(1, camera[0] // 40)
    image[y - reach : y + reach, x - reach : x + reach] = 255
    points: F32 = np.full((478, 3), (x, y, 0), np.float32)
    points[[33, 263], 0] += (-10, 10)  # without eyes it would be no face
    glass = Glass((128, 96))
    glass.show(pygame.Surface((128, 96), depth=32), scene(image, Face(3, points, 1.0)), {})
    lit = np.argwhere(glass.picture()[..., 0] > 127) + 0.5
    assert glass.faces[0].track == 3
    assert glass.faces[0].landmarks_xyz[0, :2][::-1] == pytest.approx(lit.mean(axis=0), abs=0.75)


def test_each_face_wears_its_own_and_the_picture_has_it() -> None:
    sitter = portrait()
    one, size = sitter.faces[0], sitter.frame.size_px
    two = replace(one, track=one.track + 1)
    both = replace(sitter, faces=(one, two))
    screen, glass = pygame.Surface(size, depth=32), Glass(size)
    bare, worn = _shown(glass, screen, both, {}), _shown(glass, screen, both, {one.track: (RED,)})
    assert (worn != bare).any()
    assert (_shown(glass, screen, both, {two.track + 1: (RED,)}) == bare).all()
    assert (_shown(glass, screen, both, {two.track: (RED,)}) == worn).all()
    assert (bare == sitter.frame.image_bgr[:, ::-1]).all()
    lips = one.landmarks_xyz[[0, 17, 61, 291], 0]
    columns = np.flatnonzero((worn != bare).any(axis=(0, 2)))
    assert size[0] - lips.max() - 3 < columns.min() < columns.max() < size[0] - lips.min() + 3


def _shown(glass: Glass, screen: pygame.Surface, of: Scene, worn: dict[int, tuple[Layer, ...]]) -> U8:
    glass.show(screen, of, worn)
    assert (seen(screen) == glass.picture()).all()
    return glass.picture()


@pytest.mark.parametrize("finish", BY_FINISH)
@pytest.mark.parametrize("noise", [2.0, 4.0])
@pytest.mark.parametrize("exposure", [1.0, 0.45])
def test_what_is_worn_is_calm_under_the_noise_of_the_whole_picture(
    exposure: float, noise: float, finish: str
) -> None:
    bare, worn = (_lips_over_time(exposure, noise, look) for look in (None, finish))

    def flicker(frames: tuple[F32, ...]) -> float:
        return float(np.mean([np.abs(b - a).mean() for a, b in pairwise(frames)]))

    steps = np.diff([frame.mean(axis=0) for frame in worn], axis=0)
    assert flicker(worn) < 1.2 * flicker(bare)
    assert np.abs(steps).max() < 1.2


@cache
def _lips_over_time(exposure: float, noise: float, finish: str | None) -> tuple[F32, ...]:
    """The lips' pixels (n, 3) in eight frames of the portrait, held still."""
    sitter, random = portrait(), np.random.default_rng(5)
    face, (width, height) = sitter.faces[0], sitter.frame.size_px
    inside = grown(lips(face), -6)[:, ::-1] > 0
    lit = sitter.frame.image_bgr * np.float32(exposure)
    grain = noise * random.standard_normal(lit.size, np.float32)
    glass, screen = Glass((width, height)), pygame.Surface((width, height), depth=32)
    worn = {} if finish is None else {face.track: (BY_FINISH[finish],)}
    frames = []
    for index in range(8):
        noisy = lit + np.roll(grain, random.integers(grain.size)).reshape(lit.shape)
        image = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
        glass.show(screen, scene(image, face, at_s=index / 30), worn)
        frames.append(glass.picture()[inside].astype(np.float32))
    return tuple(frames)


def test_the_camera_frame_is_never_written_to() -> None:
    sitter = portrait()
    before = sitter.frame.image_bgr.copy()
    glass = Glass(sitter.frame.size_px)
    glass.show(pygame.Surface(sitter.frame.size_px, depth=32), sitter, {sitter.faces[0].track: (RED,)})
    glass.picture()[:] = 0
    assert (sitter.frame.image_bgr == before).all()


def test_the_same_scene_again_is_not_rendered_again() -> None:
    image = noise(64, 48)
    still, screen, glass = scene(image), pygame.Surface((64, 48), depth=32), Glass((64, 48))
    glass.show(screen, still, {})
    first = seen(screen)
    image[:] = 0  # a second rendering would show it
    screen.fill((9, 9, 9))
    glass.show(screen, still, {})
    assert (seen(screen) == first).all()
    glass.show(screen, scene(image), {})
    assert not seen(screen).any()


@pytest.mark.parametrize("camera", [(64, 48), (32, 24), (128, 96), (160, 48)])
def test_a_frame_that_was_expected_shows_the_same(camera: tuple[int, int]) -> None:
    first, second = (scene(noise(*camera, seed), at_s=seed / 30) for seed in (1, 2))
    screen, plain, ahead = pygame.Surface((64, 48), depth=32), Glass((64, 48)), Glass((64, 48))
    for each, other in ((first, second), (second, first)):
        plain.show(screen, each, {})
        ahead.expect(each.frame)
        ahead.show(screen, each, {})
        wanted = plain.picture()
        assert (ahead.picture() == wanted).all()
        ahead.expect(other.frame)  # what comes next is not to be seen before its scene
        assert (ahead.picture() == wanted).all()
        screen.fill((9, 9, 9))
        ahead.show(screen, each, {})
        assert (seen(screen) == wanted).all()


def test_a_frame_that_was_expected_is_painted_once() -> None:
    """Nothing of what was drawn on the frame before is left, and nothing is drawn twice."""
    sitter = portrait()
    size = sitter.frame.size_px
    worn: dict[int, tuple[Layer, ...]] = {sitter.faces[0].track: (RED,)}
    screen, glass = pygame.Surface(size, depth=32), Glass(size)
    wanted = _shown(Glass(size), screen, sitter, worn)
    for _ in range(3):
        again = replace(sitter)
        glass.expect(again.frame)
        assert (_shown(glass, screen, again, worn) == wanted).all()
    glass.expect(sitter.frame)
    assert (_shown(glass, screen, replace(sitter), {}) == sitter.frame.image_bgr[:, ::-1]).all()


def test_a_frame_stays_expected_while_the_one_before_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (scene(noise(64, 48, seed), at_s=seed / 30) for seed in (1, 2))
    screen, glass = pygame.Surface((64, 48), depth=32), Glass((64, 48))
    glass.show(screen, first, {})
    glass.expect(second.frame)
    glass.show(screen, first, {1: (RED,)})  # another shade: the same picture once more
    assert (glass.picture() == first.frame.image_bgr[:, ::-1]).all()
    monkeypatch.setattr(Glass, "_mirror", pytest.fail)  # it was done
    glass.show(screen, second, {})
    assert (glass.picture() == second.frame.image_bgr[:, ::-1]).all()


def test_an_expected_frame_that_lost_its_window_is_mirrored_anew() -> None:
    """The picture is cut, and by the time its scene comes the window has moved on."""
    sitter = portrait()
    width, height = sitter.frame.size_px
    glass, plain = Glass((height // 3, height)), Glass((height // 3, height))
    screen = pygame.Surface(glass.size_px, depth=32)
    points = sitter.faces[0].landmarks_xyz - np.array((width / 4, 0, 0), np.float32)
    for k in range(4):
        moved = scene(sitter.frame.image_bgr, replace(sitter.faces[0], landmarks_xyz=points), at_s=k / 30)
        glass.expect(moved.frame)
        glass.show(screen, moved, {})
        plain.show(screen, moved, {})
        assert (glass.picture() == plain.picture()).all()


def test_landmarks_that_are_no_numbers_are_left_out() -> None:
    broken = Face(1, np.full((478, 3), np.nan, np.float32), 1.0)
    glass = Glass((48, 64))
    glass.show(pygame.Surface((48, 64), depth=32), scene(noise(64, 48), broken), {1: (RED,)})
    assert glass.faces == ()


def test_a_size_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 x 10"):
        Glass((0, 10))


def test_split_shows_one_thing_left_of_the_line_and_another_right_of_it() -> None:
    sitter = portrait()
    glass = Glass(sitter.frame.size_px)
    screen = pygame.Surface(sitter.frame.size_px, depth=32)
    worn = {sitter.faces[0].track: (RED,)}
    whole: list[U8] = []
    for light, wears in ((DAY, worn), (CANDLE, {})):
        glass.show(screen, sitter, wears, light)
        whole.append(glass.picture())
    for at in (0.0, 0.3, 0.5, 1.0, 2.0):
        glass.show(screen, sitter, worn, DAY, Split(at, View({}, CANDLE)))
        cut = round(min(at, 1.0) * sitter.frame.size_px[0])
        assert (glass.picture()[:, :cut] == whole[0][:, :cut]).all()
        assert (glass.picture()[:, cut:] == whole[1][:, cut:]).all()
    glass.show(screen, sitter, worn)
    assert (glass.picture() == whole[0]).all()


def test_a_very_large_screen_is_doubled_from_half_its_size() -> None:
    sitter = portrait()
    screen = pygame.Surface((3840, 2160), depth=32)
    glass = Glass((3840, 2160))
    glass.show(screen, sitter, {sitter.faces[0].track: (RED,)})
    assert glass.picture_px == (1920, 1080)
    shown = pygame.surfarray.array3d(screen).swapaxes(0, 1)[:, :, ::-1]
    assert (shown[::2, ::2] == glass.picture()).all()
    # A surface without spare bytes goes the other way round, and looks the same.
    packed = pygame.Surface((3840, 2160), depth=24)
    glass.show(packed, sitter, {sitter.faces[0].track: (RED,)})
    other = pygame.surfarray.array3d(packed).swapaxes(0, 1)[:, :, ::-1]
    assert np.abs(other.astype(int) - shown).mean() < 2


def test_the_hair_that_a_model_found_is_mirrored_with_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    sitter = portrait()
    alpha = np.zeros((90, 160), np.uint8)
    alpha[:30, 80:] = 255  # upper right in the camera's picture
    seen: list[U8 | None] = []
    monkeypatch.setattr(painter, "paint", lambda *given: seen.append(given[4]))
    scene = replace(sitter, others=(HairMask(alpha),))
    Glass((960, 540)).show(pygame.Surface((960, 540), depth=32), scene, {sitter.faces[0].track: (RED,)})
    (hair,) = seen
    assert hair is not None
    assert hair.shape == (540, 960)
    assert (hair[:170, :470] == 255).all()
    assert not hair[190:].any()
    assert not hair[:, 490:].any()
