-- Contracts that the backend offered, and what came of them. There is no reference to the case: an offer may come before
-- the document of a case that another computer sent.
CREATE TABLE contract (
    number        TEXT    NOT NULL PRIMARY KEY,
    case_id       TEXT    NOT NULL,
    -- The offer as the issuer sealed it.
    offer         TEXT    NOT NULL,
    seal          TEXT    NOT NULL,
    state         TEXT    NOT NULL
        CHECK (state IN ('offered', 'superseded', 'signed', 'received', 'in_effect', 'refused')),
    -- How far the merchant has come, and the strokes once signed.
    ceremony      TEXT,
    op_id         TEXT,
    effective_sha TEXT,
    stamped       INTEGER NOT NULL DEFAULT 0,
    offered_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX contract_of_case ON contract (case_id);
