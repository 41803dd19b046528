-- Until when one server works on a contract's countersignature or time stamp; others leave it alone.
ALTER TABLE contract ADD COLUMN claimed_until_ms INTEGER NOT NULL DEFAULT 0;
