-- Computers that an account was signed in on. One that lost its keys enrols under a new id; what it had queued names
-- the old one, and is taken when the account was signed in on both.
CREATE TABLE account_device (
    tenant_id  TEXT NOT NULL,
    account_id TEXT NOT NULL,
    device_id  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, account_id, device_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account,
    FOREIGN KEY (tenant_id, device_id) REFERENCES device
) STRICT;
INSERT INTO account_device SELECT DISTINCT tenant_id, account_id, device_id FROM session;

-- The computer whose key signed the declaration; before this column it was always the one that the body names.
ALTER TABLE operation ADD COLUMN signed_by TEXT;

-- The refresh token that was given together with this token: its first use ends the refresh token before.
ALTER TABLE access_token ADD COLUMN refresh_sha TEXT; -- C3
