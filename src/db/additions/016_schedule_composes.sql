-- When blueprints are built without anybody asking. A blueprint has one schedule at most.
CREATE TABLE blueprint_schedules (
  blueprint_id uuid PRIMARY KEY REFERENCES blueprints (id) ON DELETE CASCADE,
  org_id varchar NOT NULL,
  cron varchar NOT NULL,
  timezone varchar NOT NULL,
  only_if_changed boolean NOT NULL,
  enabled boolean NOT NULL,
  -- NULL for all that the blueprint has.
  image_types varchar[],
  -- In whose name it builds: what the platform says of a caller, without anything that proves it.
  caller jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- NULL as long as it does not run.
  next_run_at timestamptz,
  -- Tells what the last build was made of from anything else; NULL where that is not known, or it failed.
  packages varchar,
  failures integer NOT NULL DEFAULT 0,
  disabled_at timestamptz,
  disabled_reason text
);
CREATE INDEX blueprint_schedules_next_run_at_idx ON blueprint_schedules (next_run_at) WHERE next_run_at IS NOT NULL;

-- One run of a schedule. Without an outcome it is under way, or its process died; `attempt` is whose turn it is.
CREATE TABLE schedule_runs (
  id uuid PRIMARY KEY,
  blueprint_id uuid NOT NULL REFERENCES blueprint_schedules (blueprint_id) ON DELETE CASCADE,
  org_id varchar NOT NULL,
  due_at timestamptz NOT NULL,
  began_at timestamptz NOT NULL DEFAULT now(),
  attempt uuid NOT NULL,
  process_id uuid,
  taken_at timestamptz NOT NULL DEFAULT now(),
  -- Before that nobody takes it over.
  retry_at timestamptz NOT NULL DEFAULT now(),
  packages varchar,
  outcome varchar,
  detail text,
  compose_ids uuid[] NOT NULL DEFAULT '{}',
  -- Whether it is known how its builds ended, or it has none.
  judged boolean NOT NULL DEFAULT false,
  -- Once for every time that it was due, whatever the clocks of processes say.
  UNIQUE (blueprint_id, due_at)
);
CREATE INDEX schedule_runs_under_way_idx ON schedule_runs (retry_at) WHERE outcome IS NULL;
CREATE INDEX schedule_runs_not_judged_idx ON schedule_runs (began_at) WHERE outcome = 'built' AND NOT judged;

-- A blueprint that is deleted ends its schedule, whichever implementation of the service deletes it.
CREATE FUNCTION end_blueprint_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM blueprint_schedules WHERE blueprint_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER blueprint_schedule_ended AFTER UPDATE ON blueprints FOR EACH ROW
  WHEN (NEW.deleted AND NOT OLD.deleted) EXECUTE FUNCTION end_blueprint_schedule();
