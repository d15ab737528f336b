"""The arena: an experience for whoever walks in front of a big screen.

    update: pose → visit counts steps → attract · walking · countdown · race · result → requests out
    draw:   paper, the figure of the walker, the widgets of the screen (gamification.screens)

Nobody touches a screen from five metres: stepping into view begins, walking or a raised hand starts the race,
leaving ends. A tap or a key does the same as a raised hand.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, cast
from uuid import UUID

import pygame
from uuid_utils.compat import uuid7

from cloud_api.contract.arena import RaceFinished, RaceJoined, StepsCounted
from edge import config, plugins
from edge.experience import Ending, Inputs, OfferClaim, Record, Request
from edge.gait import Gait, Lens, pose_of
from edge.scene import Pose, Scene
from edge.toml_file import ConfigError
from edge.ui import text
from edge.ui.area import Area
from edge.ui.fader import Fader
from edge.ui.painter import Painter
from gamification import screens
from gamification.board import Board
from gamification.figure import Figure
from gamification.games import Game, Result, Round
from gamification.screens.sheet import Sheet
from gamification.view import At, View
from gamification.visit import Visit

#: Somebody is there once they have been seen this long, so that a passer-by starts nothing.
_SETTLE_S: Final = 0.5
#: Nobody is in view for this long: gone. A result stays longer, for who takes out a phone.
_GONE_S, _GONE_RESULT_S = 4.0, 25.0
_COUNTDOWN_S: Final = 3.0
#: After so long without them they are asked to step back into view.
_SEEN_S: Final = 1.0
#: How long a result stands before whoever stays may walk again.
_RESULT_S: Final = 30.0
#: A visit with fewer steps is no walk.
_WALK_MIN: Final = 5
#: Who shows how it is done while nobody is there.
_EXAMPLE, _LENS = Gait(cadence_hz=1.5, lift_m=0.15), Lens()
_GO_KEYS: Final = frozenset({"space", "return"})


def build(screen: config.Screen, box: config.Box) -> "Arena":
    """The arena of one screen of a box; UnknownPlugin lists the games where the box file names another."""
    try:
        module = plugins.load("gamification.games", screen.game)
    except plugins.UnknownPlugin as unknown:
        raise ConfigError(f"screens: game: {unknown}") from None
    game = cast("Callable[[], Game]", module.build)()
    name = next((each for each, its in box.screens.items() if its is screen), "arena")
    return Arena(game, screen, Board(box.state_path / f"arena-{name}.json"))


@dataclass(frozen=True, slots=True)
class Description:
    """What the arena says of itself on the live view's `/state`."""

    screen: str
    session_open: bool
    steps: int
    rank: int
    claim: UUID | None
    link: str | None
    targets: dict[str, object]


