-- Columns of ours in the tables of the shared schema. Another implementation does not name them, so their defaults describe its rows.
-- One table for each transaction: while it waits for a table it must not lock another one.

-- True for a row that another implementation stored and that our lists have not indexed yet. Rows that exist now are false without
-- being rewritten: the migration fills them in batches.
ALTER TABLE composes ADD COLUMN needs_indexing boolean NOT NULL DEFAULT false;
ALTER TABLE composes ALTER COLUMN needs_indexing SET DEFAULT true;
