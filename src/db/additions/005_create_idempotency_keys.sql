-- Requests that clients marked with a key, so that repeating them does nothing twice. A key without status is of a request that
-- runs, or of one whose process died; `created` holds the ids of what it has made so far.
CREATE TABLE idempotency_keys (
  org_id varchar NOT NULL,
  operation varchar NOT NULL,
  key varchar NOT NULL,
  id uuid NOT NULL UNIQUE,
  fingerprint varchar NOT NULL,
  process_id uuid,
  created uuid[] NOT NULL DEFAULT '{}',
  status integer,
  body text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, operation, key)
);
CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);

-- The key of the request that a build was reserved for.
ALTER TABLE build_reservations ADD COLUMN idempotency_id uuid;
