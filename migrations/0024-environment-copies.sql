-- Environments that nobody declared: restored beside their source, or cloned for work. Kept after their removal, as a record.
CREATE TABLE plimsoll.environment_copy (
  id            uuid PRIMARY KEY,
  name          text NOT NULL,
  source        text NOT NULL,
  purpose       text NOT NULL CHECK (purpose IN ('restore', 'clone')),
  stage         text NOT NULL,
  state         text NOT NULL CHECK (state IN ('requested', 'provisioned', 'active', 'suspended', 'retired')),
  database      text NOT NULL,
  workers       jsonb NOT NULL,
  ports         jsonb NOT NULL,
  backup        text NOT NULL,
  reaches_at    timestamptz NOT NULL,
  is_live       boolean NOT NULL,
  is_anonymised boolean NOT NULL,
  is_reduced    boolean NOT NULL,
  created_at    timestamptz NOT NULL,
  changed_at    timestamptz NOT NULL,
  expires_at    timestamptz,
  CHECK (purpose = 'restore' OR NOT is_live)
);
-- One of a name at a time; a name may be used again once the copy that had it is gone.
CREATE UNIQUE INDEX environment_copy_name ON plimsoll.environment_copy (name) WHERE state <> 'retired';
CREATE INDEX environment_copy_newest ON plimsoll.environment_copy (created_at DESC);
