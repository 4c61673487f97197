-- Processes of the service. A process that sends no heartbeat until `alive_until` is considered dead; others reconcile its work.
CREATE TABLE service_processes (
  id uuid PRIMARY KEY,
  alive_until timestamptz NOT NULL,
  -- What the last run of the maintenance job did, in a row of its own, which stays: `alive_until` is infinity.
  report json
);

-- A compose that is about to be sent to composer. It counts against the quota until its row ends.
CREATE TABLE build_reservations (
  -- PostgreSQL 12 has no gen_random_uuid of its own.
  id uuid PRIMARY KEY DEFAULT md5(random()::text || clock_timestamp()::text)::uuid,
  org_id varchar NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- The process that sends it.
  process_id uuid,
  -- reserved: not sent yet. sent: composer was called, or is about to be. unknown: no process knows whether composer accepted it.
  -- abandoned: it is to be deleted at composer.
  state varchar NOT NULL DEFAULT 'reserved' CHECK (state IN ('reserved', 'sent', 'unknown', 'abandoned')),
  -- What is to be stored once composer accepted the compose, and the fingerprint of the request that composer gets.
  compose json NOT NULL,
  fingerprint varchar NOT NULL,
  idempotency_id uuid,
  sent_at timestamptz,
  -- Whether the log has named an unknown outcome to operators.
  alerted boolean NOT NULL DEFAULT false
);
CREATE INDEX build_reservations_org_id_expires_at_idx ON build_reservations (org_id, expires_at);

-- What we store of a compose beside the shared schema: its progress, its end, and what lists return of it. Without a foreign key: a row
-- in state `abandoned` forbids to store its compose, and another implementation deletes composes without waiting for us.
CREATE TABLE compose_statuses (
  job_id uuid PRIMARY KEY,
  org_id varchar NOT NULL,
  created_at timestamp NOT NULL,
  -- NULL for a compose of another implementation whose status no caller has read yet.
  status varchar DEFAULT 'pending'
    CHECK (status IN ('pending', 'building', 'uploading', 'registering', 'success', 'failure', 'abandoned')),
  -- Filters of lists. Longer values than 100 characters cannot be asked for.
  distribution varchar,
  image_type varchar,
  -- JSON text that responses contain: the request without secrets; the other members of a list item, each after a comma.
  request_text text,
  item_members text,
  labels json,
  -- Composer's `image_status` and metadata, once the build is over.
  image_status json,
  metadata json,
  finished_at timestamptz,
  -- When the background polls composer next, NULL for never. `followed_closely`: a stream, webhook or schedule waits for the end.
  next_poll_at timestamptz,
  followed_closely boolean NOT NULL DEFAULT false,
  cancel_requested_by varchar,
  cancel_requested_at timestamptz,
  cancelled_by varchar,
  sboms_stored_at timestamptz,
  -- The reservation that an abandoned build counts by.
  reservation_id uuid
) WITH (fillfactor = 85);
CREATE INDEX compose_statuses_next_poll_at_idx ON compose_statuses (next_poll_at) WHERE next_poll_at IS NOT NULL;
CREATE INDEX compose_statuses_abandoned_idx ON compose_statuses (finished_at) WHERE status = 'abandoned';
-- Large requests count against the storage of their organization.
CREATE INDEX compose_statuses_large_idx ON compose_statuses (org_id) WHERE octet_length(request_text) > 65536;
CREATE INDEX compose_statuses_status_idx ON compose_statuses (org_id, status, created_at DESC, job_id DESC);
CREATE INDEX compose_statuses_distribution_idx ON compose_statuses (org_id, distribution, created_at DESC, job_id DESC);
CREATE INDEX compose_statuses_image_type_idx ON compose_statuses (org_id, image_type, created_at DESC, job_id DESC);

CREATE TABLE compose_labels (
  job_id uuid NOT NULL REFERENCES compose_statuses ON DELETE CASCADE,
  key varchar NOT NULL,
  value varchar NOT NULL,
  org_id varchar NOT NULL,
  created_at timestamp NOT NULL,
  PRIMARY KEY (job_id, key)
);
CREATE INDEX compose_labels_value_idx ON compose_labels (org_id, key, value, created_at DESC, job_id DESC);

