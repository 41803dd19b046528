-- Whether the merchant's answer is on paper, and why what was signed on paper came back.
ALTER TABLE contract ADD COLUMN on_paper INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contract ADD COLUMN returned TEXT;
