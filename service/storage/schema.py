"""The tables of the SQLite store, as each migration makes or changes them.

``revisions`` is the record: every change, numbered, with the whole JSON of what it made. The other tables
say which revision of a thing is the current one and hold what lists are narrowed and ordered by.
"""

RECORD = """
    CREATE TABLE revisions (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL CHECK (action IN
            ('created', 'updated', 'retracted', 'superseded', 'merged', 'restored', 'removed')),
        reason TEXT,
        entity TEXT NOT NULL CHECK (entity IN ('article', 'claim', 'source')),
        entity_id TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX revisions_entity ON revisions (entity, entity_id);

    CREATE TABLE sources (
        id TEXT PRIMARY KEY,
        sequence INTEGER NOT NULL REFERENCES revisions,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        named INTEGER NOT NULL,
        claims INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sources_kind ON sources (kind);

    -- Every name that a source goes by, folded by `service.storage.names`.
    CREATE TABLE aliases (
        key TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources,
        PRIMARY KEY (key, source)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX aliases_source ON aliases (source);

    -- Numbers count in the order of storing. `published` is the UTC date.
    CREATE TABLE articles (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        sequence INTEGER NOT NULL REFERENCES revisions,
        publisher TEXT REFERENCES sources,
        published TEXT
    ) STRICT;
    CREATE INDEX articles_publisher ON articles (publisher);

    CREATE TABLE texts (
        sequence INTEGER PRIMARY KEY REFERENCES revisions,
        text TEXT NOT NULL
    ) STRICT;

    -- `publisher` and `published` repeat the article's, so that one index gives either's claims in order.
    CREATE TABLE claims (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        sequence INTEGER NOT NULL REFERENCES revisions,
        article INTEGER NOT NULL REFERENCES articles,
        kind TEXT NOT NULL,
        level TEXT NOT NULL,
        publisher TEXT REFERENCES sources,
        published TEXT,
        text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX claims_article ON claims (article);
    CREATE INDEX claims_kind ON claims (kind);
    CREATE INDEX claims_level ON claims (level);
    CREATE INDEX claims_publisher ON claims (publisher);

    CREATE TABLE links (
        claim INTEGER NOT NULL REFERENCES claims,
        attribution INTEGER NOT NULL,
        link INTEGER NOT NULL,
        source TEXT NOT NULL REFERENCES sources,
        role TEXT NOT NULL,
        act TEXT NOT NULL,
        factuality TEXT NOT NULL,
        extraction TEXT NOT NULL,
        probability REAL NOT NULL,
        PRIMARY KEY (claim, attribution, link)
    ) STRICT, WITHOUT ROWID;
    -- Covers every condition on a link: an agency that publishes has a link on each of its claims, and asking
    -- what it relayed must not look each of them up.
    CREATE INDEX links_source ON links (source, claim, attribution, link, role, act, factuality, extraction);
"""

DATES = """
    -- `published` is the time in UTC, no longer the day, and repeated in `links` too, so that one index gives a
    -- source's claims in its order. Claims without a date are found at its NULL, in the order of storing.
    ALTER TABLE links ADD COLUMN published TEXT;
    UPDATE links SET published = (SELECT published FROM claims WHERE number = links.claim);
    CREATE INDEX links_published
        ON links (source, published, claim, attribution, link, role, act, factuality, extraction);
    CREATE INDEX claims_published ON claims (published);
    CREATE INDEX claims_kind_published ON claims (kind, published);
    CREATE INDEX claims_level_published ON claims (level, published);
    CREATE INDEX claims_publisher_published ON claims (publisher, published);
    CREATE INDEX articles_published ON articles (published);
    CREATE INDEX articles_publisher_published ON articles (publisher, published);
    CREATE INDEX sources_claims ON sources (claims, id);
    CREATE INDEX sources_kind_claims ON sources (kind, claims, id);
"""

