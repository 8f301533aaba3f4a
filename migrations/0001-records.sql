-- Plimsoll's own records. Times come from Plimsoll's clock, never from now().
CREATE TABLE plimsoll.ledger (
  sequence      bigint PRIMARY KEY CHECK (sequence > 0),
  at            timestamptz NOT NULL,
  actor_kind    text NOT NULL,
  actor_name    text NOT NULL,
  type          text NOT NULL,
  subject       text NOT NULL,
  -- Canonical JSON (RFC 8785) as text: what was hashed, byte for byte.
  data          text NOT NULL,
  previous_hash text NOT NULL UNIQUE CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
  hash          text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$')
);
CREATE INDEX ledger_subject ON plimsoll.ledger (subject, sequence);

-- The last entry. Appending locks this one row, so that concurrent writers cannot fork the chain,
-- and entries cut off the end are missed by `ledger verify`.
CREATE TABLE plimsoll.ledger_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  sequence bigint NOT NULL,
  hash     text NOT NULL
);
INSERT INTO plimsoll.ledger_head (sequence, hash) VALUES (0, repeat('0', 64));

CREATE FUNCTION plimsoll.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'plimsoll.% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER ledger_is_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON plimsoll.ledger
  FOR EACH STATEMENT EXECUTE FUNCTION plimsoll.refuse_change();
-- ALWAYS: also when session_replication_role is `replica`, which skips ordinary triggers.
ALTER TABLE plimsoll.ledger ENABLE ALWAYS TRIGGER ledger_is_append_only;
REVOKE UPDATE, DELETE, TRUNCATE ON plimsoll.ledger FROM PUBLIC, CURRENT_USER;
REVOKE DELETE, TRUNCATE ON plimsoll.ledger_head FROM PUBLIC, CURRENT_USER;

CREATE TABLE plimsoll.finding (
  id           uuid PRIMARY KEY,
  source       text NOT NULL,
  key          text NOT NULL,
  code         text NOT NULL,
  severity     text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  environment  text,
  subject      text NOT NULL,
  reason       text NOT NULL,
  action       text NOT NULL,
  evidence     jsonb NOT NULL,
  opened_at    timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  closed_at    timestamptz
);
CREATE UNIQUE INDEX finding_open_once
  ON plimsoll.finding (source, environment, key) NULLS NOT DISTINCT WHERE closed_at IS NULL;
CREATE INDEX finding_environment ON plimsoll.finding (environment, opened_at DESC);

CREATE TABLE plimsoll.health (
  environment    text PRIMARY KEY,
  business       jsonb NOT NULL,
  infrastructure jsonb NOT NULL,
  judged_at      timestamptz NOT NULL
);

CREATE TABLE plimsoll.journey_run (
  id               uuid PRIMARY KEY,
  environment      text NOT NULL,
  journey          text NOT NULL,
  services         jsonb NOT NULL,
  started_at       timestamptz NOT NULL,
  duration_seconds double precision NOT NULL,
  outcome          text NOT NULL CHECK (outcome IN ('passed', 'failed', 'unknown', 'refused')),
  reason           text,
  steps            jsonb NOT NULL
);
CREATE INDEX journey_run_newest ON plimsoll.journey_run (environment, journey, started_at DESC);
CREATE INDEX journey_run_started ON plimsoll.journey_run (started_at DESC);

CREATE TABLE plimsoll.lifecycle (
  environment text PRIMARY KEY,
  state       text NOT NULL CHECK (state IN ('requested', 'provisioned', 'active', 'suspended', 'retired')),
  changed_at  timestamptz NOT NULL
);

-- What subscribers are told, in the order it became true (see src/adapters/postgres/events.ts).
CREATE TABLE plimsoll.event (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL,
  type    text NOT NULL,
  subject text NOT NULL,
  data    jsonb NOT NULL
);
CREATE INDEX event_at ON plimsoll.event (at);
