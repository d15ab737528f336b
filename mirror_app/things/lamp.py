"""The lamp over things: before them, above, a little to the right; what it leaves is the room's own light."""

import math
from typing import Final

import numpy as np

from edge.head import Head
from models.results import F32

#: Share of the light without direction, of that from the lamp, and where the lamp is in the camera's frame.
AMBIENT, LAMP = 0.72, 0.36
_TOWARDS: Final = np.array((0.25, -0.55, -0.8), np.float32) / np.float32(math.hypot(0.25, -0.55, -0.8))


def towards(head: Head) -> F32:
    """(3,) unit: where the lamp is, in the frame of a head."""
    return np.asarray(_TOWARDS @ head.rotation, np.float32)


def brightness(normals: F32, lamp: F32) -> F32:
    """(n,) 0..1, of surfaces with these normals, (n, 3) unit; of either side. lamp: see `towards`."""
    bright: F32 = np.abs(normals @ lamp)
    bright *= np.float32(LAMP)
    bright += np.float32(AMBIENT)
    return np.minimum(bright, np.float32(1), out=bright)
