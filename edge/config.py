"""One file describes a box: frozen values, unknown keys refused, units in the keys."""

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field

from cloud_api.contract.base import Language, ShortText, Slug
from edge.floor.settings import Counter, FloorSettings
from edge.toml_file import ConfigError, Section, parse
from models.providers import Provider, Runtime


class Camera(Section):
    """`[cameras.NAME]`: a source by address."""

    #: `webcam:0`, `file:clip.mp4`, `portrait:`, `rtsp://…`; several are tried in order.
    source: str | tuple[str, ...]
    width_px: int = Field(default=1280, ge=160, le=7680)
    height_px: int = Field(default=720, ge=120, le=4320)
    fps: float = Field(default=30.0, gt=0, le=240)
    #: Clockwise turn of a camera that is mounted on its side.
    rotate_deg: Literal[0, 90, 180, 270] = 0
    #: The folder of the box file, where `file:` addresses begin; not a key of the file.
    base_dir: Path = Field(default=Path(), exclude=True)

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses to try, in order."""
        return (self.source,) if isinstance(self.source, str) else self.source


class Screen(Section):
    """`[screens.NAME]`: one experience on one display."""

    experience: Slug
    camera: str
    #: `auto` opens a window where there is a display, else runs headless.
    display: Literal["auto", "window", "headless"] = "auto"
    fullscreen: bool = True
    width_px: int = Field(default=1280, ge=320, le=7680)
    height_px: int = Field(default=720, ge=240, le=7680)
    #: How many screen pixels one millimetre has; touch targets are sized by it.
    px_per_mm: float = Field(default=2.0, gt=0, le=40)
    #: Port of the live view on the loopback address; 0 turns it off.
    view_port: int = Field(default=0, ge=0, le=65535)
    #: Catalogue file, relative to the box file; `demo` is the one that comes with Vitrine, `cloud` the one
    #: that the cloud has for this store. Of several the first that can be used: ["cloud", "house.toml"].
    catalogue: str | tuple[str, ...] = "demo"
    max_faces: int = Field(default=2, ge=1, le=6)
    #: How many people the arena follows; its game is played by the foremost. Each costs about 10 ms a frame.
    max_bodies: int = Field(default=1, ge=1, le=4)
    #: On which side of a landscape screen the controls are.
    hand: Literal["right", "left"] = "right"
    #: Height of the display's lower edge above the floor; then controls stay where everybody reaches them,
    #: below 1220 mm. 0: unknown, all of the screen is used.
    above_floor_mm: float = Field(default=0, ge=0, le=3000)
    #: The brand's theme file (logo, colours, fonts), relative to the box file; none: Vitrine's own.
    theme: str = ""
    #: Opens the staff corner (a long press in an upper corner); none: there is no staff corner. It keeps
    #: shoppers out, not whoever can read this file.
    staff_pin: str = Field(default="", pattern=r"^(?:\d{4,8})?$")
    #: Whether a raised palm takes a picture; looking for hands costs perception some milliseconds a frame.
    hands_free: bool = True
    #: Soft sounds for the countdown and the picture.
    sound: bool = False
    #: What it speaks until a shopper chooses another language, and those to choose from; none: all there are.
    language: Language = "en"
    languages: tuple[Language, ...] = ()
    #: The arena's game, by its file's name.
    game: str = "step_race"


class Cloud(Section):
    """`[cloud]`: where the uplink sends to."""

    url: str = Field(pattern=r"^https?://[^\s]+[^/\s]$")


class OutboxLimits(Section):
    """`[outbox]`: disk budget; orders and consent are never dropped, events are folded first."""

    budget_mb: int = Field(default=512, ge=1)


class Perception(Section):
    """`[perception]`: what runs the models of every screen and counter."""

    #: Cores that one run of a model may use.
    threads: int = Field(default=1, ge=1, le=64)
    #: ONNX Runtime's execution providers, the preferred first; the CPU comes last in any case.
    providers: tuple[Provider, ...] = ("cpu",)

    @property
    def runtime(self) -> Runtime:
        """As models take it."""
        return Runtime(self.threads, self.providers)


class Box(Section):
    """A box file."""

    store: Slug
    box: Slug
    #: The store as shoppers read it; left out, it is made of `store`.
    store_name: ShortText = ""
    #: Where outbox and credential live; relative to the box file. Default: the user's data folder.
    state_dir: str = ""
    cloud: Cloud
    cameras: dict[str, Camera]
    screens: dict[Slug, Screen] = Field(default_factory=dict)
    #: The floor plan that ceiling cameras count on.
    floor: FloorSettings | None = None
    counters: dict[Slug, Counter] = Field(default_factory=dict)
    outbox: OutboxLimits = OutboxLimits()
    perception: Perception = Perception()
    #: The folder of the file it was read from; not a key of the file.
    base_dir: Path = Field(default=Path(), exclude=True)

    @property
    def store_title(self) -> str:
        """The store as shoppers read it."""
        return self.store_name or self.store.replace("-", " ").title()

    @property
    def state_path(self) -> Path:
        """Folder of the box's durable state."""
        if self.state_dir:
            return (self.base_dir / self.state_dir).resolve()
        return user_data_path("vitrine") / self.store / self.box


def load(path: Path) -> Box:
    """Read a box file; ConfigError names the file, the key and the valid names."""
    box = parse(Box, path)
    for kind, users in (("screens", box.screens), ("counters", box.counters)):
        for name, user in users.items():
            if user.camera not in box.cameras:
                raise ConfigError(
                    f"{path}: {kind}.{name}.camera is {user.camera!r}; "
                    f"cameras of this file: {', '.join(sorted(box.cameras)) or 'none'}"
                )
    if box.counters and box.floor is None:
        raise ConfigError(
            f"{path}: counters count on a floor plan: add a table [floor] with width_m and height_m"
        )
    base_dir = path.resolve().parent
    cameras = {name: each.model_copy(update={"base_dir": base_dir}) for name, each in box.cameras.items()}
    screens = {
        name: each.model_copy(update={"theme": str(base_dir / each.theme)}) if each.theme else each
        for name, each in box.screens.items()
    }
    return box.model_copy(update={"base_dir": base_dir, "cameras": cameras, "screens": screens})
