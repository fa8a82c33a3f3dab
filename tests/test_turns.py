"""Work that is done by one at a time, among processes that come and go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from sys import executable

import pytest

from service.errors import RequestRunning
from service.storage.turns import Turns

HOLD = """
import sys
from pathlib import Path
from service.storage.turns import Turns
turns = Turns(Path(sys.argv[1]))
with turns.offered(b"one") as taken:
    print(taken, flush=True)
    sys.stdin.readline()
turns.close()
"""


@contextmanager
def holding(path: Path) -> Iterator["Popen[str]"]:
    """While inside, another process has the name, if it was free."""
    with Popen([executable, "-c", HOLD, str(path)], stdin=PIPE, stdout=PIPE, text=True) as process:
        yield process
        process.kill()


def told(process: "Popen[str]") -> bool:
    """Whether the process got the name."""
    assert process.stdout is not None
    return process.stdout.readline() == "True\n"


def test_a_name_is_one_processes(tmp_path: Path) -> None:
    """Until it ends or is killed."""
    path, turns = tmp_path / "turns", Turns(tmp_path / "turns")
    with holding(path) as process:
        assert told(process)
        with turns.offered(b"one") as taken, turns.offered(b"other") as free:
            assert (taken, free) == (False, True)
        with pytest.raises(RequestRunning), turns.alone(b"one"):
            pass
        process.kill()
        process.wait()
        with turns.offered(b"one") as taken:
            assert taken
    turns.close()


def test_who_ends_takes_no_turn_along(tmp_path: Path) -> None:
    """The file is gone with the process that had it; who comes next and who was there before exclude each other."""
    path, turns = tmp_path / "turns", Turns(tmp_path / "turns")
    with holding(path) as first:
        assert told(first)
        with turns.offered(b"one") as taken:
            assert not taken
        assert first.stdin is not None
        first.stdin.write("\n")
        first.stdin.flush()
        first.wait()
        assert not path.exists()
    with turns.offered(b"one") as taken:
        assert taken
        with holding(path) as second:
            assert not told(second)
    turns.close()
