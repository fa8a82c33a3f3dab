"""Rates: each caller is held to one, over all workers."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from schemas.keys import Scope
from service.settings import Rate, rate
from service.web.ledger import SIZE, Ledger
from service.web.limits import _address
from tests.contract import check, problem
from tests.serving import APART, Server, bearer, made, serving

FEW = 20


def of(text: str) -> Rate:
    """The rate that the text names."""
    found = rate(text)
    assert found
    return found


class TestLedger:
    """What is used of a rate."""

    def test_the_whole_rate_at_once(self) -> None:
        """And nothing more. What is left is told, and when there is more."""
        ledger, slow = Ledger(), of("4/day")
        taken = [ledger.take("a", slow) for _ in range(6)]
        assert [one.left for one in taken] == [3, 2, 1, 0, 0, 0]
        assert [one.wait > 0 for one in taken] == [False] * 4 + [True] * 2
        assert [one.reset for one in taken[:4]] == pytest.approx([21600, 43200, 64800, 86400], abs=60)
        assert taken[4].wait == taken[4].reset == pytest.approx(21600, abs=60)
        assert ledger.take("b", slow).left == 3

    def test_it_comes_back_evenly(self) -> None:
        """A fifth of a second after it was used up there is one of five a second; after a second there are all."""
        ledger, quick = Ledger(), of("5/second")
        for seconds, there in ((0.0, 5), (0.25, 1), (1.1, 5)):
            time.sleep(seconds)
            granted = 0
            while not ledger.take("a", quick).wait:
                granted += 1
            assert granted >= there
        assert granted < 10

    def test_processes_share_it(self, tmp_path: Path) -> None:
        """Of many requests to three processes exactly the rate is granted."""
        slow, gone = of("1000/day"), []
        for number in range(3):
            if (child := os.fork()) == 0:
                ledger = Ledger(tmp_path)
                granted = sum(not ledger.take("a", slow).wait for _ in range(2000))
                (tmp_path / f"{number}.granted").write_text(str(granted))
                os._exit(0)
            gone.append(child)
        assert [os.waitpid(child, 0)[1] for child in gone] == [0] * 3
        assert sum(int(file.read_text()) for file in tmp_path.glob("*.granted")) == 1000

    def test_many_callers(self, tmp_path: Path) -> None:
        """However many come, it takes no more room, and who has used up a rate is not forgotten for them."""
        ledger, slow = Ledger(tmp_path), of("3/day")
        while not ledger.take("greedy", slow).wait:
            pass
        for number in range(100_000):
            ledger.take(f"another {number}", slow)
        assert ledger.take("greedy", slow).wait
        assert (tmp_path / "rates.table").stat().st_size == SIZE


@pytest.mark.parametrize(
    ("hosts", "same"),
    [
        (("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"), True),
        (("2001:db8::1", "2001:db8:0:1::1"), False),
        (("192.0.2.1", "::ffff:192.0.2.1"), True),
        (("192.0.2.1", "192.0.2.2"), False),
        (("", "x"), False),
    ],
)
def test_what_is_one_address(hosts: tuple[str, str], same: bool) -> None:
    """Of IPv6 it is the network, since its subscriber has all that is in it."""
    assert (_address(hosts[0]) == _address(hosts[1])) == same


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two workers, behind a proxy on the same machine, that grants few reads and fewer writes."""
    settings = {"SAYSO_RATE_LIMIT": f"{FEW}/day", "SAYSO_WRITE_LIMIT": "3/day", "SAYSO_TRUSTED_PROXIES": "127.0.0.0/8"}
    database = tmp_path_factory.mktemp("strict") / "sayso.db"
    with serving(database, SAYSO_WORKERS="2", **settings) as running:
        yield running


