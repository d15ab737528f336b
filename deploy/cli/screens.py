"""`vitrine screens OUT_DIR`: every screen of mirror and arena as a picture, in landscape and portrait; with
`--language all` in every language.

Each screen is measured too: cut words, overlapping controls and contrast below 4.5:1 are printed, and make
the command fail.

The sample portrait stands before the mirror, the gait model walks before the arena; nothing is recorded or
sent, the codes lead nowhere.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.experience import Receipt, Request
    from edge.scene import Scene
    from mirror_app.catalog import Catalog

HELP = "Draw every screen of the mirror and the arena into PNG files, in several sizes."

#: A box, its secret and an address that no phone finds.
_NOWHERE: Final = ("box-1", bytes(32), "https://vitrine.example")

#: Of the staff corner, which is drawn too.
_PIN: Final = "1234"

SIZES: Final = ("1280x720", "1920x1080", "1080x1920")


def register(parser: argparse.ArgumentParser) -> None:
    """Where to, and in which sizes."""
    parser.add_argument("out_dir", type=Path, help="folder for the pictures; made where it does not exist")
    parser.add_argument(
        "--size", action="append", type=_size, metavar="WxH", help="instead of the usual three"
    )
    parser.add_argument("--catalogue", default="demo", help="catalogue file or name")
    parser.add_argument("--language", default="en", help="a language, or all")
    parser.add_argument("--hand", choices=("right", "left"), default="right", help="side of the controls")


def run(args: argparse.Namespace) -> int:
    """Draw all sizes."""
    from edge.speech import NAMES
    from mirror_app import catalog as catalogs

    catalog = catalogs.load(args.catalogue)
    scene = _sitter()
    wrong = 0
    for size_px in args.size or [_size(each) for each in SIZES]:
        folder = args.out_dir / f"{size_px[0]}x{size_px[1]}"
        for language in NAMES if args.language == "all" else (args.language,):
            into = folder / language if args.language == "all" else folder
            into.mkdir(parents=True, exist_ok=True)
            _draw_failsafe(into, size_px, language)
            wrong += _draw(into, size_px, catalog, scene, args.hand, language)
            print(into)
        _draw_arena(folder, size_px)
    return 1 if wrong else 0


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and min(int(width), int(height)) >= 240):
        raise argparse.ArgumentTypeError(f"{text!r} is no size: write it as 1920x1080, at least 240 each")
    return int(width), int(height)


def _draw(
    folder: Path,
    size_px: tuple[int, int],
    catalog: "Catalog",
    scene: "Callable[[float], Scene | None]",
    hand: str,
    language: str,
) -> int:
    """Draw and measure; how many faults were found and printed."""
    import pygame

    from edge.config import Screen
    from mirror_app.mirror import Mirror
    from mirror_app.tour import Tour, round_tour

    screen = Screen(
        experience="mirror",
        camera="front",
        width_px=size_px[0],
        height_px=size_px[1],
        language=language,
        hand="left" if hand == "left" else "right",
        staff_pin=_PIN,
    )
    mirror = Mirror(catalog, screen, "demo-store", title="Demo Store")
    tour = Tour(mirror, size_px, scene, _settled, step_s=0.1)
    sku = catalog.items[min(3, len(catalog.items) - 1)].shade.sku
    wrong = 0
    for place, stop in enumerate(round_tour(tour, sku=sku, pin=_PIN, crowd=_crowd(scene))):
        pygame.image.save(tour.screen, folder / f"{place:02}-{stop.name}.png")
        for fault in tour.faults():
            print(f"{folder.name} {stop.name}: {fault}")
            wrong += 1
    return wrong


def _draw_failsafe(folder: Path, size_px: tuple[int, int], language: str) -> None:
    import pygame

    from edge.failsafe import Trouble, show
    from edge.speech import Speech

    surface = pygame.Surface(size_px, depth=32)
    for trouble in Trouble:
        show(surface, trouble, 1.0, Speech(language))
        pygame.image.save(surface, folder / f"failsafe-{trouble}.png")


def _draw_arena(folder: Path, size_px: tuple[int, int]) -> None:
    from tempfile import TemporaryDirectory

    import pygame

    from edge.config import Screen
    from gamification.arena import Arena
    from gamification.board import Board
    from gamification.games import step_race
    from gamification.tour import Tour, round_tour

    screen = Screen(experience="arena", camera="arena", width_px=size_px[0], height_px=size_px[1])
    with TemporaryDirectory() as state:
        tour = Tour(Arena(step_race.build(), screen, Board(Path(state) / "board.json")), size_px, _settled)
        tour.paint = False
        for place, stop in enumerate(round_tour(tour)):
            tour.paint = True
            tour.wait(0.5)  # the fade from the screen before is over
            pygame.image.save(tour.screen, folder / f"arena-{place:02}-{stop}.png")
            tour.paint = False


def _sitter() -> "Callable[[float], Scene | None]":
    """The sample portrait, sitting still before a 1080p camera, found by the real models."""
    from edge.cameras import portrait
    from edge.perception import Perception
    from edge.scene import Frame, Scene

    sitter = portrait.Portrait((1920, 1080), 30.0)
    sitter.moves = False
    image = sitter.render(0.0)
    perception = Perception(frozenset({"faces"}), 1)
    faces = perception.see(Frame(image, 0.0, 0)).faces
    perception.close()
    return lambda now_s: Scene(Frame(image, now_s, round(now_s * 30)), faces)


def _crowd(alone: "Callable[[float], Scene | None]") -> "Callable[[float], Scene | None]":
    """The sitter twice, side by side."""
    from dataclasses import replace

    import numpy as np

    scene = alone(0.0)
    assert scene is not None
    image = scene.frame.image_bgr
    width = image.shape[1]
    cut = width // 4
    both = np.hstack([image[:, cut : cut + width // 2]] * 2)
    (face,) = scene.faces
    points = face.landmarks_xyz
    shifts = (np.float32(-cut), np.float32(width // 2 - cut))
    faces = tuple(
        replace(face, track=face.track + place, landmarks_xyz=points + np.array((shift, 0, 0), np.float32))
        for place, shift in enumerate(shifts)
    )
    return lambda now_s: replace(
        scene, frame=replace(scene.frame, image_bgr=both, captured_s=now_s), faces=faces
    )


def _settled(request: "Request") -> "Receipt | None":
    """As if it were on disk; the card is the real one."""
    from cloud_api.contract import links
    from edge import cards
    from edge.experience import OfferClaim, PlaceOrder, Publish, Receipt

    if isinstance(request, PlaceOrder):
        return Receipt(request.order.id)
    if isinstance(request, OfferClaim):
        return Receipt(request.claim, link=links.address(links.Kind.CLAIM, request.claim, *_NOWHERE))
    if isinstance(request, Publish):
        link = links.address(links.Kind.SHARE, request.share, *_NOWHERE)
        card = cards.compose(request, link, "Demo Store")
        return Receipt(request.share, link=link, card_bgr=card.image_bgr)
    return None
