-- Every key begins with the tenant. Times are Unix milliseconds of the backend's clock. Identifiers are text.
-- [C1] public, [C2] personal, [C3] secret or highly personal: decides masking and retention.

CREATE TABLE tenant (
    tenant_id     TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,             -- C1
    created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE branch (
    tenant_id     TEXT NOT NULL REFERENCES tenant,
    branch_id     TEXT NOT NULL,
    name          TEXT NOT NULL,                    -- C1
    address       TEXT NOT NULL,                    -- C1
    hours         TEXT NOT NULL,                    -- C1
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, branch_id),
    UNIQUE (tenant_id, name)
) STRICT;

CREATE TABLE account (
    tenant_id      TEXT NOT NULL REFERENCES tenant,
    account_id     TEXT NOT NULL,
    role           TEXT NOT NULL,
    name           TEXT NOT NULL,                   -- C2
    login          TEXT,                            -- C2, staff
    phone          TEXT,                            -- C2, merchants
    branch_id      TEXT,
    password_hash  TEXT,                            -- C3, argon2id
    -- Number of the account's newest event: counted up under this row's lock, so that the feed has no gap.
    event_seq      INTEGER NOT NULL DEFAULT 0,
    disabled_at_ms INTEGER,
    created_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    UNIQUE (tenant_id, login),
    UNIQUE (tenant_id, phone),
    FOREIGN KEY (tenant_id, branch_id) REFERENCES branch
) STRICT;

CREATE TABLE device (
    tenant_id      TEXT NOT NULL REFERENCES tenant,
    device_id      TEXT NOT NULL UNIQUE,
    branch_id      TEXT,
    public_key     BLOB NOT NULL,                   -- C1, SEC1 point
    certificate    TEXT NOT NULL,                   -- C1, PEM
    disabled_at_ms INTEGER,
    created_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, device_id),
    FOREIGN KEY (tenant_id, branch_id) REFERENCES branch
) STRICT;

CREATE TABLE activation_code (
    tenant_id         TEXT NOT NULL,
    code_sha          TEXT NOT NULL UNIQUE,         -- C3
    branch_id         TEXT NOT NULL,
    expires_at_ms     INTEGER NOT NULL,
    -- The key that used it: the same computer may ask again when the answer was lost.
    used_by           TEXT,
    created_at_ms     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, code_sha),
    FOREIGN KEY (tenant_id, branch_id) REFERENCES branch
) STRICT;

CREATE TABLE phone_code (
    tenant_id     TEXT NOT NULL,
    phone         TEXT NOT NULL,                    -- C2
    purpose       TEXT NOT NULL,
    code_sha      TEXT NOT NULL,                    -- C3
    tries         INTEGER NOT NULL DEFAULT 0,
    expires_at_ms INTEGER NOT NULL,
    used_by       TEXT,
    PRIMARY KEY (tenant_id, phone, purpose)
) STRICT;

-- What was asked for how often: survives a restart, so that a restart opens no door.
CREATE TABLE attempt (
    tenant_id TEXT NOT NULL,
    subject   TEXT NOT NULL,                        -- C2, hashed
    at_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_by_subject ON attempt (tenant_id, subject, at_ms);

CREATE TABLE session (
    tenant_id        TEXT NOT NULL,
    session_id       TEXT NOT NULL,
    account_id       TEXT NOT NULL,
    device_id        TEXT NOT NULL,
    refresh_sha      TEXT NOT NULL UNIQUE,          -- C3
    -- The refresh token before: good until the newer one is used, because its answer may have been lost.
    previous_sha     TEXT UNIQUE,                   -- C3
    expires_at_ms    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account,
    FOREIGN KEY (tenant_id, device_id) REFERENCES device
) STRICT;

CREATE TABLE access_token (
    tenant_id     TEXT NOT NULL,
    token_sha     TEXT NOT NULL UNIQUE,             -- C3
    session_id    TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, token_sha),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session ON DELETE CASCADE
) STRICT;

CREATE TABLE console_session (
    tenant_id     TEXT NOT NULL,
    token_sha     TEXT NOT NULL UNIQUE,             -- C3
    account_id    TEXT NOT NULL,
    csrf          TEXT NOT NULL,                    -- C3
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, token_sha),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account
) STRICT;

