-- How many builds of an organization count against a quota, and when the oldest of them stops doing so. Counting ends at the
-- quota. Builds and reservations are counted by one statement, so that a reservation that becomes a build meanwhile is seen
-- exactly once. `looked_at` says how many builds were counted one by one.
CREATE FUNCTION quota_use(
  org varchar, quota bigint, sliding_window interval, OUT used bigint, OUT frees_at timestamptz, OUT looked_at bigint
) LANGUAGE sql STABLE AS $$
  SELECT
    builds.total + (SELECT count(*) FROM build_reservations AS r WHERE r.org_id = org AND r.expires_at > now()),
    coalesce(
      (
        SELECT composes.created_at::timestamptz + sliding_window FROM composes
        WHERE composes.org_id = org AND composes.created_at >= CURRENT_TIMESTAMP::timestamp - sliding_window
        ORDER BY composes.created_at, composes.job_id
        LIMIT 1
      ),
      (SELECT min(r.expires_at) FROM build_reservations AS r WHERE r.org_id = org AND r.expires_at > now())
    ),
    builds.looked_at
  FROM count_builds_since(org, CURRENT_TIMESTAMP::timestamp - sliding_window, quota) AS builds
$$;

-- As the function of five parameters, with the process that reserves, and what callers are told of the quota: how many builds
-- count, and when the oldest of them stops counting. Where it is known already what is going to be sent, `builds` holds it, and
-- the builds are reserved and recorded as sent at once: a list of objects with `compose` and `fingerprint`.
CREATE FUNCTION reserve_builds(
  org varchar, wanted integer, quota bigint, sliding_window interval, lifetime interval, process uuid, builds jsonb,
  idempotency uuid, OUT reserved uuid[], OUT used bigint, OUT frees_at timestamptz, OUT looked_at bigint
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('image-builder quota ' || org, 0));
  IF quota IS NOT NULL THEN
    SELECT counted.used, counted.frees_at, counted.looked_at INTO used, frees_at, looked_at
    FROM quota_use(org, quota, sliding_window) AS counted;
    IF used + wanted > quota THEN
      RETURN;
    END IF;
  END IF;
  WITH inserted AS (
    INSERT INTO build_reservations
      (org_id, expires_at, process_id, state, compose, fingerprint, sent_at, idempotency_id)
    SELECT org, now() + lifetime, process, CASE WHEN build IS NULL THEN 'reserved' ELSE 'sent' END,
      build -> 'compose', build ->> 'fingerprint', CASE WHEN build IS NULL THEN NULL ELSE clock_timestamp() END,
      CASE WHEN build IS NULL THEN NULL ELSE idempotency END
    FROM generate_series(1, wanted) AS number
    LEFT JOIN LATERAL (SELECT builds -> (number - 1) AS build) AS known ON true
    ORDER BY number
    RETURNING id
  )
  SELECT array_agg(id) INTO reserved FROM inserted;
END
$$;
