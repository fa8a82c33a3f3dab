"""The same claims by FastAPI and the ORM of SQLAlchemy, as their documentation would have it.

It runs in ``build/neighbours`` and reads the database that ROWS names, which `tests.benchmarks.serving.databases` made.
"""

import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import JSON, ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    """What all tables share."""

    type_annotation_map = {Any: JSON}  # noqa: RUF012 - as SQLAlchemy has it


class Source(Base):
    """Who claims are attributed to."""

    __tablename__ = "sources"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Link(Base):
    """One source in a chain."""

    __tablename__ = "links"
    number: Mapped[int] = mapped_column(primary_key=True)
    claim_number: Mapped[int] = mapped_column(ForeignKey("claims.number"))
    attribution_number: Mapped[int] = mapped_column(ForeignKey("attributions.number"))
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    role: Mapped[str]
    factuality: Mapped[str]
    extraction: Mapped[str]
    probability: Mapped[float]
    mention: Mapped[Any]
    source: Mapped[Source] = relationship()


class Attribution(Base):
    """One chain of sources."""

    __tablename__ = "attributions"
    number: Mapped[int] = mapped_column(primary_key=True)
    claim_number: Mapped[int] = mapped_column(ForeignKey("claims.number"))
    act: Mapped[str]
    manner: Mapped[str]
    cue: Mapped[Any]
    content: Mapped[Any]
    chain: Mapped[list[Link]] = relationship(order_by=Link.number)


class Claim(Base):
    """A sentence."""

    __tablename__ = "claims"
    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    article_id: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    confidence: Mapped[Any]
    attributions: Mapped[list[Attribution]] = relationship(order_by=Attribution.number)


class Shown(BaseModel):
    """What is read from a row."""

    model_config = ConfigDict(from_attributes=True)


class SpanShown(Shown):
    """A stretch of text."""

    start: int
    end: int
    text: str


class SourceShown(Shown):
    """A source."""

    id: str
    name: str


class LinkShown(Shown):
    """A link."""

    role: str
    source: SourceShown
    factuality: str
    extraction: str
    probability: float
    mention: SpanShown | None = None


class AttributionShown(Shown):
    """A chain."""

    act: str
    manner: str
    cue: list[SpanShown]
    content: list[SpanShown]
    chain: list[LinkShown]


class ReasonShown(Shown):
    """Why the level is what it is."""

    rule: str
    axis: str
    span: SpanShown | None = None


class ConfidenceShown(Shown):
    """A level and its reasons."""

    level: str
    because: list[ReasonShown]


class ClaimShown(Shown):
    """A claim."""

    id: str
    article_id: str
    position: int
    kind: str
    text: str
    start: int
    end: int
    attributions: list[AttributionShown]
    confidence: ConfidenceShown


class Page(Shown):
    """Claims, and the number to go on from."""

    items: list[ClaimShown]
    next: int | None


engine = create_engine(f"sqlite:///{os.environ['ROWS']}")
app = FastAPI()


def session() -> Iterator[Session]:
    """A session for one request."""
    with Session(engine) as opened:
        yield opened


@app.get("/claims")
def claims(
    source: str,
    db: Annotated[Session, Depends(session)],
    after: int = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page:
    """Claims of a source, in the order of storing."""
    query = (
        select(Claim)
        .where(Claim.number.in_(select(Link.claim_number).where(Link.source_id == source, Link.claim_number > after)))
        .order_by(Claim.number)
        .limit(limit + 1)
        .options(selectinload(Claim.attributions).selectinload(Attribution.chain).joinedload(Link.source))
    )
    found = db.scalars(query).all()
    shown = [ClaimShown.model_validate(claim) for claim in found[:limit]]
    return Page(items=shown, next=found[limit - 1].number if len(found) > limit else None)
