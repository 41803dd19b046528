-- The first schema. Never edit a released migration: add the next one and a fixture for it (tests/upgrade).

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One merchant's dossier. The columns from `name` on are derived from the others, for lists and searches.
CREATE TABLE case_ (
    id                  INTEGER PRIMARY KEY,
    case_id             TEXT    NOT NULL UNIQUE,
    owner               TEXT,
    revision            INTEGER NOT NULL,
    rev                 INTEGER,
    profile_id          TEXT    NOT NULL,
    profile_version     TEXT    NOT NULL,
    dossier             TEXT    NOT NULL,
    tracks              TEXT    NOT NULL,
    round               INTEGER NOT NULL,
    only_photos_missing INTEGER NOT NULL,
    returned_items      TEXT    NOT NULL,
    local_receipt       TEXT,
    receipt_number      TEXT,
    notice_number       TEXT,
    created_at_ms       INTEGER NOT NULL,
    updated_at_ms       INTEGER NOT NULL,
    saved_at_ms         INTEGER NOT NULL,
    review              TEXT    NOT NULL,
    name                TEXT    NOT NULL,
    licence_number      TEXT    NOT NULL,
    legal_id            TEXT    NOT NULL,
    account_number      TEXT    NOT NULL,
    phone               TEXT    NOT NULL,
    photo_count         INTEGER NOT NULL,
    status              TEXT    NOT NULL,
    urgency             INTEGER NOT NULL
) STRICT;

CREATE INDEX case_by_update ON case_ (updated_at_ms, case_id);
CREATE INDEX case_by_name ON case_ (name, case_id);
CREATE INDEX case_by_urgency ON case_ (urgency, updated_at_ms, case_id);
CREATE INDEX case_by_status_update ON case_ (status, updated_at_ms, case_id);
CREATE INDEX case_by_status_name ON case_ (status, name, case_id);
CREATE INDEX case_by_status_start ON case_ (status, created_at_ms);
CREATE INDEX case_by_licence ON case_ (licence_number) WHERE licence_number <> '';
CREATE INDEX case_by_legal_id ON case_ (legal_id) WHERE legal_id <> '';
CREATE INDEX case_by_account ON case_ (account_number) WHERE account_number <> '';
CREATE INDEX case_by_phone ON case_ (phone) WHERE phone <> '';

-- Overlapping pairs of characters, so that two Chinese characters or four digits in the middle find a case.
CREATE VIRTUAL TABLE case_search USING fts5 (words, tokenize = "unicode61 remove_diacritics 0");
INSERT INTO case_search (case_search, rank) VALUES ('secure-delete', 1);

-- An encrypted file. A row exists only after its file is durable.
CREATE TABLE blob (
    sha           TEXT    NOT NULL PRIMARY KEY,
    size          INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    upload_url    TEXT,
    sent_bytes    INTEGER NOT NULL DEFAULT 0,
    server_has    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- The photos that a case's document names: what keeps their files from being collected.
CREATE TABLE case_photo (
    case_id      TEXT NOT NULL REFERENCES case_ (case_id) ON DELETE CASCADE,
    photo_id     TEXT NOT NULL,
    sha          TEXT NOT NULL REFERENCES blob (sha),
    original_sha TEXT NOT NULL,
    PRIMARY KEY (case_id, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_photo_sha ON case_photo (sha);
CREATE INDEX case_photo_original ON case_photo (original_sha);

-- Receipts and notices of a case as PDF.
CREATE TABLE document (
    case_id       TEXT    NOT NULL REFERENCES case_ (case_id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL,
    number        TEXT    NOT NULL,
    sha           TEXT    NOT NULL REFERENCES blob (sha),
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (case_id, kind, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_sha ON document (sha);

-- The outbox.
CREATE TABLE op (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id          TEXT    NOT NULL UNIQUE,
    case_id        TEXT    NOT NULL REFERENCES case_ (case_id) ON DELETE CASCADE,
    case_revision  INTEGER NOT NULL,
    kind           TEXT    NOT NULL,
    step           TEXT,
    body           BLOB    NOT NULL,
    body_sha       TEXT    NOT NULL,
    local_receipt  TEXT,
    made_at_ms     INTEGER NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('waiting', 'sending', 'received', 'abandoned')),
    sent           INTEGER NOT NULL DEFAULT 0,
    attempts       INTEGER NOT NULL DEFAULT 0,
    next_at_ms     INTEGER NOT NULL,
    hold           TEXT    CHECK (hold IN ('auth', 'attention', 'conflict', 'approval', 'paused')),
    error_code     TEXT,
    error_detail   TEXT,
    receipt        BLOB,
    receipt_number TEXT,
    received_at_ms INTEGER
) STRICT;
CREATE INDEX op_of_case ON op (case_id, seq);
CREATE INDEX op_pending ON op (case_id, seq) WHERE state IN ('waiting', 'sending');

CREATE TABLE op_blob (
    op_id    TEXT    NOT NULL REFERENCES op (op_id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    slot     TEXT    NOT NULL,
    sha      TEXT    NOT NULL REFERENCES blob (sha),
    PRIMARY KEY (op_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX op_blob_sha ON op_blob (sha);

-- What happened to a case. `seq` is the backend's event number; rows of this computer have none.
CREATE TABLE case_event (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT    NOT NULL,
    seq     INTEGER UNIQUE,
    at_ms   INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    what    TEXT    NOT NULL
) STRICT;
CREATE INDEX case_event_of_case ON case_event (case_id, id);

-- Last event applied; written in the transaction that applied it.
CREATE TABLE event_cursor (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO event_cursor (id, seq) VALUES (1, 0);

CREATE TABLE audit (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    prev_hash TEXT    NOT NULL,
    at_ms     INTEGER NOT NULL,
    who       TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    case_id   TEXT,
    hash      TEXT    NOT NULL
) STRICT;
