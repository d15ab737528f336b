"""A brand's logo at the size of its place, for screens and for cards."""

from pathlib import Path

from PIL import Image


def fitted(path: Path, most_px: tuple[int, int]) -> Image.Image:
    """The logo as large as it fits into that width and height, RGBa: colours multiplied by alpha.

    OSError where the file cannot be read any more; `edge.ui.brand` has looked at it.
    """
    with Image.open(path) as opened:
        image = opened.convert("RGBA")
    scale = min(most_px[0] / image.width, most_px[1] / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.convert("RGBa").resize(size, Image.Resampling.LANCZOS)
