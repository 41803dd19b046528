-- Whether the branch's staff signs in with a second factor.
ALTER TABLE branch ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;  -- C1
-- The same for one person, wherever they work.
ALTER TABLE account ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;  -- C1
-- The authenticator's secret, sealed under a key of the server.
ALTER TABLE account ADD COLUMN totp_secret TEXT;  -- C3
-- The last time step whose code was taken: each works once. None was taken before the first, which confirms the secret.
ALTER TABLE account ADD COLUMN totp_step BIGINT;  -- C1
