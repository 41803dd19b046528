-- Papers that the office issued for a step, by number: fetched until they are among the documents.
CREATE TABLE issued (
    number  TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    sha     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
