-- migrate: fill blueprints

-- The times and attributes of blueprints that another implementation stored before the migration: the next ids, and which are to be
-- indexed.
SELECT id, NOT deleted AS wanted FROM blueprints WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2;
