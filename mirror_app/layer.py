"""What a face wears, as the effects see it: layers, each with its effect's own parameters."""

from dataclasses import dataclass

from edge.toml_file import Section
from mirror_app.colour import Lab


class Parameters(Section):
    """Base of an effect's own parameters: frozen, checked when a catalogue is read, unknown keys refused.

    An effect that has some subclasses this in its file, under the same name; every key has a default or is
    something that a product must say (the artwork of glasses).
    """


#: Of an effect that has none.
NONE = Parameters()


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing that one effect draws on a face.

    effect: the name of its file. finish: one of the effect's FINISHES. tones: measured colours, CIE Lab under
    D65; one for most, up to three for eyeshadow, none for things. coverage: 0..1, how much of what is below
    one application hides. strength: 0..1, how much of it the look wants (a light hand).
    """

    effect: str
    finish: str
    tones: tuple[Lab, ...] = ()
    coverage: float = 1.0
    parameters: Parameters = NONE
    strength: float = 1.0

    @property
    def lab(self) -> Lab:
        """The first tone; IndexError where it has none."""
        return self.tones[0]

    @property
    def opacity(self) -> float:
        """Coverage with the look's hand, 0..1."""
        return self.coverage * self.strength
