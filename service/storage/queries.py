"""From a filter to SQL.

A list is read in the order of its key and costs what it shows, however deep: the values of one column *lead*, and
each is an arm of a UNION that SQLite merges in the order of the arms' indexes, once for each world where it is sought.
The other conditions are tried on each row. Statements are made of a filter's form alone, and kept: to make one takes a
sixth of the time of its page.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache

from service.storage import conditions
from service.storage.conditions import NUMBER, PUBLISHED, SINCE, every, table
from service.storage.narrowing import KEYS, Form, World, parameter

EVERY = -1
"""The limit that is none."""

LIMIT = ":limit"
"""The one that a statement has unless told otherwise, as an expression."""

KEPT = 512
"""How many statements of one kind are kept. Nobody makes more of them by asking oddly."""


class Run(Enum):
    """A stretch of a list that one statement goes through, behind the key in its parameters.

    ``NUMBERED`` is all of it as it was stored (sources: by id), behind ``after``. ``DATED`` is what has a date, behind
    ``at`` and ``after`` on that date; ``UNDATED`` is the rest, as it was stored. ``COUNTED`` are sources by how many
    claims they have, behind ``at`` and ``after`` among those that have as many. ``PLACED`` are claims by position.
    """

    NUMBERED = "numbered"
    DATED = "dated"
    UNDATED = "undated"
    COUNTED = "counted"
    PLACED = "placed"


class Reach(Enum):
    """How far a statement as of a moment reads on in each of its arms, of which one may hold little that stood then.

    ``WHOLE``: as far as the list goes, which is for who goes through all of it. ``ABREAST``: where the others are,
    since what did not stand is left out behind them; that is never far, but hands each row on. ``FENCED``: as far as
    somewhat more than a page of what now stands, which takes half the time of that, and may not give a whole page.
    """

    WHOLE = "whole"
    ABREAST = "abreast"
    FENCED = "fenced"


FENCE, WIDE_FENCE = ":limit + :limit / 4", ":limit * 6"
"""Among how many of the leading rows that stand now a page of what stood then is looked for first.

