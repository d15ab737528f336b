"""Own static files: a few small CSS and JS files, addressed by the hash of them all.

    /static/{version}/share.css      cached for ever, because a change changes the address

One version for all of them, so that a script may import its neighbour by a relative address.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@cache
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}


@cache
def version() -> str:
    """Hash of every static file, short enough to read in an address."""
    digest = hashlib.sha256()
    for name, content in _files().items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def url(name: str) -> str:
    """The address of a static file; KeyError when there is none (a template's mistake)."""
    if name not in _files():
        raise KeyError(f"no static file {name!r}; there are {', '.join(_files())}")
    return f"/static/{version()}/{name}"


def find(name: str) -> tuple[bytes, str] | None:
    """Content and media type of a static file, None when there is none."""
    content = _files().get(name)
    return None if content is None else (content, _TYPES[Path(name).suffix])
