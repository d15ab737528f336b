"""The lamp over things: before them, above, a little to the right; what it leaves is the room's own light."""

from typing import Final

import numpy as np

from edge.head import Head
from models.results import F32

#: Share of the light without direction, of that from the lamp, and where the lamp is in the camera's frame.
AMBIENT, _LAMP = 0.72, 0.36
_TOWARDS: Final = np.array((0.25, -0.55, -0.8), np.float32) / np.linalg.norm((0.25, -0.55, -0.8))


def brightness(normals: F32, head: Head) -> F32:
    """(n,) 0..1, of surfaces with these normals, (n, 3) unit, in the frame of a head; of either side."""
    facing = np.abs(normals @ (head.rotation.T @ _TOWARDS))
    return np.asarray(np.minimum(AMBIENT + np.float32(_LAMP) * facing, 1), np.float32)
