-- What was counted for each objective since it was first judged: only ever grows, whichever controller counts.
CREATE TABLE plimsoll.objective_counter (
  key   text PRIMARY KEY,
  good  double precision NOT NULL,
  total double precision NOT NULL,
  up_to timestamptz NOT NULL
);
