-- Schema 5: a contract that was signed on paper and came back.
INSERT INTO contract (number, case_id, offer, seal, state, ceremony, op_id, effective_sha, stamped, offered_at_ms, on_paper,
        returned)
VALUES ('HT-2', '0197a000-0000-7000-8000-000000000002', '{}', 'c2VhbA==', 'offered', NULL, NULL, NULL, 0, 1767225600000,
        1, '第 2 页没有签字');
