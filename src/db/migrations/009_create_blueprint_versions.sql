ALTER TABLE blueprints DROP COLUMN body_version, DROP COLUMN body;
CREATE INDEX blueprints_org_id_idx ON blueprints (org_id);
CREATE TABLE blueprint_versions (
  id uuid PRIMARY KEY,
  blueprint_id uuid NOT NULL REFERENCES blueprints (id) ON DELETE CASCADE,
  version integer NOT NULL,
  body jsonb NOT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX blueprint_versions_blueprint_id_version_idx ON blueprint_versions (blueprint_id, version);
ALTER TABLE composes ADD COLUMN blueprint_version_id uuid REFERENCES blueprint_versions (id) ON DELETE SET NULL;
CREATE INDEX composes_blueprint_version_id_idx ON composes (blueprint_version_id);
