ALTER TABLE blueprints ALTER COLUMN name TYPE varchar(200);
-- Of several blueprints with one name the oldest keeps it. The stamp shows the month where minutes belong: rows renamed by
-- earlier runs of this migration look like that, and a name must not depend on who migrated.
UPDATE blueprints
SET name = format('%s %s (renamed at %s)', blueprints.name, ranked.rank, to_char(now(), 'YYYY/MM/DD HH24:MM:SS'))
FROM (
  SELECT id, row_number() OVER (PARTITION BY org_id, name ORDER BY created_at, id) AS rank
  FROM blueprints
) AS ranked
WHERE ranked.id = blueprints.id AND ranked.rank > 1;
ALTER TABLE blueprints ADD CONSTRAINT blueprints_name_unique UNIQUE (name, org_id);
