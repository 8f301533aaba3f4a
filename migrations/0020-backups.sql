-- Attempts at backups. What can be restored is what the repository lists; this is what happened.
CREATE TABLE plimsoll.backup_run (
  id          text PRIMARY KEY,
  environment text NOT NULL,
  repository  text NOT NULL,
  method      text NOT NULL CHECK (method IN ('logical', 'physical')),
  state       text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'withdrawn')),
  started_at  timestamptz NOT NULL,
  finished_at timestamptz,
  reason      text,
  progress    jsonb,
  figures     jsonb,
  seen_at     timestamptz NOT NULL,
  CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE INDEX backup_run_newest ON plimsoll.backup_run (environment, started_at DESC);
CREATE INDEX backup_run_running ON plimsoll.backup_run (environment) WHERE state = 'running';
