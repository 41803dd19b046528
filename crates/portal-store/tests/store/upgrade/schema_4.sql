-- Schema 4: a contract in effect.
INSERT INTO contract (number, case_id, offer, seal, state, ceremony, op_id, effective_sha, stamped, offered_at_ms)
VALUES ('HT-1', '0197a000-0000-7000-8000-000000000001', '{}', 'c2VhbA==', 'in_effect', NULL, NULL,
        'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1, 1767225600000);
