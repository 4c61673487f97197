-- Builds counted by hour, so that counting a million of them costs no more than counting a few hundred: hours that are over are
-- counted once, and only for organizations that have many. The rest is counted when somebody asks.
CREATE TABLE compose_hours (
  org_id varchar NOT NULL,
  hour timestamp NOT NULL,
  -- All builds of the hour; those that are listed, which deleted ones are not; and these by the type of their first image.
  total integer NOT NULL,
  listed integer NOT NULL,
  image_types jsonb NOT NULL,
  PRIMARY KEY (org_id, hour)
);

-- Up to when an organization's builds are counted: an hour before that without a row has none.
CREATE TABLE compose_hour_marks (
  org_id varchar PRIMARY KEY,
  counted_until timestamp NOT NULL
);

-- As the index that it replaces, with what decides whether a build is listed: counting reads the index alone. Where there are very
-- many builds, it was made beforehand, concurrently.
CREATE INDEX IF NOT EXISTS composes_org_id_created_at_job_id_deleted_idx
  ON composes (org_id, created_at DESC, job_id DESC) INCLUDE (deleted);
DROP INDEX IF EXISTS composes_org_id_created_at_job_id_idx;

CREATE FUNCTION compose_image_type(request jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(request #>> '{image_requests,0,image_type}', '')
$$;

-- One lock for each organization orders those who count and those who change what is counted.
CREATE FUNCTION compose_hours_lock(org varchar) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT hashtextextended('image-builder compose hours ' || org, 0)
$$;

-- Counts the hours of an organization that are over and not counted yet. The last ten minutes are left alone: a build gets its time
-- a moment before others can see it.
CREATE FUNCTION count_compose_hours(org varchar) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  until timestamp := date_trunc('hour', CURRENT_TIMESTAMP::timestamp - interval '10 minutes');
  mark timestamp;
BEGIN
  PERFORM pg_advisory_xact_lock(compose_hours_lock(org));
  SELECT counted_until INTO mark FROM compose_hour_marks WHERE org_id = org;
  IF mark >= until THEN
    RETURN;
  END IF;
  INSERT INTO compose_hours (org_id, hour, total, listed, image_types)
  SELECT org, hour, sum(total), sum(listed), jsonb_object_agg(image_type, listed)
  FROM (
    SELECT date_trunc('hour', created_at) AS hour, compose_image_type(request) AS image_type,
      count(*) AS total, count(*) FILTER (WHERE NOT deleted) AS listed
    FROM composes
    WHERE org_id = org AND created_at >= coalesce(mark, '-infinity') AND created_at < until
    GROUP BY 1, 2
  ) AS by_type
  GROUP BY hour;
  INSERT INTO compose_hour_marks (org_id, counted_until) VALUES (org, until)
  ON CONFLICT (org_id) DO UPDATE SET counted_until = excluded.counted_until;
END
$$;

-- Takes a build into an hour that is counted already, or out of it.
CREATE FUNCTION adjust_compose_hour(build composes, change integer) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  image_type text := compose_image_type(build.request);
  shown integer := CASE WHEN build.deleted THEN 0 ELSE change END;
BEGIN
  IF NOT EXISTS (
    SELECT FROM compose_hour_marks WHERE org_id = build.org_id AND counted_until > build.created_at
  ) THEN
    RETURN;
  END IF;
  INSERT INTO compose_hours AS known (org_id, hour, total, listed, image_types)
  VALUES (
    build.org_id, date_trunc('hour', build.created_at), change, shown, jsonb_build_object(image_type, shown)
  )
  ON CONFLICT (org_id, hour) DO UPDATE SET
    total = known.total + change,
    listed = known.listed + shown,
    image_types = known.image_types
      || jsonb_build_object(image_type, coalesce((known.image_types ->> image_type)::integer, 0) + shown);
END
$$;

CREATE FUNCTION adjust_compose_hours() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM pg_advisory_xact_lock_shared(compose_hours_lock(OLD.org_id));
    PERFORM adjust_compose_hour(OLD, -1);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM pg_advisory_xact_lock_shared(compose_hours_lock(NEW.org_id));
    PERFORM adjust_compose_hour(NEW, 1);
  END IF;
  RETURN NULL;
END
$$;

-- A build of now is in no hour that is counted: storing it costs no more than this comparison.
CREATE TRIGGER compose_hours_inserted AFTER INSERT ON composes FOR EACH ROW
  WHEN (NEW.created_at < CURRENT_TIMESTAMP::timestamp - interval '5 minutes') EXECUTE FUNCTION adjust_compose_hours();
CREATE TRIGGER compose_hours_updated AFTER UPDATE ON composes FOR EACH ROW
  WHEN (
    OLD.deleted IS DISTINCT FROM NEW.deleted OR OLD.created_at <> NEW.created_at OR OLD.org_id <> NEW.org_id
    OR OLD.request IS DISTINCT FROM NEW.request
  )
  EXECUTE FUNCTION adjust_compose_hours();
CREATE TRIGGER compose_hours_deleted AFTER DELETE ON composes FOR EACH ROW EXECUTE FUNCTION adjust_compose_hours();

-- These three are planned anew every time: a plan for any times at all would read the whole window, build by build.

-- How many builds an organization has made since a time, deleted ones as well; counting one by one ends at `most`. `looked_at` says
-- how many were counted one by one.
CREATE FUNCTION count_builds_since(
  org varchar, since timestamp, most bigint, OUT total bigint, OUT looked_at bigint
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  mark timestamp;
  begun timestamp := since;
  counted bigint := 0;
BEGIN
  SELECT counted_until INTO mark FROM compose_hour_marks WHERE org_id = org AND counted_until > since;
  IF mark IS NOT NULL THEN
    begun := date_trunc('hour', since);
    IF begun < since THEN
      begun := begun + interval '1 hour';
    END IF;
    SELECT coalesce(sum(hours.total), 0) INTO counted FROM compose_hours AS hours
    WHERE hours.org_id = org AND hours.hour >= begun AND hours.hour < mark;
  END IF;
  SELECT count(*) INTO looked_at FROM (
    SELECT 1 FROM composes
    WHERE org_id = org AND created_at >= since
      AND (mark IS NULL OR created_at >= mark OR created_at < begun)
    LIMIT greatest(most - counted, 0)
  ) AS one_by_one;
  total := counted + looked_at;
END
$$;

-- How many builds of an organization are listed since a time, those of some image types left out. `looked_at` says how many were
-- counted one by one.
CREATE FUNCTION count_listed_builds(
  org varchar, since timestamp, left_out text[], OUT total bigint, OUT looked_at bigint
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  mark timestamp;
  begun timestamp := since;
  counted bigint := 0;
BEGIN
  SELECT counted_until INTO mark FROM compose_hour_marks WHERE org_id = org AND counted_until > since;
  IF mark IS NOT NULL THEN
    begun := date_trunc('hour', since);
    IF begun < since THEN
      begun := begun + interval '1 hour';
    END IF;
    SELECT coalesce(
      sum(
        hours.listed - CASE WHEN cardinality(left_out) = 0 THEN 0 ELSE coalesce(
          (SELECT sum((hours.image_types ->> image_type)::integer) FROM unnest(left_out) AS image_type), 0
        ) END
      ), 0
    ) INTO counted FROM compose_hours AS hours
    WHERE hours.org_id = org AND hours.hour >= begun AND hours.hour < mark;
  END IF;
  IF cardinality(left_out) = 0 THEN
    SELECT count(*) INTO looked_at FROM composes
    WHERE org_id = org AND NOT deleted AND created_at >= since
      AND (mark IS NULL OR created_at >= mark OR created_at < begun);
  ELSE
    SELECT count(*) INTO looked_at FROM composes
    WHERE org_id = org AND NOT deleted AND created_at >= since
      AND (mark IS NULL OR created_at >= mark OR created_at < begun)
      AND request #>> '{image_requests,0,image_type}' <> ALL (left_out);
  END IF;
  total := counted + looked_at;
END
$$;

-- Where a page far down the list begins, newest first: the page is `rest` builds behind the newest one before `before`. NULL when
-- nothing is counted that could be skipped.
CREATE FUNCTION find_listed_build(
  org varchar, since timestamp, skipped bigint, OUT before timestamp, OUT rest bigint
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  mark timestamp;
  newer bigint;
BEGIN
  SELECT counted_until INTO mark FROM compose_hour_marks WHERE org_id = org AND counted_until > since;
  IF mark IS NULL THEN
    RETURN;
  END IF;
  SELECT count(*) INTO newer FROM composes WHERE org_id = org AND NOT deleted AND created_at >= mark;
  IF newer > skipped THEN
    RETURN;
  END IF;
  SELECT hours.hour + interval '1 hour', skipped - hours.upto + hours.listed INTO before, rest
  FROM (
    SELECT hour, listed, newer + sum(listed) OVER (ORDER BY hour DESC) AS upto FROM compose_hours
    WHERE org_id = org AND hour > since - interval '1 hour' AND hour < mark
  ) AS hours
  WHERE hours.upto > skipped
  ORDER BY hours.hour DESC
  LIMIT 1;
END
$$;
