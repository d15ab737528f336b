"""Where on a face each effect may show, drawn from the mesh alone, and what it must leave as it is."""

import cv2
import numpy as np

from edge.scene import Face
from models.results import U8
from tests.mirror_app.sitting import grown, lips, mouth, ring

OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148),
    *(176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
#: The oval's upper edge and its lower one.
FOREHEAD = (251, 284, 332, 297, 338, 10, 109, 67, 103, 54, 21)
CHIN = (365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136)
OPENINGS = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
)
#: Eye and brow with the skin between them.
SOCKETS = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 55, 65, 52, 53, 46),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 285, 295, 282, 283, 276),
)
BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
#: A gap of the mesh, in eye distances, from which on a mouth is surely open.
OPEN = 0.1
#: Effects that lie on skin wherever it is.
SKIN = {"foundation", "blush", "contour", "highlighter"}
#: Things, which stand off a face.
THINGS = {"glasses", "earrings", "hats", "hair"}


def openings(face: Face, size_px: tuple[int, int]) -> U8:
    """255 in what is seen of the eyeballs."""
    return np.asarray(ring(face, OPENINGS[0], size_px) | ring(face, OPENINGS[1], size_px), np.uint8)


def is_open(face: Face) -> bool:
    """Whether the mouth surely is."""
    gap = face.landmarks_xyz[14, :2] - face.landmarks_xyz[13, :2]
    return float(np.hypot(*gap)) > OPEN * face.eye_distance_px


def allowed(effect: str, face: Face, size_px: tuple[int, int]) -> U8:
    """255 where an effect may show: its part of the face with a little room."""
    eye = face.eye_distance_px
    if effect in {"lipstick", "lip_liner"}:
        whole = lips(face, size_px) if is_open(face) else lips(face, size_px) | mouth(face, size_px)
        return grown(np.asarray(whole, np.uint8), 3)
    if effect == "lenses":
        # An iris fills up to half of the opening's width; nothing outside the opening.
        return grown(openings(face, size_px), 2)
    if effect == "brows":
        both = ring(face, BROWS[0], size_px) | ring(face, BROWS[1], size_px)
        return grown(np.asarray(both, np.uint8), round(0.05 * eye))
    if effect in {"eyeshadow", "eyeliner", "mascara"}:
        around = ring(face, SOCKETS[0], size_px) | ring(face, SOCKETS[1], size_px)
        return grown(np.asarray(around, np.uint8), round(0.14 * eye))
    if effect in SKIN:
        return grown(
            np.asarray(ring(face, OVAL, size_px) | _beyond(face, size_px), np.uint8), round(0.06 * eye)
        )
    return np.full(size_px[::-1], 255, np.uint8)


def _beyond(face: Face, size_px: tuple[int, int]) -> U8:
    """255 on the forehead and the root of the neck, which the mesh leaves out."""
    mask: U8 = np.zeros(size_px[::-1], np.uint8)
    xy = face.landmarks_xyz[:, :2]
    up = (xy[10] - xy[152]) * (face.eye_distance_px / float(np.hypot(*(xy[10] - xy[152]))))
    for edge, way in ((FOREHEAD, 0.45 * up), (CHIN, -0.15 * up)):
        points = np.concatenate((xy[list(edge)], xy[list(edge)] + way))
        hull = cv2.convexHull(points.astype(np.float32))
        cv2.fillConvexPoly(mask, np.rint(hull).astype(np.int32), 255)
    return mask


def spared(effect: str, face: Face, size_px: tuple[int, int]) -> U8:
    """255 where it must not show, whatever lies around: eyeballs, and teeth in an open mouth."""
    if effect in THINGS:
        return np.zeros(size_px[::-1], np.uint8)
    clean: U8 = np.zeros(size_px[::-1], np.uint8)
    if effect != "lenses":
        clean |= grown(openings(face, size_px), -2)
    if is_open(face):
        clean |= grown(mouth(face, size_px), -3)
    return clean


def change(bare: U8, image: U8) -> U8:
    """Largest change of a channel, (h, w)."""
    return np.asarray(cv2.absdiff(bare, image).max(axis=2), np.uint8)
