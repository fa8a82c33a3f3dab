"""Writing, inside a transaction that is open. Every change is a revision, and nothing that was so is lost.

What stands is in the tables that lists are read from. What changes or goes is first copied to those of what was so.
"""

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Article
from schemas.changes import Action
from schemas.claims import Claim
from schemas.records import Record
from schemas.vocabularies import ClaimKind
from service.storage import bands, engines, identities, references
from service.storage.narrowing import OPEN
from service.storage.numbering import following
from service.storage.recording import Row
from service.storage.references import T
from service.storage.sourcing import SourceWriter
from service.storage.times import moment

Publication = dict[str, str | None]
"""What an article's lists, its claims' and its links' are narrowed and ordered by: who published it, and when."""


class Writer(SourceWriter):
    """Writes what it is given, and shows it with the sources that stand for those that it was given."""

    def record(self, record: Record) -> Article:
        """The article, its claims, links and sources are written. The article was not stored before."""
        self.sources(record)
        article = replace(record.article, created_at=self.at, text=UNSET)
        number = self.article(article, record.text)
        shown = self.shown(article)
        for claim in record.claims:
            self.claim(claim, number, publication(shown))
        engines.note(self.db, number, record.engine)
        return shown

    def shown(self, thing: T) -> T:
        """What it was given, with the sources that are shown for its own."""
        return references.referring(thing, references.places(thing), self.identities.of)

    def given(self, number: int, shown: T) -> T:
        """What was given, of which this is shown."""
        return identities.given(self.db, number, shown)

    def kept(self, number: int, given: T) -> T:
        """What is shown of it, which is to be written; what was ``given`` is kept beside it."""
        shown, entity = self.shown(given), identities.entity(given)
        places = references.places(given)
        if places == references.places(shown):
            self.db.execute("DELETE FROM given WHERE entity = ? AND number = ?", (entity, number))
        else:
            self.db.execute(GIVE, (entity, number, msgspec.json.encode(places).decode()))
        self.mention(number, given, shown)
        return shown

    def mention(self, number: int, given: T, shown: T) -> None:
        """The sources that no column tells are noted: those that are not shown, and candidates and contributors."""
        hidden = {ref.id for ref in references.every(given)} - {ref.id for ref in references.every(shown)}
        for id in sorted(hidden | references.aside(given)):
            self.db.execute(MENTION, (id, identities.entity(given), number))

    def article(self, article: Article, text: str) -> int:
        """The article is written; gives its number."""
        number = following(self.db, "articles")
        article = self.kept(number, article)
        sequence = self.revision(Action.CREATED, "article", article.id, article)
        self.insert("articles", number=number, id=article.id, sequence=sequence, **publication(article))
        self.version(number, article, sequence, text)
        return number

    def version(self, number: int, article: Article, sequence: int, text: str) -> None:
        """The text is that of the article's version, which the revision ``sequence`` brought."""
        self.insert("versions", article=number, version=article.version, sequence=sequence, text=text)

    def changed_article(self, number: int, given: Article, reason: str | None = None) -> int:
        """The article is another, and what it was is kept; gives the revision's number."""
        article = self.kept(number, given)
        sequence = self.revision(Action.UPDATED, "article", article.id, article, reason)
        row = {"number": number, "sequence": sequence, "open": OPEN, **publication(article)}
        if article.status is UNSET:
            self.article_was(number, sequence)
            self.db.execute(ARTICLE_IS, row)
        else:
            self.db.execute(
                "UPDATE former_articles SET until = :sequence WHERE number = :number AND until = :open", row
            )
            self.db.execute(ARTICLE_RESTS, row)
        return sequence

    def article_was(self, number: int, until: int) -> None:
        """What the article was until then is kept."""
        self.db.execute(ARTICLE_WAS, (until, number))

    def claim(self, claim: Claim, article: int, published: Publication, reason: str | None = None) -> None:
        """The claim of the article with this number is written, and found by its words."""
        number = following(self.db, "claims")
        claim = self.kept(number, claim)
        self.stand(number, self.revision(Action.CREATED, "claim", claim.id, claim, reason), claim, article, published)
        self.insert("claims_fts", rowid=number, text=claim.text)
        if claim.kind is ClaimKind.STATEMENT:
            bands.sign(self.db, [(number, claim.text)])

    def stand(self, number: int, sequence: int, claim: Claim, article: int, published: Publication) -> None:
        """The claim is in lists, as the revision ``sequence`` made it, and counted for each of its sources."""
        row = _row(claim, article, published)
        self.insert("claims", number=number, sequence=sequence, **row)
        for link in _links(claim):
            self.insert("links", claim=number, sequence=sequence, published=published["published"], **link)
        self.db.execute(COUNT, (1, number))

    def rest(self, number: int, sequence: int, claim: Claim, article: int, published: Publication) -> None:
        """The claim is in no list but where its status is asked for, as the revision ``sequence`` made it."""
        own: Row = {"sequence": sequence, "until": OPEN, "status": claim.status or None}
        self.insert("former_claims", number=number, **own, **_row(claim, article, published))
        for link in _links(claim):
            self.insert("former_links", claim=number, published=published["published"], **own, **link)

    def leave(self, number: int, until: int) -> None:
        """The claim stands no more as it did, since the revision ``until``, and what it was is kept."""
        self.db.execute(CLAIM_WAS, (until, number))
        if self.db.execute("SELECT changes()").fetchone()[0] == 0:
            self.db.execute(
                "UPDATE former_claims SET until = ?1 WHERE number = ?2 AND until = ?3", (until, number, OPEN)
            )
            self.db.execute("UPDATE former_links SET until = ?1 WHERE claim = ?2 AND until = ?3", (until, number, OPEN))
            return
        self.db.execute(LINKS_WERE, (until, number))
        self.db.execute(COUNT, (-1, number))
        for statement in ("links WHERE claim", "claims WHERE number"):
            self.db.execute(f"DELETE FROM {statement} = ?", (number,))  # noqa: S608

    def revise(
        self, number: int, action: Action, given: Claim, article: int, published: Publication, reason: str | None = None
    ) -> Claim:
        """The claim is another, or has another status, and what it was is kept; gives what is shown of it."""
        claim = self.kept(number, given)
        sequence = self.revision(action, "claim", claim.id, claim, reason)
        self.leave(number, sequence)
        keep = self.stand if claim.status is UNSET else self.rest
        keep(number, sequence, claim, article, published)
        return claim


