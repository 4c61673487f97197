-- migrate: fill composes

SELECT job_id AS id FROM composes WHERE needs_indexing AND ($1::uuid IS NULL OR job_id > $1) ORDER BY id LIMIT $2;
