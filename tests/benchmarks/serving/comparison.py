"""The two comparisons: of all contenders, and of Sayso over many claims and over few."""

from collections.abc import Sequence
from contextlib import ExitStack
from statistics import mean

import httpx

from tests.benchmarks.serving import contenders, databases, requests, table
from tests.benchmarks.serving.load import CONNECTIONS, Contender, measure
from tests.benchmarks.serving.requests import pages
from tests.benchmarks.serving.table import Wish

CLAIMS = 100_000

ROUNDS, SECONDS = 9, 3

AGAIN = 200
"""How many pages are few, and are asked for again with their tags."""

WARM = 1000
"""How many deep pages are asked for where claims are many: few enough that the first round has read them off the disk.

A new one begins where nobody has begun before, so that its place is sought in the record.
"""

BYTES, JOINED = "constant bytes", "joined in memory"
PAGE, FEW, ONCE = "page of a source", "one of few pages", "page asked for once"
ONE, ANY, SAME, SEARCH = "one claim", "one of all claims", "not modified", "full text"
DATASETTE, FASTAPI = "Datasette 0.65", "FastAPI + SQLAlchemy"

WISHES = (
    Wish(PAGE, BYTES, least=0.40),
    Wish(ONCE, BYTES, least=0.40),
    Wish(ONE, BYTES, least=0.60),
    Wish(ANY, BYTES, least=0.60),
    Wish(SAME, BYTES, least=0.70),
    Wish(PAGE, DATASETTE, least=25),
    Wish(PAGE, FASTAPI, least=15),
    Wish(SEARCH, PAGE, most=10),
)


def beside(claims: int = CLAIMS, rounds: int = ROUNDS, seconds: int = SECONDS) -> str:
    """The table of all contenders over so many claims."""
    tables = databases.tables(claims)
    with ExitStack() as servers:
        ours = servers.enter_context(contenders.sayso(databases.sayso(claims)))
        http = servers.enter_context(httpx.Client(base_url=ours))
        size = round(mean(len(http.get(path).content) for path in pages(claims, requests.page)[:200]))
        theirs = servers.enter_context(contenders.datasette(tables))
        others = servers.enter_context(contenders.fastapi(tables))
        entered = [
            Contender(BYTES, servers.enter_context(contenders.constant(size)), ["/"]),
            Contender(JOINED, servers.enter_context(contenders.joined(size)), ["/"]),
            *_ours(ours, claims),
            Contender(DATASETTE, theirs, pages(claims, requests.datasette(f"/{tables.stem}/sourced"))),
            Contender(FASTAPI, others, pages(claims, requests.fastapi)),
        ]
        return _told(entered, rounds, seconds, f"{claims:,} claims, pages of 50 in {size / 1000:.0f} kB", WISHES)


def _ours(url: str, claims: int) -> list[Contender]:
    listed = pages(claims, requests.page)
    known = requests.tagged(url, listed[:AGAIN])
    return [
        Contender(PAGE, url, listed),
        Contender(FEW, url, listed[:AGAIN]),
        Contender(ONCE, url, requests.once(claims, requests.page)),
        Contender(ONE, url, requests.single(claims)),
        Contender(ANY, url, requests.every(claims)),
        Contender(SAME, url, *zip(*known, strict=True)),
        Contender(SEARCH, url, requests.searches()),
    ]


def flat(claims: int, than: int = CLAIMS, rounds: int = ROUNDS, seconds: int = SECONDS) -> str:
    """The table of Sayso over ``claims`` and, beside it, over fewer."""
    with ExitStack() as servers:
        entered = []
        for count in (than, claims):
            url = servers.enter_context(contenders.sayso(databases.sayso(count)))
            entered += [
                Contender(f"first of {count:,}", url, requests.once(count, requests.first)),
                Contender(f"deep in {count:,}", url, requests.pages(count, requests.page, requests.DEEP)[:WARM]),
                Contender(f"new in {count:,}", url, requests.once(count, requests.page, requests.DEEP)),
            ]
        places = ("first of", "deep in", "new in")
        wishes = [Wish(f"{place} {claims:,}", f"{place} {than:,}", least=0.80) for place in places]
        return _told(entered, rounds, seconds, "pages of 50", wishes)


def _told(entered: Sequence[Contender], rounds: int, seconds: int, what: str, wishes: Sequence[Wish]) -> str:
    taken = measure(entered, rounds, seconds)
    head = f"{what}; {rounds} rounds of {seconds} s each by turns, {CONNECTIONS} connections; medians"
    return "\n".join([head, "", *table.lines(taken, entered[0].name), "", *table.judged(taken, wishes)])
