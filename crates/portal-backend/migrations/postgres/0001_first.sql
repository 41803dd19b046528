-- The same tables as SQLite's, at its version 2. Every key begins with the tenant. Times are Unix milliseconds of the
-- backend's clock. Identifiers are text; cases are read in the order of theirs, by bytes and not by a language.
-- [C1] public, [C2] personal, [C3] secret or highly personal: decides masking and retention.

CREATE TABLE tenant (
    tenant_id     TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,             -- C1
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE branch (
    tenant_id     TEXT NOT NULL REFERENCES tenant,
    branch_id     TEXT NOT NULL,
    name          TEXT NOT NULL,                    -- C1
    address       TEXT NOT NULL,                    -- C1
    hours         TEXT NOT NULL,                    -- C1
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, branch_id),
    UNIQUE (tenant_id, name)
);

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
    event_seq      BIGINT NOT NULL DEFAULT 0,
    disabled_at_ms BIGINT,
    created_at_ms  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    UNIQUE (tenant_id, login),
    UNIQUE (tenant_id, phone),
    FOREIGN KEY (tenant_id, branch_id) REFERENCES branch
);

CREATE TABLE device (
    tenant_id      TEXT NOT NULL REFERENCES tenant,
    device_id      TEXT NOT NULL UNIQUE,
    branch_id      TEXT,
    public_key     BYTEA NOT NULL,                   -- C1, SEC1 point
    certificate    TEXT NOT NULL,                   -- C1, PEM
    disabled_at_ms BIGINT,
    created_at_ms  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, device_id),
    FOREIGN KEY (tenant_id, branch_id) REFERENCES branch
);

-- Computers that an account was signed in on. One that lost its keys enrols under a new id; what it had queued names
-- the old one, and is taken when the account was signed in on both.
CREATE TABLE account_device (
    tenant_id  TEXT NOT NULL,
    account_id TEXT NOT NULL,
    device_id  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, account_id, device_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account,
    FOREIGN KEY (tenant_id, device_id) REFERENCES device
);

CREATE TABLE activation_code (
    tenant_id         TEXT NOT NULL,
    code_sha          TEXT NOT NULL UNIQUE,         -- C3
    branch_id         TEXT NOT NULL,
    expires_at_ms     BIGINT NOT NULL,
    -- The key that used it: the same computer may ask again when the answer was lost.
    used_by           TEXT,
    created_at_ms     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, code_sha),
    FOREIGN KEY (tenant_id, branch_id) REFERENCES branch
);

CREATE TABLE phone_code (
    tenant_id     TEXT NOT NULL,
    phone         TEXT NOT NULL,                    -- C2
    purpose       TEXT NOT NULL,
    code_sha      TEXT NOT NULL,                    -- C3
    tries         BIGINT NOT NULL DEFAULT 0,
    expires_at_ms BIGINT NOT NULL,
    used_by       TEXT,
    PRIMARY KEY (tenant_id, phone, purpose)
);

-- What was asked for how often: survives a restart, so that a restart opens no door.
CREATE TABLE attempt (
    tenant_id TEXT NOT NULL,
    subject   TEXT NOT NULL,                        -- C2, hashed
    at_ms     BIGINT NOT NULL
);
CREATE INDEX attempt_by_subject ON attempt (tenant_id, subject, at_ms);

CREATE TABLE session (
    tenant_id        TEXT NOT NULL,
    session_id       TEXT NOT NULL,
    account_id       TEXT NOT NULL,
    device_id        TEXT NOT NULL,
    refresh_sha      TEXT NOT NULL UNIQUE,          -- C3
    -- The refresh token before: good until the newer one is used, because its answer may have been lost.
    previous_sha     TEXT UNIQUE,                   -- C3
    expires_at_ms    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, session_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account,
    FOREIGN KEY (tenant_id, device_id) REFERENCES device
);

CREATE TABLE access_token (
    tenant_id     TEXT NOT NULL,
    token_sha     TEXT NOT NULL UNIQUE,             -- C3
    session_id    TEXT NOT NULL,
    -- The refresh token that was given together with this token: its first use ends the refresh token before.
    refresh_sha   TEXT NOT NULL,                    -- C3
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, token_sha),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session ON DELETE CASCADE
);

CREATE TABLE console_session (
    tenant_id     TEXT NOT NULL,
    token_sha     TEXT NOT NULL UNIQUE,             -- C3
    account_id    TEXT NOT NULL,
    csrf          TEXT NOT NULL,                    -- C3
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, token_sha),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account
);

