-- What drills have shown of backups. Kept for good: recovery figures are folds over them.
CREATE TABLE plimsoll.drill (
  id                   uuid PRIMARY KEY,
  environment          text NOT NULL,
  backup               text NOT NULL,
  started_at           timestamptz NOT NULL,
  finished_at          timestamptz NOT NULL,
  verdict              text NOT NULL CHECK (verdict IN ('verified', 'not-recoverable', 'inconclusive')),
  reasons              jsonb NOT NULL,
  phases               jsonb NOT NULL,
  checks               jsonb NOT NULL,
  rpo_achieved_seconds double precision,
  rto_achieved_seconds double precision
);
CREATE INDEX drill_newest ON plimsoll.drill (environment, started_at DESC);
CREATE INDEX drill_started ON plimsoll.drill (started_at DESC);
