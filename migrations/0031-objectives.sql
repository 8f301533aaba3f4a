-- The newest verdict on every objective and commitment, and their past by the hour.
CREATE TABLE plimsoll.objective (
  key         text PRIMARY KEY,
  environment text NOT NULL,
  verdict     jsonb NOT NULL,
  judged_at   timestamptz NOT NULL
);
CREATE INDEX objective_environment ON plimsoll.objective (environment);

-- When an environment was last judged, so that a late verdict is known as late even where nothing is promised any more.
CREATE TABLE plimsoll.objective_judged (
  environment text PRIMARY KEY,
  at          timestamptz NOT NULL
);

CREATE TABLE plimsoll.objective_point (
  key              text NOT NULL,
  at               timestamptz NOT NULL,
  state            text NOT NULL CHECK (state IN ('met', 'at-risk', 'breached', 'unknown')),
  attainment       double precision,
  budget_remaining double precision,
  PRIMARY KEY (key, at)
);
CREATE INDEX objective_point_at ON plimsoll.objective_point (at);
