-- Samples and sketches in time. Days are partitions: forgetting is dropping one.
CREATE TABLE plimsoll.series (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  environment text NOT NULL,
  metric      text NOT NULL,
  labels      jsonb NOT NULL,
  UNIQUE (environment, metric, labels)
);

CREATE TABLE plimsoll.sample (
  series_id integer NOT NULL,
  at        timestamptz NOT NULL,
  value     double precision NOT NULL,
  PRIMARY KEY (series_id, at)
) PARTITION BY RANGE (at);

-- DDSketch protobuf; already dense, so PostgreSQL need not try to compress small ones.
CREATE TABLE plimsoll.sketch (
  series_id        integer NOT NULL,
  at               timestamptz NOT NULL,
  interval_seconds double precision NOT NULL,
  count            double precision NOT NULL,
  sketch           bytea NOT NULL,
  PRIMARY KEY (series_id, at)
) PARTITION BY RANGE (at);

-- What a day of samples becomes when it leaves the raw retention.
CREATE TABLE plimsoll.sample_minute (
  series_id integer NOT NULL,
  at        timestamptz NOT NULL,
  minimum   double precision NOT NULL,
  total     double precision NOT NULL,
  maximum   double precision NOT NULL,
  last      double precision NOT NULL,
  count     double precision NOT NULL,
  PRIMARY KEY (series_id, at)
) PARTITION BY RANGE (at);

CREATE TABLE plimsoll.sample_hour (LIKE plimsoll.sample_minute INCLUDING DEFAULTS, PRIMARY KEY (series_id, at)) PARTITION BY RANGE (at);
CREATE TABLE plimsoll.sketch_hour (LIKE plimsoll.sketch INCLUDING DEFAULTS, PRIMARY KEY (series_id, at)) PARTITION BY RANGE (at);
