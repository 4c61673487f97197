-- Who stored a version of a blueprint, and the version that it restored. NULL in versions from before, in those of other
-- implementations, and in those that restore none.
ALTER TABLE blueprint_versions ADD COLUMN author varchar;
ALTER TABLE blueprint_versions ADD COLUMN restored_from integer;

-- Digests of the parts of a version's content, by their names: two versions differ in the parts whose digests differ. Texts of
-- megabytes need not leave the database to be compared. `hasPassword` of users, which earlier releases stored, is no content.
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

-- Who did what, with which outcome: one row for each request that was to change something and was carried out. The id is given by
-- the process that writes the row, so that writing it again does nothing; the number tells apart what happened at the same time.
CREATE TABLE audit_log (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  org_id varchar NOT NULL,
  occurred_at timestamptz NOT NULL,
  operation varchar NOT NULL,
  object_type varchar NOT NULL,
  -- The object in the request's path, and those that it made.
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

-- Rows are added, and nothing else. What is older than they are kept is forgotten by the maintenance program, which has a function
-- for that; nobody deletes any by mistake.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('image_builder.audit_retention', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Forgets up to `most` entries from before a time, the oldest first. Returns how many.
CREATE FUNCTION forget_audit_entries(before timestamptz, most integer) RETURNS integer LANGUAGE plpgsql VOLATILE
SET image_builder.audit_retention = 'on' AS $$
DECLARE
  forgotten integer;
BEGIN
  DELETE FROM audit_log WHERE id IN (
    SELECT id FROM audit_log WHERE occurred_at < before ORDER BY occurred_at LIMIT most FOR UPDATE SKIP LOCKED
  );
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END
$$;
