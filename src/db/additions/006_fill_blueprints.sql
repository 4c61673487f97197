-- migrate: fill blueprints

-- Before the indexes are built, which costs less: times and attributes of blueprints that another implementation stored. The walk
-- returns the next ids, and whether they are to be indexed.
SELECT id, NOT deleted AS wanted FROM blueprints WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2;
