-- A contract that was signed on paper: the operation's payload with the scans, and why it was returned last. Its state is
-- 'on_paper' until a reviewer has compared the scans.
ALTER TABLE contract ADD COLUMN paper TEXT;      -- C2
ALTER TABLE contract ADD COLUMN returned TEXT;   -- C2
