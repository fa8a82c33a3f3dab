"""What is kept of what revisions made, in a database that only tells what it is asked for."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from service.storage.bodies import OVERHEAD, Bodies, in_passing

SIZE = 100
"""How many bytes each revision made."""


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """A record of fifty revisions."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE revisions (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        db.executemany("INSERT INTO revisions VALUES (?, ?)", [(number, body(number)) for number in range(1, 51)])
        yield db


def body(number: int) -> str:
    """What the revision made."""
    return f"{number:0{SIZE}}"


def texts(found: list[bytes]) -> list[str]:
    """What was found, as text."""
    return [one.decode() for one in found]


def test_they_come_in_the_order_in_which_they_are_asked_for(db: sqlite3.Connection) -> None:
    """Whether they are kept already or not."""
    bodies = Bodies()
    bodies.of(db, [7, 3])
    assert texts(bodies.of(db, [9, 3, 5, 7])) == [body(9), body(3), body(5), body(7)]


def test_what_is_kept_is_not_read_again(db: sqlite3.Connection) -> None:
    """The record need not even be there any more."""
    bodies = Bodies()
    bodies.of(db, [1, 2])
    db.execute("DROP TABLE revisions")
    assert texts(bodies.of(db, [2, 1])) == [body(2), body(1)]


def test_no_more_is_kept_than_there_is_room_for(db: sqlite3.Connection) -> None:
    """However many are asked for. Those that were asked for last are still there."""
    room = 10 * (SIZE + OVERHEAD)
    bodies = Bodies(room)
    for number in range(1, 51):
        bodies.of(db, [number])
        assert bodies.size <= room
    db.execute("DROP TABLE revisions")
    assert texts(bodies.of(db, [49, 50])) == [body(49), body(50)]


def test_more_than_there_is_room_for_is_given_all_the_same(db: sqlite3.Connection) -> None:
    """A page that fills all of it is given whole."""
    bodies = Bodies(2 * (SIZE + OVERHEAD))
    assert texts(bodies.of(db, list(range(1, 51)))) == [body(number) for number in range(1, 51)]


def test_who_only_passes_leaves_all_as_it_was(db: sqlite3.Connection) -> None:
    """What they read is the same, and what others asked for is still kept."""
    bodies = Bodies()
    bodies.of(db, [1, 2])
    assert texts(in_passing(db, [9, 1, 7])) == [body(9), body(1), body(7)]
    assert bodies.size == 2 * (SIZE + OVERHEAD)


def test_it_is_told_when_much_was_let_go(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time that so many bytes are gone: who has kept some of it has kept no more than that, and lets go too."""
    each = SIZE + OVERHEAD
    monkeypatch.setattr("service.storage.bodies.TURN", 3 * each)
    bodies = Bodies(2 * each)
    told = []
    for number in range(1, 12):
        bodies.of(db, [number])
        told.append(bodies.turnover())
    assert told == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3]
