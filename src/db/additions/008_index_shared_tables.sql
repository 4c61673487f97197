-- migrate: concurrently

-- The quota's window, the lists of composes and their counts: an index-only scan tells which composes are deleted.
CREATE INDEX CONCURRENTLY IF NOT EXISTS composes_org_id_created_at_job_id_idx
  ON composes (org_id, created_at DESC, job_id DESC) INCLUDE (deleted);
CREATE INDEX CONCURRENTLY IF NOT EXISTS composes_needs_indexing_idx ON composes (org_id) WHERE needs_indexing;

-- Blueprints in the order of their changes and names. The order of changes has `org_id` in a collation of its own: for a query in that
-- collation no other index fits, so no plan sorts all blueprints of an organization. The included columns let PostgreSQL skip rows
-- without reading them.
CREATE INDEX CONCURRENTLY IF NOT EXISTS blueprints_org_id_changed_at_id_idx
  ON blueprints (org_id COLLATE "C", coalesce(changed_at, created_at) DESC, id DESC) INCLUDE (changed_at, created_at)
  WHERE NOT deleted;
CREATE INDEX CONCURRENTLY IF NOT EXISTS blueprints_org_id_name_id_idx
  ON blueprints (org_id, name COLLATE "C", id) WHERE NOT deleted;
CREATE INDEX CONCURRENTLY IF NOT EXISTS blueprints_org_id_created_at_idx ON blueprints (org_id, created_at) WHERE NOT deleted;
CREATE INDEX CONCURRENTLY IF NOT EXISTS blueprint_versions_needs_indexing_idx
  ON blueprint_versions (blueprint_id) WHERE needs_indexing;
