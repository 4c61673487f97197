-- Who asked for a build to be cancelled, and when, as long as that is not done: it is on record before composer is asked to delete
-- the build, so that somebody finishes it whoever dies. `cancelled_by` says that it was, and is written with how the build ended.
ALTER TABLE compose_statuses
  ADD COLUMN cancel_requested_by varchar,
  ADD COLUMN cancel_requested_at timestamptz;

-- Copies of images in other regions. A copy is on record before composer is asked for it: `clone_id` is composer's id of it, NULL
-- until composer has answered. `status` is what composer said when it was over, or what we say of a copy whose answer was lost.
CREATE TABLE compose_clones (
  id uuid PRIMARY KEY,
  compose_id uuid NOT NULL REFERENCES composes (job_id) ON DELETE CASCADE,
  clone_id uuid,
  request jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  status json,
  finished_at timestamptz
);
CREATE INDEX compose_clones_compose_id_created_at_id_idx ON compose_clones (compose_id, created_at DESC, id DESC);
-- Those of which composer has not said anything yet: few, and old only when a process died.
CREATE INDEX compose_clones_unanswered_idx ON compose_clones (created_at) WHERE clone_id IS NULL AND finished_at IS NULL;
