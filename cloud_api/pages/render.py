"""A template and its view become a response: autoescaped, never half-rendered, undefined names refused."""

from functools import cache
from typing import Any, Final

import jinja2
import segno
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from . import assets

#: `same-origin`: other sites never see an address with a token, own forms still say where they come from.
_PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


@cache
def _templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("cloud_api.pages", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["asset"] = assets.url
    return templates


def html(template: str, **names: Any) -> str:
    """The text of a template. Every value is escaped, except what is `Markup` already."""
    return _templates().get_template(template).render(**names)


def page(template: str, status: int = 200, **names: Any) -> HTMLResponse:
    """A response that nobody keeps: no cache holds it, no other site learns its address."""
    return HTMLResponse(html(template, **names), status_code=status, headers=_PRIVATE)


def qr(text: str, title: str) -> Markup:
    """A QR symbol as inline SVG with the two modules of quiet zone that a light panel needs, no styles."""
    symbol = segno.make(text, micro=False, error="m")
    drawn = symbol.svg_inline(
        border=2, dark="#1b1714", svgclass=None, lineclass=None, omitsize=True, title=title
    )
    return Markup(drawn)  # noqa: S704 - drawn by segno, which escapes the title
