ALTER TABLE blueprints ADD COLUMN deleted boolean NOT NULL DEFAULT false;
