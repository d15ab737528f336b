"""The hands of a frame: palms are searched now and then, then each hand is followed by its points.

`perception` calls this; where to look next and who is who is decided in `hand_tracking`. Looking for palms
is the dearest thing perception does (as much as four face meshes, and two more for the points of what looks
like a palm), so it is done seldom, never in a frame in which faces are searched as well, and not at all while
enough hands are followed; and the same fold of cloth is not taken for a palm again and again. Where nothing
says that a hand is there, it is done beside the next frames, which do not wait for it.
"""

import math
from typing import Final

from edge.boxes import sane
from edge.continuity import Continuity
from edge.hand_tracking import SMALLEST_PX, HandTracker, Mistaken
from edge.palm_search import PalmSearch
from edge.scene import Frame, Hand
from models.hand_landmarks import HandModel, roi_of_palm
from models.providers import Runtime
from models.results import Detections

#: How often to look for a hand, or for another while one is followed, in frame time.
_SEARCH_S: Final = 1.0
#: The same while something stands before a face.
_SEARCH_LIKELY_S: Final = 0.2
#: After a loss the hand is looked for sooner: it is still there, only quicker than expected.
_SEARCH_LOST_S, _RECENT_S = 0.1, 0.25
#: What is put off because others were busy in the same frame is put off no longer than this.
_PATIENCE_S: Final = 0.5


class Hands:
    """Finds and follows up to max_hands hands, frame after frame. runtime: what runs the models."""

    def __init__(self, max_hands: int, runtime: Runtime) -> None:
        self._search, self._model = PalmSearch(runtime), HandModel(runtime)
        self._max_hands = max_hands
        self._tracker, self._mistaken = HandTracker(), Mistaken()
        self._continuity = Continuity()
        self._searched_s = self._lost_s = -math.inf

    def see(self, frame: Frame, *, busy: bool = False, likely: bool = False) -> tuple[Hand, ...]:
        """The hands in view, largest first.

        busy: others search in this frame, so rather not in this one. likely: something stands before a face,
        which may be a hand, so look soon.
        """
        time_s = frame.captured_s
        if self._continuity.breaks(time_s):
            self._tracker.forget()
            self._mistaken = Mistaken()
            self._searched_s = self._lost_s = -math.inf
            self._search.forget()
        found = [self._model.landmarks(frame.image_bgr, roi) if roi else None for roi in self._tracker.rois()]
        if self._tracker.follow(found, time_s, frame.size_px):
            self._lost_s = time_s
        late = self._search.under_way
        if (palms := self._palms(frame, busy=busy, likely=likely)) is not None:
            self._meet(frame, palms, late=late)
        return self._tracker.hands()

    def forget(self) -> None:
        """Drop what is looked for beside the frames."""
        self._search.forget()

    def close(self) -> None:
        """Let go of the worker thread."""
        self._search.close()

    def _palms(self, frame: Frame, *, busy: bool, likely: bool) -> Detections | None:
        """Look for palms when it is time; None where it is not, and until they are found."""
        if self._search.under_way:
            return self._search.next_frame(frame.captured_s)
        if len(self._tracker) >= self._max_hands:
            return None
        time_s = frame.captured_s
        pause_s, since_s = self._pause_s(time_s, likely=likely), time_s - self._searched_s
        if since_s < pause_s + (_PATIENCE_S if busy else 0):
            return None
        self._searched_s = time_s
        if pause_s < _SEARCH_S or since_s == math.inf:  # a hand is likely, or nobody has looked yet
            return self._search.at_once(frame)
        self._search.begin(frame)
        return None

    def _pause_s(self, time_s: float, *, likely: bool) -> float:
        """How long not to look for another hand."""
        if time_s - self._lost_s < _RECENT_S:
            return _SEARCH_LOST_S
        return _SEARCH_LIKELY_S if likely and not len(self._tracker) else _SEARCH_S

    def _meet(self, frame: Frame, found: Detections, *, late: bool) -> None:
        """Follow the hands that are found and not followed yet, the surest first, while there is room.

        late: they were where they were found some frames ago.
        """
        for keypoints, box, score in zip(found.keypoints_xy, found.boxes_xyxy, found.scores, strict=True):
            if len(self._tracker) >= self._max_hands:
                return
            x, y = map(float, (box[:2] + box[2:]) / 2)
            roi, palm, time_s = roi_of_palm(keypoints, box), float(score), frame.captured_s
            if not sane(roi, SMALLEST_PX) or self._tracker.follows(x, y):
                continue
            if not self._mistaken.known(roi, palm, time_s):
                hand = self._model.landmarks(frame.image_bgr, roi)
                self._mistaken.note(roi, palm, hand.score, time_s, late=late)
                self._tracker.meet(hand, time_s, frame.size_px)
