"""The light on a face: how it differs from when the face was learned, and the face as if still in that light.

Light is a plane over the atlas for each feature of `cover_look`: there, a stronger, weaker or warmer light
only adds. What a sensor clips says nothing about the light, and is expected where the plane is beyond white.
"""

from typing import Final

import cv2
import numpy as np

from edge.cover_atlas import ACROSS, DOWN, Bool
from edge.cover_look import UNIT, Look, as_clipped
from models.results import F32, U8

#: A texel with a channel this bright holds clipped pixels.
_CLIPPED: Final = (241.0, 241.0, 241.0)
#: Every fourth texel is enough to see how the light changed.
_STRIDE: Final = 4
_PLANE: Final = np.stack([np.ones_like(ACROSS), ACROSS, DOWN], axis=-1)
_FEW: Final = _PLANE[::_STRIDE, ::_STRIDE].reshape(-1, 3)
#: How hard the light is held to what it was: texels for the level, more for the slopes.
_HOLD: Final = np.diag([0.2, 3.0, 3.0]).astype(np.float32)
#: With fewer texels than this nothing is said about the light.
_FEWEST: Final = 12
#: Where less of a face than this was free, the light may have been lost to what covers it.
_FREE_MIN: Final = 0.3
#: Where less was free, another light is rather more of what covers it.
_FREE_ENOUGH: Final = 0.6
#: Levels, and slopes across and down, of any lamp: brightness, red and blue against green. A green hand that
#: hides a face would be a greener lamp than there is.
_MOST: Final = np.array([[170, 100, 140], [110, 60, 60], [110, 60, 60]], np.float32)
#: A light that differs by no more than this, anywhere, does not move what is clipped.
_STEADY: Final = 4.0


def clipped(bgr: U8) -> Bool | None:
    """(SIDE, SIDE) texels that are, partly, brighter than the sensor tells; None for none."""
    plain = cv2.inRange(bgr, (0, 0, 0), _CLIPPED)
    return None if cv2.countNonZero(plain) == plain.size else plain == 0


def light(seen: F32, look: Look, usable: Bool, free: Bool, before: F32, rest: F32) -> F32:
    """How the light on a face differs from when it was learned: a plane per feature, (3, 3) float32.

    seen: (SIDE, SIDE, 3). usable: texels that face the camera, are known and not clipped; free: those of them
    that had nothing before them a moment ago. before: the light of the frame before; rest: of the last frame
    in which most of the face was free. What is not light (something coming before half of the face at once)
    must not pull the plane: so it starts from the light before, and only a much better fit from another
    start, a lamp that was switched, is believed instead; and not while something is before the face.
    """
    share = float(np.count_nonzero(free)) / max(1.0, float(np.count_nonzero(usable)))
    if share < _FREE_MIN:
        again = _bared(seen, look, usable, rest)
        if again is not None:
            return again
    use = free[::_STRIDE, ::_STRIDE].ravel()
    if np.count_nonzero(use) < _FEWEST:
        return before
    basis, off = _FEW[use], _off(seen, look, use)
    fitted, inliers = _fit(basis, off, before, 1)
    if inliers < 0.6 * len(off) and share > _FREE_ENOUGH:
        start = np.zeros((3, 3), np.float32)
        start[0] = np.median(off, axis=0)
        other, more = _fit(basis, off, start, 4)
        if more > 1.3 * inliers + 5 and _is_light(other):
            return other
        fitted, _ = _fit(basis, off, fitted, 2)
    return fitted if _is_light(fitted) else before


def _bared(seen: F32, look: Look, usable: Bool, rest: F32) -> F32 | None:
    """The light in which the whole face is to be seen again; None where it is not."""
    use = usable[::_STRIDE, ::_STRIDE].ravel()
    off = _off(seen, look, use)
    if len(off) < _FEWEST:
        return None
    plane, inliers = _fit(_FEW[use], off, rest, 3)
    return plane if inliers > 0.6 * len(off) and _is_light(plane) else None


def _off(seen: F32, look: Look, use: Bool) -> F32:
    off = seen[::_STRIDE, ::_STRIDE] - look.mean[::_STRIDE, ::_STRIDE]
    return np.asarray(off.reshape(-1, 3)[use])


def _is_light(plane: F32) -> bool:
    return bool((np.abs(plane) <= _MOST).all())


def _fit(basis: F32, off: F32, start: F32, rounds: int) -> tuple[F32, int]:
    """A plane through most of the points, and through how many."""
    plane, far = start, _farness(basis, off, start)
    for _ in range(rounds):
        weighted = basis.T * (1 / np.square(1 + far))
        normal, right = weighted @ basis + _HOLD, weighted @ off + _HOLD @ start
        plane = np.asarray(cv2.solve(normal, right, flags=cv2.DECOMP_CHOLESKY)[1], np.float32)
        far = _farness(basis, off, plane)
    return plane, int(np.count_nonzero(far < 1))


def _farness(basis: F32, off: F32, plane: F32) -> F32:
    """(n,) squared distances from a plane, all features together, in steps."""
    left = off - basis @ plane
    return np.asarray(np.einsum("ij,ij->i", left, left) / np.float32(UNIT * UNIT), np.float32)


def unlit(seen: F32, look: Look, plane: F32, *, clips: bool) -> U8:
    """(SIDE, SIDE, 3) uint8: the texels as in the light in which the face was learned. clips: some do."""
    change = cv2.transform(_PLANE, np.ascontiguousarray(plane.T))
    if clips and np.abs(plane).max() > _STEADY:
        change = np.where(look.known[..., None], as_clipped(look.mean + change) - look.mean, change)
    return cv2.subtract(seen, change, dtype=cv2.CV_8U)  # type: ignore[return-value]
