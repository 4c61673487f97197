CREATE TABLE clones (
  id uuid PRIMARY KEY,
  compose_id uuid NOT NULL REFERENCES composes (job_id) ON DELETE CASCADE,
  request jsonb NOT NULL,
  created_at timestamp NOT NULL,
  CONSTRAINT clone_is_not_its_compose CHECK (id <> compose_id)
);
