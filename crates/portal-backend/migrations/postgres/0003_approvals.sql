-- Whether a supervisor has to agree to what the branch's staff submits.
ALTER TABLE branch ADD COLUMN approval BIGINT NOT NULL DEFAULT 0;  -- C1

-- Submissions that wait for a supervisor, and what was decided: for ever, as it is asked once.
CREATE TABLE approval (
    tenant_id     TEXT NOT NULL,
    op_id         TEXT NOT NULL,
    -- Whose supervisors decide.
    branch_id     TEXT,
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'given', 'refused')),
    asked_at_ms   BIGINT NOT NULL,
    decided_by    TEXT,
    words         TEXT NOT NULL DEFAULT '',         -- C2
    decided_at_ms BIGINT,
    PRIMARY KEY (tenant_id, op_id),
    FOREIGN KEY (tenant_id, op_id) REFERENCES operation
);
CREATE INDEX approval_waiting ON approval (tenant_id, branch_id, asked_at_ms, op_id) WHERE state = 'waiting';
