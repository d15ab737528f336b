"""A stranger passes before shoppers with no room for one more: nobody's id goes along with the stranger."""

import pytest

from edge.perception import Perception
from edge.scene import Frame
from models import store
from tests.edge.crowd import Person, picture
from tests.edge.test_crossing import BLUE, FPS, owner_of, walk

SHE = Person(walk(420, 310, 0))
HE = Person(walk(900, 310, 0), mirrored=True, tint=BLUE)
GREEN = (0.75, 1.0, 0.8)
#: A mesh lies between two faces for so many frames, before it is lost.
BETWEEN = 2


@pytest.mark.parametrize(
    ("shoppers", "stranger", "seconds"),
    [
        ((SHE, HE), Person(walk(-80, 350, 250), 1.0, mirrored=True, tint=GREEN), 3.0),
        ((SHE,), Person(walk(70, 340, 250), 0.9, mirrored=True, tint=BLUE), 2.4),
    ],
    ids=["room for two", "room for one"],
)
def test_a_stranger_passes_before_shoppers(
    shoppers: tuple[Person, ...], stranger: Person, seconds: float
) -> None:
    store.ensure()
    people, worn = [*shoppers, stranger], list[int]()
    perception = Perception(frozenset({"faces"}), len(shoppers))
    for k in range(round(seconds * FPS)):
        image, visible = picture(people, k / FPS)
        faces = perception.see(Frame(image, k / FPS, k)).faces
        whose = {face.track: owner_of(face, people, visible, k / FPS) for face in faces}
        worn += [track for track, who in whose.items() if who == len(shoppers)]
        assert len(faces) <= len(shoppers)
        if k == 2:
            first = whose
    perception.close()
    assert sorted(first.values(), key=str) == list(range(len(shoppers))), "the shoppers were found"
    assert whose == first, "and are who they were"
    assert len(worn) <= BETWEEN
