-- Schema 6: a paper that the office issued and that is still to be fetched.
INSERT INTO issued (number, case_id, kind, sha)
VALUES ('PX-1', '0197a000-0000-7000-8000-000000000001', 'training_certificate',
        '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae');
