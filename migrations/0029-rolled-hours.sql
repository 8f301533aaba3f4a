-- How far the roll-ups of each hour have come. A row exists before the first sample of its hour can be seen.
--   open: samples came that the roll-ups do not hold; what is asked of this hour is read from them.
--   rolled: the roll-ups hold what the samples hold; either may be read, never both.
--   retired: the samples are gone and the roll-ups are all there is.
CREATE TABLE plimsoll.rolled_hour (
  kind  text NOT NULL CHECK (kind IN ('sample', 'sketch')),
  at    timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'rolled', 'retired')),
  PRIMARY KEY (kind, at)
);
CREATE INDEX rolled_hour_open ON plimsoll.rolled_hour (kind, at) WHERE state = 'open';

INSERT INTO plimsoll.rolled_hour (kind, at, state)
  SELECT 'sample', at, 'retired' FROM plimsoll.sample_hour GROUP BY at
  UNION ALL SELECT 'sketch', at, 'retired' FROM plimsoll.sketch_hour GROUP BY at;
INSERT INTO plimsoll.rolled_hour (kind, at, state)
  SELECT DISTINCT 'sample', date_trunc('hour', at, 'UTC'), 'open' FROM plimsoll.sample
  UNION ALL SELECT DISTINCT 'sketch', date_trunc('hour', at, 'UTC'), 'open' FROM plimsoll.sketch
ON CONFLICT DO NOTHING;

-- One hour of a day is found without reading the whole day: samples lie in about the order in which they came.
CREATE INDEX sample_by_time ON plimsoll.sample USING brin (at) WITH (pages_per_range = 32);
CREATE INDEX sketch_by_time ON plimsoll.sketch USING brin (at) WITH (pages_per_range = 32);
