"""How frames and scenes pass between threads: newest wins, nothing queues."""

import threading
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
In = TypeVar("In", contravariant=True)
Out = TypeVar("Out", covariant=True)


class Inlet(Protocol[In]):
    """Where values are left: one side of a `Latest`, or of what works on them between its two sides."""

    overwritten: int

    def put(self, value: In, /) -> None:
        """Leave a value; the one before may be dropped."""

    def put_wait(self, value: In, /) -> None:
        """Leave a value; none is dropped."""

    def close(self) -> None:
        """Nothing more comes."""

    @property
    def closed(self) -> bool:
        """Whether close() was called."""


class Outlet(Protocol[Out]):
    """Where values are taken: the other side."""

    def take(self, timeout_s: float) -> Out | None:
        """The newest value, once; None when none came in time."""

    @property
    def closed(self) -> bool:
        """Whether close() was called on the other side: soon nothing more comes."""


class Latest(Generic[T]):
    """One-slot mailbox between two threads: put() overwrites, so a slow reader skips.

    For a lossless replay use `put_wait`, which waits until the slot was taken.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._value: T | None = None
        self._closed = False
        self.overwritten = 0

    def put(self, value: T) -> None:
        """Leave a value; one that nobody took is dropped and counted in `overwritten`."""
        with self._changed:
            self.overwritten += self._value is not None
            self._value = value
            self._changed.notify_all()

    def put_wait(self, value: T) -> None:
        """Leave a value after the one before was taken (or the mailbox closed)."""
        with self._changed:
            self._changed.wait_for(lambda: self._value is None or self._closed)
            self._value = value
            self._changed.notify_all()

    def take(self, timeout_s: float) -> T | None:
        """The newest value, once; None when none came in time or the mailbox is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._value is not None or self._closed, timeout_s)
            value, self._value = self._value, None
            self._changed.notify_all()
            return value

    def close(self) -> None:
        """Wake every waiting thread for good."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def finished(self) -> bool:
        """Whether it was closed and the last value is taken: nothing more will come."""
        with self._changed:
            return self._closed and self._value is None

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return self._closed
