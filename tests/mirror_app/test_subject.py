"""What effects owe to the picture is laid on before anybody looks at it, once and in order."""

import numpy as np

from mirror_app.light import DAYLIGHT
from mirror_app.subject import Subject
from models.results import U8
from tests.mirror_app.sitting import portrait


def test_what_is_owed_is_on_the_picture_before_anybody_looks() -> None:
    scene = portrait()
    image: U8 = np.zeros_like(scene.frame.image_bgr)
    subject = Subject(image, scene.faces[0], DAYLIGHT)

    def first(picture: U8) -> None:
        picture[0, 0] += 10

    def second(picture: U8) -> None:
        picture[0, 0] *= 2

    subject.owe(first)
    subject.owe(second)
    subject.owe(first)
    assert subject.size_px == (image.shape[1], image.shape[0])
    assert image.max() == 0
    assert subject.image_bgr[0, 0].tolist() == [20, 20, 20]
    subject.settle()
    assert image[0, 0].tolist() == [20, 20, 20]
    subject.owe(first)
    subject.settle()
    assert image[0, 0].tolist() == [30, 30, 30]
