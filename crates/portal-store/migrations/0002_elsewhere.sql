-- A pause is the user's own and stands beside whatever else holds an operation. (`hold` never says 'paused' any more.)
ALTER TABLE op ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
UPDATE op SET paused = 1, hold = NULL WHERE hold = 'paused';

-- Whether the file is on this computer. A photo sent from another computer, or whose time here is over, is known by
-- its hash only.
ALTER TABLE blob ADD COLUMN here INTEGER NOT NULL DEFAULT 1;

-- Cases of which the backend has a newer document than this computer: it is still to be fetched.
CREATE TABLE case_wanted (
    case_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO case_wanted (case_id)
    SELECT DISTINCT case_id FROM case_event
    WHERE seq IS NOT NULL
        AND (case_id NOT IN (SELECT case_id FROM case_)
            OR (json_extract(what, '$.kind') = 'received'
                AND json_extract(what, '$.op_id') NOT IN (SELECT op_id FROM op)));

-- What the backend received last, where it was sent from another computer.
CREATE TABLE case_sent (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES case_ (case_id) ON DELETE CASCADE,
    dossier TEXT NOT NULL
) STRICT, WITHOUT ROWID;
