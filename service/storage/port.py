"""The contract of a store. `tests/store` holds every store to it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from msgspec import Struct

from schemas.articles import Article, Outcome, Receipt
from schemas.changes import Action, Entity
from schemas.claims import Claim
from schemas.corrections import NewMerge, NewSourceCorrection, Retraction
from schemas.facets import Facet, Facets
from schemas.keys import Key
from schemas.records import Record
from schemas.removals import Removal
from schemas.reviews import Review
from schemas.sources import CountedSource
from schemas.versions import ArticleVersion
from schemas.vocabularies import Level
from service.storage.filters import (
    ArticleFilter,
    ChangeFilter,
    ClaimFilter,
    Json,
    ReviewFilter,
    Slice,
    SourceFilter,
    Window,
)
from service.storage.outbox import Outbox

COMPARED = 200
"""How many claims are compared with one text at most."""


class Alike(Struct, frozen=True):
    """Claims whose words are mostly those of a text. They are ``complete`` where no more were found."""

    items: Sequence[Json]
    complete: bool


class Size(Struct, frozen=True):
    """How much stands in a store. ``bytes`` is what it takes on the disk, without what is still to be folded in."""

    articles: int
    claims: int
    sources: int
    bytes: int


class State(NamedTuple):
    """How far the record is: the number and the time (UTC) of its last revision, 0 and None where there is none."""

    sequence: int
    at: datetime | None


class Held(NamedTuple):
    """A claim, and the number of the revision that made it what it is.

    Where a source of its was merged into another, it still names the one that it was given, and calls it as it likes.
    """

    sequence: int
    claim: Claim


class Given(NamedTuple):
    """An article with its text and the publisher that it was given, and the number of its last revision."""

    sequence: int
    article: Article


class Correction(NamedTuple):
    """A claim that a person has corrected, and what the engine last read of it."""

    claim: Claim
    reading: Claim


class Once(NamedTuple):
    """By what a request that is sent again is known: a key of its sender's, and a digest of what it asks."""

    sender: str
    key: str
    digest: bytes


class HeldKey(NamedTuple):
    """A key, and the SHA-256 digest of its secret."""

    key: Key
    digest: bytes


class KeyStore(Protocol):
    """Keys. Of their secrets there are only digests. Raises and threads as in `ClaimStore`."""

    def add(self, key: Key, digest: bytes) -> None:
        """The key is kept, durably."""

    def get(self, id: str) -> HeldKey:
        """The key as it is now, whichever process changed it last. Raises `KeyUnknown`."""

    def version(self) -> int:
        """Another number after any change to a key, by whichever process: what was read before may be so no more."""

    def list(self, window: Window) -> Slice:
        """Keys (`schemas.keys.Key`) in the order of making, the revoked ones too. They are never met backwards."""

    def revoke(self, id: str, *, at: datetime, by: str) -> Key:
        """The key is marked, durably, or was before and stays as it was. Raises `KeyUnknown`."""

    def note_use(self, id: str, at: datetime) -> None:
        """The key was last used in the hour of ``at``, unless it was later. One that is not there is passed over."""


