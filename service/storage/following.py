"""Claims and articles follow their sources: what refers to one that is shown as another now shows that."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from schemas.articles import Article
from schemas.changes import Action
from schemas.claims import Claim
from service.storage import references
from service.storage.narrowing import OPEN, Value
from service.storage.writing import CLAIM_WAS, LINKS_WERE, Publication, Writer, publication

ARTICLES = """
    WITH source (id) AS (SELECT value FROM json_each(:ids))
    SELECT number FROM articles WHERE publisher IN source
    UNION SELECT number FROM former_articles WHERE publisher IN source AND until = :open
    UNION SELECT number FROM mentions WHERE source IN source AND entity = 'article'
"""
ARTICLE = """
    SELECT body FROM articles JOIN revisions USING (sequence) WHERE number = :number
    UNION ALL
    SELECT body FROM former_articles JOIN revisions USING (sequence) WHERE number = :number AND until = :open
"""
CLAIMS = """
    WITH source (id) AS (SELECT value FROM json_each(:ids)), moved (article) AS (SELECT value FROM json_each(:moved))
    SELECT claim FROM links WHERE source IN source
    UNION SELECT claim FROM former_links WHERE source IN source AND until = :open
    UNION SELECT number FROM mentions WHERE source IN source AND entity = 'claim'
    UNION SELECT number FROM claims WHERE article IN moved
    UNION SELECT number FROM former_claims WHERE article IN moved AND until = :open
    ORDER BY 1
"""
CLAIM = """
    SELECT body, article, publisher, published FROM claims JOIN revisions USING (sequence) WHERE number = :number
    UNION ALL
    SELECT body, article, publisher, published FROM former_claims JOIN revisions USING (sequence)
    WHERE number = :number AND until = :open
"""
CLAIM_IS = "UPDATE claims SET sequence = ?, publisher = ? WHERE number = ?"
LINK_IS = "UPDATE links SET sequence = ?, source = ? WHERE claim = ? AND attribution = ? AND link = ?"
COUNTED = "UPDATE sources SET claims = claims + ? WHERE id = ?"

AT_ONCE = 1000
"""How many claims are rewritten together: their JSON is held in memory until then."""


class Followed(NamedTuple):
    """A claim that stands, what it ``was``, and what it is since the revision."""

    number: int
    sequence: int
    was: Claim
    claim: Claim
    publisher: str | None


def follow(writer: Writer, ids: Iterable[str], reason: str) -> None:
    """Whatever was given one of these sources shows what now stands for it, whether it stands itself or not."""
    values: dict[str, Value] = {"ids": _list(ids), "open": OPEN}
    moved: dict[int, Publication] = {}
    for number in _numbers(writer.db, ARTICLES, values):
        article, is_moved = _article(writer, number, reason)
        if is_moved:
            moved[number] = publication(article)
    followed: list[Followed] = []
    for number in _numbers(writer.db, CLAIMS, values | {"moved": _list(moved)}):
        followed += _claim(writer, number, moved, reason)
        if len(followed) >= AT_ONCE:
            _rewrite(writer, followed)
            followed.clear()
    _rewrite(writer, followed)


def _article(writer: Writer, number: int, reason: str) -> tuple[Article, bool]:
    """What is shown of the article now, and whether it has another publisher."""
    (body,) = writer.db.execute(ARTICLE, {"number": number, "open": OPEN}).fetchone()
    was = msgspec.json.decode(body, type=Article)
    given = writer.given(number, was)
    article = writer.shown(given)
    if article != was:
        writer.changed_article(number, given, reason)
    return article, publication(article) != publication(was)


def _claim(writer: Writer, number: int, moved: dict[int, Publication], reason: str) -> Iterator[Followed]:
    """The claim, where it stands and is to be rewritten; one that does not stand is."""
    body, article, *own = writer.db.execute(CLAIM, {"number": number, "open": OPEN}).fetchone()
    was = msgspec.json.decode(body, type=Claim)
    given = writer.given(number, was)
    if article not in moved and writer.shown(given) == was:
        return
    published = moved.get(article) or dict(zip(("publisher", "published"), own, strict=True))
    if was.status is not UNSET:
        writer.revise(number, Action.UPDATED, given, article, published, reason)
        return
    claim = writer.kept(number, given)
    sequence = writer.revision(Action.UPDATED, "claim", claim.id, claim, reason)
    yield Followed(number, sequence, was, claim, published["publisher"])


def _rewrite(writer: Writer, followed: Sequence[Followed]) -> None:
    """The claims stand as they now are, each in its place, and what they were is kept.

    Only sources are others, so that this is done to many claims at once, in half the time that one by one takes.
    """
    db, left = writer.db, [(one.sequence, one.number) for one in followed]
    db.executemany(CLAIM_WAS, left)
    db.executemany(LINKS_WERE, left)
    db.executemany(CLAIM_IS, [(one.sequence, one.publisher, one.number) for one in followed])
    db.executemany(
        LINK_IS,
        [
            (one.sequence, link.source.id, one.number, place, step)
            for one in followed
            for place, attribution in enumerate(one.claim.attributions)
            for step, link in enumerate(attribution.chain)
        ],
    )
    counts = Counter(id for one in followed for id in references.linked(one.claim))
    counts.subtract(id for one in followed for id in references.linked(one.was))
    db.executemany(COUNTED, [(count, id) for id, count in counts.items()])


def _numbers(db: sqlite3.Connection, query: str, values: dict[str, Value]) -> list[int]:
    return [number for (number,) in db.execute(query, values)]


def _list(values: Iterable[Value]) -> str:
    return msgspec.json.encode(list(values)).decode()
