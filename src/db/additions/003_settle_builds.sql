-- Processes of the service, each alive for as long as it keeps saying so. What a dead one was at is settled by the others.
CREATE TABLE service_processes (
  id uuid PRIMARY KEY,
  alive_until timestamptz NOT NULL
);

-- What a reservation stands for: `reserved`, nothing is sent; `sent`, composer has been asked, or is about to be; `unknown`, nobody
-- can say whether composer took the build. `compose` is the row to be stored once it did, `fingerprint` tells the request that
-- was sent from others.
ALTER TABLE build_reservations
  ADD COLUMN process_id uuid,
  ADD COLUMN state varchar NOT NULL DEFAULT 'reserved',
  ADD COLUMN compose jsonb,
  ADD COLUMN fingerprint varchar,
  ADD COLUMN sent_at timestamptz;

-- As the function of five parameters, with the process that reserves, and what callers are told of the quota: how many builds
-- count, and when the oldest of them stops counting.
CREATE FUNCTION reserve_builds(
  org varchar, wanted integer, quota bigint, sliding_window interval, lifetime interval, process uuid,
  OUT reserved uuid[], OUT used bigint, OUT frees_at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('image-builder quota ' || org, 0));
  IF quota IS NOT NULL THEN
    SELECT counted.used, counted.frees_at INTO used, frees_at FROM quota_use(org, quota, sliding_window) AS counted;
    IF used + wanted > quota THEN
      RETURN;
    END IF;
  END IF;
  WITH inserted AS (
    INSERT INTO build_reservations (org_id, expires_at, process_id)
    SELECT org, now() + lifetime, process FROM generate_series(1, wanted)
    RETURNING id
  )
  SELECT array_agg(id) INTO reserved FROM inserted;
END
$$;

-- How many builds of an organization count against a quota, and when the oldest of them stops doing so. Counting ends at the
-- quota. Builds and reservations are counted by one statement, so that a reservation that becomes a build meanwhile is seen
-- exactly once.
CREATE FUNCTION quota_use(org varchar, quota bigint, sliding_window interval, OUT used bigint, OUT frees_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT
    (
      SELECT count(*) FROM (
        SELECT 1 FROM composes
        WHERE composes.org_id = org AND composes.created_at >= CURRENT_TIMESTAMP::timestamp - sliding_window
        LIMIT greatest(quota, 0)
      ) AS counted
    ) + (SELECT count(*) FROM build_reservations AS r WHERE r.org_id = org AND r.expires_at > now()),
    coalesce(
      (
        SELECT composes.created_at::timestamptz + sliding_window FROM composes
        WHERE composes.org_id = org AND composes.created_at >= CURRENT_TIMESTAMP::timestamp - sliding_window
        ORDER BY composes.created_at, composes.job_id
        LIMIT 1
      ),
      (SELECT min(r.expires_at) FROM build_reservations AS r WHERE r.org_id = org AND r.expires_at > now())
    )
$$;

-- What composer said last of a build. Once it is over, that is kept for good: `image_status` and `metadata` as composer told them.
CREATE TABLE compose_statuses (
  job_id uuid PRIMARY KEY REFERENCES composes (job_id) ON DELETE CASCADE,
  status varchar NOT NULL DEFAULT 'pending',
  image_status json,
  metadata json,
  finished_at timestamptz,
  -- When the build is to be looked at again in the background; NULL for never.
  next_look_at timestamptz
);
CREATE INDEX compose_statuses_next_look_at_idx ON compose_statuses (next_look_at) WHERE next_look_at IS NOT NULL;
