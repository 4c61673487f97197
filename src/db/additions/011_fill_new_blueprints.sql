-- migrate: fill blueprints

-- What another implementation has stored meanwhile: lists would read past it until the background has indexed it.
SELECT DISTINCT blueprint_id AS id FROM blueprint_versions
WHERE needs_indexing AND ($1::uuid IS NULL OR blueprint_id > $1) ORDER BY id LIMIT $2;
