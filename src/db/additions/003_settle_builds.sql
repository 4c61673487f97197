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
