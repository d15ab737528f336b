"""`vitrine render` on every kind of picture file a person may have, and on what is none."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from deploy.cli.main import main
from edge.cameras.portrait import photograph
from mirror_app import catalog as catalogs
from models.results import U8

SKU = "MO-EM-208"
Say = pytest.CaptureFixture[str]


@pytest.fixture
def bgr() -> U8:
    return photograph()


def rendered(source: Path, *options: str, name: str = "out.png", sku: str = SKU) -> U8:
    output = source.with_name(name)
    assert main(["render", str(source), "--try", sku, "-o", str(output), *options]) == 0
    return image_of(output)


def image_of(path: Path) -> U8:
    with Image.open(path) as picture:
        return np.ascontiguousarray(np.asarray(picture.convert("RGB"), np.uint8)[:, :, ::-1])


def saved(folder: Path, picture: Image.Image, name: str = "in.png", **how: object) -> Path:
    picture.save(folder / name, **how)  # type: ignore[arg-type]
    return folder / name


def pil(bgr: U8) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(bgr[:, :, ::-1]))


def redness(before: U8, after: U8) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Where the picture became redder by far."""
    toward = after.astype(int) - before
    return np.asarray(toward[..., 2] - toward[..., 1] > 40, np.bool_)


def test_only_the_lips_change(tmp_path: Path, bgr: U8) -> None:
    out = rendered(saved(tmp_path, pil(bgr)))
    rows, columns = np.where(redness(bgr, out))
    assert len(rows) > 100
    assert 130 < rows.min() < rows.max() < 165
    assert 195 < columns.min() < columns.max() < 255
    unchanged = np.ones(bgr.shape[:2], bool)
    unchanged[125:170, 190:260] = False
    assert (out == bgr)[unchanged].all()


def test_a_camera_s_rotation_tag_is_honoured(tmp_path: Path, bgr: U8) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to see it upright
    lying = pil(np.ascontiguousarray(np.rot90(bgr)))
    out = rendered(saved(tmp_path, lying, "in.jpg", exif=exif, quality=95))
    assert out.shape == bgr.shape
    assert redness(bgr, out)[130:165, 195:255].sum() > 100


def test_grey_and_16_bit_pictures(tmp_path: Path, bgr: U8) -> None:
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    as_bgr = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    for name, image in (
        ("grey.png", grey),
        ("deep.png", bgr.astype(np.uint16) * 257),
        ("deep-grey.png", grey.astype(np.uint16) * 257),
    ):
        assert cv2.imwrite(str(tmp_path / name), image)
        before = bgr if image.ndim == 3 else as_bgr
        assert redness(before, rendered(tmp_path / name))[130:165, 195:255].sum() > 100


def test_what_is_transparent_lies_on_white(tmp_path: Path, bgr: U8) -> None:
    picture = pil(bgr)
    alpha = np.full(bgr.shape[:2], 255, np.uint8)
    alpha[:, :50] = 0
    picture.putalpha(Image.fromarray(alpha))
    out = rendered(saved(tmp_path, picture))
    assert (out[:, :50] == 255).all()
    assert redness(bgr, out)[130:165, 195:255].sum() > 100


def test_everybody_in_the_picture_gets_it(tmp_path: Path, bgr: U8) -> None:
    pair = np.hstack((bgr, bgr))
    changed = redness(pair, rendered(saved(tmp_path, pil(pair))))
    assert changed[:, :512].sum() > 100
    assert changed[:, 512:].sum() > 100


def test_a_sheet_of_the_catalogue_and_of_a_clip(tmp_path: Path, bgr: U8) -> None:
    source = saved(tmp_path, pil(bgr))
    assert main(["render", str(source), "--all", "-o", str(tmp_path / "all.jpg")]) == 0
    sheet = image_of(tmp_path / "all.jpg")
    tiles = 1 + len(catalogs.load("demo").items)
    assert sheet.shape[:2] == (-(-tiles // 6) * 270, 6 * 360)
    first = pil(bgr)
    clip = saved(
        tmp_path,
        first,
        "clip.gif",
        save_all=True,
        append_images=[pil(np.roll(bgr, k, axis=1)) for k in (9, 18)],
    )
    assert main(["render", str(clip), "--try", SKU, "--contact-sheet", str(tmp_path / "sheet.png")]) == 0
    assert image_of(tmp_path / "sheet.png").shape[1] == 3 * 2 * 360


def test_another_catalogue(tmp_path: Path, bgr: U8) -> None:
    demo = Path(catalogs.__file__).parents[1] / "catalogues" / "demo.toml"
    text = demo.read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(text.replace(SKU, "OWN-1"), encoding="utf-8")
    source = saved(tmp_path, pil(bgr))
    out = rendered(source, "--catalogue", str(tmp_path / "own.toml"), sku="OWN-1")
    assert redness(bgr, out).sum() > 100


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--try", "MO-EM-209", "-o", "out.png"), ("no product has the SKU 'MO-EM-209'", SKU)),
        (("--try", SKU, "-o", "out.xyz"), ("out.xyz", "picture format")),
        (("--try", SKU, "-o", "out"), ("picture format",)),
        (("--try", SKU, "-o", "none/out.png"), ("none/out.png", "cannot be written")),
        (("--try", SKU, "-o", "in.png"), ("in.png", "overwrite")),
        (("--try", SKU, "-o", "out.png", "--catalogue", "none.toml"), ("none.toml", "no such file")),
        (("--try", SKU, "-o", "out.png", "--catalogue", "dmo"), ("comes with demo",)),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Say,
    bgr: U8,
    options: tuple[str, ...],
    words: tuple[str, ...],
) -> None:
    saved(tmp_path, pil(bgr))
    monkeypatch.chdir(tmp_path)
    assert_said(capsys, ("in.png", *options), words)


@pytest.mark.parametrize("kind", ["none", "text", "empty", "cut", "folder", "no face", "one pixel"])
@pytest.mark.parametrize("where", ["-o", "--contact-sheet"])
def test_a_file_that_is_no_picture_with_a_face(
    tmp_path: Path, capsys: Say, bgr: U8, kind: str, where: str
) -> None:
    path = tmp_path / "in.png"
    if kind == "text":
        path.write_text("This is no picture.")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "cut":
        saved(tmp_path, pil(bgr), "whole.png")
        path.write_bytes((tmp_path / "whole.png").read_bytes()[:3000])
    elif kind == "folder":
        path.mkdir()
    elif kind != "none":
        saved(tmp_path, Image.new("RGB", (1, 1) if kind == "one pixel" else (640, 480), "teal"))
    expected = {"no face": "no face found", "one pixel": "no face found", "none": "no such file"}
    words = ("in.png", expected.get(kind, ""))
    assert_said(capsys, (str(path), "--try", SKU, where, str(tmp_path / "out.png")), words)


def assert_said(capsys: Say, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    """Exit code 2, nothing written, one message that has the words."""
    assert main(["render", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    for word in words:
        assert word in said.err
    assert "Traceback" not in said.err


def test_a_name_that_is_not_ascii(tmp_path: Path, bgr: U8) -> None:
    plain = saved(tmp_path, pil(bgr))
    source = Path(shutil.move(plain, tmp_path / "照片 é.png"))
    assert redness(bgr, rendered(source, name="结果.jpg")).sum() > 100
