ALTER TABLE composes ADD COLUMN email varchar;