CREATE TABLE operation (
    tenant_id      TEXT NOT NULL,
    op_id          TEXT NOT NULL,
    account_id     TEXT NOT NULL,
    case_id        TEXT NOT NULL,
    kind           TEXT NOT NULL,
    body           BLOB NOT NULL,                   -- C3, the raw bytes that the device signed
    body_sha       TEXT NOT NULL,
    signature      TEXT NOT NULL,
    declared_at_ms INTEGER NOT NULL,
    -- The stored answer to commit, the same for ever; absent while receiving.
    receipt        TEXT,
    received_at_ms INTEGER,
    PRIMARY KEY (tenant_id, op_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account
) STRICT;

CREATE TABLE blob (
    tenant_id     TEXT NOT NULL,
    sha           TEXT NOT NULL,
    size_bytes    INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sha)
) STRICT;

-- Who has shown to possess the bytes: knowing a hash is not enough to attach somebody's photo.
CREATE TABLE blob_holder (
    tenant_id  TEXT NOT NULL,
    sha        TEXT NOT NULL,
    account_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sha, account_id),
    FOREIGN KEY (tenant_id, sha) REFERENCES blob
) STRICT;

CREATE TABLE upload (
    tenant_id     TEXT NOT NULL,
    upload_id     TEXT NOT NULL,
    account_id    TEXT NOT NULL,
    length_bytes  INTEGER NOT NULL,
    offset_bytes  INTEGER NOT NULL,
    sha           TEXT,
    metadata      TEXT NOT NULL,
    finished      INTEGER NOT NULL DEFAULT 0,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, upload_id),
    UNIQUE (tenant_id, account_id, sha)
) STRICT;

CREATE TABLE case_ (
    tenant_id       TEXT NOT NULL,
    case_id         TEXT NOT NULL,
    owner_id        TEXT NOT NULL,
    branch_id       TEXT,
    name            TEXT NOT NULL,                  -- C2
    rev             INTEGER NOT NULL,
    review          TEXT NOT NULL,
    tracks          TEXT NOT NULL,
    round           INTEGER NOT NULL,
    returned        INTEGER NOT NULL DEFAULT 0,
    profile_id      TEXT NOT NULL,
    profile_version TEXT NOT NULL,
    notice_number   TEXT,
    submitted_at_ms INTEGER NOT NULL,
    updated_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, case_id),
    FOREIGN KEY (tenant_id, owner_id) REFERENCES account
) STRICT;
CREATE INDEX case_by_update ON case_ (tenant_id, updated_at_ms, case_id);
CREATE INDEX case_by_review ON case_ (tenant_id, review, submitted_at_ms, case_id);
CREATE INDEX case_by_owner ON case_ (tenant_id, owner_id, updated_at_ms, case_id);
CREATE INDEX case_by_branch ON case_ (tenant_id, branch_id, updated_at_ms, case_id);

CREATE TABLE round (
    tenant_id       TEXT NOT NULL,
    case_id         TEXT NOT NULL,
    round           INTEGER NOT NULL,
    op_id           TEXT NOT NULL,
    dossier         TEXT NOT NULL,                  -- C3
    receipt         TEXT NOT NULL,
    submitted_at_ms INTEGER NOT NULL,
    outcome         TEXT,
    decided_at_ms   INTEGER,
    PRIMARY KEY (tenant_id, case_id, round),
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_
) STRICT;

CREATE TABLE case_blob (
    tenant_id  TEXT NOT NULL,
    sha        TEXT NOT NULL,
    case_id    TEXT NOT NULL,
    media_type TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sha, case_id),
    FOREIGN KEY (tenant_id, sha) REFERENCES blob,
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_
) STRICT;

CREATE TABLE event (
    tenant_id  TEXT NOT NULL,
    account_id TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    case_id    TEXT NOT NULL,
    rev        INTEGER NOT NULL,
    what       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, account_id, seq),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account
) STRICT;

CREATE TABLE notice (
    tenant_id     TEXT NOT NULL,
    number        TEXT NOT NULL,
    case_id       TEXT NOT NULL,
    sha           TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, number),
    UNIQUE (tenant_id, case_id),
    FOREIGN KEY (tenant_id, sha) REFERENCES blob
) STRICT;

CREATE TABLE counter (
    tenant_id TEXT NOT NULL,
    name      TEXT NOT NULL,
    value     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, name)
) STRICT;

-- Append-only; each row's hash covers the row before, so that a changed row is found.
CREATE TABLE audit (
    tenant_id TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    hash      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
