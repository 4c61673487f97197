ALTER TABLE composes ADD COLUMN client_id varchar;
