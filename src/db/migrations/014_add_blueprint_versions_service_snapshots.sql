ALTER TABLE blueprint_versions ADD COLUMN service_snapshots jsonb;
