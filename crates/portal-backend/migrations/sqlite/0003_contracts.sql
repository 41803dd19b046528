-- What a tenant's offers say beside the fees of a case: who offers, deposit, service fee, term. JSON.
CREATE TABLE contract_terms (
    tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenant,
    terms     TEXT NOT NULL                         -- C1
) STRICT;

-- Offers and what came of them.
CREATE TABLE contract (
    tenant_id       TEXT NOT NULL,
    number          TEXT NOT NULL,
    case_id         TEXT NOT NULL,
    -- The round whose document fills the text.
    round           INTEGER NOT NULL,
    state           TEXT NOT NULL,
    offer           TEXT NOT NULL,                  -- C1, sealed by the issuer
    offer_sha       TEXT NOT NULL,
    -- The merchant's signature: the operation's payload and the file.
    op_id           TEXT,
    signature       TEXT,                           -- C2
    signed_sha      TEXT,
    -- The issuer's: the file, the record of it, the time stamp.
    effective_sha   TEXT,
    -- The file that was in effect before it had its time stamp: people may hold it.
    unstamped_sha   TEXT,
    record          TEXT,                           -- C1
    stamp           TEXT,                           -- C1
    tries           INTEGER NOT NULL DEFAULT 0,
    next_try_at_ms  INTEGER NOT NULL DEFAULT 0,
    created_at_ms   INTEGER NOT NULL,
    signed_at_ms    INTEGER,
    effective_at_ms INTEGER,
    PRIMARY KEY (tenant_id, number),
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_
) STRICT;
CREATE INDEX contract_by_case ON contract (tenant_id, case_id, created_at_ms);
CREATE INDEX contract_by_state ON contract (state, next_try_at_ms);
CREATE INDEX contract_by_signed ON contract (signed_sha) WHERE signed_sha IS NOT NULL;
CREATE INDEX contract_by_unstamped ON contract (unstamped_sha) WHERE unstamped_sha IS NOT NULL;
CREATE INDEX contract_by_effective ON contract (effective_sha) WHERE effective_sha IS NOT NULL;
