"""The mirror: an experience that shows shoppers themselves, wearing things.

    update: scene, inputs, time → the current screen's widgets meet touch and keys → a move → requests out
    draw:   the glass (live picture with effects), the widgets over it, a short cross-fade between screens

Everything known of the people in view hangs on one Visit, and what they see on one screen object; leaving
lets go of both.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pygame
from uuid_utils.compat import uuid7

from cloud_api.contract.events import StaffOpened
from edge import config, memory
from edge.ahead import Wish
from edge.experience import Close, Ending, Inputs, Record, Request
from edge.scene import Frame, Scene
from edge.speech import NAMES, Speech
from edge.ui import text
from edge.ui.brand import worn_brand
from edge.ui.fader import Fader
from edge.ui.painter import Painter
from edge.ui.theme import Theme
from edge.ui.widgets import Widget
from mirror_app import catalog as catalogs
from mirror_app import effects, people, warming, words
from mirror_app.catalog import Catalog
from mirror_app.description import Description, described
from mirror_app.front import Front
from mirror_app.hearing import Hearing
from mirror_app.presence import Presence
from mirror_app.reflection import Reflection
from mirror_app.screens import _shelf, attract, pose
from mirror_app.screens._room import Room
from mirror_app.screens._screen import (
    GoTo,
    Leave,
    Move,
    Reload,
    Resume,
    Screen,
    Shop,
    Shut,
    Speak,
    Start,
    TakePicture,
)
from mirror_app.session import Reason, Visit
from mirror_app.sounds import Sounds
from mirror_app.staff import Lock, Staff
from mirror_app.stock import Stock
from mirror_app.visits import Visits

_SCREENS: Final = "mirror_app.screens"


def build(screen: config.Screen, box: config.Box) -> "Mirror":
    """The mirror of one screen of a box; ConfigError where nothing of its catalogues can be offered."""
    source = catalogs.Source(screen.catalogue, box.base_dir, box.state_path)
    name = next((name for name, each in box.screens.items() if each is screen), "")
    mirror = Mirror(source.load(), screen, box.store, title=box.store_title, source=source, name=name)
    warming.begin(_SCREENS, [words.speech(code) for code in screen.languages or NAMES])
    return mirror


class Mirror:
    """Implements edge.experience.Experience.

    store: its name in URLs and orders. mint: makes ids. today: the wall clock, for what is written down.
    source: where newer catalogues come from. name: the screen's in the box file.
    """

    needs: frozenset[str]

    def __init__(
        self,
        catalog: Catalog,
        screen: config.Screen,
        store: str,
        *,
        title: str = "",
        source: catalogs.Source | None = None,
        name: str = "",
        mint: Callable[[], UUID] = uuid7,
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        languages = tuple(words.speech(code) for code in screen.languages or NAMES)
        self._shop = Shop(catalog, title or store, languages, Staff(Lock(screen.staff_pin)))
        #: What is spoken with whoever comes next.
        self._home = words.speech(screen.language)
        self._config, self._brand = screen, worn_brand(screen)
        hands = {"hands"} if screen.hands_free else set()
        self.needs = frozenset({"faces", "occlusion"}) | hands | effects.brought()
        self._stock = Stock(source, name)
        self._visits = Visits(store, mint, today)
        self._reflection, self._sounds = Reflection(), Sounds(on=screen.sound)
        self._reset((screen.width_px, screen.height_px), 0.0)

    # -- the stage calls ----------------------------------------------------------------------------------

    def enter(self, now_s: float) -> None:
        """Begin, with nobody there."""
        self._reset(self._room.screen.size, now_s)

    def update(self, scene: Scene | None, inputs: Inputs, now_s: float) -> tuple[Request, ...]:
        """Advance to now_s; the requests of this step."""
        if inputs.size_px != self._room.screen.size:
            self._rearrange(inputs.size_px, now_s)
        self._now_s = now_s
        private = self._visit is not None and self._visit.open
        self._presence.watch(scene, inputs, now_s, touching=self._hearing.touch.down, private=private)
        if isinstance(self._screen, attract.View):
            self._screen.seen = self._presence.seen
        if self._visit:
            if people.meet(self._visit, self._screen, scene, now_s):
                self._presence.act()
                self._go("pose", now_s)
            self._visit.tick(now_s, live=self._screen.live)
            for receipt in inputs.receipts:
                self._visit.settle(receipt)
        self._follow(self._hearing.listen(self._screen, inputs, now_s), now_s)
        if isinstance(self._screen, pose.View) and self._screen.counted(now_s):
            self._sounds.play("tick")
        self._follow(self._screen.tick(now_s), now_s)
        if self._visit is not None and self._front.name != "still_there":
            self._follow(people.forsaken(self._visit, self._screen, self._presence), now_s)
        return self._visits.take() + self._restock(now_s)

    def expect(self, frame: Frame) -> None:
        """A frame is being looked at; its scene comes soon."""
        self._reflection.expect(frame)

    def wish(self) -> Wish | None:
        """What may be drawn ahead of the next frames."""
        return self._reflection.wish()

    def draw(self, screen: pygame.Surface, scene: Scene | None, now_s: float) -> None:
        """Draw the whole screen."""
        self._shop.staff.times.add(scene, now_s)
        self._fader.begin(screen)
        self.draw_glass(screen, scene, now_s)
        pressed = self._hearing.touch.shown(now_s)
        self._painter.draw(screen, self._screen.widgets(now_s), pressed, self._hearing.focus.name)
        self._fader.blend(screen, now_s)

    def draw_glass(self, screen: pygame.Surface, scene: Scene | None, now_s: float) -> None:
        """Draw what is behind the widgets: the live mirror, where this screen has it."""
        self._reflection.show(screen, scene, self._screen, self._room.theme.palette.ink, now_s)
        self._screen.see(self._reflection.people)

    def showing(self, now_s: float) -> tuple[tuple[Widget, ...], Theme]:
        """The widgets that are to be seen now, and what they are drawn by; for measuring them."""
        return self._screen.widgets(now_s), self._room.theme

    @property
    def _screen(self) -> Screen:
        """The screen in front."""
        return self._front.screen

    @property
    def _visit(self) -> Visit | None:
        """The visit that is on."""
        return self._visits.current

    @property
    def catalog(self) -> Catalog:
        """What is offered now."""
        return self._shop.catalog

    def reveal(self, name: str) -> None:
        """Bring a control into view, as a finger would by scrolling."""
        self._screen.focus(name)

    def exit(self, now_s: float, reason: Ending) -> tuple[Request, ...]:
        """Forget everything about the people in view; says how their session ended."""
        self._end(reason, now_s)
        requests = self._visits.take()
        self._reset(self._room.screen.size, now_s)
        return requests

    def describe(self) -> Description:
        """What is to be seen and tapped now."""
        worn = self._screen.spoken_of(self._now_s)
        return described(
            self._front.name,
            self._visit,
            worn.shade.sku if worn else None,
            self._screen.order(),
            self._screen.widgets(self._now_s),
            self._room.screen.size,
        )

    # -- moving between screens -----------------------------------------------------------------------------

    def _reset(self, size_px: tuple[int, int], now_s: float) -> None:
        """As new: nobody's anything is left."""
        text.forget()
        self._furnish(size_px, self._home)
        self._now_s = now_s
        self._presence = Presence(now_s)
        self._hearing, self._fader = Hearing(self._config.px_per_mm), Fader()
        self._front = Front()
        self._visits.forget()
        self._reflection.forget()
        self._go("attract", now_s)

    def _furnish(self, size_px: tuple[int, int], speech: Speech) -> None:
        """The room of a size, in a language."""
        self._room = Room.of(size_px, self._config, speech, self._brand)
        self._painter = Painter(self._room.theme)

    def _go(self, name: str, now_s: float) -> None:
        self._front.open(name, self._shop, self._visit, self._room, now_s)
        self._arrive(now_s)

    def _arrive(self, now_s: float) -> None:
        self._hearing.forget()
        self._fader.start(now_s)

    def _follow(self, move: Move | None, now_s: float) -> None:
        """Do what a screen says."""
        if isinstance(move, GoTo):
            if move.screen == "staff_room":
                self._let_in(now_s)
            self._go(move.screen, now_s)
        elif isinstance(move, Reload):
            self._reload(now_s)
        elif isinstance(move, Shut):
            self._leave("stopped", now_s)
            self._visits.tell(Close())
        elif isinstance(move, Start):
            self._start(move, now_s)
        elif isinstance(move, Speak):
            self._speak(move.language, now_s)
        elif isinstance(move, TakePicture):
            self._go(move.then if self._take() else move.otherwise, now_s)
            self._fader.flash(now_s)
            self._sounds.play("shutter")
        elif isinstance(move, Leave):
            self._leave(move.reason, now_s)
        elif isinstance(move, Resume) and self._front.resume():
            self._presence.renew()
            self._arrive(now_s)

    def _start(self, move: Start, now_s: float) -> None:
        self._visits.begin(move.worn, self._room.speech.code, now_s)
        self._presence.begin()
        self._go(move.screen, now_s)

    def _let_in(self, now_s: float) -> None:
        """Staff gave the right PIN: that ends a visit, which waited until then."""
        self._end("finished", now_s)
        self._reflection.forget()
        text.forget()
        self._visits.tell(Record(StaffOpened()))

    def _reload(self, now_s: float) -> None:
        """The catalogue as it is now, or why not."""
        catalog, self._shop.staff.words = self._stock.read_again()
        if catalog is not None:
            self._offer(catalog)
        self._go(self._front.name, now_s)

    def _offer(self, catalog: Catalog) -> None:
        """From now on this one; the one before goes bit by bit."""
        _shelf.forget()
        memory.part_with(self._shop.catalog.products)
        self._shop = replace(self._shop, catalog=catalog)

    def _speak(self, language: str, now_s: float) -> None:
        if self._visit and language != self._visit.language:
            self._visit.speak(language)
            self._furnish(self._room.screen.size, words.speech(language))
        self._go("try_on", now_s)

    def _take(self) -> bool:
        """Freeze what the mirror shows; False where it has shown nothing yet."""
        shot = self._reflection.shot(self._visit) if self._visit else None
        if shot is not None and self._visit is not None:
            self._visit.keep(shot)
        return shot is not None

    def _leave(self, reason: Reason, now_s: float) -> None:
        """The visit is over: fade back to attract and forget."""
        self._end(reason, now_s)
        self._reflection.forget()
        text.forget()
        self._furnish(self._room.screen.size, self._home)
        self._go("attract", now_s)
        memory.give_back()

    def _restock(self, now_s: float) -> tuple[Request, ...]:
        """Between two visits, offer the newer catalogue if there is one; what is offered is recorded."""
        if self._visit is not None or self._front.prompts:
            return ()
        if (fresh := self._stock.fresh(now_s)) is not None:
            self._offer(fresh)
            self._go(self._front.name, now_s)
        return self._stock.announce(self._shop.catalog)

    def _end(self, reason: Reason, now_s: float) -> None:
        if self._visit is not None:
            self._screen.close(now_s)
        self._visits.end(reason)
        self._front.forget()

    def _rearrange(self, size_px: tuple[int, int], now_s: float) -> None:
        """The screen has another size: the same, laid out anew."""
        self._furnish(size_px, self._room.speech)
        self._reflection.forget()
        self._front.rearrange(self._shop, self._visit, self._room, now_s)
        self._go(self._front.name, now_s)
