-- migrate: concurrently

-- Plans need statistics, and counts by an index need the visibility map, from the first read on.
VACUUM (ANALYZE, TRUNCATE false) composes;
VACUUM (ANALYZE, TRUNCATE false) blueprints;
VACUUM (ANALYZE, TRUNCATE false) blueprint_versions;
VACUUM (ANALYZE, TRUNCATE false) compose_statuses;
VACUUM (ANALYZE, TRUNCATE false) blueprint_attributes;
