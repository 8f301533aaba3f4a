-- Up to when the log behind a physical backup is archived, with the files of that instant: what its last mark has reached.
ALTER TABLE plimsoll.backup_run ADD COLUMN reaches_until timestamptz;
