-- An incident may reach over several environments: those that suffer from one cause.
ALTER TABLE plimsoll.incident ADD COLUMN environments text[] NOT NULL DEFAULT '{}';
UPDATE plimsoll.incident SET environments = ARRAY[environment] WHERE environment IS NOT NULL;

-- What an incident under way is about, each thing of one incident alone: `within/acme-prod` for where it began, and what its
-- environments share and may be the cause, such as `integration/dhl` or `server/db-1`. Takes the place of an index by environment.
CREATE TABLE plimsoll.incident_hold (
  held     text CONSTRAINT incident_about_once PRIMARY KEY,
  incident uuid NOT NULL REFERENCES plimsoll.incident ON DELETE CASCADE
);
INSERT INTO plimsoll.incident_hold (held, incident)
  SELECT 'within/' || coalesce(environment, ''), id FROM plimsoll.incident WHERE state IN ('open', 'acknowledged');
DROP INDEX plimsoll.incident_under_way_once;
