-- As the function of eight parameters, for several requests of one organization at once, in their order: each is a JSON object with
-- `ids`, one for each build, and as before `process`, `builds` and `idempotency`. The ids are the caller's: whoever does not get the
-- answer knows what to release. One row for each request, with what counted when it was its turn.
CREATE FUNCTION reserve_builds(
  org varchar, requests jsonb, quota bigint, sliding_window interval, lifetime interval,
  OUT reserved boolean, OUT used bigint, OUT frees_at timestamptz, OUT looked_at bigint
) RETURNS SETOF record LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  request jsonb;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('image-builder quota ' || org, 0));
  IF quota IS NOT NULL THEN
    SELECT counted.used, counted.frees_at, counted.looked_at INTO used, frees_at, looked_at
    FROM quota_use(org, quota, sliding_window) AS counted;
  END IF;
  FOR request IN SELECT jsonb_array_elements(requests) LOOP
    reserved := quota IS NULL OR used + jsonb_array_length(request -> 'ids') <= quota;
    RETURN NEXT;
    IF reserved THEN
      INSERT INTO build_reservations (
        id, org_id, expires_at, process_id, state, compose, fingerprint, sent_at, idempotency_id
      )
      SELECT id::uuid, org, now() + lifetime, (request ->> 'process')::uuid,
        CASE WHEN build IS NULL THEN 'reserved' ELSE 'sent' END, build -> 'compose', build ->> 'fingerprint',
        CASE WHEN build IS NULL THEN NULL ELSE clock_timestamp() END,
        CASE WHEN build IS NULL THEN NULL ELSE (request ->> 'idempotency')::uuid END
      FROM jsonb_array_elements_text(request -> 'ids') WITH ORDINALITY AS known (id, number)
      LEFT JOIN LATERAL (SELECT request -> 'builds' -> (number::integer - 1) AS build) AS about ON true;
      used := used + jsonb_array_length(request -> 'ids');
      frees_at := coalesce(frees_at, now() + lifetime);
    END IF;
  END LOOP;
END
$$;
