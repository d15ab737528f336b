"""Draws the artwork of the demo catalogue: glasses, earrings, hats, as a brand would send them.

    python -m mirror_app.catalogues.drawing FOLDER

Everything is drawn four times larger and made smaller, so edges are smooth. A front view with alpha, cut to
its edges: that and its width in millimetres is all that the mirror wants.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

_FINER: Final = 4
Colour = tuple[int, int, int, int]


def main(folder: Path) -> None:
    """Draw everything into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in DRAWINGS.items():
        _cut(draw()).save(folder / f"{name}.png", optimize=True)


def _canvas(width: int, height: int) -> Image.Image:
    return Image.new("RGBA", (width * _FINER, height * _FINER), (0, 0, 0, 0))


def _cut(picture: Image.Image) -> Image.Image:
    small = picture.resize((picture.width // _FINER, picture.height // _FINER), Image.Resampling.LANCZOS)
    box = small.getchannel("A").point(lambda a: 255 if a > 4 else 0).getbbox()
    return small.crop(box)


def _box(x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
    return (x - rx) * _FINER, (y - ry) * _FINER, (x + rx) * _FINER, (y + ry) * _FINER


def _filled(mask: Image.Image, top: Colour, bottom: Colour) -> Image.Image:
    """A vertical gradient where the mask is."""
    t = np.linspace(0, 1, mask.height)[:, None, None]
    ramp = np.asarray(top) * (1 - t) + np.asarray(bottom) * t
    layer = Image.fromarray(np.broadcast_to(ramp, (mask.height, mask.width, 4)).astype(np.uint8), "RGBA")
    layer.putalpha(ImageChops.multiply(layer.getchannel("A"), mask))
    return layer


def _shaped(mask: Image.Image, colour: Colour, light: float, depth: float) -> Image.Image:
    """A rounded body: lit from above, dark towards its lower edges. depth: pixels of the rounding."""
    height = np.asarray(mask.filter(ImageFilter.GaussianBlur(depth * _FINER)), np.float32) / 255
    slope = np.gradient(height, axis=0) * depth * _FINER * 2.2
    lit = 1 + light * slope - 0.25 * (1 - height)
    rgb = np.clip(np.asarray(colour[:3], np.float32) * lit[:, :, None], 0, 255)
    shine = np.clip(slope - 0.75, 0, 1)[:, :, None] * 160 * light
    layer = Image.fromarray(np.clip(rgb + shine, 0, 255).astype(np.uint8), "RGB").convert("RGBA")
    layer.putalpha(ImageChops.multiply(mask, Image.new("L", mask.size, colour[3])))
    return layer


def _mottled(layer: Image.Image, spots: Colour, seed: int, scale: float) -> Image.Image:
    """Tortoise shell: soft dark clouds in the colour."""
    noise = np.random.default_rng(seed).standard_normal((layer.height // 8, layer.width // 8))
    clouds = Image.fromarray(((noise - noise.min()) / np.ptp(noise) * 255).astype(np.uint8))
    clouds = clouds.filter(ImageFilter.GaussianBlur(scale)).resize(layer.size, Image.Resampling.BICUBIC)
    values = np.asarray(clouds, np.float32)
    share = np.clip((values - np.median(values)) / (values.std() * 1.2), 0, 1)[:, :, None] * 0.85
    pixels = np.asarray(layer, np.float32)
    pixels[:, :, :3] = pixels[:, :, :3] * (1 - share) + np.asarray(spots[:3]) * share
    return Image.fromarray(pixels.astype(np.uint8), "RGBA")


def _front(
    lens: Callable[[ImageDraw.ImageDraw, float, float, int], None],
    rim_px: float,
    frame: Callable[[Image.Image], Image.Image],
    glass: tuple[Colour, Colour],
    bridge_y: float,
) -> Image.Image:
    """A front of glasses, 1400 wide: two lenses about x = 390 and 1010, rims, bridge, end pieces."""
    canvas = _canvas(1400, 560)
    outer, inner = (Image.new("L", canvas.size, 0) for _ in range(2))
    for mask, grow in ((outer, rim_px), (inner, 0.0)):
        draw = ImageDraw.Draw(mask)
        for x, side in ((390.0, -1), (1010.0, 1)):
            lens(draw, x, grow, side)
    draw = ImageDraw.Draw(outer)
    width = round(max(rim_px * 1.15, 12) * _FINER)
    draw.arc(_box(700, bridge_y + 62, 120, 74), 195, 345, fill=255, width=width)
    for side in (-1, 1):
        x = 700 + side * 640
        points = [
            (x - side * 90, bridge_y - 24),
            (x + side * 52, bridge_y - 34),
            (x + side * 52, bridge_y + 18),
        ]
        points.append((x - side * 70, bridge_y + 34))
        draw.polygon([(px * _FINER, py * _FINER) for px, py in points], fill=255)
    rims = ImageChops.subtract(outer, inner)
    canvas.alpha_composite(_filled(inner, *glass))
    canvas.alpha_composite(_reflection(inner))
    canvas.alpha_composite(frame(rims))
    return canvas


def _reflection(mask: Image.Image) -> Image.Image:
    """A faint slanting window in each lens."""
    shine = Image.new("L", mask.size, 0)
    draw = ImageDraw.Draw(shine)
    for x in (330, 950):
        slanted = [(x - 60, 40), (x + 40, 40), (x - 60, 520), (x - 160, 520)]
        draw.polygon([(px * _FINER, py * _FINER) for px, py in slanted], fill=34)
    shine = ImageChops.multiply(shine.filter(ImageFilter.GaussianBlur(14 * _FINER)), mask)
    layer = Image.new("RGBA", mask.size, (255, 255, 255, 0))
    layer.putalpha(shine)
    return layer


def _round_lens(draw: ImageDraw.ImageDraw, x: float, grow: float, _side: int) -> None:
    draw.ellipse(_box(x, 285, 232 + grow, 214 + grow), fill=255)


def _square_lens(draw: ImageDraw.ImageDraw, x: float, grow: float, _side: int) -> None:
    draw.rounded_rectangle(_box(x, 270, 248 + grow, 182 + grow), radius=(110 + grow) * _FINER, fill=255)


def _pilot_lens(draw: ImageDraw.ImageDraw, x: float, grow: float, side: int) -> None:
    angles = np.linspace(0, 2 * np.pi, 160)
    across, down = np.cos(angles), np.sin(angles)
    drop = 0.30 * np.maximum(down, 0) * (0.5 + 0.5 * side * across)
    points = np.stack(
        (x + (250 + grow) * across * (1 - 0.12 * np.maximum(down, 0)), 262 + (200 + grow) * (down + drop)),
        axis=1,
    )
    draw.polygon([tuple(point) for point in points * _FINER], fill=255)


def round_tortoise() -> Image.Image:
    """Round optical glasses in tortoise acetate."""

    def frame(mask: Image.Image) -> Image.Image:
        return _mottled(_shaped(mask, (128, 74, 34, 255), 0.5, 9), (38, 20, 12, 255), 7, 7.0)

    return _front(_round_lens, 34, frame, ((235, 242, 245, 12), (235, 242, 245, 20)), 205)


def square_black() -> Image.Image:
    """Large square sunglasses, black, grey gradient lenses."""

    def frame(mask: Image.Image) -> Image.Image:
        return _shaped(mask, (26, 23, 22, 255), 0.9, 10)

    return _front(_square_lens, 40, frame, ((34, 30, 32, 226), (74, 62, 60, 168)), 190)


def pilot_gold() -> Image.Image:
    """Pilot sunglasses, gold wire, green gradient lenses."""

    def frame(mask: Image.Image) -> Image.Image:
        return _shaped(mask, (206, 164, 92, 255), 0.9, 4)

    return _front(_pilot_lens, 11, frame, ((52, 66, 52, 212), (112, 122, 92, 128)), 175)


def pearl_drop() -> Image.Image:
    """A pearl under a small gold ear wire."""
    canvas = _canvas(200, 460)
    wire = Image.new("L", canvas.size, 0)
    draw = ImageDraw.Draw(wire)
    draw.arc(_box(100, 70, 36, 52), 150, 395, fill=255, width=10 * _FINER)
    draw.line((100 * _FINER, 120 * _FINER, 100 * _FINER, 250 * _FINER), fill=255, width=8 * _FINER)
    draw.ellipse(_box(100, 252, 24, 20), fill=255)
    canvas.alpha_composite(_shaped(wire, (212, 172, 98, 255), 0.9, 4))
    pearl = Image.new("L", canvas.size, 0)
    ImageDraw.Draw(pearl).ellipse(_box(100, 346, 84, 88), fill=255)
    canvas.alpha_composite(_ball(pearl, (100, 346), 86))
    return canvas


def _ball(mask: Image.Image, centre: tuple[float, float], radius: float) -> Image.Image:
    y, x = np.mgrid[: mask.height, : mask.width] / _FINER
    dx, dy = (x - centre[0]) / radius, (y - centre[1]) / radius
    z = np.sqrt(np.clip(1 - dx**2 - dy**2, 0, 1))
    lit = 0.62 + 0.38 * np.clip(-0.45 * dx - 0.6 * dy + 0.66 * z, 0, 1)
    shine = np.clip(1 - ((dx + 0.34) ** 2 + (dy + 0.40) ** 2) / 0.05, 0, 1) ** 2
    warm = (
        np.stack((248 - 6 * dy, 240 - 2 * dx, 232 + 10 * dy), axis=-1) * lit[..., None]
        + 70 * shine[..., None]
    )
    layer = Image.fromarray(np.clip(warm, 0, 255).astype(np.uint8), "RGB").convert("RGBA")
    layer.putalpha(mask)
    return layer


def gold_hoop() -> Image.Image:
    """A thick gold hoop, seen a little from the side."""
    canvas = _canvas(280, 400)
    ring = Image.new("L", canvas.size, 0)
    draw = ImageDraw.Draw(ring)
    draw.ellipse(_box(140, 206, 122, 180), fill=255)
    draw.ellipse(_box(140, 200, 92, 150), fill=0)
    canvas.alpha_composite(_shaped(ring, (210, 166, 88, 255), 0.85, 8))
    return canvas


def felt_fedora() -> Image.Image:
    """A felt hat with a ribbon; its brow line lies just above the brim's lower edge."""
    canvas = _canvas(1500, 860)
    crown = Image.new("L", canvas.size, 0)
    draw = ImageDraw.Draw(crown)
    angles = np.linspace(np.pi, 2 * np.pi, 120)
    top = [(750 + 430 * np.cos(a) * (1 - 0.05 * np.sin(-a)), 500 + 420 * np.sin(a)) for a in angles]
    dent = [(x, y + 70 * np.exp(-(((x - 750) / 130) ** 2))) for x, y in top]
    outline = [*dent, (1192, 700), (750, 752), (308, 700)]
    draw.polygon([(x * _FINER, y * _FINER) for x, y in outline], fill=255)
    canvas.alpha_composite(_felt(_shaped(crown, (92, 72, 62, 255), 0.35, 46), 3))
    ribbon = Image.new("L", canvas.size, 0)
    draw = ImageDraw.Draw(ribbon)
    band = [(310, 560), (322, 500), (750, 560), (1178, 500), (1190, 560), (1192, 696), (750, 740), (308, 696)]
    draw.polygon([(x * _FINER, y * _FINER) for x, y in band], fill=255)
    ribbon = ImageChops.multiply(ribbon, crown)
    canvas.alpha_composite(_shaped(ribbon, (38, 28, 26, 255), 0.3, 20))
    brim = Image.new("L", canvas.size, 0)
    draw = ImageDraw.Draw(brim)
    across = np.linspace(-1, 1, 140)
    upper = [(750 + 720 * t, 650 + 62 * np.cos(t * np.pi / 2) - 26 * t * t) for t in across]
    lower = [(750 + 720 * t, 668 + 128 * np.cos(t * np.pi / 2) - 26 * t * t) for t in across[::-1]]
    draw.polygon([(x * _FINER, y * _FINER) for x, y in (*upper, *lower)], fill=255)
    canvas.alpha_composite(_felt(_shaped(brim, (98, 77, 66, 255), 0.5, 22), 4))
    return canvas


def _felt(layer: Image.Image, seed: int) -> Image.Image:
    """The fine uneven nap of felt."""
    noise = np.random.default_rng(seed).standard_normal((layer.height // 4, layer.width // 4)) * 6
    pixels = np.asarray(layer, np.float32)
    large = np.asarray(
        Image.fromarray(noise.astype(np.float32)).resize(layer.size, Image.Resampling.BILINEAR)
    )
    pixels[:, :, :3] = np.clip(pixels[:, :, :3] + large[:, :, None], 0, 255)
    return Image.fromarray(pixels.astype(np.uint8), "RGBA")


DRAWINGS: Final = {
    "round-tortoise": round_tortoise,
    "square-black": square_black,
    "pilot-gold": pilot_gold,
    "pearl-drop": pearl_drop,
    "gold-hoop": gold_hoop,
    "felt-fedora": felt_fedora,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
