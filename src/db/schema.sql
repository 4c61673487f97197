CREATE TABLE audit_log (
  id uuid NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  org_id character varying NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  operation character varying NOT NULL,
  object_type character varying NOT NULL,
  object_id uuid,
  created_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  username character varying NOT NULL,
  user_type character varying NOT NULL,
  status integer NOT NULL,
  request_id character varying NOT NULL,
  CONSTRAINT audit_log_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_log_created_ids_idx ON audit_log USING gin (created_ids);
CREATE INDEX audit_log_object_id_idx ON audit_log USING btree (object_id) WHERE (object_id IS NOT NULL);
CREATE INDEX audit_log_occurred_at_idx ON audit_log USING btree (occurred_at);
CREATE INDEX audit_log_org_id_occurred_at_number_idx ON audit_log USING btree (org_id, occurred_at DESC, number DESC);
CREATE TRIGGER audit_log_not_deleted BEFORE DELETE OR TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_unchanged BEFORE UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();

CREATE TABLE blueprint_attributes (
  blueprint_id uuid NOT NULL,
  kind character varying NOT NULL,
  key character varying NOT NULL,
  value character varying NOT NULL,
  org_id character varying NOT NULL,
  CONSTRAINT blueprint_attributes_pkey PRIMARY KEY (blueprint_id, kind, key, value),
  CONSTRAINT blueprint_attributes_kind_check CHECK (((kind)::text = ANY ((ARRAY['label'::character varying, 'distribution'::character varying, 'image_type'::character varying])::text[])))
);
CREATE INDEX blueprint_attributes_value_idx ON blueprint_attributes USING btree (org_id, kind, key, value, blueprint_id);

CREATE TABLE blueprint_schedules (
  blueprint_id uuid NOT NULL,
  org_id character varying NOT NULL,
  cron character varying NOT NULL,
  timezone character varying NOT NULL,
  only_if_changed boolean NOT NULL,
  enabled boolean NOT NULL,
  image_types character varying[],
  caller jsonb NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  next_run_at timestamp with time zone,
  packages character varying,
  failures integer DEFAULT 0 NOT NULL,
  disabled_at timestamp with time zone,
  disabled_reason text,
  entitled_at timestamp with time zone DEFAULT now() NOT NULL,
  paused_at timestamp with time zone,
  paused_reason text,
  CONSTRAINT blueprint_schedules_pkey PRIMARY KEY (blueprint_id)
);
CREATE INDEX blueprint_schedules_next_run_at_idx ON blueprint_schedules USING btree (next_run_at) WHERE (next_run_at IS NOT NULL);
CREATE INDEX blueprint_schedules_org_id_idx ON blueprint_schedules USING btree (org_id);

CREATE TABLE blueprint_versions (
  id uuid NOT NULL,
  blueprint_id uuid NOT NULL,
  version integer NOT NULL,
  body jsonb NOT NULL,
  created_at timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
  service_snapshots jsonb,
  needs_indexing boolean DEFAULT true NOT NULL,
  author character varying,
  restored_from integer,
  CONSTRAINT blueprint_versions_pkey PRIMARY KEY (id),
  CONSTRAINT blueprint_versions_blueprint_id_fkey FOREIGN KEY (blueprint_id) REFERENCES blueprints(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX blueprint_versions_blueprint_id_version_idx ON blueprint_versions USING btree (blueprint_id, version);
CREATE INDEX blueprint_versions_needs_indexing_idx ON blueprint_versions USING btree (blueprint_id) WHERE needs_indexing;

CREATE TABLE blueprints (
  id uuid NOT NULL,
  org_id character varying NOT NULL,
  account_number character varying NOT NULL,
  name character varying(200) NOT NULL,
  description character varying(250),
  created_at timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
  deleted boolean DEFAULT false NOT NULL,
  metadata jsonb,
  newest_version integer DEFAULT 1,
  changed_at timestamp without time zone DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT blueprints_pkey PRIMARY KEY (id),
  CONSTRAINT blueprints_name_unique UNIQUE (name, org_id),
  CONSTRAINT blueprints_org_id_check CHECK (((org_id)::text !~ '^ *$'::text))
);
CREATE INDEX blueprints_org_id_changed_at_id_idx ON blueprints USING btree (org_id COLLATE "C", COALESCE(changed_at, created_at) DESC, id DESC) INCLUDE (changed_at, created_at) WHERE (NOT deleted);
CREATE INDEX blueprints_org_id_created_at_idx ON blueprints USING btree (org_id, created_at) WHERE (NOT deleted);
CREATE INDEX blueprints_org_id_idx ON blueprints USING btree (org_id);
CREATE INDEX blueprints_org_id_name_id_idx ON blueprints USING btree (org_id, name COLLATE "C", id) WHERE (NOT deleted);
CREATE INDEX blueprints_org_id_texts_idx ON blueprints USING gin (org_id, name gin_trgm_ops, description gin_trgm_ops) WITH (gin_pending_list_limit='256') WHERE (NOT deleted);

CREATE TABLE build_reservations (
  id uuid DEFAULT (md5(((random())::text || (clock_timestamp())::text)))::uuid NOT NULL,
  org_id character varying NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  process_id uuid,
  state character varying DEFAULT 'reserved'::character varying NOT NULL,
  compose json NOT NULL,
  fingerprint character varying NOT NULL,
  idempotency_id uuid,
  sent_at timestamp with time zone,
  alerted boolean DEFAULT false NOT NULL,
  CONSTRAINT build_reservations_pkey PRIMARY KEY (id),
  CONSTRAINT build_reservations_state_check CHECK (((state)::text = ANY ((ARRAY['reserved'::character varying, 'sent'::character varying, 'unknown'::character varying, 'abandoned'::character varying])::text[])))
);
CREATE INDEX build_reservations_org_id_expires_at_idx ON build_reservations USING btree (org_id, expires_at);

CREATE TABLE compose_clones (
  id uuid NOT NULL,
  compose_id uuid NOT NULL,
  clone_id uuid,
  request jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  status json,
  finished_at timestamp with time zone,
  CONSTRAINT compose_clones_pkey PRIMARY KEY (id),
  CONSTRAINT compose_clones_compose_id_fkey FOREIGN KEY (compose_id) REFERENCES compose_statuses(job_id) ON DELETE CASCADE
);
CREATE INDEX compose_clones_compose_id_idx ON compose_clones USING btree (compose_id, created_at DESC, id DESC);
CREATE INDEX compose_clones_without_response_idx ON compose_clones USING btree (created_at) WHERE ((clone_id IS NULL) AND (finished_at IS NULL));

CREATE TABLE compose_labels (
  job_id uuid NOT NULL,
  key character varying NOT NULL,
  value character varying NOT NULL,
  org_id character varying NOT NULL,
  created_at timestamp without time zone NOT NULL,
  CONSTRAINT compose_labels_pkey PRIMARY KEY (job_id, key),
  CONSTRAINT compose_labels_job_id_fkey FOREIGN KEY (job_id) REFERENCES compose_statuses(job_id) ON DELETE CASCADE
);
CREATE INDEX compose_labels_value_idx ON compose_labels USING btree (org_id, key, value, created_at DESC, job_id DESC);

CREATE TABLE compose_sboms (
  job_id uuid NOT NULL,
  name character varying NOT NULL,
  "position" integer NOT NULL,
  pipeline_name character varying NOT NULL,
  pipeline_purpose character varying NOT NULL,
  sbom_type character varying NOT NULL,
  document json NOT NULL,
  CONSTRAINT compose_sboms_pkey PRIMARY KEY (job_id, name),
  CONSTRAINT compose_sboms_job_id_fkey FOREIGN KEY (job_id) REFERENCES compose_statuses(job_id) ON DELETE CASCADE
);

CREATE TABLE compose_statuses (
  job_id uuid NOT NULL,
  org_id character varying NOT NULL,
  created_at timestamp without time zone NOT NULL,
  status character varying DEFAULT 'pending'::character varying,
  distribution character varying,
  image_type character varying,
  request_text text,
  item_members text,
  labels json,
  image_status json,
  metadata json,
  finished_at timestamp with time zone,
  next_poll_at timestamp with time zone,
  followed_closely boolean DEFAULT false NOT NULL,
  cancel_requested_by character varying,
  cancel_requested_at timestamp with time zone,
  cancelled_by character varying,
  sboms_stored_at timestamp with time zone,
  reservation_id uuid,
  CONSTRAINT compose_statuses_pkey PRIMARY KEY (job_id),
  CONSTRAINT compose_statuses_status_check CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'building'::character varying, 'uploading'::character varying, 'registering'::character varying, 'success'::character varying, 'failure'::character varying, 'abandoned'::character varying])::text[])))
) WITH (fillfactor=85);
CREATE INDEX compose_statuses_abandoned_idx ON compose_statuses USING btree (finished_at) WHERE ((status)::text = 'abandoned'::text);
CREATE INDEX compose_statuses_distribution_idx ON compose_statuses USING btree (org_id, distribution, created_at DESC, job_id DESC);
CREATE INDEX compose_statuses_image_type_idx ON compose_statuses USING btree (org_id, image_type, created_at DESC, job_id DESC);
CREATE INDEX compose_statuses_large_idx ON compose_statuses USING btree (org_id) WHERE (octet_length(request_text) > 65536);
CREATE INDEX compose_statuses_next_poll_at_idx ON compose_statuses USING btree (next_poll_at) WHERE (next_poll_at IS NOT NULL);
CREATE INDEX compose_statuses_status_idx ON compose_statuses USING btree (org_id, status, created_at DESC, job_id DESC);

