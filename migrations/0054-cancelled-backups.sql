-- A backup that somebody cancelled did not fail.
ALTER TABLE plimsoll.backup_run
  DROP CONSTRAINT backup_run_state_check,
  ADD CONSTRAINT backup_run_state_check CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled', 'withdrawn'));
