-- Rows as schema 2 kept them: a returned case that was sent from another computer, whose photo is not here; its answer,
-- paused; and a case that is still to be fetched.
INSERT INTO blob (sha, size, created_at_ms, upload_url, sent_bytes, server_has, here) VALUES
    ('76b47b450cd5d3f13abc3f18962fc6ccbaefccce8f2397bf9624e0b2e5a88994', 20, 1790000000000, NULL, 20, 1, 0);
INSERT INTO case_ (case_id, owner, revision, rev, profile_id, profile_version, dossier, tracks, round,
    only_photos_missing, returned_items, local_receipt, receipt_number, notice_number, created_at_ms, updated_at_ms,
    saved_at_ms, review, name, licence_number, legal_id, account_number, phone, photo_count, status, urgency) VALUES
    ('0197a000-0000-7000-8000-000000000003', '0197a000-0000-7000-8000-0000000000c1', 2, 2, 'lakala', '2026-01',
     '{"kind":"micro","business":{"registered_name":"晨光豆浆"},"attachments":{"storefront":[{"photo_id":"0197a000-0000-7000-8000-0000000000a3","sha256":"76b47b450cd5d3f13abc3f18962fc6ccbaefccce8f2397bf9624e0b2e5a88994","size_bytes":20,"media_type":"image/jpeg","width_px":1200,"height_px":900,"original_sha256":"76b47b450cd5d3f13abc3f18962fc6ccbaefccce8f2397bf9624e0b2e5a88994","original_bytes":20,"steps":[],"added_at_ms":1790000000000}]}}',
     '{"review":"returned","verification":"waiting","contract":"waiting","settlement":"waiting","channel_registration":"waiting","terminals":"waiting","training":"waiting","activation":"waiting"}', 1, 0,
     '[{"pointer":"/licence/number","reason":"differs_from_document","text":""}]',
     'L-3', 'R-3', NULL, 1790000000000, 1790000000009, 1790000000008, 'returned', '晨光豆浆', '', '', '', '', 1, 'queued', 4);
INSERT INTO case_search (rowid, words) SELECT id, '晨光 光豆 豆浆 浆' FROM case_ WHERE name = '晨光豆浆';
INSERT INTO case_photo (case_id, photo_id, sha, original_sha) VALUES ('0197a000-0000-7000-8000-000000000003', '0197a000-0000-7000-8000-0000000000a3', '76b47b450cd5d3f13abc3f18962fc6ccbaefccce8f2397bf9624e0b2e5a88994', '76b47b450cd5d3f13abc3f18962fc6ccbaefccce8f2397bf9624e0b2e5a88994');
INSERT INTO case_sent (case_id, dossier) VALUES
    ('0197a000-0000-7000-8000-000000000003', '{"kind":"micro","business":{"registered_name":"晨光"}}');
INSERT INTO op (op_id, case_id, case_revision, kind, step, body, body_sha, local_receipt, made_at_ms, state, sent,
    attempts, next_at_ms, hold, error_code, error_detail, receipt, receipt_number, received_at_ms, paused) VALUES
    ('0197a000-0000-7000-8000-0000000000b3', '0197a000-0000-7000-8000-000000000003', 2, 'application.amend', 'amend',
     CAST('{"n":3}' AS BLOB), '215ddd5567ca2590efd4ea109b4e56cbe591e2676fbf54a9262692c539166da6', 'L-3', 1790000000008, 'waiting', 0, 0,
     1790000000008, 'auth', NULL, NULL, NULL, NULL, NULL, 1);
INSERT INTO op_blob (op_id, position, slot, sha) VALUES
    ('0197a000-0000-7000-8000-0000000000b3', 0, 'storefront', '76b47b450cd5d3f13abc3f18962fc6ccbaefccce8f2397bf9624e0b2e5a88994');
INSERT INTO case_event (case_id, seq, at_ms, who, what) VALUES
    ('0197a000-0000-7000-8000-000000000003', NULL, 1790000000007, 'device', '{"kind":"fetched"}');
INSERT INTO case_wanted (case_id) VALUES ('0197a000-0000-7000-8000-000000000004');
