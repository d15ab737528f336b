"""Worn things: of true size, turned with the head, hidden where the head is before them; bad files."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import trimesh
from pydantic import ValidationError

from edge.head import Head
from edge.scene import Face
from mirror_app import catalog, effects, painter
from mirror_app.layer import Layer, Parameters
from mirror_app.light import DAYLIGHT, Light
from mirror_app.subject import Subject
from mirror_app.things import artwork, curtain, gltf, rasterize, sprite, wear
from mirror_app.things.curtain import Curtain
from mirror_app.things.grid import Grid
from mirror_app.things.head_shape import NOWHERE_MM, HeadShape
from mirror_app.things.solid import Solid
from mirror_app.things.sprite import Sprite
from models.results import U8
from tests.mirror_app.sitting import portrait

Bools = npt.NDArray[np.bool_]

ARTWORK = Path(catalog.__file__).parent.parent / "catalogues" / "artwork"
PICTURES = sorted(ARTWORK.glob("*.png"))


def turned(face: Face, yaw_deg: float) -> Face:
    """The face with another head: the mesh stays, which does not matter to what is fixed to the head."""
    assert face.head is not None
    turn, _ = cv2.Rodrigues(np.array((0, -np.deg2rad(yaw_deg), 0)))
    return replace(face, head=replace(face.head, rotation=turn.astype(np.float32)))


def plate(path: Path, size: tuple[int, int] = (400, 150), colour: tuple[int, ...] = (0, 0, 255, 255)) -> Path:
    """A picture of one colour, opaque to its edges."""
    picture = np.empty((size[1], size[0], 4), np.uint8)
    picture[:] = colour
    cv2.imwrite(str(path), picture)
    return path


def given(effect: str, **parameters: object) -> Parameters:
    """An effect's own parameters, checked."""
    return effects.load(effect).Parameters.model_validate(parameters)


def glasses(path: Path, **parameters: object) -> Layer:
    return Layer("glasses", "sun", parameters=given("glasses", artwork=path, **parameters))


def painted(face: Face, *layers: Layer, light: Light = DAYLIGHT) -> U8:
    image = portrait().frame.image_bgr.copy()
    painter.paint(image, face, layers, light)
    return image


def red(image: U8) -> Bools:
    """Where something red has come into the picture."""
    shown = (image[:, :, 2] > 150) & (image[:, :, :2] < 40).all(axis=2)
    return np.asarray(shown & (image != portrait().frame.image_bgr).any(axis=2))


def test_glasses_are_as_wide_as_they_say(tmp_path: Path) -> None:
    face = portrait().faces[0]
    assert face.head is not None
    for width_mm in (120.0, 150.0):
        columns = np.flatnonzero(
            red(painted(face, glasses(plate(tmp_path / "p.png"), width_mm=width_mm))).any(axis=0)
        )
        artwork.read.cache_clear()
        shown_mm = (columns[-1] - columns[0]) / face.head.px_per_mm
        # The temples stand out by their thickness at most.
        assert shown_mm == pytest.approx(width_mm, abs=6)


def test_pictures_are_drawn_where_the_head_is_and_nowhere_else(tmp_path: Path) -> None:
    face, bare = portrait().faces[0], portrait().frame.image_bgr
    image = painted(face, glasses(plate(tmp_path / "p.png")))
    rows, columns = np.nonzero((image != bare).any(axis=2))
    x, y = face.landmarks_xyz[168, :2].tolist()
    assert columns.mean() == pytest.approx(x, abs=6)
    assert abs(rows.mean() - y) < 0.35 * face.eye_distance_px


def test_a_turned_head_shows_the_near_temple_and_hides_the_far_one(tmp_path: Path) -> None:
    face = portrait().faces[0]
    layer = glasses(plate(tmp_path / "p.png", colour=(0, 0, 0, 1)), temple_lab=(54.0, 80.0, 67.0))
    for yaw in (-30.0, 30.0):
        shown = red(painted(turned(face, yaw), layer))
        middle = int(face.landmarks_xyz[168, 0])
        left, right = shown[:, :middle].sum(), shown[:, middle:].sum()
        near, far = (left, right) if yaw > 0 else (right, left)
        assert near > 200
        assert far < 0.6 * near  # the hinge alone stands out beyond the cheek


