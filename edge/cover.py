"""What stands before each face: a hand, hair, a microphone, a mask, glasses; whatever it is, at once.

      frame + mesh ── cover_atlas ──→ texels ── cover_evidence ──→ covered texels ──→ Face.cover
                                        │             ↑
                                        └─ cover_look ┘   learns what is bare, a few times a second

There is no model of things: it would know some and miss others, and finding hands alone costs more than the
whole mesh. Nor is `models/segmenter` asked: it costs 3.5 ms at 1080p, and of a hand, a bar, a microphone or a
cloth mask before a face it calls at most 2 % anything but person. What is known is the face itself, how it
looked a moment ago at the same spots. A face that is first seen with something before it is judged by the
colour of its own skin. Hands that are followed anyway are added. All that is learned of a face leaves with
its track.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from edge import cover_evidence as evidence
from edge import cover_light
from edge.continuity import Continuity
from edge.cover_atlas import SIDE, Bool, Sample, sample
from edge.cover_look import SMALL, UNIT, Look, features
from edge.cover_mask import cover_of, under_hands
from edge.cover_whole import whole
from edge.scene import Cover, Face, Frame, Hand
from models.results import F32, U8, CloseUp

#: What is learned of a face whose track is not seen is forgotten after this (as the track itself).
_FORGET_S: Final = 1.5
#: A known face learns so often; a new one in every frame.
_LEARN_S: Final = 0.1
_NEW_S: Final = 0.3
#: A known face with nothing before it is looked at no more often than this: at 30 frames a second in every
#: second one. What comes before it is found one frame later, within the two that nobody sees.
_BARE_S: Final = 0.045
#: What has been covered for so long and has the colour of skin may be the face after all (it put on make-up,
#: or it was first seen with a hand before it): the texels are judged again as if they were never seen.
#: Doubt comes sooner where the face was seen bare for a shorter time than that.
_DOUBT_S: Final = 3.0
_DOUBT_MIN_S: Final = 1.0
#: Where so much of a face has been covered for so long, it is rather no longer known: all is learned anew.
_ALL: Final = 0.85
#: Evidence that a texel is covered if surer ones are near; if it was a moment ago; that is sure by itself.
_WEAK, _STILL, _STRONG = (int(steps * UNIT) for steps in (0.5, 0.35, 1.2))
#: Brightness counts less than colour in what is sure: a shadow is no cover.
_SURE_LUMA: Final = 0.4
#: Missing features count at most this much.
_VANISHED_MAX: Final = round(1.5 * UNIT)
#: So many sure texels make a part a cover. At the face's edge eight count as one, and lids and lips, which
#: move and change by themselves, none, unless a mouth is gone altogether.
_SURE_MIN: Final = 3.5
_WEIGHTS: Final = np.where(evidence.MOUTH | evidence.EYES, 0, np.where(evidence.RIM, 0.125, 1)).astype(
    np.float32
)
_GONE_WEIGHT: Final = 0.5
_UNIT: Final = int(UNIT)
#: The light is that of the face where less of it than this is covered.
_MOSTLY: Final = 0.25
#: What is before a face looks the same from one frame to the next, all features together.
_SAME: Final = 3 * UNIT
_ALL_FEATURES: Final = np.ones((1, 3), np.float32)
#: Greener than red, in the units of `cover_look`: no face is, nor is the inside of a mouth.
_GREEN: Final = 70 - 9
_NONE: Final[Mapping[int, CloseUp]] = MappingProxyType({})


@dataclass(slots=True)
class _Known:
    """What is known of one face.

    covers: whether anything was before it in the frame before. covered, now: that one's texels, which were
    covered and what they looked like. covered_s: for how long each has been; lost_s: nearly all of them.
    windows: texels that a cover goes round. light: how it differs from when the face was learned; rest: when
    it was last bare.
    """

    look: Look = field(default_factory=Look)
    covers: bool = False
    light: F32 = field(default_factory=lambda: np.zeros((3, 3), np.float32))
    rest: F32 = field(default_factory=lambda: np.zeros((3, 3), np.float32))
    noise: F32 = field(default_factory=lambda: np.zeros(3, np.float32))
    covered: Bool = field(default_factory=lambda: np.zeros((SIDE, SIDE), np.bool_))
    windows: Bool | None = None
    covered_s: F32 = field(default_factory=lambda: np.zeros((SIDE, SIDE), np.float32))
    now: U8 = field(default_factory=lambda: np.zeros((SIDE, SIDE, 3), np.uint8))
    met_s: float = 0.0
    seen_s: float = 0.0
    learned_s: float = -1.0
    lost_s: float = 0.0


@dataclass(slots=True)
class _Compared:
    """Texels of one frame beside what is known.

    now: as in the light in which they were learned. sharp: as `cover_evidence.sharpness` says. covered: those
    that look otherwise, bare: those that do not. sure: how much otherwise, 0 where none is covered.
    """

    now: U8
    sharp: float
    covered: Bool
    bare: Bool
    sure: float


class Covers:
    """Finds what stands before the faces, frame after frame."""

    def __init__(self) -> None:
        self._faces: dict[int, _Known] = {}
        self._continuity = Continuity()

    def forget(self) -> None:
        """Nothing is known of anybody any more: the camera has gone silent."""
        self._faces = {}

    def see(
        self,
        frame: Frame,
        faces: Sequence[Face],
        hands: Sequence[Hand] = (),
        close_ups: Mapping[int, CloseUp] = _NONE,
    ) -> tuple[Face, ...]:
        """The faces with what is before them.

        hands: those that are followed anyway, if any. close_ups: what the mesh looked at, by track, if known:
        the face need not be cut out of the frame once more.
        """
        time_s = frame.captured_s
        if self._continuity.breaks(time_s):
            self._faces = {}
        self._faces = {k: known for k, known in self._faces.items() if time_s - known.seen_s <= _FORGET_S}
        return tuple(self._covered(frame, face, hands, close_ups.get(face.track)) for face in faces)

    def _covered(self, frame: Frame, face: Face, hands: Sequence[Hand], close_up: CloseUp | None) -> Face:
        if not hands and self._rests(face, frame.captured_s):
            return face
        seen = sample(frame.image_bgr, face.landmarks_xyz, close_up)
        cover = None if seen is None else self._cover(face, seen, hands, frame.captured_s)
        return face if cover is None else replace(face, cover=cover)

    def _rests(self, face: Face, time_s: float) -> bool:
        """Whether this one need not be looked at: known well, bare a moment ago."""
        known = self._faces.get(face.track)
        if known is None or known.covers or known.seen_s - known.met_s < _NEW_S:
            return False
        return 0 <= time_s - known.seen_s < _BARE_S

    def _cover(self, face: Face, seen: Sample, hands: Sequence[Hand], time_s: float) -> Cover | None:
        known = self._faces.get(face.track)
        if known is None:
            known = self._faces[face.track] = _Known(met_s=time_s, seen_s=time_s)
        step_s = max(0.0, time_s - known.seen_s)
        known.seen_s = time_s
        sure = _judge(known, seen, under_hands(seen, hands), step_s)
        return cover_of(seen, known.covered, known.windows, sure) if known.covers else None


def _judge(known: _Known, seen: Sample, hands: Bool | None, step_s: float) -> float:
    """Decide which texels are covered (`known.covered`) and learn from the others; how surely, 0..1."""
    usable = seen.seen & known.look.known
    found = _compared(known, seen.bgr, usable, step_s)
    visible = int(np.count_nonzero(seen.seen))
    if np.count_nonzero(usable) < visible:
        unknown = seen.seen & ~known.look.known
        found.bare = found.bare | unknown
        if np.count_nonzero(unknown) >= evidence.PART_MIN:
            found.covered |= _strange(known, found.now, unknown)
    if hands is not None:
        found.covered |= hands
    _note(known, found, visible, step_s)
    if known.lost_s > _DOUBT_S:
        _begin_anew(known)
    else:
        _learn(known, seen.seen, found.sharp)
    return found.sure


def _compared(known: _Known, bgr: U8, usable: Bool, step_s: float) -> _Compared:
    """What looks otherwise than the face did.

    The light of a moment ago does while it is not time to learn and nothing seems to be before the face. Nor
    is it asked then how sharp the picture is: in a blurred one less looks otherwise.
    """
    colours, clipped, due = features(bgr), cover_light.clipped(bgr), _due(known)
    plain = usable if clipped is None else usable & ~clipped
    free = plain & ~known.covered if known.covers else plain
    for fresh in (True,) if due or known.covers else (False, True):
        if fresh:
            known.light = cover_light.light(colours, known.look, plain, free, known.light, known.rest)
        now = cover_light.unlit(colours, known.look, known.light, clips=clipped is not None)
        sharp = evidence.sharpness(now, known.look, free) if fresh else 1.0
        if due:
            known.noise = evidence.noise(now, known.look, free, known.noise, max(step_s, _LEARN_S))
        found = _unlike(known, now, usable, sharp)
        if not found.sure:
            break
    return found


def _note(known: _Known, found: _Compared, visible: int, step_s: float) -> None:
    """Remember what is covered, with gaps filled, and for how long. visible: texels that face the camera."""
    before, known.covers, share = known.covers, bool(found.covered.any()), 0.0
    known.covered, known.windows, known.now = found.covered, None, found.now
    if known.covers:
        known.covered, known.windows = whole(found.covered, found.bare, found.now)
        share = np.count_nonzero(known.covered) / max(1, visible)
        known.covered_s += np.float32(step_s)
        known.covered_s[~known.covered] = 0
    elif before:
        known.covered_s.fill(0)
    if share < _MOSTLY:
        known.rest = known.light
    known.lost_s = known.lost_s + step_s if share > _ALL else 0.0


def _unlike(known: _Known, now: U8, usable: Bool, sharp: float) -> _Compared:
    """The connected parts that look otherwise than the face did."""
    nothing = _Compared(now, sharp, np.zeros((SIDE, SIDE), np.bool_), usable, 0.0)
    luma, red, blue = cv2.split(evidence.deviation(now, known.look, known.noise, blurred=sharp < 0.75))
    gone = np.minimum(evidence.vanished(now, known.look, sharp), np.uint8(_VANISHED_MAX))
    other = cv2.add(cv2.add(red, blue), gone)
    sure = (_evened(cv2.addWeighted(luma, _SURE_LUMA, other, 1, 0)) > _STRONG) & usable
    if not sure.any():
        return nothing
    weak = _evened(cv2.add(luma, other))
    still = weak > _STILL
    possible = ((weak > _WEAK) | (still & _grown(known.covered))) & usable
    count, labels = cv2.connectedComponents(possible.astype(np.uint8), connectivity=8)
    green = (now[..., 1][sure] < _GREEN) & ~evidence.RIM[sure]
    weights = np.where(green, np.float32(1), _WEIGHTS[sure])
    speaks = np.bincount(labels[sure], weights, minlength=count)
    missing = (gone > _UNIT) & evidence.MOUTH & usable
    kept = speaks + _GONE_WEIGHT * np.bincount(labels[missing], minlength=count) >= _SURE_MIN
    kept[0] = False
    covered = kept[labels]
    if not covered.any():
        return nothing
    sure_by = min(1.0, float(weak[covered].mean()) / (2 * UNIT))
    return _Compared(now, sharp, covered, usable & ~still, sure_by)


def _evened(texels: MatLike) -> U8:
    """Each texel half as what lies around it."""
    return cv2.addWeighted(texels, 0.5, cv2.blur(texels, (3, 3)), 0.5, 0)  # type: ignore[return-value]


def _strange(known: _Known, now: U8, unknown: Bool) -> Bool:
    """Texels never seen bare that are not skin: large even parts, dark lenses, what was covered before."""
    other = evidence.foreign(now) & unknown
    same = cv2.transform(cv2.absdiff(now, known.now), _ALL_FEATURES) < _SAME
    found = other & known.covered & same
    if np.count_nonzero(other & ~found) >= evidence.PART_MIN:
        found |= evidence.even_parts((other & ~found).astype(np.uint8), now)
    parts = [found]
    if (unknown & evidence.EYES).any():
        parts.append(evidence.lenses(now) & unknown)
    large = [part for part in parts if np.count_nonzero(part) >= evidence.PART_MIN]
    spread = [evidence.spread(part, now, unknown) for part in large]
    return np.asarray(np.logical_or.reduce([found, *spread]))


def _due(known: _Known) -> bool:
    """Whether it is time to learn again."""
    return known.seen_s - known.learned_s >= _LEARN_S or known.seen_s - known.met_s < _NEW_S


def _learn(known: _Known, seen: Bool, sharp: float) -> None:
    """Take in the bare texels of a sharp picture, now and then; doubt what has been covered for long."""
    if sharp < 0.75 or not _due(known):
        return
    step_s = known.seen_s - known.learned_s
    long = known.covered_s > np.clip(known.look.bare_s, _DOUBT_MIN_S, _DOUBT_S)
    if long.any():
        known.look.forget(evidence.skin_coloured_parts(long, known.now, known.look))
        known.covered_s[long] = 0
    bare = seen & ~_grown(known.covered)
    known.look.learn(known.now.astype(np.float32), bare, min(step_s, _LEARN_S))
    known.learned_s = known.seen_s


def _begin_anew(known: _Known) -> None:
    """As if the face were seen for the first time: what was known of it no longer fits anywhere."""
    fresh = _Known(met_s=known.seen_s, seen_s=known.seen_s)
    for slot in fields(_Known):
        setattr(known, slot.name, getattr(fresh, slot.name))


def _grown(covered: Bool) -> Bool:
    return cv2.dilate(covered.astype(np.uint8), SMALL) > 0