BODIES = """
    -- The JSON of each claim as it now is, which is in its revision too. A page's claims lie scattered over the file,
    -- and so are found by their numbers alone, in a table of nothing else: that halves the reads and the time.
    CREATE TABLE bodies (
        number INTEGER PRIMARY KEY REFERENCES claims,
        body BLOB NOT NULL
    ) STRICT;
    INSERT INTO bodies
        SELECT claims.number, CAST(revisions.body AS BLOB) FROM claims JOIN revisions USING (sequence)
        ORDER BY claims.number;
"""

WORDS_FOLLOW = """
    DROP TRIGGER claims_au;
    CREATE TRIGGER claims_au AFTER UPDATE OF text ON claims BEGIN
        INSERT INTO claims_fts (claims_fts, rowid, text) VALUES ('delete', old.number, old.text);
        INSERT INTO claims_fts (rowid, text) VALUES (new.number, new.text);
    END;
"""
"""Words are indexed anew only where the text changes, not with every other change of a claim."""

KEYS = """
    -- Numbers count in the order of making. `digest` is the SHA-256 of the secret, which is kept nowhere. `scopes` are
    -- separated by spaces; times are in UTC, as the wire carries them.
    CREATE TABLE keys (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        digest BLOB NOT NULL,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_at TEXT NOT NULL,
        created_by TEXT NOT NULL,
        expires_at TEXT,
        revoked_at TEXT,
        revoked_by TEXT,
        last_used_at TEXT
    ) STRICT;
"""

RECEIPTS = """
    -- What was answered to a request with an Idempotency-Key of its sender's, whose digest tells it from others.
    CREATE TABLE receipts (
        sender TEXT NOT NULL,
        key TEXT NOT NULL,
        at TEXT NOT NULL,
        digest BLOB NOT NULL,
        receipt TEXT NOT NULL,
        PRIMARY KEY (sender, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX receipts_at ON receipts (at);
"""

