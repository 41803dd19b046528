-- Rows as schema 1 kept them: a returned case whose answer the backend refused, and a draft.
INSERT INTO meta (key, value) VALUES ('settings', '{"language":"zh-CN"}');
INSERT INTO blob (sha, size, created_at_ms, upload_url, sent_bytes, server_has) VALUES
    ('6b2d785883195f018d1c52edb14f26e9d89484c5b931dfb416fbbabe8cb14c61', 19, 1790000000000, '/v1/uploads/1', 5, 0),
    ('6804cccc2d922a0e3a2c7a9d96e6010783ea880ebb8c2e0cd4f33f3295157b32', 16, 1790000000000, NULL, 0, 0);
INSERT INTO case_ (case_id, owner, revision, rev, profile_id, profile_version, dossier, tracks, round,
    only_photos_missing, returned_items, local_receipt, receipt_number, notice_number, created_at_ms, updated_at_ms,
    saved_at_ms, review, name, licence_number, legal_id, account_number, phone, photo_count, status, urgency) VALUES
    ('0197a000-0000-7000-8000-000000000001', '0197a000-0000-7000-8000-0000000000c1', 4, 2, 'lakala', '2026-01',
     '{"kind":"enterprise","products":["smart_pos"],"business":{"registered_name":"青禾小吃有限公司"},"attachments":{"storefront":[{"photo_id":"0197a000-0000-7000-8000-0000000000a1","sha256":"6b2d785883195f018d1c52edb14f26e9d89484c5b931dfb416fbbabe8cb14c61","size_bytes":19,"media_type":"image/jpeg","width_px":1200,"height_px":900,"original_sha256":"6b2d785883195f018d1c52edb14f26e9d89484c5b931dfb416fbbabe8cb14c61","original_bytes":19,"steps":[],"added_at_ms":1790000000000}]}}',
     '{"review":"returned","verification":"waiting","contract":"waiting","settlement":"waiting","channel_registration":"waiting","terminals":"waiting","training":"waiting","activation":"waiting"}', 1, 0,
     '[{"pointer":"/licence/number","reason":"differs_from_document","text":""}]',
     'L-2', 'R-1', NULL, 1790000000000, 1790000000009, 1790000000008, 'returned', '青禾小吃有限公司', '', '', '', '', 1, 'needs_attention', 9),
    ('0197a000-0000-7000-8000-000000000002', NULL, 1, NULL, 'lakala', '2026-01', '{}',
     '{"review":"not_submitted","verification":"waiting","contract":"waiting","settlement":"waiting","channel_registration":"waiting","terminals":"waiting","training":"waiting","activation":"waiting"}', 0, 1, '[]',
     NULL, NULL, NULL, 1790000000000, 1790000000000, 1790000000000, 'not_submitted', '', '', '', '', '', 0, 'photos_missing', 7);
INSERT INTO case_search (rowid, words) SELECT id, '青禾 禾小 小吃 吃有 有限 限公 公司 司' FROM case_ WHERE name <> '';
INSERT INTO case_photo (case_id, photo_id, sha, original_sha) VALUES ('0197a000-0000-7000-8000-000000000001', '0197a000-0000-7000-8000-0000000000a1', '6b2d785883195f018d1c52edb14f26e9d89484c5b931dfb416fbbabe8cb14c61', '6b2d785883195f018d1c52edb14f26e9d89484c5b931dfb416fbbabe8cb14c61');
INSERT INTO document (case_id, kind, number, sha, created_at_ms) VALUES ('0197a000-0000-7000-8000-000000000001', 'receipt', 'R-1', '6804cccc2d922a0e3a2c7a9d96e6010783ea880ebb8c2e0cd4f33f3295157b32', 1790000000000);
INSERT INTO op (op_id, case_id, case_revision, kind, step, body, body_sha, local_receipt, made_at_ms, state, sent,
    attempts, next_at_ms, hold, error_code, error_detail, receipt, receipt_number, received_at_ms) VALUES
    ('0197a000-0000-7000-8000-0000000000b1', '0197a000-0000-7000-8000-000000000001', 2, 'application.submit', 'submit',
     CAST('{"n":1}' AS BLOB), '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'L-1', 1790000000000, 'received', 1, 0,
     1790000000000, NULL, NULL, NULL, CAST('envelope' AS BLOB), 'R-1', 1790000000005),
    ('0197a000-0000-7000-8000-0000000000b2', '0197a000-0000-7000-8000-000000000001', 4, 'application.amend', 'amend',
     CAST('{"n":2}' AS BLOB), '363379742f80b51bdb9206579af7754911543079b9399cb3fc315fb199f476e8', 'L-2', 1790000000008, 'sending', 1, 3,
     1790000000008, 'attention', 'invalid', '{"errors":[]}', NULL, NULL, NULL);
INSERT INTO op_blob (op_id, position, slot, sha) VALUES
    ('0197a000-0000-7000-8000-0000000000b1', 0, 'storefront', '6b2d785883195f018d1c52edb14f26e9d89484c5b931dfb416fbbabe8cb14c61'),
    ('0197a000-0000-7000-8000-0000000000b2', 0, 'storefront', '6b2d785883195f018d1c52edb14f26e9d89484c5b931dfb416fbbabe8cb14c61');
INSERT INTO case_event (case_id, seq, at_ms, who, what) VALUES
    ('0197a000-0000-7000-8000-000000000001', NULL, 1790000000000, 'device', '{"kind":"created"}'),
    ('0197a000-0000-7000-8000-000000000001', 2, 1790000000006, 'backend', '{"kind":"returned","round":1,"items":[]}');
UPDATE event_cursor SET seq = 2;
INSERT INTO audit (prev_hash, at_ms, who, action, case_id, hash) VALUES
    ('', 1790000000000, 'agent-7', 'case.create', '0197a000-0000-7000-8000-000000000001',
     'f1fcb650f4b615968750aaffc6ef7db54b8123328476d12f167cfb95cf4425b9');
