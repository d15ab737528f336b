"""What may follow what, for every pair of states."""

from datetime import UTC, datetime

import pytest

from cloud_api.contract.orders import OrderState as S
from cloud_api.transitions import ENDED, TABLE, Step, refusal

ALLOWED = {
    (S.PLACED, S.ALLOCATED),
    (S.PLACED, S.REJECTED_STOCK),
    (S.ALLOCATED, S.READY),
    (S.ALLOCATED, S.CANCELLED),
    (S.READY, S.COLLECTED),
    (S.READY, S.CANCELLED),
}


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_every_pair_of_states(before: S, after: S) -> None:
    why = refusal(before, after, None)
    assert (why is None) == ((before, after) in ALLOWED)
    if why is not None:
        assert why.detail.endswith(".")


def test_every_state_but_the_first_has_a_way_in() -> None:
    assert set(TABLE) == set(S) - {S.PLACED}
    assert {after for _, after in ALLOWED} == set(TABLE)


def test_an_end_says_when_and_by_whom() -> None:
    last = Step(datetime(2026, 3, 1, 9, 5, tzinfo=UTC), "noor", S.READY, S.COLLECTED)
    for end in ENDED:
        why = refusal(end, S.COLLECTED, last)
        assert why is not None
        assert "1 March 2026, 09:05 by noor" in why.detail
        assert why.code == end.value