def test_the_far_earring_goes_behind_the_head() -> None:
    face = portrait().faces[0]
    parameters = given("earrings", artwork=ARTWORK / "pearl-drop.png", height_mm=40)
    layer = Layer("earrings", "drop", parameters=parameters)
    bare, middle = portrait().frame.image_bgr, int(face.landmarks_xyz[168, 0])

    def sides(yaw: float) -> tuple[int, int]:
        changed = (painted(turned(face, yaw), layer) != bare).any(axis=2)
        return int(changed[:, :middle].sum()), int(changed[:, middle:].sum())

    assert min(sides(0)) > 100
    assert sides(30)[1] == 0 < sides(30)[0]
    assert sides(-30)[0] == 0 < sides(-30)[1]


def test_a_drop_hangs_down_whatever_the_head_does() -> None:
    face = portrait().faces[0]
    assert face.head is not None
    tilt = cv2.Rodrigues(np.array((0, 0, np.deg2rad(25.0))))[0].astype(np.float32)
    tilted = replace(face, head=replace(face.head, rotation=tilt))
    bare, slopes = portrait().frame.image_bgr, {}
    for finish in ("drop", "stud"):
        parameters = given("earrings", artwork=ARTWORK / "pearl-drop.png", height_mm=60)
        changed = (painted(tilted, Layer("earrings", finish, parameters=parameters)) != bare).any(axis=2)
        half = changed[:, : int(face.landmarks_xyz[168, 0])]
        rows, columns = np.nonzero(half)
        slopes[finish] = abs(np.polyfit(rows, columns, 1)[0])
    assert slopes["drop"] < 0.12 < slopes["stud"]


#: Somebody who looks up, to a side and tilts the head; a plate of 80 x 50 mm before their eyes.
LOOKING = Head(
    cv2.Rodrigues(np.array((0.1, 0.3, 0.2)))[0].astype(np.float32),
    np.zeros(3, np.float32),
    np.array((160, 120, 0), np.float32),
    1.5,
)
CORNERS_MM = np.array(((-40, 0, 0), (40, 0, 0), (40, 50, 0), (-40, 50, 0)), np.float32)
WHITE: U8 = np.full((8, 8, 4), 255, np.uint8)


def overlap(alpha: U8, box: tuple[int, int, int, int]) -> float:
    """Of what was drawn and what the head says."""
    shown: U8 = np.zeros((240, 320), np.uint8)
    shown[box[1] : box[3], box[0] : box[2]] = alpha
    truth = np.zeros_like(shown)
    corners = LOOKING.project(CORNERS_MM)[:, :2]
    cv2.fillConvexPoly(truth, np.rint(corners - 0.5).astype(np.int32), 255)
    both, either = ((shown > 127) & (truth > 127)).sum(), ((shown > 127) | (truth > 127)).sum()
    return float(both / either)


def test_the_rasterizer_puts_corners_where_the_head_puts_them() -> None:
    uv = np.array(((0, 0), (1, 0), (1, 1), (0, 1)), np.float32)
    normals = np.array(((0, 0, -1),) * 4, np.float32)
    solid = Solid(CORNERS_MM, np.array(((0, 1, 2), (0, 2, 3)), np.int32), uv, normals, WHITE)
    box = rasterize.bounds((solid,), LOOKING, (320, 240))
    assert box is not None
    depth = np.full(((box[3] - box[1]) * 2, (box[2] - box[0]) * 2), 1e4, np.float32)
    drawn = rasterize.draw(solid, LOOKING, LOOKING, box, depth)
    assert drawn is not None
    assert overlap(drawn[0][:, :, 3], box) > 0.96


def test_a_curtain_hangs_where_the_head_puts_it() -> None:
    nobody = HeadShape(np.full((2, 2), NOWHERE_MM, np.float32), (0.0, 0.0), 1.0)
    hung = Curtain(CORNERS_MM[:2], 50.0, WHITE)
    drawn = curtain.draw(hung, LOOKING, LOOKING, (320, 240), DAYLIGHT, nobody)
    assert drawn is not None
    assert overlap(drawn.bgra[:, :, 3], drawn.box_xyxy) > 0.96