CREATE TABLE composes (
  job_id uuid NOT NULL,
  request jsonb NOT NULL,
  created_at timestamp without time zone NOT NULL,
  account_number character varying NOT NULL,
  org_id character varying NOT NULL,
  image_name character varying,
  deleted boolean DEFAULT false NOT NULL,
  email character varying,
  client_id character varying,
  blueprint_version_id uuid,
  needs_indexing boolean DEFAULT true NOT NULL,
  CONSTRAINT composes_pkey PRIMARY KEY (job_id),
  CONSTRAINT check_name_length CHECK ((length((image_name)::text) <= 100)),
  CONSTRAINT composes_blueprint_version_id_fkey FOREIGN KEY (blueprint_version_id) REFERENCES blueprint_versions(id) ON DELETE SET NULL,
  CONSTRAINT org_id_constraint CHECK (((org_id)::text !~ '^ *$'::text))
);
CREATE INDEX composes_blueprint_version_id_idx ON composes USING btree (blueprint_version_id);
CREATE INDEX composes_needs_indexing_idx ON composes USING btree (org_id) WHERE needs_indexing;
CREATE INDEX composes_org_id_created_at_job_id_idx ON composes USING btree (org_id, created_at DESC, job_id DESC) INCLUDE (deleted);
CREATE INDEX composes_org_id_idx ON composes USING btree (org_id);

CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  org_id character varying NOT NULL,
  type character varying NOT NULL,
  subject uuid NOT NULL,
  data jsonb NOT NULL,
  occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (id)
);
CREATE INDEX events_org_id_id_idx ON events USING btree (org_id, id);

CREATE TABLE idempotency_keys (
  org_id character varying NOT NULL,
  operation character varying NOT NULL,
  key character varying NOT NULL,
  id uuid NOT NULL,
  fingerprint character varying NOT NULL,
  process_id uuid,
  created uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  wanted integer,
  status integer,
  body text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (org_id, operation, key),
  CONSTRAINT idempotency_keys_id_key UNIQUE (id)
);
CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys USING btree (expires_at);

CREATE TABLE image_builder_additions (
  number integer NOT NULL,
  file character varying NOT NULL,
  checksum character varying NOT NULL,
  progress uuid,
  applied_at timestamp with time zone,
  CONSTRAINT image_builder_additions_pkey PRIMARY KEY (number)
);

CREATE TABLE organization_keys (
  org_id character varying NOT NULL,
  wrapped_key character varying NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT organization_keys_pkey PRIMARY KEY (org_id)
);

CREATE UNLOGGED TABLE rate_limits (
  key character varying NOT NULL,
  points integer DEFAULT 0 NOT NULL,
  expire bigint,
  CONSTRAINT rate_limits_pkey PRIMARY KEY (key)
) WITH (fillfactor=50);

