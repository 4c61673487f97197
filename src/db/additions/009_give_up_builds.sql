-- Builds at composer that are given up: they could not be stored, or are nobody's. Such a build is deleted at composer, which is
-- tried until it is done, and it is never stored: whoever has an answer of composer in hand may have been taken for dead.
CREATE TABLE given_up_builds (
  job_id uuid PRIMARY KEY,
  -- What the build counts by until it is deleted.
  reservation_id uuid,
  given_up_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE INDEX given_up_builds_given_up_at_idx ON given_up_builds (given_up_at) WHERE deleted_at IS NULL;

-- One lock for each build orders those who store it and those who give it up.
CREATE FUNCTION build_lock(build uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT hashtextextended('image-builder build ' || build, 0)
$$;

-- Gives a build up, unless it is stored. Returns whether it is given up.
CREATE FUNCTION give_up_build(build uuid, reservation uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  -- In the order in which a build is stored: first its reservation, then its lock.
  PERFORM FROM build_reservations WHERE id = reservation FOR UPDATE;
  PERFORM pg_advisory_xact_lock(build_lock(build));
  IF EXISTS (SELECT FROM composes WHERE job_id = build) THEN
    RETURN false;
  END IF;
  INSERT INTO given_up_builds AS known (job_id, reservation_id) VALUES (build, reservation)
  ON CONFLICT (job_id) DO UPDATE SET reservation_id = coalesce(known.reservation_id, excluded.reservation_id);
  UPDATE build_reservations SET state = 'given_up', expires_at = greatest(expires_at, now() + interval '6 hours')
  WHERE id = reservation;
  RETURN true;
END
$$;

-- Statements that were given up may wait in the server for a lock, and run when nobody expects them to. So the database refuses.
CREATE FUNCTION refuse_given_up_build() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(build_lock(NEW.job_id));
  IF EXISTS (SELECT FROM given_up_builds WHERE job_id = NEW.job_id) THEN
    RAISE EXCEPTION 'build % is given up', NEW.job_id USING ERRCODE = 'IB001';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER refuse_given_up_build AFTER INSERT ON compose_statuses
  FOR EACH ROW EXECUTE FUNCTION refuse_given_up_build();

-- How many builds a request is for, where it is for more than one: a part of them is no answer.
ALTER TABLE idempotency_keys ADD COLUMN wanted integer;

-- Whether operators have been told of a build of unknown outcome: a process may die when it is about to.
ALTER TABLE build_reservations ADD COLUMN told boolean NOT NULL DEFAULT false;
