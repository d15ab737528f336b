"""What is drawn ahead, for tests: outfits, and both sides in one process."""

import pickle
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from edge.ahead import SHEET_BYTES, Sheet, Wish
from edge.scene import Face, Scene
from mirror_app import catalog, painter
from mirror_app.ahead import Drawn, Errand, Wishes
from mirror_app.drafts import Drafts
from mirror_app.fit import Fit, fit
from mirror_app.glass import Glass
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT, Light
from models.results import U8
from tests.mirror_app.sitting import SIZE_PX
from tests.mirror_app.test_things import ARTWORK, given

DEMO: Final = catalog.load("demo")
HAT, DROP, OPTICAL, SUN, MODEL = (
    next(item.layer for item in DEMO.items if item.product.id == name)
    for name in ("chapeau-ville", "boucles-goutte", "lunettes-ronde", "lunettes-soleil", "lunettes-panto")
)
STUD: Final = Layer(
    "earrings", "stud", parameters=given("earrings", artwork=ARTWORK / "gold-hoop.png", height_mm=30)
)
OUTFITS: Final[dict[str, tuple[Layer, ...]]] = {
    "hat": (HAT,),
    "drop": (DROP,),
    "stud": (STUD,),
    "optical": (OPTICAL,),
    "sun": (SUN,),
    "model": (MODEL,),
    "all": (SUN, HAT, DROP),
    "all with a model": (STUD, MODEL, HAT),
}
RED: Final = DEMO.find("MO-EM-208").layer
DIM: Final = Light((0.71, 0.64, 0.58))
WHOLE: Final = fit(SIZE_PX, SIZE_PX, (0.5, 0.5))

Worn = Mapping[int, tuple[Layer, ...]]


def never() -> bool:
    return False


def marked(size: int = SHEET_BYTES) -> U8:
    """A sheet on which something was drawn before."""
    return np.full(size, 0xA5, np.uint8)


def sent(errand: object) -> object:
    """As it arrives in the other process."""
    return pickle.loads(pickle.dumps(errand, pickle.HIGHEST_PROTOCOL))


def noted(wishes: Wishes, worn: Worn, lights: Mapping[int, Light], fitted: Fit = WHOLE) -> None:
    """Twice: what is fitted otherwise than the frame before may be so again."""
    for _ in range(2):
        wishes.note(fitted, worn, lights)


class Ahead:
    """Both sides in one process: what is noted here is drawn there."""

    def __init__(self) -> None:
        self.wishes, self.drafts = Wishes(), Drafts()

    def note(self, worn: Worn, light: Light = DAYLIGHT, lights: Mapping[int, Light] | None = None) -> None:
        self.lights = lights or dict.fromkeys(worn, light)
        noted(self.wishes, worn, self.lights)
        assert self.wishes.wish is not None
        self.drafts.wish(sent(self.wishes.wish.what))

    def sheet(self, scene: Scene, size: int = SHEET_BYTES) -> Sheet | None:
        """A frame, once all that can be known of things is known."""
        learn(self.drafts, scene)
        sheet = marked(size)
        table = self.drafts.draw(scene, sheet, never)
        return None if table is None else Sheet(table, sheet)

    def drawn(self, scene: Scene, size: int = SHEET_BYTES) -> Mapping[int, Drawn]:
        return self.wishes.drawn(with_sheet(scene, self.sheet(scene, size)), WHOLE, self.lights)


def learn(drafts: Drafts, scene: Scene) -> None:
    """Let it draw until it has read every picture."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        drafts.draw(scene, marked(), never)
        learning = drafts._learning
        if learning is None or not learning.is_alive():
            before = len(drafts._known)
            drafts.draw(scene, marked(), never)
            if drafts._learning is learning and len(drafts._known) == before:
                return
        time.sleep(0.005)
    raise AssertionError("it learns for ever")


def with_sheet(scene: Scene, sheet: Sheet | None) -> Scene:
    return replace(scene, others=() if sheet is None else (sheet,))


def painted(
    scene: Scene, face: Face, layers: Iterable[Layer], light: Light = DAYLIGHT, drawn: Drawn = ()
) -> U8:
    image = np.asarray(scene.frame.image_bgr[:, ::-1].copy(), np.uint8)
    painter.paint(image, WHOLE.face(face), layers, light, None, drawn)
    return image


def asked(wish: Wish | None) -> Worn:
    """The things that are to be drawn."""
    if wish is None:
        return {}
    assert isinstance(wish.what, Errand)
    return wish.what.things


def errand_of(glass: Glass) -> Errand:
    assert glass.wish is not None
    assert isinstance(glass.wish.what, Errand)
    return glass.wish.what


def sheet_for(errand: Errand, scene: Scene) -> Sheet:
    """What the other process would have drawn."""
    drafts = Drafts()
    drafts.wish(sent(errand))
    learn(drafts, scene)
    sheet = marked()
    table = drafts.draw(scene, sheet, never)
    assert table is not None
    return Sheet(table, sheet)