CREATE TABLE operation (
    tenant_id      TEXT NOT NULL,
    op_id          TEXT NOT NULL,
    account_id     TEXT NOT NULL,
    case_id        TEXT COLLATE "C" NOT NULL,
    kind           TEXT NOT NULL,
    body           BYTEA NOT NULL,                   -- C3, the raw bytes that the device signed
    body_sha       TEXT NOT NULL,
    signature      TEXT NOT NULL,
    -- The computer whose key signed the declaration.
    signed_by      TEXT NOT NULL,
    declared_at_ms BIGINT NOT NULL,
    -- The stored answer to commit, the same for ever; absent while receiving.
    receipt        TEXT,
    received_at_ms BIGINT,
    PRIMARY KEY (tenant_id, op_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account
);

CREATE TABLE blob (
    tenant_id     TEXT NOT NULL,
    sha           TEXT NOT NULL,
    size_bytes    BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, sha)
);

-- Who has shown to possess the bytes: knowing a hash is not enough to attach somebody's photo.
CREATE TABLE blob_holder (
    tenant_id  TEXT NOT NULL,
    sha        TEXT NOT NULL,
    account_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sha, account_id),
    FOREIGN KEY (tenant_id, sha) REFERENCES blob
);

CREATE TABLE upload (
    tenant_id     TEXT NOT NULL,
    upload_id     TEXT NOT NULL,
    account_id    TEXT NOT NULL,
    length_bytes  BIGINT NOT NULL,
    offset_bytes  BIGINT NOT NULL,
    sha           TEXT,
    metadata      TEXT NOT NULL,
    finished      BIGINT NOT NULL DEFAULT 0,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, upload_id),
    UNIQUE (tenant_id, account_id, sha)
);

CREATE TABLE case_ (
    tenant_id       TEXT NOT NULL,
    case_id         TEXT COLLATE "C" NOT NULL,
    owner_id        TEXT NOT NULL,
    branch_id       TEXT,
    name            TEXT NOT NULL,                  -- C2
    rev             BIGINT NOT NULL,
    review          TEXT NOT NULL,
    tracks          TEXT NOT NULL,
    round           BIGINT NOT NULL,
    returned        BIGINT NOT NULL DEFAULT 0,
    profile_id      TEXT NOT NULL,
    profile_version TEXT NOT NULL,
    notice_number   TEXT,
    submitted_at_ms BIGINT NOT NULL,
    updated_at_ms   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, case_id),
    FOREIGN KEY (tenant_id, owner_id) REFERENCES account
);
CREATE INDEX case_by_update ON case_ (tenant_id, updated_at_ms, case_id);
CREATE INDEX case_by_review ON case_ (tenant_id, review, submitted_at_ms, case_id);
CREATE INDEX case_by_owner ON case_ (tenant_id, owner_id, updated_at_ms, case_id);
CREATE INDEX case_by_branch ON case_ (tenant_id, branch_id, updated_at_ms, case_id);

CREATE TABLE round (
    tenant_id       TEXT NOT NULL,
    case_id         TEXT COLLATE "C" NOT NULL,
    round           BIGINT NOT NULL,
    op_id           TEXT NOT NULL,
    dossier         TEXT NOT NULL,                  -- C3
    receipt         TEXT NOT NULL,
    submitted_at_ms BIGINT NOT NULL,
    outcome         TEXT,
    decided_at_ms   BIGINT,
    PRIMARY KEY (tenant_id, case_id, round),
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_
);

CREATE TABLE case_blob (
    tenant_id  TEXT NOT NULL,
    sha        TEXT NOT NULL,
    case_id    TEXT COLLATE "C" NOT NULL,
    media_type TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sha, case_id),
    FOREIGN KEY (tenant_id, sha) REFERENCES blob,
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_
);

CREATE TABLE event (
    tenant_id  TEXT NOT NULL,
    account_id TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    at_ms      BIGINT NOT NULL,
    case_id    TEXT COLLATE "C" NOT NULL,
    rev        BIGINT NOT NULL,
    what       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, account_id, seq),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account
);

CREATE TABLE notice (
    tenant_id     TEXT NOT NULL,
    number        TEXT NOT NULL,
    case_id       TEXT COLLATE "C" NOT NULL,
    sha           TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, number),
    UNIQUE (tenant_id, case_id),
    FOREIGN KEY (tenant_id, sha) REFERENCES blob
);

CREATE TABLE counter (
    tenant_id TEXT NOT NULL,
    name      TEXT NOT NULL,
    value     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

-- Append-only; each row's hash covers the row before, so that a changed row is found.
CREATE TABLE audit (
    tenant_id TEXT NOT NULL,
    seq       BIGINT NOT NULL,
    at_ms     BIGINT NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    hash      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit is append-only';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();

-- The oldest schema that a server must know: raised by a migration that takes something away.
CREATE TABLE schema_floor (
    version BIGINT NOT NULL PRIMARY KEY
);

-- Ids of the keys that all servers share: one with other keys does not start.
CREATE TABLE server_key (
    name TEXT NOT NULL PRIMARY KEY,
    kid  TEXT NOT NULL
);