def test_of_a_bent_curtain_only_the_near_side_shows() -> None:
    nobody = HeadShape(np.full((2, 2), NOWHERE_MM, np.float32), (0.0, 0.0), 1.0)
    angle = np.linspace(-1.5, 1.5, 17)
    rail = np.stack((60 * np.sin(angle), 0 * angle, 60 - 60 * np.cos(angle)), axis=1).astype(np.float32)
    texture = np.full((64, 256, 4), 255, np.uint8)
    texture[:, 128:, :2] = 0  # white, and on the subject's left red
    turn = cv2.Rodrigues(np.array((0, 1.2, 0)))[0].astype(np.float32)
    head = replace(LOOKING, rotation=turn)
    drawn = curtain.draw(Curtain(rail, 50.0, texture), head, head, (320, 240), DAYLIGHT, nobody)
    assert drawn is not None
    assert drawn.shows is not None
    seen = drawn.bgra[drawn.shows > 200]
    seen = seen[seen[:, 3] > 200]
    # Of the arc from -1.5 to 1.5 only what lies beyond -0.37 looks at the camera; up to 0 it is white.
    assert (seen[:, 0] > 100).mean() == pytest.approx((1 - np.sin(1.2)) / (1 + np.sin(0.3)), abs=0.02)


def scratched(_: str, shape: tuple[int, ...]) -> U8:
    return np.empty(shape, np.uint8)


@pytest.mark.parametrize("px_per_mm", [0.4, 1.0, 2.5])
@pytest.mark.parametrize("top_mm", [-10, 40, 108])
def test_a_shadow_falls_below_what_shows_and_nowhere_else(px_per_mm: float, top_mm: float) -> None:
    def px(length_mm: float) -> int:
        return round(length_mm * px_per_mm)

    # A plate of 80 x 20 mm, of which the head hides the left half; it may be cut by the picture's edge.
    width, height, top, bottom = px(200), px(120), max(px(top_mm), 0), min(px(top_mm + 20), px(120))
    shows: U8 = np.full((bottom - top, px(140) - px(60)), 255, np.uint8)
    shows[:, : px(100) - px(60)] = 0
    half = Sprite((px(60), top, px(140), bottom), np.full((*shows.shape, 4), 255, np.uint8), shows)
    wall = HeadShape(np.zeros((74, 74), np.float32), (0.0, 0.0), 3 * px_per_mm)
    image: U8 = np.full((height, width, 3), 200, np.uint8)
    if dark := sprite.shadow(half, wall, px_per_mm, (width, height), scratched):
        dark.lay(image)
    assert (image[:, : px(88)] == 200).all()
    assert (image[:, px(152) :] == 200).all()
    assert (image[: max(px(top_mm - 12), 0)] == 200).all()
    assert (image[px(top_mm + 36) :] == 200).all()
    below = image[bottom : bottom + max(px(2), 1), px(115) : px(125)]
    assert below.size == 0 or 140 <= below.mean() < 180


def test_a_mirrored_picture_shows_the_same_thing_the_other_way_round(tmp_path: Path) -> None:
    face = portrait().faces[0]
    assert face.head is not None
    face = turned(face, 20)
    width = portrait().frame.size_px[0]
    points = face.landmarks_xyz * np.array((-1, 1, 1), np.float32) + np.array((width, 0, 0), np.float32)
    assert face.head is not None
    other = replace(face, landmarks_xyz=points, head=face.head.placed((-1, 1), (width, 0)))
    layer = glasses(ARTWORK / "round-tortoise.png")
    image = portrait().frame.image_bgr.copy()
    painter.paint(image, face, (layer,), DAYLIGHT)
    mirrored = cv2.flip(portrait().frame.image_bgr, 1)
    painter.paint(np.asarray(mirrored, np.uint8), other, (layer,), DAYLIGHT)
    bare = portrait().frame.image_bgr
    ours, theirs = (cv2.absdiff(each, bare).max(axis=2) > 25 for each in (image, cv2.flip(mirrored, 1)))
    # The artwork itself is not mirrored: only its outline is compared.
    assert (ours & theirs).sum() / (ours | theirs).sum() > 0.8


