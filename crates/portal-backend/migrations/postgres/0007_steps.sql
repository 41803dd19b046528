-- What the office recorded of a case's steps, and the paper that came of it.
CREATE TABLE step (
    tenant_id     TEXT NOT NULL,
    case_id       TEXT COLLATE "C" NOT NULL,
    rev           BIGINT  NOT NULL,   -- of the case after it
    report        TEXT NOT NULL,      -- C2
    by_name       TEXT,               -- C2
    issued        TEXT,               -- C1
    at_ms         BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, case_id, rev),
    FOREIGN KEY (tenant_id, case_id) REFERENCES case_
);