class Arena:
    """Implements edge.experience.Experience."""

    needs = frozenset({"poses"})

    def __init__(
        self, game: Game, screen: config.Screen, board: Board, *, mint: Callable[[], UUID] = uuid7
    ) -> None:
        self._game, self._board, self._mint = game, board, mint
        self._px_per_mm = screen.px_per_mm
        self._sheet = Sheet.of((screen.width_px, screen.height_px), screen.px_per_mm)
        self._visit: Visit | None = None
        self._first_seen_s: float | None = None
        self._first_track = 0
        self._requests: list[Request] = []
        self._at: At = "attract"
        self._reset(0.0)

    # -- the stage calls ----------------------------------------------------------------------------------

    def enter(self, now_s: float) -> None:
        """Begin, with nobody there."""
        self._reset(now_s)

    def update(self, scene: Scene | None, inputs: Inputs, now_s: float) -> tuple[Request, ...]:
        """Advance to now_s; the requests of this step."""
        if inputs.size_px != self._sheet.size_px:
            self._sheet = Sheet.of(inputs.size_px, self._px_per_mm)
            self._painter = Painter(self._sheet.theme)
        self._now_s = now_s
        self._drawn = scene is not None and scene.frame.drawn
        new = self._see(scene, now_s)
        for receipt in inputs.receipts:
            if self._visit and receipt.request == self._visit.claim:
                self._visit.receipt = receipt
        touched = any(each.kind == "up" for each in inputs.pointers)
        self._advance(new, now_s, go=touched or not _GO_KEYS.isdisjoint(inputs.keys))
        requests, self._requests = tuple(self._requests), []
        return requests

    def draw(self, screen: pygame.Surface, scene: Scene | None, now_s: float) -> None:
        """Draw the whole screen."""
        self._fader.begin(screen)
        view = self.view()
        widgets = screens.widgets(self._sheet, view, now_s)
        self._painter.draw(screen, widgets)
        place = screens.figure_area(self._sheet, view)
        if place is not None:
            self._draw_figure(screen, place, scene, view.at, now_s)
        self._fader.blend(screen, now_s)

    def _draw_figure(
        self, screen: pygame.Surface, place: Area, scene: Scene | None, at: At, now_s: float
    ) -> None:
        """Who walks; where nobody is, a pale figure that shows how it is done."""
        palette = self._sheet.theme.palette
        player = self._player(scene)
        if scene is not None and player is not None:
            accent = palette.rouge if at in ("countdown", "race") else palette.brass
            size_px = scene.frame.size_px
            self._figure.draw(screen, place, player, size_px, now_s, palette.ink, accent)
        elif at == "attract":
            pose = pose_of(_EXAMPLE, now_s, _LENS)
            self._example.draw(screen, place, pose, _LENS.size_px, now_s, screens.PALE, screens.PALE)

    def exit(self, now_s: float, reason: Ending) -> tuple[Request, ...]:  # noqa: ARG002
        """Forget who was there; says how far they walked."""
        self._end(now_s)
        requests = tuple(self._requests)
        self._reset(now_s)
        return requests

    def describe(self) -> Description:
        """What is on the screen."""
        view, visit = self.view(), self._visit
        claim = visit.claim if visit and visit.receipt else None
        return Description(view.at, visit is not None, view.steps, view.rank, claim, view.link, {})

    def view(self) -> View:
        """What is to be seen now."""
        visit, rounds = self._visit, self._board.rounds
        common = View(
            at=self._at,
            title=self._game.title,
            drawn=self._drawn,
            best=rounds[0] if rounds else None,
            of=len(rounds),
            seen=self._first_seen_s is not None,
        )
        if visit is None:
            return common
        common = replace(
            common,
            seen=self._now_s - visit.seen_s < _SEEN_S,
            cadence=round(visit.counter.cadence_per_min(self._time_s)),
        )
        if self._at == "result" and visit.result:
            return _of_result(common, visit, visit.result)
        if self._at == "race" and visit.round:
            return self._of_race(common, visit.round)
        return replace(
            common,
            steps=visit.steps,
            rank=self._board.walk_rank(visit.steps),
            until_race=visit.until_race(self._now_s),
            number=max(1, math.ceil(_COUNTDOWN_S - (self._now_s - self._since_s))),
        )

    def _of_race(self, view: View, race: Round) -> View:
        now_s = self._now_s
        return replace(
            view,
            steps=self._raced,
            left_s=race.left_s(now_s),
            share=race.share(),
            ghost=race.ghost(now_s),
            lead=race.lead(now_s),
        )

    # -- who is there ---------------------------------------------------------------------------------------

    def _see(self, scene: Scene | None, now_s: float) -> int:
        """Take in whoever is in view; how many steps that made."""
        pose = self._player(scene)
        if scene is None or pose is None:
            if self._visit is None:
                self._first_seen_s = None
            return 0
        self._time_s = scene.frame.captured_s
        if self._visit is None:
            self._greet(pose, now_s)
        return self._visit.see(pose, self._time_s, now_s) if self._visit else 0

    def _player(self, scene: Scene | None) -> Pose | None:
        """Whose visit it is, while they are in view; else the foremost."""
        if scene is None or not scene.poses:
            return None
        track = self._visit.track if self._visit else None
        return next((pose for pose in scene.poses if pose.track == track), scene.poses[0])

    def _greet(self, pose: Pose, now_s: float) -> None:
        """Somebody who stays is a visit."""
        if self._first_seen_s is None or self._first_track != pose.track:
            self._first_seen_s, self._first_track = now_s, pose.track
        if now_s - self._first_seen_s >= _SETTLE_S:
            self._visit = Visit(self._mint(), now_s)
            self._go("walking", now_s)

    # -- from screen to screen ----------------------------------------------------------------------------

    def _advance(self, new: int, now_s: float, *, go: bool) -> None:
        visit = self._visit
        if visit is None:
            return
        patience_s = _GONE_RESULT_S if self._at == "result" else _GONE_S
        replaced = visit.another and self._at != "result"
        if replaced or now_s - visit.seen_s >= patience_s:
            self._leave(now_s)
        elif self._at == "walking":
            if go or visit.until_race(now_s) >= 1:
                self._go("countdown", now_s)
        elif self._at == "countdown":
            if now_s - self._since_s >= _COUNTDOWN_S:
                self._start(visit, now_s)
        elif self._at == "race" and visit.round:
            visit.round.count(new, now_s)
            self._raced += new if visit.round.left_s(now_s) > 0 else 0
            if visit.round.left_s(now_s) <= 0:
                self._finish(visit, now_s)
        elif self._at == "result" and (go or now_s - self._since_s >= _RESULT_S):
            visit.race_over()
            self._go("walking", now_s)

    def _start(self, visit: Visit, now_s: float) -> None:
        visit.round = self._game.begin(now_s, self._board.best)
        visit.result = visit.claim = visit.receipt = None
        self._raced = 0
        self._requests.append(Record(RaceJoined(session=visit.session, game=self._game.name)))
        self._go("race", now_s)

    def _finish(self, visit: Visit, now_s: float) -> None:
        assert visit.round is not None
        result = visit.round.result(now_s)
        visit.result, visit.round = result, None
        visit.race_over()
        visit.rank = self._board.add(result)
        visit.points = self._game.points(result, visit.rank)
        visit.claim = self._mint()
        event = RaceFinished(
            session=visit.session,
            game=self._game.name,
            claim=visit.claim,
            steps=result.count,
            seconds=result.seconds,
            points=visit.points,
            rank=visit.rank,
        )
        self._requests.append(OfferClaim(visit.claim, event))
        self._go("result", now_s)

    def _leave(self, now_s: float) -> None:
        """They are gone: everything about them is forgotten."""
        self._end(now_s)
        self._visit = self._first_seen_s = None
        self._figure = Figure()
        self._painter.forget()
        text.forget()
        self._go("attract", now_s)

    def _end(self, now_s: float) -> None:
        """Say how far they walked."""
        visit = self._visit
        if visit is None or visit.steps == 0:
            return
        if visit.steps >= _WALK_MIN:
            self._board.add_walk(visit.steps)
        seconds = max(0.0, min(visit.seen_s, now_s) - visit.began_s)
        event = StepsCounted(session=visit.session, steps=visit.steps, seconds=seconds, estimated=False)
        self._requests.append(Record(event))

    def _go(self, at: At, now_s: float) -> None:
        self._at, self._since_s = at, now_s
        self._fader.start(now_s)

    def _reset(self, now_s: float) -> None:
        text.forget()
        self._example = Figure()
        self._painter, self._fader, self._figure = Painter(self._sheet.theme), Fader(), Figure()
        self._visit = self._first_seen_s = None
        self._first_track = self._raced = 0
        self._requests = []
        self._drawn = False
        self._now_s = self._time_s = self._since_s = now_s
        self._at = "attract"


def _of_result(view: View, visit: Visit, result: Result) -> View:
    receipt = visit.receipt
    return replace(
        view,
        steps=result.count,
        rank=visit.rank,
        points=visit.points,
        link=receipt.link if receipt else None,
        failed=receipt.failed if receipt else None,
    )
