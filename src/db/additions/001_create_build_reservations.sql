-- A build that is about to be sent to composer. It counts against the quota until it is settled: turned into a row of
-- `composes`, released, or expired because its process died.
CREATE TABLE build_reservations (
  -- PostgreSQL 12 has no gen_random_uuid of its own.
  id uuid PRIMARY KEY DEFAULT md5(random()::text || clock_timestamp()::text)::uuid,
  org_id varchar NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX build_reservations_org_id_expires_at_idx ON build_reservations (org_id, expires_at);

-- Serves the quota's window, the lists of composes, and their order. Where there are very many, it was made beforehand, concurrently.
CREATE INDEX IF NOT EXISTS composes_org_id_created_at_job_id_idx ON composes (org_id, created_at DESC, job_id DESC);

-- Reserves `wanted` builds, or none if that would exceed the quota. Returns the reservations' ids, NULL when refused.
-- One organization's reservations wait for one another and for nobody else; no lock outlives the call. A function, because
-- every statement of it sees what was committed before, which one statement that waits for a lock would not.
CREATE FUNCTION reserve_builds(org varchar, wanted integer, quota bigint, sliding_window interval, lifetime interval)
RETURNS uuid[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  used bigint;
  reserved uuid[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('image-builder quota ' || org, 0));
  IF quota IS NOT NULL THEN
    -- Counting ends at the quota: it costs the same with a million builds in the window. Builds and reservations are counted
    -- by one statement, so that a reservation that becomes a build meanwhile is seen exactly once.
    SELECT
      (
        SELECT count(*) FROM (
          SELECT 1 FROM composes
          WHERE composes.org_id = org AND composes.created_at >= CURRENT_TIMESTAMP::timestamp - sliding_window
          LIMIT greatest(quota, 0)
        ) AS counted
      ) + (SELECT count(*) FROM build_reservations AS r WHERE r.org_id = org AND r.expires_at > now())
    INTO used;
    IF used + wanted > quota THEN
      RETURN NULL;
    END IF;
  END IF;
  WITH inserted AS (
    INSERT INTO build_reservations (org_id, expires_at)
    SELECT org, now() + lifetime FROM generate_series(1, wanted)
    RETURNING id
  )
  SELECT array_agg(id) INTO reserved FROM inserted;
  RETURN reserved;
END
$$;