CREATE TABLE schedule_runs (
  id uuid NOT NULL,
  blueprint_id uuid NOT NULL,
  org_id character varying NOT NULL,
  due_at timestamp with time zone NOT NULL,
  began_at timestamp with time zone DEFAULT now() NOT NULL,
  attempt uuid,
  process_id uuid,
  taken_until timestamp with time zone DEFAULT now() NOT NULL,
  packages character varying,
  outcome character varying,
  detail text,
  compose_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  evaluated boolean DEFAULT false NOT NULL,
  CONSTRAINT schedule_runs_pkey PRIMARY KEY (id),
  CONSTRAINT schedule_runs_blueprint_id_due_at_key UNIQUE (blueprint_id, due_at),
  CONSTRAINT schedule_runs_blueprint_id_fkey FOREIGN KEY (blueprint_id) REFERENCES blueprint_schedules(blueprint_id) ON DELETE CASCADE,
  CONSTRAINT schedule_runs_outcome_check CHECK (((outcome)::text = ANY ((ARRAY['built'::character varying, 'unchanged'::character varying, 'failed'::character varying, 'refused'::character varying])::text[])))
);
CREATE INDEX schedule_runs_active_idx ON schedule_runs USING btree (taken_until) WHERE (outcome IS NULL);
CREATE INDEX schedule_runs_not_evaluated_idx ON schedule_runs USING btree (began_at) WHERE (((outcome)::text = 'built'::text) AND (NOT evaluated));

CREATE TABLE schema_version (
  version integer NOT NULL
);

CREATE TABLE service_processes (
  id uuid NOT NULL,
  alive_until timestamp with time zone NOT NULL,
  report json,
  CONSTRAINT service_processes_pkey PRIMARY KEY (id)
);

CREATE TABLE webhook_deliveries (
  id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  org_id character varying NOT NULL,
  event_id bigint,
  event_type character varying NOT NULL,
  subject uuid,
  data jsonb NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  status character varying DEFAULT 'pending'::character varying NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  attempted_at timestamp with time zone,
  due_at timestamp with time zone DEFAULT now() NOT NULL,
  ended_at timestamp with time zone,
  last_status integer,
  last_error character varying,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_deliveries_status_check CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'delivered'::character varying, 'failed'::character varying, 'expired'::character varying])::text[]))),
  CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks(id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due_at_idx ON webhook_deliveries USING btree (due_at) WHERE ((status)::text = 'pending'::text);
CREATE INDEX webhook_deliveries_ended_at_idx ON webhook_deliveries USING btree (ended_at) WHERE ((status)::text <> 'pending'::text);
CREATE UNIQUE INDEX webhook_deliveries_ping_idx ON webhook_deliveries USING btree (webhook_id) WHERE (((status)::text = 'pending'::text) AND ((event_type)::text = 'webhook.ping'::text));
CREATE INDEX webhook_deliveries_webhook_id_created_at_idx ON webhook_deliveries USING btree (webhook_id, created_at DESC, event_id DESC, id DESC);
CREATE INDEX webhook_deliveries_webhook_id_due_at_idx ON webhook_deliveries USING btree (webhook_id, due_at, event_id) WHERE ((status)::text = 'pending'::text);

CREATE TABLE webhooks (
  id uuid NOT NULL,
  org_id character varying NOT NULL,
  url character varying NOT NULL,
  description character varying NOT NULL,
  event_types character varying[],
  labels jsonb,
  secret character varying NOT NULL,
  previous_secret character varying,
  previous_secret_until timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  failing_since timestamp with time zone,
  disabled_at timestamp with time zone,
  disabled_reason character varying,
  CONSTRAINT webhooks_pkey PRIMARY KEY (id)
);
CREATE INDEX webhooks_org_id_idx ON webhooks USING btree (org_id, created_at, id);

CREATE OR REPLACE FUNCTION blueprint_parts(body jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION delete_audit_entries(before timestamp with time zone, most integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION reserve_builds(requests json, builds json, lifetime interval, OUT number integer, OUT reserved boolean, OUT counted json)
 RETURNS SETOF record
 LANGUAGE plpgsql
AS $function$
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
$function$;
