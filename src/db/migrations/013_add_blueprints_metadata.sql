ALTER TABLE blueprints ADD COLUMN metadata jsonb;