CREATE TABLE compose_sboms (
  job_id uuid NOT NULL REFERENCES compose_statuses ON DELETE CASCADE,
  name varchar NOT NULL,
  position integer NOT NULL,
  pipeline_name varchar NOT NULL,
  pipeline_purpose varchar NOT NULL,
  sbom_type varchar NOT NULL,
  document json NOT NULL,
  PRIMARY KEY (job_id, name)
);

-- Clones of images in other regions. `clone_id` is composer's id, NULL until composer has responded.
CREATE TABLE compose_clones (
  id uuid PRIMARY KEY,
  compose_id uuid NOT NULL REFERENCES compose_statuses (job_id) ON DELETE CASCADE,
  clone_id uuid,
  request jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  status json,
  finished_at timestamptz
);
CREATE INDEX compose_clones_compose_id_idx ON compose_clones (compose_id, created_at DESC, id DESC);
CREATE INDEX compose_clones_without_response_idx ON compose_clones (created_at) WHERE clone_id IS NULL AND finished_at IS NULL;

-- What blueprints are found by: labels, and distribution and image types of the newest version.
CREATE TABLE blueprint_attributes (
  blueprint_id uuid NOT NULL,
  kind varchar NOT NULL CHECK (kind IN ('label', 'distribution', 'image_type')),
  -- The key of a label, empty otherwise.
  key varchar NOT NULL,
  value varchar NOT NULL,
  org_id varchar NOT NULL,
  PRIMARY KEY (blueprint_id, kind, key, value)
);
CREATE INDEX blueprint_attributes_value_idx ON blueprint_attributes (org_id, kind, key, value, blueprint_id);

CREATE TABLE blueprint_schedules (
  blueprint_id uuid PRIMARY KEY,
  org_id varchar NOT NULL,
  cron varchar NOT NULL,
  timezone varchar NOT NULL,
  only_if_changed boolean NOT NULL,
  enabled boolean NOT NULL,
  -- NULL for all image types of the blueprint.
  image_types varchar[],
  -- The identity that composes are started for, without anything that proves it.
  caller jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  next_run_at timestamptz,
  -- Fingerprint of the packages of the last compose; NULL when that is unknown or failed.
  packages varchar,
  failures integer NOT NULL DEFAULT 0,
  disabled_at timestamptz,
  disabled_reason text,
  -- When a request last showed the entitlement that `caller` has.
  entitled_at timestamptz NOT NULL DEFAULT now(),
  -- Set while the organization lacks the entitlement that the blueprint needs.
  paused_at timestamptz,
  paused_reason text
);
CREATE INDEX blueprint_schedules_next_run_at_idx ON blueprint_schedules (next_run_at) WHERE next_run_at IS NOT NULL;
CREATE INDEX blueprint_schedules_org_id_idx ON blueprint_schedules (org_id);

-- Runs of schedules. Without an outcome a run waits for a process, or is active; `attempt` names the process's turn, which ends when the
-- process dies, and at `taken_until`.
CREATE TABLE schedule_runs (
  id uuid PRIMARY KEY,
  blueprint_id uuid NOT NULL REFERENCES blueprint_schedules ON DELETE CASCADE,
  org_id varchar NOT NULL,
  due_at timestamptz NOT NULL,
  began_at timestamptz NOT NULL DEFAULT now(),
  attempt uuid,
  process_id uuid,
  taken_until timestamptz NOT NULL DEFAULT now(),
  packages varchar,
  outcome varchar CHECK (outcome IN ('built', 'unchanged', 'failed', 'refused')),
  detail text,
  compose_ids uuid[] NOT NULL DEFAULT '{}',
  -- Whether the ends of its composes are counted.
  evaluated boolean NOT NULL DEFAULT false,
  UNIQUE (blueprint_id, due_at)
);
CREATE INDEX schedule_runs_active_idx ON schedule_runs (taken_until) WHERE outcome IS NULL;
CREATE INDEX schedule_runs_not_evaluated_idx ON schedule_runs (began_at) WHERE outcome = 'built' AND NOT evaluated;

