-- What happened to builds and blueprints, as those who follow events are told it. It is on record with what happened: triggers write
-- it, so that nothing is missed, whichever implementation of the service was at work. It waits in the outbox until it is published.
CREATE TABLE event_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  org_id varchar NOT NULL,
  type varchar NOT NULL,
  -- The build or blueprint.
  subject uuid NOT NULL,
  data jsonb NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Published events. Ids are given by one publisher at a time, so an event that becomes visible has a higher one than all that were
-- visible before: whoever has seen an id has seen everything below it.
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  org_id varchar NOT NULL,
  type varchar NOT NULL,
  subject uuid NOT NULL,
  data jsonb NOT NULL,
  occurred_at timestamptz NOT NULL
);
CREATE INDEX events_org_id_id_idx ON events (org_id, id);

-- Up to which id events were forgotten: whoever has seen less than that may have missed some. One row.
CREATE TABLE event_horizon (
  forgotten_to bigint NOT NULL
);
INSERT INTO event_horizon (forgotten_to) VALUES (0);

-- Who cancelled a build, as it is shown; NULL for a build that was not.
ALTER TABLE compose_statuses ADD COLUMN cancelled_by varchar;

CREATE FUNCTION record_compose_event(build composes, type varchar, status varchar) RETURNS void LANGUAGE sql VOLATILE AS $$
  INSERT INTO event_outbox (org_id, type, subject, data)
  SELECT build.org_id, type, build.job_id, jsonb_strip_nulls(
    jsonb_build_object(
      'status', status, 'image_name', build.image_name, 'blueprint_id', version.blueprint_id,
      'blueprint_version', version.version
    )
  )
  FROM (SELECT) AS always
  LEFT JOIN blueprint_versions AS version ON version.id = build.blueprint_version_id
$$;

CREATE FUNCTION record_compose_queued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM record_compose_event(NEW, 'compose.queued', 'pending');
  RETURN NULL;
END
$$;
CREATE TRIGGER compose_queued AFTER INSERT ON composes FOR EACH ROW EXECUTE FUNCTION record_compose_queued();

CREATE FUNCTION record_compose_status() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  build composes;
BEGIN
  SELECT * INTO build FROM composes WHERE job_id = NEW.job_id;
  PERFORM record_compose_event(
    build,
    CASE
      WHEN NEW.finished_at IS NULL THEN 'compose.status'
      WHEN NEW.cancelled_by IS NULL THEN 'compose.finished'
      ELSE 'compose.cancelled'
    END,
    NEW.status
  );
  RETURN NULL;
END
$$;
CREATE TRIGGER compose_status_known AFTER INSERT ON compose_statuses FOR EACH ROW
  WHEN (NEW.status <> 'pending') EXECUTE FUNCTION record_compose_status();
CREATE TRIGGER compose_status_changed AFTER UPDATE ON compose_statuses FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION record_compose_status();

CREATE FUNCTION record_blueprint_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event_outbox (org_id, type, subject, data)
  SELECT org_id, CASE WHEN NEW.version = 1 THEN 'blueprint.created' ELSE 'blueprint.updated' END, id,
    jsonb_build_object('name', name, 'version', NEW.version)
  FROM blueprints WHERE id = NEW.blueprint_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER blueprint_version_made AFTER INSERT ON blueprint_versions
  FOR EACH ROW EXECUTE FUNCTION record_blueprint_version();

CREATE FUNCTION record_blueprint_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event_outbox (org_id, type, subject, data)
  VALUES (NEW.org_id, 'blueprint.deleted', NEW.id, jsonb_build_object('name', OLD.name));
  RETURN NULL;
END
$$;
CREATE TRIGGER blueprint_deleted AFTER UPDATE ON blueprints FOR EACH ROW
  WHEN (NEW.deleted AND NOT OLD.deleted) EXECUTE FUNCTION record_blueprint_deleted();

-- Publishes up to `most` events in the order in which they were recorded, and wakes those who listen. Returns how many; none as
-- long as somebody else is publishing.
CREATE FUNCTION publish_events(most integer) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  published integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('image-builder events', 0)) THEN
    RETURN 0;
  END IF;
  WITH taken AS (
    DELETE FROM event_outbox WHERE id IN (SELECT id FROM event_outbox ORDER BY id LIMIT most) RETURNING *
  ), told AS (
    INSERT INTO events (org_id, type, subject, data, occurred_at)
    SELECT org_id, type, subject, data, occurred_at FROM taken ORDER BY id
    RETURNING id
  )
  SELECT count(*) INTO published FROM told;
  IF published > 0 THEN
    NOTIFY image_builder_events;
  END IF;
  RETURN published;
END
$$;

-- Forgets the oldest events, of the next `most` those that are older than `age`, and none behind one that is kept. Returns how many.
-- The horizon moves in the same statement, so nobody sees a gap without being told of it.
CREATE FUNCTION forget_events(age interval, most integer) RETURNS integer LANGUAGE sql VOLATILE AS $$
  WITH oldest AS (
    SELECT id, occurred_at < now() - age AS is_over FROM events ORDER BY id LIMIT most
  ), gone AS (
    DELETE FROM events
    WHERE id IN (
      SELECT id FROM oldest
      WHERE id < coalesce((SELECT min(id) FROM oldest WHERE NOT is_over), 9223372036854775807)
    )
    RETURNING id
  ), moved AS (
    UPDATE event_horizon SET forgotten_to = greatest(forgotten_to, (SELECT max(id) FROM gone))
    WHERE EXISTS (SELECT FROM gone)
  )
  SELECT count(*)::integer FROM gone
$$;
