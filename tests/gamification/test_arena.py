"""The arena with a walker whose steps are known and a clock of its own: from stepping up to leaving."""

from datetime import date
from pathlib import Path

import pytest

from cloud_api.contract import links
from cloud_api.contract.arena import RaceFinished, RaceJoined, StepsCounted
from edge import config, plugins
from edge.experience import OfferClaim, Receipt, Record, Request
from edge.gait import Gait
from edge.toml_file import ConfigError
from gamification import games
from gamification.arena import Arena, build
from gamification.board import Board
from gamification.games import Game, Result, step_race
from gamification.tour import Tour, round_tour

SIZE = (640, 360)
DAY = date(2026, 11, 22)
WALK = Gait(cadence_hz=2.0, lift_m=0.17)
SCREEN = config.Screen(experience="arena", camera="front", width_px=SIZE[0], height_px=SIZE[1])


def link(request: Request) -> Receipt | None:
    if not isinstance(request, OfferClaim):
        return None
    return Receipt(request.claim, link=f"https://share.example/c/{links.Kind.CLAIM}.{request.claim}")


@pytest.fixture
def tour(tmp_path: Path) -> Tour:
    made = Tour(Arena(step_race.build(), SCREEN, Board(tmp_path / "board.json", lambda: DAY)), SIZE, link)
    made.paint = False
    return made


def events(tour: Tour) -> list[object]:
    return [r.event for r in tour.requests if isinstance(r, Record | OfferClaim)]


def test_a_shopper_walks_races_and_takes_the_result_along(tour: Tour) -> None:
    assert tour.at == "attract"
    tour.gait = WALK
    tour.until("walking", 2)
    tour.wait(5)
    assert tour.arena.view().steps == pytest.approx(10, abs=2)
    assert tour.arena.view().cadence == pytest.approx(120, rel=0.1)
    tour.until("race", 15)
    tour.until("result", 61)
    tour.step()
    view = tour.arena.view()
    assert view.steps == pytest.approx(120, abs=4)
    assert (view.rank, view.points) == (1, view.steps + 50)
    joined, finished = events(tour)
    assert isinstance(joined, RaceJoined)
    assert isinstance(finished, RaceFinished)
    assert (finished.steps, finished.seconds, finished.session) == (view.steps, 60, joined.session)
    assert view.link is not None
    assert view.link.endswith(str(finished.claim))


def test_who_leaves_is_forgotten_and_their_steps_are_told(tour: Tour) -> None:
    tour.gait = WALK
    tour.wait(6)
    steps = tour.arena.view().steps
    tour.gait = None
    tour.until("attract", 6)
    (told,) = events(tour)
    assert isinstance(told, StepsCounted)
    assert told.steps == steps
    assert told.seconds == pytest.approx(5.5, abs=0.5)
    tour.somebody_else(Gait("stand"))
    tour.until("walking", 2)
    assert tour.arena.view().steps == 0
    assert tour.arena.view().rank == 2


def test_a_short_look_away_ends_nothing_and_a_passer_by_begins_nothing(tour: Tour) -> None:
    tour.gait = Gait("stand")
    tour.wait(0.3)
    tour.gait = None
    tour.wait(2)
    assert tour.at == "attract"
    tour.gait = WALK
    tour.until("walking", 2)
    tour.wait(3)
    tour.gait = None
    tour.wait(2)
    assert (tour.at, tour.arena.view().seen) == ("walking", False)


def test_somebody_who_comes_nearer_takes_nothing_of_a_visit(tour: Tour) -> None:
    tour.gait = Gait("stand")
    tour.until("walking", 2)
    tour.nearer = WALK
    tour.wait(5)
    assert tour.arena.view().steps == 0, "the steps of somebody else do not count"
    tour.gait = WALK
    tour.nearer = Gait("stand")
    tour.wait(5)
    assert tour.arena.view().steps == pytest.approx(10, abs=2)
    assert tour.at == "walking"


def test_a_raised_hand_or_a_key_starts_the_race_of_who_stands(tour: Tour) -> None:
    tour.gait = Gait("stand")
    tour.until("walking", 2)
    tour.wait(10)
    assert tour.at == "walking"
    tour.gait = Gait("wave")
    tour.until("countdown", 2)
    tour.gait = Gait("stand")
    tour.until("result", 66)
    tour.step(keys=("space",))
    tour.until("walking", 0)
    tour.step(keys=("return",))
    tour.until("countdown", 0)


def test_a_race_that_its_runner_leaves_has_no_result(tour: Tour) -> None:
    tour.gait = WALK
    tour.until("race", 20)
    tour.wait(10)
    tour.gait = None
    tour.until("attract", 6)
    assert [type(event) for event in events(tour)] == [RaceJoined, StepsCounted]


def test_the_second_runner_races_the_ghost_of_the_first(tour: Tour) -> None:
    names = []
    for name in round_tour(tour):
        names.append(name)
        if name == "second-race":
            view = tour.arena.view()
            assert 0 < view.ghost < view.share
            assert view.lead > 0
    assert names[-1] == "second-result"
    assert tour.arena.view().rank == 1


