"""What can be drawn on a face: one effect, one file, found by the name in the catalogue.

A file of this folder is an effect when it has what `Effect` says. It draws in place, only inside its own
part of the face, and draws nothing where it cannot be sure: a part outside the picture, a part that is shut
or turned away. Whoever calls it (`mirror_app.painter`) has made sure that the landmarks are numbers of a
sensible size, and keeps paint behind what stands before the face; an effect need not think of either.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Final, Protocol, cast

from edge import plugins
from mirror_app.layer import Layer
from mirror_app.layer import Parameters as EffectParameters
from mirror_app.subject import Subject

_PACKAGE: Final = "mirror_app.effects"


class Effect(Protocol):
    """One file of this folder.

    Where its paint is soft it may leave it in the small cells (`_cells`) and owe it to the picture
    (`Subject.owe`), so that several of them are enlarged at once.

    Where it is a thing, which is laid on the picture (`Subject.lay`) without a look at it, it has
    `THING = True` and may be drawn ahead (`mirror_app.drafts`), where there is neither picture nor hair mask.

    Where it needs something that no part of Vitrine finds, it may have `NEEDS`, names of model files that a
    store brings (`models/hair.py` for a hair mask): without them its products are not offered, which is told.
    """

    #: The finishes it can draw: the valid values of a product's `finish`.
    FINISHES: Collection[str]
    #: When it is put on; the lower earlier. Skin 10 to 40 (foundation, contour, blush, highlighter), brows
    #: 50, eyes 60 to 90 (eyeshadow, lenses, eyeliner, mascara), lips 100 and 110 (liner, lipstick), hair 120,
    #: things 130 to 150 (earrings, hats, glasses).
    ORDER: int
    #: Its own parameters: a product's `parameters` are checked against this.
    Parameters: type[EffectParameters]

    def apply(self, subject: Subject, layer: Layer) -> None:
        """Draw `layer` on the subject's picture in place."""


def names() -> list[str]:
    """The effects there are."""
    return plugins.names(_PACKAGE)


def missing(effect: Effect) -> frozenset[str]:
    """The model files that an effect needs and nobody has brought."""
    needs: frozenset[str] = getattr(effect, "NEEDS", frozenset())
    return needs - set(plugins.names("models"))


def brought() -> frozenset[str]:
    """The model files that were brought for effects: what a mirror asks of perception besides faces."""
    return frozenset().union(*(getattr(load(n), "NEEDS", frozenset()) - missing(load(n)) for n in names()))


@lru_cache(maxsize=64)
def load(name: str) -> Effect:
    """One effect; UnknownPlugin lists the valid names."""
    return cast("Effect", plugins.load(_PACKAGE, name))
