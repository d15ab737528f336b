"""What a reader of the mailbox gets: the newest, once; everything, where the writer waits; an end."""

import threading

from edge.latest import Latest


def test_slow_reader_gets_the_newest_and_the_loss_is_counted() -> None:
    box: Latest[int] = Latest()
    for value in range(5):
        box.put(value)
    assert box.take(0) == 4
    assert box.take(0) is None
    assert box.overwritten == 4


def test_waiting_writer_loses_nothing() -> None:
    box: Latest[int] = Latest()

    def write() -> None:
        for value in range(200):
            box.put_wait(value)
        box.close()

    threading.Thread(target=write, daemon=True).start()
    got = []
    while not box.finished:
        value = box.take(5)
        if value is not None:
            got.append(value)
    assert got == list(range(200))
    assert box.overwritten == 0


def test_close_wakes_reader_and_writer() -> None:
    box: Latest[int] = Latest()
    box.put(1)
    writer = threading.Thread(target=box.put_wait, args=(2,), daemon=True)
    writer.start()
    box.close()
    writer.join(5)
    assert not writer.is_alive()
    assert box.closed
    assert not box.finished, "the last value can still be taken"
    assert box.take(0) == 2
    assert box.take(60) is None
    assert box.finished