def ask(server: Server, address: str, key: str = "", method: str = "GET", path: str = "/v1/sources") -> httpx.Response:
    """The answer to a request by a connection of its own, to any of the workers, from ``address``."""
    headers = {"x-forwarded-for": address, **(bearer(key) if key else {})}
    answer = APART.request(method, f"{server.url}{path}", headers=headers)
    check(answer)
    return answer


def granted(server: Server, address: str, key: str = "") -> int:
    """How many of many requests at once are granted."""
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: ask(server, address, key).status_code, range(2 * FEW)))
    assert set(answers) <= {200, 401, 429}
    return Counter(answers)[200]


def test_workers_share_the_rate(strict: Server) -> None:
    """Exactly as many are granted as the rate has; what is told of it agrees, and when to come again."""
    first = ask(strict, "192.0.2.1")
    assert first.headers["ratelimit-policy"] == f'"read";q={FEW};w=86400'
    assert first.headers["ratelimit"] == f'"read";r={FEW - 1};t={86400 // FEW}'
    assert granted(strict, "192.0.2.1") == FEW - 1
    refused = ask(strict, "192.0.2.1")
    wait = int(refused.headers["retry-after"])
    assert refused.headers["ratelimit"] == f'"read";r=0;t={wait}'
    assert 0 < wait <= 86400 // FEW
    assert f"{FEW}/day" in problem(refused, 429, "too-many-requests").detail


def test_each_has_a_rate_of_its_own(strict: Server) -> None:
    """Each key, from wherever it is used, and of those without one each address."""
    one, other = (made(strict.log.with_suffix(".db"), Scope.READ) for _ in range(2))
    assert granted(strict, "192.0.2.2") == FEW
    assert granted(strict, "192.0.2.2", one) == FEW
    assert granted(strict, "192.0.2.3", one) == 0
    assert granted(strict, "192.0.2.3", other) == FEW
    assert granted(strict, "192.0.2.3") == FEW


def test_an_invalid_key_is_counted_by_its_address(strict: Server) -> None:
    """Else who guesses keys would be held to nothing, and who is named by one would be held to the guesser's."""
    for number in range(FEW):
        assert ask(strict, "192.0.2.4", f"sayso_{number}").status_code == 401
    assert ask(strict, "192.0.2.4", "sayso_x").status_code == 429
    assert ask(strict, "192.0.2.4").status_code == 429


def test_reads_and_writes_are_counted_apart(strict: Server) -> None:
    """Whatever becomes of them, and whether there is such a path."""
    statuses = [ask(strict, "192.0.2.5", method="POST", path="/v1/extract").status_code for _ in range(5)]
    assert statuses == [415] * 3 + [429] * 2
    assert ask(strict, "192.0.2.5", method="DELETE", path="/nowhere").status_code == 429
    assert ask(strict, "192.0.2.5", method="HEAD").headers["ratelimit"].startswith(f'"read";r={FEW - 1};')
    assert ask(strict, "192.0.2.5", path="/nowhere").headers["ratelimit"].startswith(f'"read";r={FEW - 2};')


def test_who_probes_is_always_answered(strict: Server) -> None:
    """Uncounted."""
    for path in ("/healthz", "/readyz", "/metrics"):
        answers = [ask(strict, "192.0.2.6", path=path) for _ in range(FEW + 5)]
        assert {answer.status_code for answer in answers} == {200}
        assert "ratelimit" not in answers[0].headers


def test_a_proxy_that_is_not_trusted_tells_nothing(tmp_path: Path) -> None:
    """What anybody can say of where they are is not believed."""
    with serving(tmp_path / "sayso.db", SAYSO_RATE_LIMIT="5/day", SAYSO_TRUSTED_PROXIES="192.0.2.0/24") as server:
        answers = [ask(server, f"198.51.100.{number}").status_code for number in range(7)]
    assert answers == [200] * 5 + [429] * 2


def test_no_limit_unless_one_is_set(client: httpx.Client) -> None:
    """And nothing is told of one."""
    assert "ratelimit" not in client.get("/v1/sources").headers
