-- Number and time of the newest version, which lists show. NULL where that is version 1 of the blueprint's own time.
ALTER TABLE blueprints ADD COLUMN newest_version integer, ADD COLUMN changed_at timestamp;
ALTER TABLE blueprints ALTER COLUMN newest_version SET DEFAULT 1, ALTER COLUMN changed_at SET DEFAULT CURRENT_TIMESTAMP;
