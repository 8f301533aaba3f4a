-- Long pieces of recovery work: who asked, how far it is, the wish that it end, and for a while how it ended. What it made,
-- found or showed has records of its own.
CREATE TABLE plimsoll.recovery_task (
  id               text PRIMARY KEY,
  kind             text NOT NULL CHECK (kind IN ('backup', 'verify', 'drill', 'clone', 'restore', 'prune')),
  environment      text NOT NULL,
  backup           text,
  target           text,
  requested_by     jsonb NOT NULL,
  requested_at     timestamptz NOT NULL,
  started_at       timestamptz,
  beat_at          timestamptz NOT NULL,
  ended_at         timestamptz,
  state            text NOT NULL CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'cancelled', 'lost')),
  step             text,
  done_bytes       double precision,
  total_bytes      double precision,
  bytes_per_second double precision,
  is_past_return   boolean NOT NULL,
  cancel_asked_by  jsonb,
  outcome          text,
  refusal          jsonb,
  CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL))
);
CREATE INDEX recovery_task_newest ON plimsoll.recovery_task (environment, requested_at DESC);
CREATE INDEX recovery_task_requested ON plimsoll.recovery_task (requested_at DESC);
CREATE INDEX recovery_task_under_way ON plimsoll.recovery_task (beat_at) WHERE ended_at IS NULL;
