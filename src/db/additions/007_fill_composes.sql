-- migrate: fill composes

-- The texts of composes that lists return. Older ones are indexed when they are read.
SELECT job_id AS id FROM composes
WHERE NOT deleted AND created_at >= CURRENT_TIMESTAMP::timestamp - interval '14 days' AND ($1::uuid IS NULL OR job_id > $1)
ORDER BY job_id LIMIT $2;