The one where all of them are in the list, the other where more conditions leave some out.
"""

PAIRED = (Run.DATED, Run.COUNTED, Run.PLACED)
"""The runs whose keys are two: one by which things stand in order, and their own."""


@lru_cache(KEPT)
def claims(form: Form, run: Run, backwards: bool, reach: Reach = Reach.ABREAST) -> str:
    """The key of each claim in the run, and the number of the revision that made it."""
    columns = "at, key, sequence" if run in PAIRED else "key, sequence"
    keys = claim_keys(form, run, revised=True, backwards=backwards, reach=reach)
    return f"WITH page ({columns}) AS ({keys}) SELECT {KEY[run]}, page.sequence FROM page"


@lru_cache(KEPT)
def gathered(form: Form, reach: Reach) -> str:
    """The number of the last revision, and the keys and revisions of all claims in a run as they were stored.

    They are two lists in JSON. To be handed as many rows takes twice as long, and another thread its turn at each.
    """
    rows = claims(form, Run.NUMBERED, False, reach)
    lists = "json_group_array(key), json_group_array(sequence)"
    return f"SELECT (SELECT max(sequence) FROM revisions), {lists} FROM ({rows})"


@lru_cache(KEPT)
def articles(form: Form, run: Run, backwards: bool, reach: Reach = Reach.ABREAST) -> str:
    """The key and JSON of each article in the run."""
    keys = publication_keys(form, "articles", run, backwards=backwards, reach=reach)
    return _page(form, "articles.number", BODY, run, keys)


@lru_cache(KEPT)
def reviews(form: Form, run: Run, backwards: bool, reach: Reach = Reach.ABREAST) -> str:
    """The key and JSON of each review in the run."""
    keys = publication_keys(form, "reviews", run, backwards=backwards, reach=reach)
    return _page(form, "reviews.number", BODY, run, keys)


@lru_cache(KEPT)
def sources(form: Form, run: Run, backwards: bool, reach: Reach = Reach.ABREAST) -> str:
    """The key and JSON of each source in the run."""
    body = counted("sources.claims" if form.is_now else claims_then("page.key"))
    return _page(form, "sources.id", body, run, source_keys(form, run, backwards=backwards, reach=reach))


def reaches(form: Form, run: Run) -> Sequence[Reach]:
    """How far a page of the run is read, and how far then if it is not whole by that.

    `Reach.FENCED` comes first where it is of a moment, and an arm leads in its order.
    """
    in_order = bool(form.arms) or not form.lead
    fenced = World.WAS in form.worlds and run is Run.NUMBERED and in_order
    return (Reach.FENCED, Reach.ABREAST) if fenced else (Reach.ABREAST,)


@lru_cache(KEPT)
def attributions(form: Form, run: Run, backwards: bool, reach: Reach = Reach.ABREAST) -> str:
    """The key and JSON of each link in the run, behind ``:attribution`` and ``:link`` of the claim ``:claim``.

    The run of their claims is gone through from that one on, of which all links may have been shown.
    """
    keys = claim_keys(form, run, of_links=True, backwards=backwards, reach=reach, limit=":limit + 1")
    sign, way = ("<", "DESC") if backwards else (">", "ASC")
    columns, place, last = "number", PLACE, ":claim, :attribution, :link"
    if run is Run.DATED:
        columns, place, last = f"at, {columns}", f"page.at, {place}", f":at, {last}"
    tests = every([f"({place}) {sign} ({last})", *conditions.of_link(form)])
    if run is Run.UNDATED:
        place = f"'', {place}"
    order = f"ORDER BY {_places(place.count(',') + 1, way)} LIMIT :limit"
    if form.is_now:
        there = f"{LINKS} CROSS JOIN claims ON claims.number = page.number {NAMES}"
        return f"WITH page ({columns}) AS ({keys}) SELECT {place}, {ATTRIBUTION} FROM {there} WHERE {tests} {order}"
    rows = " UNION ALL ".join(
        f"SELECT {place}, {FORMER_ATTRIBUTION} FROM page CROSS JOIN {table('links', world)}"
        " ON links.claim = page.number AND links.sequence = page.sequence"
        f" CROSS JOIN revisions ON revisions.sequence = page.sequence WHERE {tests}"
        for world in form.worlds
    )
    return f"WITH page ({columns}, sequence) AS ({keys}) {rows} {order}"


def claim_keys(
    form: Form,
    run: Run,
    *,
    of_links: bool = False,
    revised: bool = False,
    backwards: bool = False,
    reach: Reach = Reach.WHOLE,
    limit: str = LIMIT,
) -> str:
    """The first keys of the run of claims, or of claims with links to show, where the list is ``of_links``.

    With each comes the number of its revision where they are ``revised``, or of a moment. ``limit`` is an expression.
    """
    leading = conditions.first(form)
    at = "claims.position" if run is Run.PLACED else _published(form, leading)
    bounds = _within(form, run, at, backwards=backwards)
    # Words were looked up already where it is fenced.
    words = [conditions.MATCHES] if form.words and reach is not Reach.FENCED else []
    rows = {
        world: (
            table(leading, world) + conditions.joined(form, world, placed=run is Run.PLACED),
            [*words, *conditions.of_claim(form, world, of_links=of_links), *bounds],
        )
        for world in form.worlds
    }
    return _keys(
        form, leading, NUMBER[leading], run, at, rows, revised=revised, backwards=backwards, reach=reach, limit=limit
    )


def publication_keys(form: Form, name: str, run: Run, *, backwards: bool = False, reach: Reach = Reach.WHOLE) -> str:
    """The first keys of the run of articles or reviews, whichever ``name`` says."""
    at = _published(form, name)
    tests = [*conditions.wanted(form, name), *conditions.barred(form, name)]
    tests += _within(form, run, at, backwards=backwards)
    rows = {w: (table(name, w), tests) for w in form.worlds}
    return _keys(form, name, NUMBER[name], run, at, rows, backwards=backwards, reach=reach)


def source_keys(form: Form, run: Run, *, backwards: bool = False, reach: Reach = Reach.WHOLE) -> str:
    """The first keys of the run of sources; what is searched for is a folded part of a name."""
    tests = [*conditions.wanted(form, "sources"), *([_bears(form)] if form.words else [])]
    rows = {w: (table("sources", w), tests) for w in form.worlds}
    count = "sources.claims" if form.is_now else claims_then("sources.id")
    return _keys(form, "sources", "sources.id", run, count, rows, backwards=backwards, reach=reach)


BODY = "CAST(revisions.body AS BLOB)"
"""The JSON of what a revision made, as an expression."""

LINKS = "page CROSS JOIN links ON links.claim = page.number"

NAMES = "CROSS JOIN articles ON articles.number = claims.article CROSS JOIN sources ON sources.id = links.source"

PLACE = "links.claim, links.attribution, links.link"

ATTRIBUTION = """
    CAST(json_object(
        'claim_id', claims.id, 'article_id', articles.id, 'attribution', links.attribution, 'link', links.link,
        'role', links.role, 'source', json_object('id', sources.id, 'name', sources.name), 'act', links.act,
        'factuality', links.factuality, 'extraction', links.extraction, 'probability', links.probability,
        'kind', claims.kind, 'level', claims.level, 'text', claims.text
    ) AS BLOB)
