"""Whether a frame goes on from the one before, or what was known of it is out of date. Pure."""

import math
from typing import Final

#: Clocks repeat and jump back a little; further back is a clip that starts again.
_BACK_S: Final = 0.25
#: A camera after a long silence.
_SILENCE_S: Final = 2.0


class Continuity:
    """Remembers the time of the frame before."""

    def __init__(self) -> None:
        self._time_s = -math.inf

    def breaks(self, time_s: float) -> bool:
        """True for the first frame, after a long silence and where a clip starts again."""
        step_s, self._time_s = time_s - self._time_s, time_s
        return not -_BACK_S < step_s < _SILENCE_S
