-- Columns of ours in the tables of the shared schema. Another implementation does not name them, so their defaults describe its rows.

-- True for a row that another implementation stored and that our lists have not indexed yet. Rows that exist now are false without
-- being rewritten: the migration fills them in batches.
ALTER TABLE composes ADD COLUMN needs_indexing boolean NOT NULL DEFAULT false;
ALTER TABLE composes ALTER COLUMN needs_indexing SET DEFAULT true;
ALTER TABLE blueprint_versions ADD COLUMN needs_indexing boolean NOT NULL DEFAULT false;
ALTER TABLE blueprint_versions ALTER COLUMN needs_indexing SET DEFAULT true;

-- The time of the newest version, by which lists are ordered. A blueprint has its first version from its own time.
ALTER TABLE blueprints ADD COLUMN changed_at timestamp;
ALTER TABLE blueprints ALTER COLUMN changed_at SET DEFAULT CURRENT_TIMESTAMP;

-- The caller who stored a version, and the number of the version that it restores.
ALTER TABLE blueprint_versions ADD COLUMN author varchar, ADD COLUMN restored_from integer;
