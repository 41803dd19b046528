-- For how many days the branch's staff may begin new cases without the backend having been reached.
ALTER TABLE branch ADD COLUMN offline_days INTEGER NOT NULL DEFAULT 14;  -- C1
