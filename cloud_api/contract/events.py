"""Events: one immutable fact each, in a CloudEvents 1.0 envelope (JSON, structured batch).

A new kind of event is a new subclass of `EventData` with its `kind`. An event is at most 64 KiB, holds
no picture and nobody's identity.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, SerializeAsAny, StringConstraints, ValidationInfo, field_validator

from .base import Language, Sku, Slug, Value

MAX_EVENT_BYTES: Final = 64 * 1024
MAX_BATCH_EVENTS: Final = 500
MAX_BATCH_BYTES: Final = 4_000_000


class EventData(Value):
    """Base of the typed `data` of an event. Subclasses name their `kind`, the envelope's `type`."""

    kind: ClassVar[str]
    known: ClassVar[dict[str, type["EventData"]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        EventData.known[cls.kind] = cls


class MirrorSessionStarted(EventData):
    """Somebody stepped up and touched the mirror. `session` is random and forgotten when they leave."""

    kind = "vitrine.mirror.session_started.v1"
    session: UUID


class MirrorSessionEnded(EventData):
    """The shopper left or finished."""

    kind = "vitrine.mirror.session_ended.v1"
    session: UUID
    seconds: float = Field(ge=0)
    tries: int = Field(ge=0)
    reason: Literal["left", "finished", "stopped", "camera_lost"]


class LanguageChosen(EventData):
    """The shopper chose a language for their session."""

    kind = "vitrine.mirror.language_chosen.v1"
    session: UUID
    language: Language


class LightChanged(EventData):
    """The shopper looked at themselves in another light: day, office, evening, candle."""

    kind = "vitrine.mirror.light_changed.v1"
    session: UUID
    light: Slug


class Compared(EventData):
    """The shopper compared for some seconds: with and without, two shades, or two lights."""

    kind = "vitrine.mirror.compared.v1"
    session: UUID
    what: Literal["without", "shades", "lights"]
    seconds: float = Field(ge=0)


class LookWorn(EventData):
    """The shopper put on a whole look of the catalogue."""

    kind = "vitrine.mirror.look_worn.v1"
    session: UUID
    look: Slug


class OutfitShared(EventData):
    """One person of a group gave everybody in view what they wear."""

    kind = "vitrine.mirror.outfit_shared.v1"
    session: UUID
    people: int = Field(ge=1)


class ProductCardOpened(EventData):
    """The shopper read about a product."""

    kind = "vitrine.mirror.product_card_opened.v1"
    session: UUID
    sku: Sku


class HelpOpened(EventData):
    """The shopper asked how the mirror works."""

    kind = "vitrine.mirror.help_opened.v1"
    session: UUID


class PalmRaised(EventData):
    """The countdown for a picture was started by a raised palm."""

    kind = "vitrine.mirror.palm_raised.v1"
    session: UUID


class StaffOpened(EventData):
    """Somebody of the staff opened the staff corner of a mirror, with its PIN."""

    kind = "vitrine.mirror.staff_opened.v1"


class ProductTried(EventData):
    """One product was worn for some seconds; sent when it comes off."""

    kind = "vitrine.mirror.product_tried.v1"
    session: UUID
    sku: Sku
    seconds: float = Field(ge=0)


class PhotoTaken(EventData):
    """A picture was taken; it exists on the screen only, until its share is created."""

    kind = "vitrine.mirror.photo_taken.v1"
    session: UUID
    skus: tuple[Sku, ...]


class ShareCreated(EventData):
    """The shopper agreed to a share; the picture itself travels as a share, not in an event."""

    kind = "vitrine.share.created.v1"
    session: UUID
    share: UUID
    purposes: tuple[Literal["phone", "shop"], ...]
    skus: tuple[Sku, ...]


class ShareViewed(EventData):
    """The page of a share was opened."""

    kind = "vitrine.share.viewed.v1"
    share: UUID


class ShareDownloaded(EventData):
    """The picture of a share was downloaded."""

    kind = "vitrine.share.downloaded.v1"
    share: UUID


class ShareForwarded(EventData):
    """The link of a share was sent on."""

    kind = "vitrine.share.forwarded.v1"
    share: UUID


class ShareRevoked(EventData):
    """The shopper ended a share; its picture is deleted."""

    kind = "vitrine.share.revoked.v1"
    share: UUID


class OrderPlaced(EventData):
    """An order was placed on a screen; the order itself travels in its own lane."""

    kind = "vitrine.order.placed.v1"
    session: UUID
    order: UUID
    skus: tuple[Sku, ...]


class BoxHealth(EventData):
    """How one screen of a box is doing, once a minute."""

    kind = "vitrine.box.health.v1"
    screen: Slug
    fps: float = Field(ge=0)
    p95_frame_ms: float = Field(ge=0)
    dropped_frames: int = Field(ge=0)
    camera_ok: bool
    outbox_depth: int = Field(ge=0)
    disk_free_mb: int = Field(ge=0)
    version: str = Field(max_length=40)


class Gap(EventData):
    """The outbox was full: this event stands for `folded` events that were aggregated away."""

    kind = "vitrine.outbox.gap.v1"
    folded: Mapping[str, int]
    first_time: AwareDatetime
    last_time: AwareDatetime


class Event(Value):
    """CloudEvents 1.0 envelope. `id` is a UUIDv7 minted on the box; `sequence` has no gaps per box."""

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: Annotated[str, StringConstraints(pattern=r"^/stores/[a-z0-9-]{1,64}/boxes/[a-z0-9-]{1,64}$")]
    type: str = Field(max_length=120)
    time: AwareDatetime
    subject: str | None = Field(default=None, max_length=200)
    sequence: Annotated[str, StringConstraints(pattern=r"^\d{20}$")]
    datacontenttype: Literal["application/json"] = "application/json"
    data: SerializeAsAny[EventData]

    @field_validator("data", mode="before")
    @classmethod
    def _typed(cls, value: object, info: ValidationInfo) -> object:
        """Parse `data` by the envelope's `type`."""
        kind = info.data.get("type")
        known = EventData.known.get(str(kind))
        if known is None:
            raise ValueError(
                f"unknown event type {kind!r}; this cloud knows {', '.join(sorted(EventData.known))}"
            )
        return known.model_validate(value)


class Rejected(Value):
    """One event of a batch that was not taken; it went to the dead-letter table and is never sent again."""

    index: int
    id: str | None
    code: str
    detail: str


class IngestReply(Value):
    """Reply to a batch. Rows of the outbox go up to `ack_through` (the sequence), and only those."""

    accepted: int
    duplicates: int
    rejected: tuple[Rejected, ...]
    ack_through: str


def source(store: str, box: str) -> str:
    """The CloudEvents `source` of a box."""
    return f"/stores/{store}/boxes/{box}"


def sequence(number: int) -> str:
    """Zero-padded so that text order is number order (CloudEvents sequence extension)."""
    return f"{number:020d}"
