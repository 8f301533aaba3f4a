-- Alerts: what the body holds is read by Plimsoll alone; the columns are what is asked for.
CREATE TABLE plimsoll.alert (
  id          uuid PRIMARY KEY,
  key         text NOT NULL,
  environment text,
  code        text NOT NULL,
  weight      double precision NOT NULL,
  opened_at   timestamptz NOT NULL,
  resolved_at timestamptz,
  body        jsonb NOT NULL
);
-- Firing again is the same alert until it is over.
CREATE UNIQUE INDEX alert_open_once ON plimsoll.alert (key) WHERE resolved_at IS NULL;
CREATE INDEX alert_newest ON plimsoll.alert (opened_at DESC);

-- Alerts that an Alertmanager sent. They end when it says so, or when it has been silent for long.
CREATE TABLE plimsoll.external_alert (
  fingerprint text PRIMARY KEY,
  labels      jsonb NOT NULL,
  annotations jsonb NOT NULL,
  starts_at   timestamptz NOT NULL,
  ends_at     timestamptz,
  seen_at     timestamptz NOT NULL
);

-- Messages to people and machines, written in the transaction that decided on them. The id is what receivers can tell a
-- repetition by; dedupe_key keeps a decision from being written twice.
CREATE TABLE plimsoll.outbox (
  id            uuid PRIMARY KEY,
  dedupe_key    text NOT NULL UNIQUE,
  channel       text NOT NULL,
  recipients    jsonb NOT NULL,
  message       jsonb NOT NULL,
  state         text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts      integer NOT NULL,
  due_at        timestamptz NOT NULL,
  claimed_until timestamptz,
  written_at    timestamptz NOT NULL,
  settled_at    timestamptz,
  problem       text
);
CREATE INDEX outbox_due ON plimsoll.outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_written ON plimsoll.outbox (written_at DESC);

-- The newest forecast of each backlog that has a cut-off.
CREATE TABLE plimsoll.cut_off_forecast (
  environment text NOT NULL,
  service     text NOT NULL,
  site        text NOT NULL,
  body        jsonb NOT NULL,
  PRIMARY KEY (environment, service, site)
);