HISTORY = """
    -- What was so once. A row is as it stood from its `sequence` until just before `until`, and one whose end is the
    -- greatest number of all stands still, but in no list: it was retracted or superseded, as `status` says.
    CREATE TABLE former_claims (
        number INTEGER NOT NULL,
        sequence INTEGER NOT NULL REFERENCES revisions,
        until INTEGER NOT NULL,
        status TEXT NOT NULL,
        id TEXT NOT NULL,
        article INTEGER NOT NULL,
        kind TEXT NOT NULL,
        level TEXT NOT NULL,
        publisher TEXT,
        published TEXT,
        position INTEGER NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (number, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX former_claims_id ON former_claims (id);
    CREATE INDEX former_claims_article ON former_claims (article, number, sequence, until, status);
    CREATE INDEX former_claims_position ON former_claims (article, position, number, sequence, until, status);
    CREATE INDEX former_claims_open ON former_claims (number) WHERE until = 9223372036854775807;
    CREATE INDEX former_claims_kind ON former_claims (kind, number, sequence, until, status);
    CREATE INDEX former_claims_level ON former_claims (level, number, sequence, until, status);
    CREATE INDEX former_claims_publisher ON former_claims (publisher, number, sequence, until, status);
    CREATE INDEX former_claims_published ON former_claims (published, number, sequence, until, status);
    CREATE INDEX former_claims_kind_published ON former_claims (kind, published, number, sequence, until, status);
    CREATE INDEX former_claims_level_published ON former_claims (level, published, number, sequence, until, status);
    CREATE INDEX former_claims_publisher_published
        ON former_claims (publisher, published, number, sequence, until, status);

    CREATE TABLE former_links (
        claim INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        until INTEGER NOT NULL,
        status TEXT NOT NULL,
        attribution INTEGER NOT NULL,
        link INTEGER NOT NULL,
        source TEXT NOT NULL,
        role TEXT NOT NULL,
        act TEXT NOT NULL,
        factuality TEXT NOT NULL,
        extraction TEXT NOT NULL,
        probability REAL NOT NULL,
        published TEXT,
        PRIMARY KEY (claim, sequence, attribution, link)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX former_links_source ON former_links
        (source, claim, sequence, until, status, attribution, link, role, act, factuality, extraction);
    CREATE INDEX former_links_published ON former_links
        (source, published, claim, sequence, until, status, attribution, link, role, act, factuality, extraction);

    CREATE TABLE former_articles (
        number INTEGER NOT NULL,
        sequence INTEGER NOT NULL REFERENCES revisions,
        until INTEGER NOT NULL,
        status TEXT NOT NULL,
        id TEXT NOT NULL,
        publisher TEXT,
        published TEXT,
        PRIMARY KEY (number, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX former_articles_id ON former_articles (id);
    CREATE INDEX former_articles_open ON former_articles (number) WHERE until = 9223372036854775807;
    CREATE INDEX former_articles_publisher ON former_articles (publisher, number, sequence);
    CREATE INDEX former_articles_published ON former_articles (published, number, sequence);
    CREATE INDEX former_articles_publisher_published ON former_articles (publisher, published, number, sequence);

    CREATE TABLE former_sources (
        id TEXT NOT NULL,
        sequence INTEGER NOT NULL REFERENCES revisions,
        until INTEGER NOT NULL,
        status TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        named INTEGER NOT NULL,
        PRIMARY KEY (id, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX former_sources_kind ON former_sources (kind, id, sequence);

    CREATE TABLE former_aliases (
        key TEXT NOT NULL,
        source TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (key, source, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX former_aliases_source ON former_aliases (source);

    UPDATE revisions SET body = json_insert(body, '$.version', 1) WHERE entity = 'article';

    -- The texts that an article has had, and which revision of it brought each.
    CREATE TABLE versions (
        article INTEGER NOT NULL,
        version INTEGER NOT NULL,
        sequence INTEGER NOT NULL REFERENCES revisions,
        text TEXT NOT NULL,
        PRIMARY KEY (article, version)
    ) STRICT;
    INSERT INTO versions SELECT number, 1, sequence, text FROM articles JOIN texts USING (sequence);
    DROP TABLE texts;

    -- Claims of one article are read in the order of its sentences, which need not be that of storing any more.
    ALTER TABLE claims ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
    UPDATE claims SET position = (SELECT body ->> '$.position' FROM bodies WHERE number = claims.number);
    CREATE INDEX claims_position ON claims (article, position);

    -- What the engine read of a claim that a person has corrected.
    CREATE TABLE readings (
        number INTEGER PRIMARY KEY,
        body TEXT NOT NULL
    ) STRICT;

    -- Since which revision a link and an alias are what they are.
    ALTER TABLE links ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
    UPDATE links SET sequence = (SELECT sequence FROM claims WHERE number = links.claim);
    ALTER TABLE aliases ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
    DROP INDEX links_source;
    DROP INDEX links_published;
    CREATE INDEX links_source ON links (source, claim, attribution, link, role, act, factuality, extraction, sequence);
    CREATE INDEX links_published
        ON links (source, published, claim, attribution, link, role, act, factuality, extraction, sequence);

    -- Words are found in every claim that there ever was, so their index keeps no copy of a table.
    DROP TRIGGER claims_ai;
    DROP TRIGGER claims_ad;
    DROP TRIGGER claims_au;
    DROP TABLE claims_fts;
    CREATE VIRTUAL TABLE claims_fts USING fts5 (text, content = '', tokenize = 'unicode61 remove_diacritics 2');
    INSERT INTO claims_fts (rowid, text) SELECT number, text FROM claims;
"""

PAGES = """
    -- The JSON of a claim is read in the record, by the number of its revision, and kept in memory by that. So a
    -- page is found in an index alone, which has the number beside the claim's.
    DROP TABLE bodies;
    DROP INDEX links_source;
    DROP INDEX links_published;
    CREATE INDEX links_source ON links (source, claim, sequence, attribution, link, role, act, factuality, extraction);
    CREATE INDEX links_published
        ON links (source, published, claim, sequence, attribution, link, role, act, factuality, extraction);
"""

NUMBERS = """
    -- Who follows claims by their numbers, as all lists of a moment and those with a word do, finds which of a claim's
    -- many revisions stood then without reading what each of them said.
    CREATE INDEX former_claims_number ON former_claims (number, sequence, until, status);
"""
