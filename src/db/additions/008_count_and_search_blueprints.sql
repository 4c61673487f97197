-- How many blueprints an organization has that are not deleted, kept by the database itself: a list says it on every page.
CREATE TABLE blueprint_counts (
  org_id varchar PRIMARY KEY,
  listed integer NOT NULL
);

CREATE FUNCTION adjust_blueprint_count(org varchar, change integer) RETURNS void LANGUAGE sql VOLATILE AS $$
  INSERT INTO blueprint_counts AS known (org_id, listed) VALUES (org, change)
  ON CONFLICT (org_id) DO UPDATE SET listed = known.listed + change
$$;

CREATE FUNCTION adjust_blueprint_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND NOT OLD.deleted THEN
    PERFORM adjust_blueprint_count(OLD.org_id, -1);
  END IF;
  IF TG_OP <> 'DELETE' AND NOT NEW.deleted THEN
    PERFORM adjust_blueprint_count(NEW.org_id, 1);
  END IF;
  RETURN NULL;
END
$$;

-- Nobody writes between the counting and the triggers.
LOCK TABLE blueprints IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO blueprint_counts (org_id, listed)
SELECT org_id, count(*) FROM blueprints WHERE NOT deleted GROUP BY org_id;
CREATE TRIGGER blueprint_counts_written AFTER INSERT OR DELETE ON blueprints
  FOR EACH ROW EXECUTE FUNCTION adjust_blueprint_counts();
CREATE TRIGGER blueprint_counts_changed AFTER UPDATE ON blueprints FOR EACH ROW
  WHEN (OLD.deleted IS DISTINCT FROM NEW.deleted OR OLD.org_id IS DISTINCT FROM NEW.org_id)
  EXECUTE FUNCTION adjust_blueprint_counts();

-- Finds texts within names and descriptions. Servers that do not offer the extensions search without: slower, and no different.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE EXTENSION IF NOT EXISTS btree_gin;
  CREATE INDEX IF NOT EXISTS blueprints_search_idx
    ON blueprints USING gin (org_id, name gin_trgm_ops, description gin_trgm_ops) WHERE NOT deleted;
EXCEPTION
  WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'blueprints are searched without an index: %', SQLERRM;
END
$$;
