-- Incidents: what the body holds is read by Plimsoll alone; the columns are what is asked for.
CREATE TABLE plimsoll.incident (
  id          uuid PRIMARY KEY,
  environment text,
  state       text NOT NULL CHECK (state IN ('open', 'acknowledged', 'review', 'closed')),
  detected_at timestamptz NOT NULL,
  body        jsonb NOT NULL
);
-- What breaks in one environment at one time is one incident.
CREATE UNIQUE INDEX incident_under_way_once ON plimsoll.incident (environment) NULLS NOT DISTINCT
  WHERE state IN ('open', 'acknowledged');
CREATE INDEX incident_newest ON plimsoll.incident (detected_at DESC);
