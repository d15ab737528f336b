"""What a camera address is, in words for whoever watches: what is real, what is synthetic.

Never shows a path or a password: of a file the name, of a network camera the host.
"""

from pathlib import PurePath
from typing import Final
from urllib.parse import urlsplit

STARTING: Final = "No camera picture yet."
WEBCAM: Final = "Everything here is real: the webcam of this computer, seen live."
NETWORK: Final = "Everything here is real: the network camera {host}, seen live."
CLIP: Final = "Recorded picture: {name}. Everything shown over it is computed live."
PORTRAIT: Final = (
    "Synthetic picture: a NASA portrait, moved and turned like a person. "
    "Detection, tracking and make-up are computed live from it."
)
SYNTHETIC: Final = "Synthetic picture, drawn by this computer. Everything computed from it is computed live."
OTHER: Final = "Camera: {kind}."


def is_real(address: str) -> bool:
    """Whether the people in its pictures are real ones, live or recorded."""
    return address.partition(":")[0] not in ("synthetic", "portrait")


def described(address: str) -> str:
    """Words for an address such as `webcam:0`; an empty one is a camera that has not started."""
    kind, _, rest = address.partition(":")
    if not address:
        return STARTING
    if kind == "webcam":
        return WEBCAM
    if kind == "file":
        return CLIP.format(name=PurePath(rest.replace("\\", "/")).name)
    if kind in ("rtsp", "rtsps", "http", "https"):
        return NETWORK.format(host=_host(address))
    return {"portrait": PORTRAIT, "synthetic": SYNTHETIC}.get(kind, OTHER.format(kind=kind))


def _host(address: str) -> str:
    """The host of a URL, without user and password."""
    try:
        return urlsplit(address).hostname or "somewhere"
    except ValueError:
        return "somewhere"