def publication(article: Article) -> Publication:
    """Who published the article, and when."""
    return {
        "publisher": article.publisher.id if article.publisher else None,
        "published": moment(article.published_at) if article.published_at else None,
    }


def _row(claim: Claim, article: int, published: Publication) -> Row:
    return {
        "id": claim.id,
        "article": article,
        "position": claim.position,
        "kind": claim.kind,
        "level": claim.confidence.level,
        "text": claim.text,
        **published,
    }


def _links(claim: Claim) -> list[Row]:
    """A row a link, numbered as it stands in the claim."""
    return [
        {
            "attribution": place,
            "link": step,
            "source": link.source.id,
            "role": link.role,
            "act": attribution.act,
            "factuality": link.factuality,
            "extraction": link.extraction,
            "probability": link.probability,
        }
        for place, attribution in enumerate(claim.attributions)
        for step, link in enumerate(attribution.chain)
    ]


_CLAIM = "number, sequence, id, article, position, kind, level, publisher, published, text"
_LINK = "claim, sequence, attribution, link, source, role, act, factuality, extraction, probability, published"
# What is put together here are names of columns.
CLAIM_WAS = f"""
    INSERT INTO former_claims ({_CLAIM}, until, status) SELECT {_CLAIM}, ?, 'active' FROM claims WHERE number = ?
"""  # noqa: S608
LINKS_WERE = f"""
    INSERT INTO former_links ({_LINK}, until, status) SELECT {_LINK}, ?, 'active' FROM links WHERE claim = ?
"""  # noqa: S608
ARTICLE_WAS = """
    INSERT INTO former_articles (number, sequence, id, publisher, published, until, status)
    SELECT number, sequence, id, publisher, published, ?, 'active' FROM articles WHERE number = ?
"""
ARTICLE_IS = """
    UPDATE articles SET sequence = :sequence, publisher = :publisher, published = :published WHERE number = :number
"""
ARTICLE_RESTS = """
    INSERT INTO former_articles (number, sequence, id, publisher, published, until, status)
    SELECT number, :sequence, id, :publisher, :published, :open, status FROM former_articles
    WHERE number = :number AND until = :sequence
"""
GIVE = """
    INSERT INTO given (entity, number, places) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET places = excluded.places
"""
MENTION = "INSERT OR IGNORE INTO mentions (source, entity, number) VALUES (?, ?, ?)"
COUNT = "UPDATE sources SET claims = claims + ? WHERE id IN (SELECT source FROM links WHERE claim = ?)"
