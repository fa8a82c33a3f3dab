"""What is asked for: random pages, claims and words, the same in each run."""

from collections.abc import Callable, Sequence
from random import Random
from urllib.parse import quote

import httpx

from service.web.lists import CLAIMS
from tests.benchmarks.serving.rows import AGENCIES, ARTICLE, SPEAKERS, id_of, vocabulary

COUNT = 20_000
"""How many requests there are of a kind before they begin anew."""

PLACES, TURNS = 1_000, 300
"""At how many places pages begin that are asked for once, and how many begin at each or a little behind it.

They are more than are asked for in all rounds. Their claims are so few that the first round has read them all.
"""

SOURCES = [source.id for source in [*SPEAKERS[:80], *AGENCIES]]
"""Those that have three pages or more of 100,000 claims."""

DEEP = (0.6, 0.7)
"""Where a deep page lies in the list of all claims. Behind it every source has a full page more."""

ANYWHERE = (0, DEEP[1])
"""Where any page lies."""


def pages(claims: int, path: Callable[[str, int], str], part: tuple[float, float] = ANYWHERE) -> list[str]:
    """Random pages of random sources, which begin in this ``part`` of the claims.

    ``path`` makes them of a source and how many of the claims, whosever they are, lie before.
    """
    return [path(source, after) for source, after in _places("pages", COUNT, claims, part)]


def once(claims: int, path: Callable[[str, int], str], part: tuple[float, float] = ANYWHERE) -> list[str]:
    """Pages that begin in this ``part`` of the claims, none of which is asked for a second time."""
    places = _places("places", PLACES, claims, part)
    return [path(source, after + turn) for turn in range(TURNS) for source, after in places]


def _places(seed: str, count: int, claims: int, part: tuple[float, float]) -> list[tuple[str, int]]:
    chance = Random(seed)
    return [(chance.choice(SOURCES), round(claims * chance.uniform(*part))) for _ in range(count)]


def first(source: str, after: int) -> str:
    """Sayso's first page, asked for beside a name that nobody has, lest it be one that was asked for before."""
    return f"/v1/claims?source={source},nobody-{after}"


def page(source: str, after: int) -> str:
    """Sayso's page: claims are numbered as they are stored, and a cursor holds the number that it goes on behind."""
    query = f"source={source}"
    return f"/v1/claims?{query}&cursor={CLAIMS.cursor(CLAIMS.read(query.encode()), str(after))}"


def datasette(table: str) -> Callable[[str, int], str]:
    """Datasette's page. In its table a claim has a row for each of its links, of which there are 7 for 3 claims."""
    return lambda source, after: f"{table}.json?source={source}&_size=50&_next={after * 7 // 3}"


def fastapi(source: str, after: int) -> str:
    """The page of the app in `tests.benchmarks.serving.orm`."""
    return f"/claims?source={source}&after={after}"


def single(claims: int) -> list[str]:
    """Random claims."""
    chance = Random("claims")
    return [_claim(chance.randrange(claims)) for _ in range(COUNT)]


def every(claims: int) -> list[str]:
    """All claims in random order, so that each is asked for again when all others have been."""
    return [_claim(number) for number in Random("every").sample(range(claims), claims)]


def _claim(number: int) -> str:
    return f"/v1/claims/{id_of(*divmod(number, ARTICLE))}"


def searches() -> list[str]:
    """Two words of five letters or more, as often as they stand in news."""
    chance, words = Random("words"), [word for word in vocabulary() if len(word) > 4]
    return [f"/v1/claims?q={quote(' '.join(chance.choices(words, k=2)))}" for _ in range(COUNT)]


def tagged(server: str, paths: Sequence[str]) -> list[tuple[str, str]]:
    """Each path with the entity tag of its answer as wrk is given it, which asks for no coding."""
    with httpx.Client(base_url=server, headers={"accept-encoding": "identity"}) as client:
        return [(path, client.get(path).headers["etag"]) for path in paths]
