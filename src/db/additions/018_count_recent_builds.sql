-- Builds of hours that are not counted yet (006), counted as they are stored: reserving and listing cost the same however many an
-- organization makes within an hour.
CREATE TABLE compose_recent_hours (
  org_id varchar NOT NULL,
  hour timestamp NOT NULL,
  -- Those who store at the same time have different ones, so that none waits for another. What counts is the sum.
  shard smallint NOT NULL,
  -- All builds, and those that are listed, which deleted ones are not.
  total integer NOT NULL,
  listed integer NOT NULL,
  PRIMARY KEY (org_id, hour, shard)
) WITH (fillfactor = 50);

-- The first hour that is counted in this way. One row.
CREATE TABLE compose_recent_since (
  hour timestamp NOT NULL
);

-- Begins to count with the hour that runs. It is needed once more when builds were loaded without triggers.
CREATE FUNCTION recount_recent_composes() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  since timestamp := date_trunc('hour', CURRENT_TIMESTAMP::timestamp);
BEGIN
  -- What is stored meanwhile waits, and is counted by the triggers.
  LOCK TABLE composes IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM compose_recent_hours;
  DELETE FROM compose_recent_since;
  INSERT INTO compose_recent_since (hour) VALUES (since);
  INSERT INTO compose_recent_hours (org_id, hour, shard, total, listed)
  SELECT org_id, date_trunc('hour', created_at), 0, count(*), count(*) FILTER (WHERE NOT deleted)
  FROM composes
  WHERE created_at >= since
  GROUP BY 1, 2;
END
$$;

CREATE FUNCTION add_recent_composes(org varchar, of_hour timestamp, more bigint, more_listed bigint) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO compose_recent_hours AS known (org_id, hour, shard, total, listed)
  SELECT org, of_hour, pg_backend_pid() % 8, more, more_listed WHERE of_hour >= (SELECT hour FROM compose_recent_since)
  ON CONFLICT (org_id, hour, shard) DO UPDATE
  SET total = known.total + excluded.total, listed = known.listed + excluded.listed
$$;

-- Counts what a statement did to builds: rows that are new, and rows that are gone. All statements count in the same order.
CREATE FUNCTION count_inserted_composes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_recent_composes(org_id, hour, total, listed) FROM (
    SELECT org_id, date_trunc('hour', created_at) AS hour, count(*) AS total, count(*) FILTER (WHERE NOT deleted) AS listed
    FROM made GROUP BY 1, 2 ORDER BY 1, 2
  ) AS counted;
  RETURN NULL;
END
$$;
CREATE FUNCTION count_deleted_composes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_recent_composes(org_id, hour, -total, -listed) FROM (
    SELECT org_id, date_trunc('hour', created_at) AS hour, count(*) AS total, count(*) FILTER (WHERE NOT deleted) AS listed
    FROM gone GROUP BY 1, 2 ORDER BY 1, 2
  ) AS counted;
  RETURN NULL;
END
$$;
CREATE FUNCTION count_updated_composes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_recent_composes(org_id, hour, total, listed) FROM (
    SELECT org_id, date_trunc('hour', created_at) AS hour, sum(change) AS total,
      sum(CASE WHEN deleted THEN 0 ELSE change END) AS listed
    FROM (
      SELECT org_id, created_at, deleted, 1 AS change FROM made UNION ALL SELECT org_id, created_at, deleted, -1 FROM gone
    ) AS changed
    GROUP BY 1, 2 ORDER BY 1, 2
  ) AS counted;
  RETURN NULL;
END
$$;
CREATE TRIGGER composes_counted_inserted AFTER INSERT ON composes REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_composes();
CREATE TRIGGER composes_counted_deleted AFTER DELETE ON composes REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_composes();
CREATE TRIGGER composes_counted_updated AFTER UPDATE ON composes REFERENCING OLD TABLE AS gone NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION count_updated_composes();
SELECT recount_recent_composes();

-- Hours that are counted for good are not counted as recent ones any more.
CREATE FUNCTION forget_recent_hours() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM compose_recent_hours WHERE org_id = NEW.org_id AND hour < NEW.counted_until;
  RETURN NULL;
END
$$;
CREATE TRIGGER recent_hours_forgotten AFTER INSERT OR UPDATE ON compose_hour_marks
  FOR EACH ROW EXECUTE FUNCTION forget_recent_hours();

-- The parts in which the builds of an organization since a time are counted: whole hours that are counted for good, from `begun` to
-- `mark`; whole hours from `recent` on; and what is left, one by one: from the time to `edge`, and from `between` to `recent`.
CREATE FUNCTION compose_count_parts(
  org varchar, since timestamp, OUT begun timestamp, OUT mark timestamp, OUT recent timestamp, OUT edge timestamp,
  OUT between_from timestamp
) LANGUAGE plpgsql STABLE AS $$
BEGIN
  begun := date_trunc('hour', since);
  IF begun < since THEN
    begun := begun + interval '1 hour';
  END IF;
  SELECT counted_until INTO mark FROM compose_hour_marks WHERE org_id = org AND counted_until > begun;
  SELECT greatest(begun, mark, hour) INTO recent FROM compose_recent_since;
  edge := CASE WHEN mark IS NULL THEN recent ELSE begun END;
  between_from := coalesce(mark, recent);
