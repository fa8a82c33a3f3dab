"""Articles that are taken back with all their claims, and given again."""

from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Article
from schemas.changes import Action
from schemas.corrections import Retraction
from schemas.vocabularies import Status
from service.errors import Overtaken
from service.storage.narrowing import OPEN
from service.storage.renewing import held_claims
from service.storage.writing import Writer, publication

WHERE = """
    SELECT number, sequence FROM articles WHERE id = :id
    UNION ALL SELECT number, sequence FROM former_articles WHERE id = :id AND until = :open
"""
RESTS = """
    INSERT INTO former_articles (number, sequence, id, publisher, published, until, status)
    SELECT number, ?, id, publisher, published, ?, 'retracted' FROM articles WHERE number = ?
"""


def withdraw(writer: Writer, article: Article, retraction: Retraction, after: int) -> Article:
    """The article and its claims are in no list; gives what it is. Raises `Overtaken` as `correcting.revise`."""
    number = _number(writer, article.id, after)
    given = writer.given(number, article)
    withdrawn = writer.kept(number, replace(given, status=Status.RETRACTED, retraction=retraction))
    for held in held_claims(writer.db, number):
        if held.claim.status is UNSET:
            gone = replace(held.claim, status=Status.RETRACTED, retraction=replace(retraction, with_article=True))
            writer.revise(held.number, Action.RETRACTED, gone, number, publication(withdrawn), retraction.reason)
    reason = f"{retraction.kind}: {retraction.reason}"
    sequence = writer.revision(Action.RETRACTED, "article", article.id, withdrawn, reason)
    writer.article_was(number, sequence)
    writer.db.execute(RESTS, (sequence, OPEN, number))
    writer.db.execute("DELETE FROM articles WHERE number = ?", (number,))
    return withdrawn


def restore(writer: Writer, article: Article, after: int) -> Article:
    """The article is in lists again, with the claims that left them with it. Raises as `withdraw`."""
    number = _number(writer, article.id, after)
    restored = writer.kept(number, replace(writer.given(number, article), status=UNSET, retraction=UNSET))
    sequence = writer.revision(Action.RESTORED, "article", article.id, restored, "retraction undone")
    close = "UPDATE former_articles SET until = ? WHERE number = ? AND until = ?"
    writer.db.execute(close, (sequence, number, OPEN))
    writer.insert("articles", number=number, id=article.id, sequence=sequence, **publication(article))
    for held in held_claims(writer.db, number):
        if held.claim.retraction and held.claim.retraction.with_article:
            back = replace(held.claim, status=UNSET, retraction=UNSET)
            writer.revise(held.number, Action.RESTORED, back, number, publication(article), "retraction undone")
    return restored


def _number(writer: Writer, id: str, after: int) -> int:
    row = writer.db.execute(WHERE, {"id": id, "open": OPEN}).fetchone()
    if row is None or row[1] != after:
        raise Overtaken
    number: int = row[0]
    return number
