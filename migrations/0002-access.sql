-- API tokens: only a hash of the secret is kept. One-time sign-in links likewise.
CREATE TABLE plimsoll.api_token (
  id           uuid PRIMARY KEY,
  name         text NOT NULL,
  prefix       text NOT NULL,
  secret_hash  text NOT NULL UNIQUE,
  role         text NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz,
  last_used_at timestamptz,
  revoked_at   timestamptz
);

CREATE TABLE plimsoll.sign_in_link (
  token_hash text PRIMARY KEY,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);

-- One holder of a piece of recurring work at a time, for as long as it says (see docs/decisions/0050).
CREATE TABLE plimsoll.lease (
  name       text PRIMARY KEY,
  holder     text NOT NULL,
  expires_at timestamptz NOT NULL
);

-- The last slot of each piece of recurring work that was begun: the same slot is never begun twice.
CREATE TABLE plimsoll.slot (
  work       text PRIMARY KEY,
  slot       bigint NOT NULL,
  begun_at   timestamptz NOT NULL,
  holder     text NOT NULL
);
