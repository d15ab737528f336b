"""Enrolment: a one-time code typed in at install is exchanged for a box's own credential."""

from pydantic import Field

from .base import Slug, Value


class EnrolRequest(Value):
    """`POST /v1/enrol`: the code that an administrator made with `vitrine cloud box-code`."""

    code: str = Field(min_length=6, max_length=40)


class Credential(Value):
    """What the box keeps (mode 0600) and the cloud cannot show again: it keeps a keyed hash only."""

    store: Slug
    box: Slug
    #: Bearer token of the box.
    token: str
    #: Secret of the box's share links, hexadecimal.
    share_secret: str
    #: Where phones find shares, without a trailing slash.
    link_url: str
