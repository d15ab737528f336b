"""`vitrine render`: products on a picture file, or on a sheet of close-ups of a clip."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge.toml_file import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge.scene import Scene
    from mirror_app.catalog import Item
    from models.results import U8

HELP = "Put products on a picture."

#: Everybody in a clip gets the product.
_MAX_FACES: Final = 12
_SHEET_ROWS: Final = 12
_NO_FACE: Final = (
    "no face found; it should look towards the camera and be a tenth of the picture wide or more"
)
_JPEG_QUALITY: Final = 95


def register(parser: argparse.ArgumentParser) -> None:
    """What to try, on what, where to."""
    parser.add_argument("input", type=Path, metavar="IN", help="picture; with --contact-sheet also a clip")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--try", dest="skus", action="append", metavar="SKU", help="may be repeated: worn together"
    )
    what.add_argument(
        "--all", action="store_true", help="every shade of the catalogue, on one sheet of close-ups"
    )
    parser.add_argument("--catalogue", default="demo", metavar="FILE", help="TOML file, or `demo`")
    out = parser.add_mutually_exclusive_group(required=True)
    out.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="the picture to write (.jpg, .png, .webp …)"
    )
    out.add_argument(
        "--contact-sheet", type=Path, metavar="OUT", help="close-ups: bare beside worn, over a clip"
    )


def run(args: argparse.Namespace) -> int:
    """Read, find faces, paint, write; every error is one sentence."""
    from mirror_app import catalog

    output: Path = args.output or args.contact_sheet
    _refuse(args.input, output)
    products = catalog.load(args.catalogue)
    if args.all:
        result = _sheet(_scenes_of(args.input, rows=1), [(item,) for item in products.items])
    elif args.contact_sheet:
        result = _sheet(_scenes_of(args.input, rows=_SHEET_ROWS), [tuple(map(products.find, args.skus))])
    else:
        items = tuple(map(products.find, args.skus))
        result = _worn(_look(args.input), items)
    _write(output, result)
    print(f"{output}: {result.shape[1]} x {result.shape[0]} pixels")
    return 0


def _worn(scene: "Scene", items: "Iterable[Item]") -> "U8":
    """The scene's picture with the items on every face."""
    from mirror_app import light, painter

    image = scene.frame.image_bgr.copy()
    layers = [item.layer for item in items]
    for face in scene.faces:
        painter.paint(image, face, layers, light.of(scene.frame.image_bgr, face))
    return image


def _sheet(scenes: "list[Scene]", looks: "list[tuple[Item, ...]]") -> "U8":
    """Close-ups: a row for each face of each scene, bare first, then each look; wrapped where it is wide."""
    from deploy.cli import _sheet

    rows = []
    for scene in scenes:
        painted = [scene.frame.image_bgr, *(_worn(scene, look) for look in looks)]
        rows += [[_sheet.close_up(image, face) for image in painted] for face in scene.faces]
    return _sheet.tiled(rows)


def _scenes_of(path: Path, rows: int) -> "list[Scene]":
    """Scenes with faces, spread evenly over a clip; of a picture, one."""
    if not _is_clip(path):
        return [_look(path)]
    scenes = [scene for scene in _watch(path) if scene.faces]
    if not scenes:
        raise ConfigError(f"{path}: {_NO_FACE}")
    return scenes[:: max(1, -(-len(scenes) // rows))]


def _look(path: Path) -> "Scene":
    """The picture of a file with its faces; ConfigError where there is none."""
    from deploy.cli import _group
    from edge.scene import Frame, Scene

    image_bgr = _read(path)
    if not (faces := _group.faces(image_bgr)):
        raise ConfigError(f"{path}: {_NO_FACE}")
    return Scene(Frame(image_bgr, 0.0, 0), faces)


def _is_clip(path: Path) -> bool:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            return getattr(picture, "n_frames", 1) > 1
    except UnidentifiedImageError:
        return True
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None
    except OSError as broken:
        raise ConfigError(f"{path}: cannot be read: {broken.strerror or broken}") from None


def _watch(path: Path) -> "Iterator[Scene]":
    """Every frame of a clip, as perception sees it."""
    from edge.cameras import CameraLost, Ended, open_source
    from edge.config import Camera
    from edge.perception import Perception

    perception = Perception(frozenset({"faces"}), _MAX_FACES)
    try:
        source = open_source(Camera(source=f"file:{path.resolve()}"))
        while True:
            if (frame := source.read(0)) is not None:
                yield perception.see(frame)
    except Ended:
        return
    except CameraLost as lost:
        raise ConfigError(str(lost)) from None
    finally:
        perception.close()


def _read(path: Path) -> "U8":
    """The picture upright, 8-bit BGR; what is transparent lies on white."""
    import numpy as np
    from PIL import Image, ImageOps

    from edge.cameras import CameraLost
    from edge.cameras.file import read_picture

    try:
        with Image.open(path) as picture:
            if picture.has_transparency_data:
                upright = ImageOps.exif_transpose(picture).convert("RGBA")
                white = Image.new("RGBA", upright.size, "white")
                flat = np.asarray(Image.alpha_composite(white, upright).convert("RGB"))
                return np.ascontiguousarray(flat[:, :, ::-1])
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None
    except (OSError, ValueError, Image.DecompressionBombError):
        pass  # what Pillow cannot read, OpenCV may
    try:
        return read_picture(path)
    except CameraLost as lost:
        raise ConfigError(str(lost)) from None


def _refuse(source: Path, output: Path) -> None:
    """ConfigError where the output cannot be right, before any work is done."""
    import cv2

    if output.resolve() == source.resolve():
        raise ConfigError(f"{output}: would overwrite the picture it is made from; give another name")
    if not cv2.haveImageWriter(output.name):
        raise ConfigError(f"{output}: the name must end in a picture format, such as .jpg, .png or .webp")


def _write(path: Path, image_bgr: "U8") -> None:
    """Write in the format that the name's ending says."""
    import cv2

    jpeg = path.suffix.lower() in {".jpg", ".jpeg"}
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY] if jpeg else []
    try:
        path.write_bytes(cv2.imencode(path.suffix, image_bgr, quality)[1].tobytes())
    except OSError as failed:
        raise ConfigError(f"{path}: cannot be written: {failed.strerror}") from None
