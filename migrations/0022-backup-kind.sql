-- How much an attempt was to copy: a dump is always full, a physical backup may be what differs from an earlier one.
ALTER TABLE plimsoll.backup_run
  ADD COLUMN kind text NOT NULL DEFAULT 'full' CHECK (kind IN ('full', 'differential', 'incremental')),
  ADD CHECK (method = 'physical' OR kind = 'full');
