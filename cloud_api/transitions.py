"""The states of an order: one table of what may follow what, with guards that give reasons.

    placed → allocated → ready → collected
         ↘ rejected_stock    ↘ cancelled (from allocated or ready)

Pure: no database, no clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cloud_api.contract.orders import OrderState

S = OrderState


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an order's log."""

    at: datetime
    actor: str
    from_state: OrderState
    to_state: OrderState
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order may not move."""

    code: str
    detail: str


#: Looks at the state and at the step that led there; None lets the order pass.
Guard = Callable[[OrderState, Step | None], Refusal | None]


def is_held(state: OrderState, last: Step | None) -> Refusal | None:  # noqa: ARG001 - a Guard
    """Nothing happens to an order before its stock was looked at."""
    return Refusal("placed", "This order is being placed.") if state is S.PLACED else None


def not_ended(state: OrderState, last: Step | None) -> Refusal | None:
    """An order that was collected, cancelled or rejected stays so; says when and by whom."""
    if state not in ENDED:
        return None
    words = {S.COLLECTED: "already collected", S.CANCELLED: "cancelled", S.REJECTED_STOCK: "out of stock"}[
        state
    ]
    return Refusal(state.value, f"This order is {words}{_when(last)}.")


def is_ready(state: OrderState, last: Step | None) -> Refusal | None:  # noqa: ARG001 - a Guard
    """Only what was put ready is handed over: `ready` and `collected` are two facts."""
    return None if state is S.READY else Refusal("not_ready", "This order is not ready yet.")


def not_yet_ready(state: OrderState, last: Step | None) -> Refusal | None:
    """Putting it ready twice changes nothing."""
    return Refusal("ready", f"This order is ready already{_when(last)}.") if state is S.READY else None


def is_new(state: OrderState, last: Step | None) -> Refusal | None:  # noqa: ARG001 - a Guard
    """Stock is taken once, when the order comes in."""
    return None if state is S.PLACED else Refusal(state.value, f"This order is {state.value} already.")


ENDED: Final = frozenset({S.COLLECTED, S.CANCELLED, S.REJECTED_STOCK})
TABLE: Final[dict[OrderState, tuple[Guard, ...]]] = {
    S.ALLOCATED: (is_new,),
    S.REJECTED_STOCK: (is_new,),
    S.READY: (is_held, not_ended, not_yet_ready),
    S.COLLECTED: (not_ended, is_ready),
    S.CANCELLED: (is_held, not_ended),
}


def refusal(state: OrderState, to: OrderState, last: Step | None) -> Refusal | None:
    """Why an order in `state`, reached by the step `last`, may not become `to`; None when it may."""
    guards = TABLE.get(to)
    if guards is None:
        return Refusal("no_way", f"No order becomes {to.value}.")
    return next((found for guard in guards if (found := guard(state, last)) is not None), None)


def _when(last: Step | None) -> str:
    """When and by whom, in the time zone that the step's time carries."""
    return f" since {last.at:%-d %B %Y, %H:%M} by {last.actor}" if last else ""