class ClaimStore(Protocol):
    """Articles, their claims and sources, with every change a numbered revision.

    What was removed for good is in no answer. Who asks for it by its id, as of any moment at which it was there, is
    told by `ArticleRemoved`, `ClaimRemoved` or `SourceRemoved`, which are what is raised of an id that nothing has.

    Any method may raise `StoreError`. Reads see what was committed before they began. All methods may
    be called from any thread. Lists raise `CursorInvalid` for a key that is none and `ParameterInvalid` for an
    order that they do not have.

    Whatever others write meanwhile, going through a list gives each item that was there at its first page once and
    in order, and no item twice. What is stored meanwhile comes too if the list is in the order of storing; in others
    it comes or not, as its place is, and by relevance it does not. Of two orders less can be said. A list by relevance
    ends after the `RANKED` best. Sources by how many claims they have move, so one that gains claims meanwhile may be
    passed over.
    """

    @property
    def keys(self) -> KeyStore:
        """The keys to this store."""

    @property
    def outbox(self) -> Outbox:
        """Where changes are sent by themselves."""

    def put(self, record: Record, *, at: datetime, actor: str, once: Once | None = None) -> Receipt:
        """The whole record is stored, durably, or nothing of it.

        ``unchanged`` where the article is there already as it is: nothing is added, and the receipt carries the
        stored one. Where it is there with another text, this is its next version: claims whose sentences stand keep
        their ids, those that are no longer there are superseded, and come back if their sentences do. ``at`` (UTC)
        and ``actor`` go into each revision, no one earlier than the one before. New aliases of a known source are
        added to it, but for those that a person took from it. A source that was merged is kept as given, and the other
        is shown for it. A sentence that was removed from it is blocked out of the text, and is no claim. Raises
        `ArticleRetracted` where it was taken back, and `ArticleBarred` where it was removed.

        With ``once`` the receipt is kept with the record, for a day; where it is there already, it is given as it was,
        and nothing is stored. Raises as `receipt`.
        """

    def receipt(self, once: Once, *, at: datetime) -> Receipt | None:
        """What `put` gave for the same request in the day before ``at``; None where it did not.

        Raises `RequestChanged` where another request had the same sender and key.
        """

    def alone(self, once: Once) -> AbstractContextManager[None]:
        """While inside, no other with the same sender and key is, in any process of this machine.

        Raises `RequestRunning` where one is. A process that is killed is inside no more.
        """

    def unread(self, engine: str, window: Window) -> Slice:
        """Articles (`schemas.articles.Article`) without text that stand, and that another engine has read last.

        They are in the order of storing, and never met backwards.
        """

    def given(self, id: str) -> Given:
        """The article as it was given, to be read anew: its publisher goes by the name by which it was first read.

        Raises `ArticleUnknown`, or `ArticleRetracted` where it was taken back.
        """

    def reread(self, record: Record, *, after: int, at: datetime, actor: str) -> Mapping[Action, int]:
        """The record's claims are what is read of its article, durably, and its engine is the last that read it; tells
        how many claims became what.

        The article's text and its version are as they were. Sentences stand, go and come back as by `put`; a claim that
        is read as before has no revision, and what people said of one stays. ``after`` is the article's last revision;
        raises `Overtaken` where it has another by now, or does not stand.
        """

    def rehearse(self, record: Record, *, after: int) -> Mapping[Action, int]:
        """How many claims would become what by `reread`. Raises as that; nothing is stored."""

    def corrections(self) -> Iterator[Correction]:
        """Every claim that people have corrected, whether it stands or not, in the order of storing."""

    def article(self, id: str, as_of: int | None = None) -> Article:
        """The article with its text. Raises `ArticleUnknown`. ``as_of`` as in `Window`, here and below."""

    def publisher(self, id: str) -> str | None:
        """The name by which the publisher of the article was first read, None where it is not known.

        A reader finds the same source by it, whatever people call that since. Raises `ArticleUnknown`.
        """

    def articles(self, which: ArticleFilter, window: Window) -> Slice:
        """Articles (`schemas.articles.Article`) without text, in the order of storing or of publication."""

    def versions(self, id: str) -> list[ArticleVersion]:
        """The versions of the article, without their texts. Raises `ArticleUnknown`."""

    def version(self, id: str, version: int) -> ArticleVersion:
        """One of them, with its text and the difference from the one before.

        Raises `ArticleUnknown` or `VersionUnknown`.
        """

    def claim(self, id: str, as_of: int | None = None) -> Json:
        """The claim (`schemas.claims.Claim`), whether it stands or not. Raises `ClaimUnknown`."""

    def claims(self, which: ClaimFilter, window: Window) -> Slice:
        """Claims, in the order of storing, of publication or of relevance, or of their positions in one article.

        The pages of that last order are all as of the first, so that a new version in between mixes nothing up.

        Raises `ParameterInvalid` for a ``q`` without a word, and for the order of relevance without a ``q``, as of a
        moment, or of claims that do not stand.
        """

    def turnover(self) -> int:
        """Another number whenever the store has let go of so much of what slices shared that it makes a difference.

        Who holds on to shared items lets go of them then: they take room of their own.
        """

    def alike(self, text: str, article: str | None = None, as_of: int | None = None) -> Alike:
        """The statements that stand and have most words in common with the text, by near-duplicate hashing.

        Those of the ``article`` with this id are left out. They are `COMPARED` at most, those with most in common
        first, and found in bounded time, however many there are. A text of fewer than four words that say something
        finds none, and is not found.
        """

    def stretches(self, q: str, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Where in each text the words of ``q`` stand, told and compared as in `claims`: in order, none over another.

        Stretches are half-open, in code points. A phrase is one, and a text that does not have all of ``q`` has none.
        Raises `ParameterInvalid` for a ``q`` without a word.
        """

    def facets(self, which: ClaimFilter, wanted: Sequence[Facet], as_of: int | None = None) -> Facets:
        """How the claims are spread over the values of each wanted facet, which is empty where there are none.

        What is counted of a link is counted of those for which the filter's own fields of links hold.
        """

    def held(self, id: str) -> Held:
        """The claim as it is now. Raises `ClaimUnknown`."""

    def last(self, entity: Entity, id: str) -> int:
        """The number of the last revision of the thing, 0 where there is none. Raises `Removed`."""

    def reading(self, id: str) -> Claim:
        """What the engine last read of a claim that a person has corrected. Raises `ClaimUnknown`, `NotCorrected`."""

    def revise(self, claim: Claim, action: Action, *, after: int, at: datetime, actor: str, reason: str) -> Claim:
        """The claim is this one, durably, where the revision ``after`` was its last; gives it as it is shown.

        Its id, its article and its text are as they were. Raises `Overtaken` where that revision was not the last, or
        `ArticleRetracted` where it would stand and its article was taken back.
        """

    def withdraw(self, id: str, retraction: Retraction | None, *, after: int, at: datetime, actor: str) -> Article:
        """The article is taken back with the claims that stood, durably, or where there is no ``retraction``, given
        again; gives what it now is, with its text.

        ``after`` as in `revise`. Raises `ArticleUnknown`, `NotStanding`, `NotRetracted` or `Overtaken`.
        """

    def put_review(self, review: Review, *, at: datetime, actor: str) -> Outcome:
        """The review is what its author now says, durably; ``unchanged`` where it was there as it is.

        Its claim is as it was. Raises `ClaimUnknown`, or `NotStanding` where the review was taken back.
        """

    def withdraw_review(
        self, id: str, retraction: Retraction | None, *, after: int, at: datetime, actor: str
    ) -> Review:
        """The review is taken back, durably, or where there is no ``retraction``, given again; gives what it now is.

        ``after`` as in `revise`. Raises `ReviewUnknown`, `NotStanding`, `NotRetracted` or `Overtaken`.
        """

    def review(self, id: str, as_of: int | None = None) -> Json:
        """The review (`schemas.reviews.Review`), whether it stands or not. Raises `ReviewUnknown`."""

    def reviews(self, which: ReviewFilter, window: Window) -> Slice:
        """Reviews, in the order of storing or of publication."""

    def remove(self, entity: Entity, id: str, reason: str, *, after: int, at: datetime, actor: str) -> Removal:
        """Nothing is left of the article with its claims, or of the claim, but that it was there; durably.

        Its words are gone from every answer, of every moment, from the record and from all that is kept beside it; so
        are the sources that nothing else names, and the sentence of a claim in all texts of its article, wherever it
        stands there. They are ``wiped`` out of the files, or will be when the store is next opened. Revisions keep
        their numbers, and each thing that went has one more. ``after`` as in `revise`. Raises `ArticleUnknown`,
        `ClaimUnknown` or `Overtaken`.
        """

    def removed(self, entity: Entity, as_of: int) -> int:
        """How many of the things that there were at the moment have been removed since."""

    def attributions(self, which: ClaimFilter, window: Window) -> Slice:
        """The links (`schemas.claims.AttributionRow`) for which the filter holds, in the order of storing."""

    def source(self, id: str, as_of: int | None = None) -> CountedSource:
        """The source, whether it stands or was merged into another. Raises `SourceUnknown`."""

    def correct(
        self, id: str, correction: NewSourceCorrection | None, *, after: int, at: datetime, actor: str
    ) -> CountedSource:
        """The source is, durably, what a person says, or where there is no ``correction``, what articles say of it.

        Whatever names it calls it so, and articles that are stored later change nothing of it. ``after`` as in
        `revise`. Raises `SourceUnknown`, `SourceMerged`, `FieldInvalid`, `NotCorrected` or `Overtaken`.
        """

    def merge(self, id: str, merge: NewMerge | None, *, after: int, at: datetime, actor: str) -> CountedSource:
        """The source is, durably, another one, or where there is no ``merge``, itself again.

        Whatever was given it, or is given it later, shows the other, which goes by its names too and is found by its
        id. All of that ends when the merge does, and nothing else. ``after`` as in `revise`. Raises `SourceUnknown`,
        `SourceMerged`, `FieldInvalid`, `NotMerged` or `Overtaken`.
        """

    def sources(self, which: SourceFilter, window: Window) -> Slice:
        """Sources (`schemas.sources.CountedSource`), by id or by how many claims they have."""

    def bearers(self, name: str, as_of: int | None = None) -> tuple[str, ...]:
        """The ids of the sources that have the name as id, name or alias, in any case, in order.

        The id of one that was merged is the other's too.
        """

    def levels(self, as_of: int | None = None) -> dict[Level, int]:
        """How many claims each level has, levels without any included."""

    def changes(self, which: ChangeFilter, window: Window) -> Slice:
        """Changes (`schemas.changes.Change`) in the order in which they were made, none skipped and none twice."""

    def as_of(self, at: datetime) -> int:
        """The number of the last revision made at that time or before, 0 where there is none."""

    def state(self) -> State:
        """How far the record is, whoever wrote it: what was not written by way of a store is seen within a second.

        It takes less than a microsecond, mostly: every request asks.
        """

    def sequence(self) -> int:
        """The number of the last revision, 0 where there is none, as the database itself tells it now."""

    def lineage(self) -> int:
        """Another number after the record was restored: what has the same sequence number need not be the same then."""

    def size(self) -> Size:
        """How much is stored. Articles and claims are not counted one by one."""

    def close(self) -> None:
        """Every connection is closed; what was acknowledged is on the disk."""
