-- The time of the newest version, by which lists are ordered; NULL where it is the blueprint's own time. A blueprint has its first
-- version from its own time.
ALTER TABLE blueprints ADD COLUMN changed_at timestamp;
ALTER TABLE blueprints ALTER COLUMN changed_at SET DEFAULT CURRENT_TIMESTAMP;
