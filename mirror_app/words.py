"""The words that the mirror's screens share, and the languages it says them in.

A product's own names come with the catalogue; what Vitrine itself calls things stands here, once.
"""

from pathlib import Path
from typing import Final

from edge.speech import Speech, mark

#: The mirror's catalogues of translations, one folder a language.
FOLDER: Final = Path(__file__).parent / "languages"

#: What effects call their finishes.
FINISHES: Final = {
    "matte": mark("Matte"),
    "satin": mark("Satin"),
    "gloss": mark("Gloss"),
    "metallic": mark("Metallic"),
    "glitter": mark("Glitter"),
    "natural": mark("Natural"),
    "dewy": mark("Dewy"),
    "shimmer": mark("Shimmer"),
    "sheer": mark("Sheer"),
}

#: What the rail's tabs are called, by the catalogue's categories.
CATEGORIES: Final = {
    "looks": mark("Looks"),
    "lips": mark("Lips"),
    "cheeks": mark("Cheeks"),
    "face": mark("Face"),
    "skin": mark("Skin"),
    "eyes": mark("Eyes"),
    "brows": mark("Brows"),
    "lashes": mark("Lashes"),
    "lenses": mark("Lenses"),
    "hair": mark("Hair"),
    "glasses": mark("Glasses"),
    "eyewear": mark("Eyewear"),
    "earrings": mark("Earrings"),
    "jewellery": mark("Jewellery"),
    "hats": mark("Hats"),
    "accessories": mark("Accessories"),
}
#: The lights of mirror_app.room_light.
LIGHTS: Final = {
    "day": mark("Day"),
    "office": mark("Office"),
    "evening": mark("Evening"),
    "candle": mark("Candle"),
}


def speech(code: str) -> Speech:
    """The mirror's words in a language; ConfigError names the languages there are."""
    return Speech(code, FOLDER)
