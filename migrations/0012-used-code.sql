-- Codes of authenticator apps that were used: each counts once, although it is valid for a while.
CREATE TABLE plimsoll.used_code (
  user_id   text NOT NULL REFERENCES plimsoll.auth_user (id) ON DELETE CASCADE,
  code_hash text NOT NULL,
  used_at   timestamptz NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);
CREATE INDEX used_code_used_at ON plimsoll.used_code (used_at);
