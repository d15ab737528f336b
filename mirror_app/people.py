"""One step with the people before the mirror: who is in view, whose palm is up, whether they have gone."""

from cloud_api.contract.events import PalmRaised
from edge.scene import Scene
from mirror_app.presence import Presence, nearest_first
from mirror_app.screens._screen import GoTo, Leave, Move, Screen
from mirror_app.session import Visit


def meet(visit: Visit, screen: Screen, scene: Scene | None, now_s: float) -> bool:
    """Who is in view: their outfits come and go with them. Whether a palm was raised for a picture."""
    visit.wardrobe.see([face.track for face in nearest_first(scene)], now_s)
    share = visit.palm_held(scene) if scene is not None and screen.palm else 0.0
    screen.palm_share = share
    if share < 1:
        return False
    visit.tell(PalmRaised(session=visit.session))
    return True


def forsaken(visit: Visit, screen: Screen, presence: Presence) -> Move | None:
    """What to do when they seem to have gone: ask where something would be lost, else leave."""
    away = presence.away(screen.patience_s)
    if away and not visit.open:
        return Leave("camera_lost" if presence.lost else "left")
    return GoTo("still_there") if away or presence.idle(screen.idle_s) else None
