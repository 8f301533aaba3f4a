-- A link says what its person becomes. Links from before made administrators, on somebody's request.
ALTER TABLE plimsoll.sign_in_link
  ADD COLUMN role     text    NOT NULL DEFAULT 'administrator',
  ADD COLUMN is_first boolean NOT NULL DEFAULT false;
ALTER TABLE plimsoll.sign_in_link ALTER COLUMN role DROP DEFAULT, ALTER COLUMN is_first DROP DEFAULT;
