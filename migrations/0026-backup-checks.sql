-- The last check of the content of each backup, in each repository that holds it. What was found before is in the ledger.
CREATE TABLE plimsoll.backup_check (
  environment   text NOT NULL,
  repository    text NOT NULL,
  backup        text NOT NULL,
  checked_at    timestamptz NOT NULL,
  is_intact     boolean NOT NULL,
  files         bigint NOT NULL,
  bytes         bigint NOT NULL,
  problem_count bigint NOT NULL,
  problems      jsonb NOT NULL,
  PRIMARY KEY (environment, repository, backup)
);
-- How large repositories were, for their growth.
CREATE TABLE plimsoll.repository_size (
  repository text NOT NULL,
  at         timestamptz NOT NULL,
  bytes      bigint NOT NULL,
  PRIMARY KEY (repository, at)
);