def test_who_takes_somebodys_place_gets_nothing_of_theirs(tour: Tour) -> None:
    tour.gait = WALK
    tour.until("race", 20)
    tour.wait(5)
    tour.gait = None
    tour.wait(3)
    tour.somebody_else(Gait("stand"))
    tour.step()
    assert tour.at == "attract"
    tour.until("walking", 2)
    assert tour.arena.view().steps == 0
    assert [type(event) for event in events(tour)] == [RaceJoined, StepsCounted]


def test_stage_stopping_the_arena_ends_the_visit(tour: Tour) -> None:
    tour.gait = WALK
    tour.wait(5)
    (told,) = tour.arena.exit(tour.now_s, "stopped")
    assert isinstance(told, Record)
    assert isinstance(told.event, StepsCounted)
    assert tour.arena.exit(tour.now_s, "camera_lost") == ()


def test_a_claim_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    tour = Tour(Arena(step_race.build(), SCREEN, Board(tmp_path / "b.json")), SIZE)
    tour.settle = lambda r: (
        Receipt(r.claim, failed="Please ask our staff.") if isinstance(r, OfferClaim) else None
    )
    tour.paint = False
    tour.gait = WALK
    tour.until("result", 90)
    tour.step()
    tour.paint = True
    tour.step()
    assert (tour.arena.view().link, tour.arena.view().failed) == (None, "Please ask our staff.")


def test_every_game_there_is_can_be_played_to_its_end() -> None:
    for name in plugins.names("gamification.games"):
        game: Game = plugins.load("gamification.games", name).build()
        round_ = game.begin(100.0, None)
        now_s = 100.0
        while round_.left_s(now_s) > 0 and now_s < 1000:
            now_s += 0.5
            round_.count(1, now_s)
        result = round_.result(now_s)
        assert result.count > 0
        assert game.points(result, 1) >= game.points(result, 2) > 0
        assert 0 < round_.share() <= 1


A_GAME = """
from gamification.games import step_race

def build():
    return Sprint()

class Sprint(step_race.StepRace):
    name = "sprint"
    title = "Quick"
"""


def test_a_game_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sprint.py").write_text(A_GAME)
    monkeypatch.setattr(games, "__path__", [*games.__path__, str(tmp_path)])
    box = config.Box(
        store="lumen",
        box="front",
        state_dir=str(tmp_path),
        cloud=config.Cloud(url="http://127.0.0.1:9"),
        cameras={},
    )
    tour = Tour(build(SCREEN.model_copy(update={"game": "sprint"}), box), SIZE, link)
    tour.paint = False
    tour.gait = WALK
    tour.until("race", 20)
    (joined,) = events(tour)
    assert isinstance(joined, RaceJoined)
    assert joined.game == "sprint"


def test_an_unknown_game_is_an_error_with_the_valid_names(tmp_path: Path) -> None:
    box = config.Box(
        store="lumen",
        box="front",
        state_dir=str(tmp_path),
        cloud=config.Cloud(url="http://127.0.0.1:9"),
        cameras={},
    )
    with pytest.raises(ConfigError, match="step_race"):
        build(SCREEN.model_copy(update={"game": "chess"}), box)
    assert isinstance(build(SCREEN, box), Arena)


def test_the_board_ranks_survives_a_restart_and_is_empty_in_the_morning(tmp_path: Path) -> None:
    path, day = tmp_path / "state" / "board.json", [DAY]
    board = Board(path, lambda: day[0])
    ranks = [board.add(Result(n, 60, ((30, n // 2), (60, n)))) for n in (100, 140, 120, 140)]
    assert ranks == [1, 1, 2, 2]
    board.add_walk(300)
    again = Board(path, lambda: day[0])
    assert again.rounds == (140, 140, 120, 100)
    assert again.best is not None
    assert [again.best.at(t) for t in (0, 15, 30, 60, 90)] == [0, 35, 70, 140, 140]
    assert (again.walk_rank(400), again.walk_rank(300), again.walk_rank(10)) == (1, 1, 2)
    day[0] = date(2026, 11, 23)
    assert not again.rounds
    assert again.best is None
    assert Board(path, lambda: day[0]).add(Result(5, 60, ((60, 5),))) == 1


@pytest.mark.parametrize("broken", [b"", b"{", b'{"day":"2026-11-22","rounds":[{"count":-1}]}', b"\xff\x00"])
def test_a_broken_board_is_set_aside(broken: bytes, tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    path.write_bytes(broken)
    board = Board(path, lambda: DAY)
    assert board.rounds == ()
    assert path.with_suffix(".broken").read_bytes() == broken
    board.add(Result(1, 60, ((60, 1),)))
    assert Board(path, lambda: DAY).rounds == (1,)


def test_a_board_that_cannot_be_written_costs_no_race(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    board = Board(tmp_path / "file" / "board.json", lambda: DAY)
    assert board.add(Result(7, 60, ((60, 7),))) == 1
    assert board.rounds == (7,)