"""
"""The JSON of a link, an `AttributionRow`, as an expression."""

FORMER_ATTRIBUTION = """
    CAST(json_object(
        'claim_id', revisions.body ->> '$.id', 'article_id', revisions.body ->> '$.article_id',
        'attribution', links.attribution, 'link', links.link, 'role', links.role,
        'source', revisions.body -> ('$.attributions[' || links.attribution || '].chain[' || links.link || '].source'),
        'act', links.act, 'factuality', links.factuality, 'extraction', links.extraction,
        'probability', links.probability, 'kind', revisions.body ->> '$.kind',
        'level', revisions.body ->> '$.confidence.level', 'text', revisions.body ->> '$.text'
    ) AS BLOB)
"""
"""The same, of the claim that its revision made."""


def counted(claims: str) -> str:
    """The JSON of a source with the number of its ``claims``, as an expression."""
    return f"CAST(json_insert(revisions.body, '$.claims', {claims}) AS BLOB)"


def claims_then(source: str) -> str:
    """How many claims that stood at the moment named the ``source``, as an expression."""
    there = f"links.source = {source} AND links.sequence <= :as_of"
    return (
        f"((SELECT count(DISTINCT links.claim) FROM links WHERE {there})"
        f" + (SELECT count(DISTINCT links.claim) FROM former_links AS links"
        f" WHERE {there} AND links.until > :as_of AND links.status = 'active'))"
    )


KEY = {
    Run.NUMBERED: "page.key",
    Run.DATED: "page.at, page.key",
    Run.UNDATED: "'', page.key",
    Run.COUNTED: "page.at, page.key",
    Run.PLACED: "page.at, page.key",
}
"""What a row of each run says of its place."""


def _page(form: Form, key: str, json: str, run: Run, keys: str) -> str:
    """The key and the JSON of all that ``keys`` gives."""
    name = key.partition(".")[0]
    columns = "at, key" if run in PAIRED else "key"
    if form.is_now:
        there = f"{name} ON {key} = page.key CROSS JOIN revisions ON revisions.sequence = {name}.sequence"
    else:
        columns += ", sequence"
        there = "revisions ON revisions.sequence = page.sequence"
    return f"WITH page ({columns}) AS ({keys}) SELECT {KEY[run]}, {json} FROM page CROSS JOIN {there}"


Rows = Mapping[World, tuple[str, Sequence[str]]]
"""For each world the tables where its rows are, and what is asked of them."""


def _keys(
    form: Form,
    leading: str,
    key: str,
    run: Run,
    at: str,
    rows: Rows,
    *,
    revised: bool = False,
    backwards: bool,
    reach: Reach = Reach.WHOLE,
    limit: str = LIMIT,
) -> str:
    """The first keys of the run, to the ``limit``, in order and each once, for which all tests and one arm hold.

    Each comes with its revision where they are ``revised``, or of a moment.
    """
    order = [at, key] if run in PAIRED else [key]
    columns = [*order, *([f"{SINCE[leading]}.sequence"] if revised or not form.is_now else [])]
    reach = Reach.WHOLE if form.is_now else reach
    behind = _behind(key, run, at, backwards=backwards)
    near, fence = _fence(form, leading, key, backwards=backwards) if reach is Reach.FENCED else ("", [])
    # A claim has a row for each of its links, and else one row.
    once = "DISTINCT " if key == NUMBER["links"] and reach is Reach.WHOLE else ""
    arms = [
        f"SELECT {once}{', '.join([*columns, *stood])} FROM {tables}"
        f" WHERE {every([*arm, place, *fence, *tests, *then])}"
        for world, (tables, tests) in rows.items()
        for then, stood in [_then(leading, world, reach)]
        for arm in _lead(form)
        for place in behind
    ]
    way = "DESC" if backwards else "ASC"
    if reach is not Reach.ABREAST:
        # Arms that are merged are to be in one order down to the last column, lest each of them be sorted.
        ordered = columns if len(arms) > 1 else order
        return f"{near}{' UNION '.join(arms)} ORDER BY {_places(len(ordered), way)} LIMIT {limit}"
    names = "at, key, sequence" if run in PAIRED else "key, sequence"
    # A limit, even if it is none, keeps SQLite from asking within the arms what is asked behind them.
    merged = f"{' UNION ALL '.join(arms)} ORDER BY {_places(len(order), way)} LIMIT {EVERY}"
    return f"WITH seen ({names}, stood) AS ({merged}) SELECT DISTINCT {names} FROM seen WHERE stood LIMIT {limit}"


def _fence(form: Form, leading: str, key: str, *, backwards: bool) -> tuple[str, list[str]]:
    """What a statement begins with that looks near by, and what it then asks of each row."""
    way, rows = "DESC" if backwards else "ASC", FENCE
    if form.columns or form.without or form.bounds or (form.words and leading == "sources"):
        rows = WIDE_FENCE
    if leading == "claims_fts":  # To look words up costs most, and is done once for both arms.
        there = every([conditions.MATCHES, *_behind("rowid", Run.NUMBERED, "", backwards=backwards)])
        found = f"SELECT rowid FROM main.claims_fts WHERE {there} ORDER BY 1 {way} LIMIT {rows}"
        return f"WITH claims_fts (rowid) AS MATERIALIZED ({found}) ", []
    ahead = every([*_lead(form)[0], *_behind(key, Run.NUMBERED, "", backwards=backwards)])
    far = f"SELECT {key} FROM {leading} WHERE {ahead} ORDER BY 1 {way} LIMIT 1 OFFSET {rows}"
    return f"WITH fence (key) AS ({far}) ", [f"{key} {'>=' if backwards else '<='} (SELECT key FROM fence)"]


def _places(columns: int, way: str) -> str:
    return ", ".join(f"{place} {way}" for place in range(1, columns + 1))


def _then(leading: str, world: World, reach: Reach) -> tuple[list[str], list[str]]:
    """That a row stood at the moment: what is asked of it, and where arms go abreast what it tells instead."""
    tests = conditions.then(leading, world)
    if reach is not Reach.ABREAST:
        return tests, []
    stood = "TRUE"
    for test in reversed(tests):
        stood = f"iif({test}, {stood}, FALSE)"  # AND would ask all of them.
    return [], [f"{stood} AS stood"]


def _bears(form: Form) -> str:
    """That a source has, or had at the moment, a name with the words in it."""
    bears = "aliases.source = sources.id AND instr(aliases.key, :words)"
    if form.is_now:
        return f"EXISTS (SELECT 1 FROM aliases WHERE {bears})"
    bore = f"{bears} AND aliases.sequence <= :as_of"
    former = f"SELECT 1 FROM former_aliases AS aliases WHERE {bore} AND aliases.until > :as_of"
    return f"(EXISTS (SELECT 1 FROM aliases WHERE {bore}) OR EXISTS ({former}))"


def _published(form: Form, table: str) -> str:
    """The date of each row; with a plus, by which no index finds it, where rows are found by their own numbers."""
    return f"+{PUBLISHED[table]}" if form.lead in KEYS else PUBLISHED[table]


def _lead(form: Form) -> list[list[str]]:
    """What is asked of the leading column: each of its values apart, or all at once where they are many or none."""
    if not form.lead:
        return [[]]
    if not form.arms:
        return [[f"{form.lead} IN (SELECT value FROM json_each(:{parameter(form.lead)}))"]]
    return [[f"{form.lead} = :arm_{number}"] for number in range(form.arms)]


def _behind(key: str, run: Run, at: str, *, backwards: bool) -> list[str]:
    sign = "<" if backwards else ">"
    if run is Run.NUMBERED:
        return [f"{key} {sign} :after"]
    if run is Run.UNDATED:
        return [f"{at} IS NULL AND {key} {sign} :after"]
    if key in ("claims.number", "articles.number", "reviews.number"):
        # A row's own number is in every index, but SQLite does not seek to both columns of one at once.
        return [f"{at} = :at AND {key} {sign} :after", f"{at} {sign} :at"]
    return [f"({at}, {key}) {sign} (:at, :after)"]


def _within(form: Form, run: Run, published: str, *, backwards: bool) -> list[str]:
    """The bounds. A run in the order of dates begins at one and ends at the other, which SQLite is to see."""
    end = "" if run is Run.NUMBERED else "since" if backwards else "until"
    return [test if bound == end else f"+{test}" for bound, test in conditions.within(form, published).items()]
