-- migrate: concurrently, optional

-- The search of blueprints by a part of their names and descriptions. Without these extensions the search reads all blueprints of the
-- organization. Writes collect in a list, which a write merges once it is full: a short list keeps that write short.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE INDEX CONCURRENTLY IF NOT EXISTS blueprints_org_id_texts_idx
  ON blueprints USING gin (org_id, name gin_trgm_ops, description gin_trgm_ops) WITH (gin_pending_list_limit = 256) WHERE NOT deleted;
