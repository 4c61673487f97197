ALTER TABLE composes ADD COLUMN deleted boolean NOT NULL DEFAULT false;