def test_things_stand_in_the_rooms_light(tmp_path: Path) -> None:
    face, layer = portrait().faces[0], glasses(plate(tmp_path / "p.png", colour=(200, 200, 200, 255)))
    x, y = (int(v) for v in face.landmarks_xyz[168, :2])
    lit, dim = painted(face, layer)[y, x], painted(face, layer, light=Light((0.4, 0.5, 0.6)))[y, x]
    assert dim / lit == pytest.approx((0.4, 0.5, 0.6), abs=0.03)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_the_demos_artwork_can_be_worn(picture: Path) -> None:
    kind = {"felt": "hats", "pearl": "earrings", "gold": "earrings"}.get(
        picture.stem.split("-")[0], "glasses"
    )
    effect = effects.load(kind)
    layer = Layer(kind, next(iter(effect.FINISHES)), parameters=given(kind, artwork=picture))
    changed = (painted(portrait().faces[0], layer) != portrait().frame.image_bgr).any(axis=2)
    assert changed.sum() > 300


def test_the_demos_model_can_be_worn_and_its_temples_end_at_the_ears() -> None:
    parameters = given("glasses", model=ARTWORK / "panto-claret.glb")
    thing = gltf.load(ARTWORK / "panto-claret.glb", (0.0, 3.0, -27.0), 80.0)
    deepest = max(float(part.vertices_mm[part.triangles, 2].mean(axis=1).max()) for part in thing.opaque)
    assert 40 < deepest < 80
    (lenses,) = thing.clear
    assert lenses.texture_bgra[0, 0, 3] == 110
    changed = painted(portrait().faces[0], Layer("glasses", "sun", parameters=parameters))
    assert (changed != portrait().frame.image_bgr).any(axis=2).sum() > 2000


def test_a_grid_of_single_pixels_gives_each_pixel_of_a_part_its_own() -> None:
    grid = Grid.of((10, 20, 30, 35), 1)
    values = np.arange(15 * 20, dtype=np.float32).reshape(15, 20)
    part, cells = grid.part(4, 3, 6, 5)
    left, top, right, bottom = part.inner_xyxy
    enlarged = part.enlarged("test", values[cells])
    assert (enlarged == values[top - 20 : bottom - 20, left - 10 : right - 10]).all()


def test_without_a_known_head_nothing_is_drawn() -> None:
    face = replace(portrait().faces[0], head=None)
    for kind, name in (("glasses", "pilot-gold"), ("hats", "felt-fedora"), ("earrings", "gold-hoop")):
        parameters = given(kind, artwork=ARTWORK / f"{name}.png")
        finish = next(iter(effects.load(kind).FINISHES))
        assert (painted(face, Layer(kind, finish, parameters=parameters)) == portrait().frame.image_bgr).all()


@pytest.mark.parametrize(
    "shift", [(-5000.0, 0.0), (5000.0, 0.0), (0.0, 9000.0), (-900.0, -500.0), (950.0, 500.0)]
)
def test_heads_out_of_the_picture(shift: tuple[float, float]) -> None:
    face = portrait().faces[0]
    assert face.head is not None
    moved = replace(face, head=face.head.placed((1, 1), shift))
    painted(moved, glasses(ARTWORK / "round-tortoise.png"))
    huge = replace(face, head=replace(face.head, px_per_mm=400.0))
    painted(huge, glasses(ARTWORK / "round-tortoise.png"))


# -- files that cannot be used ------------------------------------------------------------------------------


def test_bad_pictures_are_said(tmp_path: Path) -> None:
    flat, empty, broken = tmp_path / "flat.png", tmp_path / "empty.png", tmp_path / "broken.png"
    cv2.imwrite(str(flat), np.zeros((20, 40, 3), np.uint8))
    plate(empty, colour=(0, 0, 0, 0))
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    for path, words in (
        (flat, "no transparent background"),
        (empty, "transparent all over"),
        (broken, "cannot be read"),
    ):
        with pytest.raises(ValidationError, match=words):
            given("glasses", artwork=path)
    with pytest.raises(ValidationError, match="either artwork"):
        given("glasses")
    with pytest.raises(ValidationError, match="either artwork"):
        given("hats", artwork=plate(tmp_path / "a.png"), model=tmp_path / "a.glb")


