-- Rows as schema 3 kept them: a received case whose numbers are not among its search words.
INSERT INTO case_ (case_id, owner, revision, rev, profile_id, profile_version, dossier, tracks, round,
    only_photos_missing, returned_items, local_receipt, receipt_number, notice_number, created_at_ms, updated_at_ms,
    saved_at_ms, review, name, licence_number, legal_id, account_number, phone, photo_count, status, urgency) VALUES
    ('0197a000-0000-7000-8000-000000000005', NULL, 2, 1, 'lakala', '2026-01',
     '{"kind":"micro","business":{"registered_name":"云上茶铺"}}',
     '{"review":"in_review","verification":"waiting","contract":"waiting","settlement":"waiting","channel_registration":"waiting","terminals":"waiting","training":"waiting","activation":"waiting"}', 1, 0,
     '[]', 'L-5-17', 'R-5-88', NULL, 1790000000000, 1790000000010, 1790000000008, 'in_review', '云上茶铺', '', '', '', '', 0, 'in_review', 3);
INSERT INTO case_search (rowid, words) SELECT id, '云上 上茶 茶铺 铺' FROM case_ WHERE name = '云上茶铺';
