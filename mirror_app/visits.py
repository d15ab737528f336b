"""The visit that is on, and what is still to be told of those that are over."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from edge.experience import Request
from mirror_app.catalog import Item
from mirror_app.session import Reason, Visit


class Visits:
    """One visit at a time. mint: makes ids. today: the wall clock. store: its name in orders."""

    def __init__(self, store: str, mint: Callable[[], UUID], today: Callable[[], datetime]) -> None:
        self._store, self._mint, self._today = store, mint, today
        self.current: Visit | None = None
        self._told: list[Request] = []

    def begin(self, worn: tuple[tuple[Item, float], ...], language: str, now_s: float) -> None:
        """Somebody touched the mirror, wearing this."""
        visit = self.current = Visit(now_s, self._store, self._mint, self._today, language)
        visit.wardrobe.arrive(worn)

    def end(self, reason: Reason) -> None:
        """They are gone: what is left to tell is kept, they are not."""
        if self.current is not None:
            self.current.end(reason)
            self._told += self.current.requests
            self.current = None

    def forget(self) -> None:
        """As if nobody had been there."""
        self.current, self._told = None, []

    def tell(self, *requests: Request) -> None:
        """Something else to be told."""
        self._told += requests

    def take(self) -> tuple[Request, ...]:
        """What is to be told now, once."""
        requests, self._told = [*self._told], []
        if self.current is not None:
            requests += self.current.requests
            self.current.requests = []
        return tuple(requests)
