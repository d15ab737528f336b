"""Who wears what: everybody their own, one product per effect, undo, and seconds by shade."""

import pytest

from mirror_app import catalog
from mirror_app.wardrobe import Wardrobe

DEMO = catalog.load("demo")
RED, NUDE = DEMO.find("MO-EM-208"), DEMO.find("MO-VP-101")


def skus(wardrobe: Wardrobe, person: int | None = None) -> set[str]:
    return {worn.item.shade.sku for worn in wardrobe.outfit(person).values()}


def test_another_of_the_same_kind_replaces_the_first_and_the_same_again_takes_it_off() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([1], 0.0)
    wardrobe.toggle(RED)
    wardrobe.toggle(NUDE)
    assert skus(wardrobe) == {NUDE.shade.sku}
    assert wardrobe.wears(NUDE)
    assert not wardrobe.wears(RED)
    wardrobe.toggle(NUDE)
    assert not wardrobe.outfit()


def test_everybody_has_their_own_until_it_is_given_to_all() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([7, 9], 0.0)
    wardrobe.put_on(RED)
    wardrobe.picked = 9
    wardrobe.put_on(NUDE)
    assert (skus(wardrobe, 7), skus(wardrobe, 9)) == ({RED.shade.sku}, {NUDE.shade.sku})
    wardrobe.give_to_all()
    assert skus(wardrobe, 7) == skus(wardrobe, 9) == {NUDE.shade.sku}
    wardrobe.undo()
    assert skus(wardrobe, 7) == {RED.shade.sku}


def test_undo_goes_back_step_by_step_to_bare() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([1], 0.0)
    assert not wardrobe.can_undo
    wardrobe.put_on(RED)
    wardrobe.put_on(NUDE)
    wardrobe.clear()
    wardrobe.clear()  # nothing to do is no step
    for expected in ({NUDE.shade.sku}, {RED.shade.sku}, set()):
        wardrobe.undo()
        assert skus(wardrobe) == expected
    assert not wardrobe.can_undo
    wardrobe.undo()


def test_there_is_nothing_to_undo_for_who_has_left() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([1], 0.0)
    wardrobe.put_on(RED)
    wardrobe.see([1, 2], 1.0)
    wardrobe.see([2], 2.0)
    assert not wardrobe.can_undo, "who is here would see no change"
    wardrobe.see([2], 20.0)
    assert not wardrobe.can_undo
    wardrobe.put_on(NUDE)
    wardrobe.undo()
    assert not wardrobe.outfit(2)
    assert not wardrobe.can_undo


def test_who_is_found_again_under_a_new_number_can_undo_their_steps() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([1], 0.0)
    wardrobe.put_on(RED)
    wardrobe.see([], 1.0)
    wardrobe.see([2], 2.0)
    assert wardrobe.can_undo
    wardrobe.undo()
    assert not wardrobe.outfit(2)


def test_what_waited_can_be_taken_back_by_whom_it_was_for() -> None:
    wardrobe = Wardrobe()
    wardrobe.put_on(RED)
    assert wardrobe.can_undo
    wardrobe.see([4], 1.0)
    assert wardrobe.can_undo
    wardrobe.undo()
    assert not wardrobe.outfit(4)
    assert not wardrobe.can_undo


def test_what_one_arrives_in_is_no_step_and_tried_only_if_it_stays_on() -> None:
    def worn_for(seconds: float, *, chosen: bool) -> dict[str, float]:
        wardrobe = Wardrobe()
        wardrobe.arrive([(RED, 1.0)])
        for tenth in range(round(seconds * 10) + 1):
            wardrobe.see([1], tenth / 10)
            wardrobe.tick(tenth / 10, live=True)
        assert not wardrobe.can_undo
        if chosen:
            wardrobe.put_on(RED)
        wardrobe.clear()
        return dict(wardrobe.tried(seconds))

    assert worn_for(1.0, chosen=False) == {}
    assert worn_for(1.0, chosen=True) == {RED.shade.sku: pytest.approx(1.0)}
    assert worn_for(4.0, chosen=False) == {RED.shade.sku: pytest.approx(4.0)}


def test_what_is_put_on_before_anybody_is_found_waits_for_them() -> None:
    wardrobe = Wardrobe()
    wardrobe.put_on(RED)
    assert skus(wardrobe) == {RED.shade.sku}
    wardrobe.see([4], 1.0)
    assert skus(wardrobe, 4) == {RED.shade.sku}
    assert wardrobe.layers(4) == (RED.layer,)


def test_who_is_found_again_under_a_new_number_has_their_things_back() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([1], 0.0)
    wardrobe.put_on(RED)
    wardrobe.see([], 2.0)
    wardrobe.see([2], 4.0)
    assert skus(wardrobe, 2) == {RED.shade.sku}
    wardrobe.see([], 5.0)
    wardrobe.see([], 20.0)
    wardrobe.see([3], 21.0)
    assert not wardrobe.outfit(3)


def test_of_two_who_left_it_is_not_known_whose_it_was() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([1, 2], 0.0)
    wardrobe.put_on(RED)
    wardrobe.see([], 1.0)
    wardrobe.see([3], 2.0)
    assert not wardrobe.outfit(3)


def test_somebody_who_joins_is_bare() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([1], 0.0)
    wardrobe.put_on(RED)
    wardrobe.see([1, 2], 1.0)
    assert not wardrobe.outfit(2)
    assert wardrobe.addressed() == 1


def test_a_look_replaces_everything_with_its_own_hand() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([1], 0.0)
    wardrobe.put_on(RED)
    wardrobe.put_on_look([(NUDE, 0.5)])
    (worn,) = wardrobe.outfit().values()
    assert (worn.item, worn.strength) == (NUDE, 0.5)
    assert worn.layer.opacity == pytest.approx(0.5 * NUDE.shade.coverage)


def test_seconds_count_while_the_mirror_is_live_and_are_told_when_it_comes_off() -> None:
    wardrobe = Wardrobe()

    def pass_by(begin_s: float, end_s: float, *, live: bool = True) -> None:
        for tenth in range(round(begin_s * 10), round(end_s * 10) + 1):
            wardrobe.see([1], tenth / 10)
            wardrobe.tick(tenth / 10, live=live)

    pass_by(0, 0.1)
    wardrobe.put_on(RED)
    pass_by(0.1, 3.1)
    pass_by(3.1, 9.1, live=False)
    wardrobe.put_on(NUDE)
    assert dict(wardrobe.tried(9.1)) == {RED.shade.sku: pytest.approx(3.0)}
    assert wardrobe.tried(9.1) == ()
    pass_by(9.1, 10.1)
    assert wardrobe.tried(10.1) == ()
    assert dict(wardrobe.tried(10.1, everything=True)) == {NUDE.shade.sku: pytest.approx(1.0)}


def test_two_who_wear_the_same_count_once() -> None:
    wardrobe = Wardrobe()
    wardrobe.see([1, 2], 0.0)
    wardrobe.put_on(RED)
    wardrobe.give_to_all()
    for tenth in range(11):
        wardrobe.see([1, 2], tenth / 10)
        wardrobe.tick(tenth / 10, live=True)
    assert dict(wardrobe.tried(1.0, everything=True)) == {RED.shade.sku: pytest.approx(1.0)}