-- Requests with an idempotency key. Without a status the request is active, or its process died; `created` holds the ids that it has
-- created so far, `wanted` how many it is to create.
CREATE TABLE idempotency_keys (
  org_id varchar NOT NULL,
  operation varchar NOT NULL,
  key varchar NOT NULL,
  id uuid NOT NULL UNIQUE,
  fingerprint varchar NOT NULL,
  process_id uuid,
  created uuid[] NOT NULL DEFAULT '{}',
  wanted integer,
  status integer,
  body text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, operation, key)
);
CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);

-- Requests of an organization in the current window, by class. Unlogged: a crash starts the counts anew. The columns are those of
-- rate-limiter-flexible; `expire` is in milliseconds since 1970.
CREATE UNLOGGED TABLE rate_limits (
  key varchar PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
) WITH (fillfactor = 50);

-- What happened to composes and blueprints. The statement that makes a change writes its events.
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  org_id varchar NOT NULL,
  type varchar NOT NULL,
  -- The compose or blueprint.
  subject uuid NOT NULL,
  data jsonb NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX events_org_id_id_idx ON events (org_id, id);

CREATE TABLE webhooks (
  id uuid PRIMARY KEY,
  org_id varchar NOT NULL,
  url varchar NOT NULL,
  description varchar NOT NULL,
  -- NULL for all types.
  event_types varchar[],
  -- The labels that a compose or blueprint has to have, NULL for none.
  labels jsonb,
  -- The signing secret, encrypted, and the one before it, which signs as well for some time.
  secret varchar NOT NULL,
  previous_secret varchar,
  previous_secret_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Since when no delivery succeeded; NULL while deliveries succeed.
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason varchar
);
CREATE INDEX webhooks_org_id_idx ON webhooks (org_id, created_at, id);

-- Messages to webhooks and their outcomes. The statement that writes an event writes its deliveries.
CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY,
  webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  org_id varchar NOT NULL,
  -- NULL for a ping, as is the subject.
  event_id bigint,
  event_type varchar NOT NULL,
  subject uuid,
  data jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  status varchar NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed', 'expired')),
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  attempted_at timestamptz,
  -- When a process may take it: the next attempt, or the end of the lease of the process that took it.
  due_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  last_status integer,
  last_error varchar
);
CREATE INDEX webhook_deliveries_due_at_idx ON webhook_deliveries (due_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_webhook_id_due_at_idx ON webhook_deliveries (webhook_id, due_at, event_id)
  WHERE status = 'pending';
CREATE INDEX webhook_deliveries_webhook_id_created_at_idx
  ON webhook_deliveries (webhook_id, created_at DESC, event_id DESC, id DESC);
CREATE INDEX webhook_deliveries_ended_at_idx ON webhook_deliveries (ended_at) WHERE status <> 'pending';
-- One ping at a time.
CREATE UNIQUE INDEX webhook_deliveries_ping_idx ON webhook_deliveries (webhook_id)
  WHERE status = 'pending' AND event_type = 'webhook.ping';

-- Which caller did what, with which outcome. The statement that makes a change writes its entry.
CREATE TABLE audit_log (
  id uuid PRIMARY KEY,
  -- Orders entries of the same moment.
  number bigint GENERATED ALWAYS AS IDENTITY,
  org_id varchar NOT NULL,
  occurred_at timestamptz NOT NULL,
  operation varchar NOT NULL,
  object_type varchar NOT NULL,
  -- The object in the request's path, and those that the request created.
  object_id uuid,
  created_ids uuid[] NOT NULL DEFAULT '{}',
  username varchar NOT NULL,
  user_type varchar NOT NULL,
  status integer NOT NULL,
  request_id varchar NOT NULL
);
CREATE INDEX audit_log_org_id_occurred_at_number_idx ON audit_log (org_id, occurred_at DESC, number DESC);
CREATE INDEX audit_log_object_id_idx ON audit_log (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX audit_log_created_ids_idx ON audit_log USING gin (created_ids);
CREATE INDEX audit_log_occurred_at_idx ON audit_log (occurred_at);

-- The key that encrypts the secrets of one organization, itself encrypted by the key ring of the service.
CREATE TABLE organization_keys (
  org_id varchar PRIMARY KEY,
  wrapped_key varchar NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
