"""Contact sheets of `vitrine render`: close-ups of mouths beside each other, for looking at."""

from itertools import chain
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from edge.scene import Face
from models.results import U8

#: Close-up in pixels, width and height, and how many stand beside each other.
_TILE_PX: Final = (360, 270)
_ACROSS: Final = 6
#: Width of a close-up in eye distances.
_WIDTH: Final = 1.5
#: The middle of the inner lips in the face mesh.
_MOUTH: Final = (13, 14)
#: Paper of the house's palette, for empty places (blue, green, red).
_PAPER_BGR: Final = (238, 243, 247)


def close_up(image_bgr: U8, face: Face) -> MatLike:
    """The lower face at the size of a tile, upright as the picture is."""
    width, height = _TILE_PX
    x, y = face.landmarks_xyz[_MOUTH, :2].mean(axis=0).tolist()
    scale = width / max(_WIDTH * face.eye_distance_px, 1)
    onto = np.array(((scale, 0, width / 2 - scale * x), (0, scale, height / 2 - scale * y)))
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.warpAffine(image_bgr, onto, _TILE_PX, flags=smooth, borderMode=cv2.BORDER_REPLICATE)


def tiled(rows: list[list[MatLike]]) -> U8:
    """Rows of tiles under each other; short rows share a line, long ones go on in the next."""
    together = max(1, _ACROSS // max(len(row) for row in rows))
    joined = [list(chain(*rows[k : k + together])) for k in range(0, len(rows), together)]
    across = min(_ACROSS, max(len(row) for row in joined))
    empty = np.full((*_TILE_PX[::-1], 3), _PAPER_BGR, np.uint8)
    lines = [row[k : k + across] for row in joined for k in range(0, len(row), across)]
    full = [[*line, *[empty] * (across - len(line))] for line in lines]
    return np.vstack([np.hstack(line) for line in full]).astype(np.uint8)