def box_model(path: Path, colour: tuple[int, int, int, int] = (255, 0, 0, 255)) -> Path:
    """A box of 140 x 40 x 20 mm, in metres, as glTF."""
    mesh = trimesh.creation.box((0.14, 0.04, 0.02))
    mesh.visual = trimesh.visual.TextureVisuals(
        material=trimesh.visual.material.PBRMaterial(baseColorFactor=colour)
    )
    trimesh.Scene(mesh).export(path)
    return path


@pytest.mark.parametrize("name", ["box.glb", "box.gltf"])
def test_a_model_is_worn_in_its_colour_and_size(tmp_path: Path, name: str) -> None:
    if name.endswith("gltf"):
        files = trimesh.exchange.gltf.export_gltf(trimesh.load_scene(box_model(tmp_path / "b.glb")))
        for file, data in files.items():
            (tmp_path / file).write_bytes(data)
        path = tmp_path / "model.gltf"
    else:
        path = box_model(tmp_path / name)
    face = portrait().faces[0]
    assert face.head is not None
    layer = Layer("glasses", "sun", parameters=given("glasses", model=path))
    image = painted(face, layer)
    x, y = (int(v) for v in face.landmarks_xyz[168, :2])
    assert image[y, x, 2] > 150
    assert (image[y, x, :2] < 40).all()
    columns = np.flatnonzero(red(image).any(axis=0))
    assert (columns[-1] - columns[0]) / face.head.px_per_mm == pytest.approx(140, abs=5)


def test_one_sees_through_a_transparent_model(tmp_path: Path) -> None:
    face, bare = portrait().faces[0], portrait().frame.image_bgr
    path = box_model(tmp_path / "glass.glb", (0, 0, 0, 100))
    image = painted(face, Layer("glasses", "sun", parameters=given("glasses", model=path)))
    x, y = (int(v) for v in face.landmarks_xyz[168, :2])
    assert 0.2 < image[y, x].mean() / bare[y, x].mean() < 0.9


def test_a_model_whose_texture_is_missing_is_worn_in_its_colour_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from PIL import Image

    mesh = trimesh.creation.box((0.14, 0.04, 0.02))
    material = trimesh.visual.material.PBRMaterial(
        baseColorTexture=Image.new("RGB", (8, 8), (0, 0, 255)), baseColorFactor=(255, 0, 0, 255)
    )
    mesh.visual = trimesh.visual.TextureVisuals(
        uv=np.random.default_rng(0).random((len(mesh.vertices), 2)), material=material
    )
    files = trimesh.exchange.gltf.export_gltf(trimesh.Scene(mesh))
    written = json.loads(files["model.gltf"])
    written["images"] = [{"uri": "shop.png"}]  # which nobody sent
    (tmp_path / "model.gltf").write_text(json.dumps(written))
    for file, data in files.items():
        if file != "model.gltf":
            (tmp_path / file).write_bytes(data)
    parameters = given("glasses", model=tmp_path / "model.gltf")
    face = portrait().faces[0]
    image = painted(face, Layer("glasses", "sun", parameters=parameters))
    x, y = (int(v) for v in face.landmarks_xyz[168, :2])
    assert image[y, x, 2] > 150
    assert "texture is missing" in caplog.text


def test_what_is_no_model_is_said(tmp_path: Path) -> None:
    broken, empty = tmp_path / "broken.glb", tmp_path / "empty.gltf"
    broken.write_bytes(b"glTF and then nothing")
    empty.write_text('{"asset": {"version": "2.0"}}')
    for path in (broken, empty):
        with pytest.raises(ValidationError, match=path.name):
            given("glasses", model=path)
    fine = trimesh.creation.icosphere(subdivisions=6, radius=0.05)
    trimesh.Scene(fine).export(tmp_path / "fine.glb")
    with pytest.raises(artwork.ArtworkError, match="triangles; 1 to 20000"):
        gltf.load(tmp_path / "fine.glb", (0, 0, 0))


def test_a_thing_of_nothing_is_nothing() -> None:
    sitter = portrait()
    image = sitter.frame.image_bgr.copy()
    wear.put_on(Subject(image, sitter.faces[0], DAYLIGHT), wear.Thing())
    assert (image == sitter.frame.image_bgr).all()