END
$$;

-- As in 006. `looked_at` says how many rows were read for it.
CREATE OR REPLACE FUNCTION count_builds_since(
  org varchar, since timestamp, most bigint, OUT total bigint, OUT looked_at bigint
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  parts record;
  recent_rows bigint;
  one_by_one bigint;
BEGIN
  SELECT * INTO parts FROM compose_count_parts(org, since);
  SELECT coalesce(sum(hours.total), 0), count(*) INTO total, recent_rows FROM compose_recent_hours AS hours
  WHERE hours.org_id = org AND hours.hour >= parts.recent;
  IF parts.mark IS NOT NULL THEN
    total := total + (
      SELECT coalesce(sum(hours.total), 0) FROM compose_hours AS hours
      WHERE hours.org_id = org AND hours.hour >= parts.begun AND hours.hour < parts.mark
    );
  END IF;
  looked_at := recent_rows;
  SELECT count(*) INTO one_by_one FROM (
    SELECT FROM composes WHERE org_id = org AND created_at >= since AND created_at < parts.edge
    LIMIT greatest(most - total, 0)
  ) AS counted;
  total := total + one_by_one;
  looked_at := looked_at + one_by_one;
  IF parts.between_from < parts.recent THEN
    SELECT count(*) INTO one_by_one FROM (
      SELECT FROM composes WHERE org_id = org AND created_at >= parts.between_from AND created_at < parts.recent
      LIMIT greatest(most - total, 0)
    ) AS counted;
    total := total + one_by_one;
    looked_at := looked_at + one_by_one;
  END IF;
END
$$;

-- As in 006. Image types are not counted as builds are stored: those of hours that are not counted for good are looked at.
CREATE OR REPLACE FUNCTION count_listed_builds(
  org varchar, since timestamp, left_out text[], OUT total bigint, OUT looked_at bigint
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  parts record;
  counted bigint;
  one_by_one bigint;
BEGIN
  SELECT * INTO parts FROM compose_count_parts(org, since);
  total := 0;
  looked_at := 0;
  IF parts.mark IS NOT NULL THEN
    SELECT coalesce(
      sum(
        hours.listed - CASE WHEN cardinality(left_out) = 0 THEN 0 ELSE coalesce(
          (SELECT sum((hours.image_types ->> image_type)::integer) FROM unnest(left_out) AS image_type), 0
        ) END
      ), 0
    ) INTO total FROM compose_hours AS hours
    WHERE hours.org_id = org AND hours.hour >= parts.begun AND hours.hour < parts.mark;
  END IF;
  IF cardinality(left_out) = 0 THEN
    SELECT coalesce(sum(hours.listed), 0), count(*) INTO counted, looked_at FROM compose_recent_hours AS hours
    WHERE hours.org_id = org AND hours.hour >= parts.recent;
    total := total + counted;
    SELECT count(*) INTO one_by_one FROM composes
    WHERE org_id = org AND NOT deleted AND created_at >= since AND created_at < parts.edge;
    looked_at := looked_at + one_by_one;
    total := total + one_by_one;
    IF parts.between_from < parts.recent THEN
      SELECT count(*) INTO one_by_one FROM composes
      WHERE org_id = org AND NOT deleted AND created_at >= parts.between_from AND created_at < parts.recent;
      looked_at := looked_at + one_by_one;
      total := total + one_by_one;
    END IF;
  ELSE
    SELECT count(*) INTO one_by_one FROM (
      SELECT request FROM composes
      WHERE org_id = org AND NOT deleted AND created_at >= since AND created_at < parts.edge
      UNION ALL
      SELECT request FROM composes
      WHERE org_id = org AND NOT deleted AND created_at >= greatest(parts.between_from, parts.edge)
    ) AS builds
    WHERE request #>> '{image_requests,0,image_type}' <> ALL (left_out);
    looked_at := one_by_one;
    total := total + one_by_one;
  END IF;
END
$$;

-- As in 006.
CREATE OR REPLACE FUNCTION find_listed_build(
  org varchar, since timestamp, skipped bigint, OUT before timestamp, OUT rest bigint
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  parts record;
  newer bigint;
BEGIN
  SELECT * INTO parts FROM compose_count_parts(org, since);
  IF parts.mark IS NULL THEN
    RETURN;
  END IF;
  SELECT coalesce(sum(hours.listed), 0) INTO newer FROM compose_recent_hours AS hours
  WHERE hours.org_id = org AND hours.hour >= parts.recent;
  IF parts.mark < parts.recent THEN
    newer := newer + (
      SELECT count(*) FROM composes
      WHERE org_id = org AND NOT deleted AND created_at >= parts.mark AND created_at < parts.recent
    );
  END IF;
  IF newer > skipped THEN
    RETURN;
  END IF;
  SELECT hours.hour + interval '1 hour', skipped - hours.upto + hours.listed INTO before, rest
  FROM (
    SELECT hour, listed, newer + sum(listed) OVER (ORDER BY hour DESC) AS upto FROM compose_hours
    WHERE org_id = org AND hour > since - interval '1 hour' AND hour < parts.mark
  ) AS hours
  WHERE hours.upto > skipped
  ORDER BY hours.hour DESC
  LIMIT 1;
END
$$;
