-- migrate: fill blueprints

-- Before the indexes are built, which costs less: times and attributes of blueprints that another implementation stored.
SELECT id FROM blueprints WHERE NOT deleted AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2;
