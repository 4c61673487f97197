-- As `composes.needs_indexing`.
ALTER TABLE blueprint_versions ADD COLUMN needs_indexing boolean NOT NULL DEFAULT false;
-- The caller who stored a version, and the number of the version that it restores.
ALTER TABLE blueprint_versions ALTER COLUMN needs_indexing SET DEFAULT true, ADD COLUMN author varchar, ADD COLUMN restored_from integer;
