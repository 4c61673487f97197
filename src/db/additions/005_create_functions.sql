-- Reserves composes against the quotas of organizations, exactly under any concurrency. Each request is an object: `org`, `quota` (null
-- for none), `window` (seconds), `known`, and `wanted`, the number of its composes. Each build is an object with the position of its
-- `request`, whether it `isSent` at once, and what is stored: `id`, `org`, `process`, `idempotency`, `compose`, `fingerprint`. Returns for
-- each request its position and whether it is granted, for all of its composes or for none.
--
-- `known` is null or what an earlier call returned as `counted` for the organization and window: the composes that counted at a time.
-- They and those created since then are at least as many as count now. Only where these are too many for the quota, or the time is long
-- ago, are all counted: an organization with a million composes is not counted again for every request.
--
-- A function, because every statement of it sees what was committed before the lock was granted. The commit is asynchronous: only a
-- crash of PostgreSQL loses it, and then the process that sent the compose abandons it (docs/decisions/0001-reservations.md).
CREATE FUNCTION reserve_builds(
  requests json, builds json, lifetime interval, OUT number integer, OUT reserved boolean, OUT counted json
) RETURNS SETOF record LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  request record;
  earlier json;
  listed bigint;
  used bigint;
  organization varchar;
  granted_to_organization bigint;
  granted integer[] := '{}';
  -- Longer than a transaction that stores a compose can take: its compose has the time at which it began.
  overlap constant interval := '10 minutes';
  most_recent constant integer := 5000;
BEGIN
  SET LOCAL synchronous_commit = off;
  -- A plan of the time when a table was empty would read all of it, once it has grown.
  SET LOCAL enable_seqscan = off;
  PERFORM pg_advisory_xact_lock(lock) FROM (
    SELECT DISTINCT hashtextextended('image-builder quota ' || (value ->> 'org'), 0) AS lock
    FROM json_array_elements(requests) ORDER BY lock
  ) AS locks;
  FOR request IN
    SELECT *, sum(wanted) OVER alike AS wanted_together, position = min(position) OVER alike AS is_first
    FROM ROWS FROM (json_to_recordset(requests) AS (org varchar, quota bigint, "window" float8, known json, wanted integer))
      WITH ORDINALITY AS given (org, quota, "window", known, wanted, position)
    WINDOW alike AS (PARTITION BY org, quota, "window")
    ORDER BY org, quota, "window", position
  LOOP
    IF request.org IS DISTINCT FROM organization THEN
      organization := request.org;
      granted_to_organization := 0;
    END IF;
    -- While the lock is held only this function adds to the count: requests with the same limit share it. Composes and reservations
    -- are counted in one statement: a reservation that becomes a compose meanwhile counts exactly once.
    counted := NULL;
    IF request.quota IS NOT NULL AND request.is_first THEN
      earlier := request.known;
      LOOP
        SELECT composes.total, composes.total + reservations.total + granted_to_organization INTO listed, used
        FROM (
          SELECT count(*) AS total FROM (
            SELECT FROM composes
            WHERE org_id = request.org AND created_at >= CASE WHEN earlier IS NULL
              THEN CURRENT_TIMESTAMP::timestamp - make_interval(secs => request.window)
              ELSE (earlier ->> 'at')::timestamp - overlap END
            LIMIT CASE WHEN earlier IS NULL THEN greatest(request.quota, 0) ELSE most_recent END
          ) AS rows
        ) AS composes, (
          SELECT count(*) AS total FROM build_reservations WHERE org_id = request.org AND expires_at > now()
        ) AS reservations;
        EXIT WHEN earlier IS NULL;
        used := used + (earlier ->> 'composes')::bigint;
        EXIT WHEN listed < most_recent AND used + request.wanted_together <= request.quota;
        earlier := NULL;
      END LOOP;
      IF earlier IS NULL THEN
        counted := json_build_object('composes', listed, 'at', now()::timestamp);
      END IF;
    END IF;
    number := request.position;
    reserved := request.quota IS NULL OR used + request.wanted <= request.quota;
    IF reserved THEN
      used := used + request.wanted;
      granted_to_organization := granted_to_organization + request.wanted;
      granted := granted || number;
    END IF;
    RETURN NEXT;
  END LOOP;
  INSERT INTO build_reservations (id, org_id, expires_at, process_id, idempotency_id, compose, fingerprint, state, sent_at)
  SELECT id, org, now() + lifetime, process, idempotency, compose, fingerprint,
    CASE WHEN "isSent" THEN 'sent' ELSE 'reserved' END, CASE WHEN "isSent" THEN clock_timestamp() END
  FROM json_to_recordset(builds) AS build (
    request integer, id uuid, org varchar, process uuid, idempotency uuid, compose json, fingerprint varchar, "isSent" boolean
  )
  WHERE build.request = ANY (granted);
END
$$;

-- Digests of the parts of a version's content, by their names: versions differ in the parts whose digests differ. Bodies of megabytes
-- need not leave the database to be compared. `hasPassword` of users, which earlier releases stored, is no content.
CREATE FUNCTION blueprint_parts(body jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_object_agg(name, encode(sha256(convert_to(content::text, 'UTF8')), 'hex')), '{}')
  FROM (
    SELECT key AS name, value AS content FROM jsonb_each(body) WHERE key IN ('distribution', 'bootc', 'image_requests')
    UNION ALL
    SELECT key, CASE
      WHEN key = 'users' AND jsonb_typeof(value) = 'array' THEN (
        SELECT coalesce(
          jsonb_agg(CASE jsonb_typeof(one) WHEN 'object' THEN one - 'hasPassword' ELSE one END ORDER BY number), '[]'
        )
        FROM jsonb_array_elements(value) WITH ORDINALITY AS listed (one, number)
      )
      ELSE value
    END
    FROM jsonb_each(
      CASE jsonb_typeof(body -> 'customizations') WHEN 'object' THEN body -> 'customizations' ELSE '{}' END
    )
  ) AS parts
  WHERE content <> 'null'
$$;

-- The audit log is append-only. An entry may only gain ids that its request created later; retention has a function of its own.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('image_builder.audit_retention', true) = 'on' THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.created_ids @> OLD.created_ids AND to_jsonb(NEW) - 'created_ids' = to_jsonb(OLD) - 'created_ids' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_log_unchanged BEFORE UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_not_deleted BEFORE DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Deletes up to `most` entries from before a time, the oldest first. Returns how many.
CREATE FUNCTION delete_audit_entries(before timestamptz, most integer) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  deleted integer;
BEGIN
  -- Not a clause of the function: only superusers may create one with a setting that PostgreSQL does not know.
  PERFORM set_config('image_builder.audit_retention', 'on', true);
  DELETE FROM audit_log WHERE id IN (
    SELECT id FROM audit_log WHERE occurred_at < before ORDER BY occurred_at LIMIT most FOR UPDATE SKIP LOCKED
  );
  GET DIAGNOSTICS deleted = ROW_COUNT;
  PERFORM set_config('image_builder.audit_retention', 'off', true);
  RETURN deleted;
END
$$;
