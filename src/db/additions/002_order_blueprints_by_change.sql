-- Both at once: whoever reads one of them and is about to read the other would be in a deadlock with us.
LOCK TABLE blueprints, blueprint_versions IN ACCESS EXCLUSIVE MODE;

-- When a blueprint changed last: the time of its newest version. Lists are ordered by it and read no more than their page.
-- Nothing is written to existing rows here: the first list of an organization notes its versions.
ALTER TABLE blueprints ADD COLUMN changed_at timestamp;
CREATE INDEX blueprints_org_id_changed_at_id_idx ON blueprints (org_id, changed_at DESC, id DESC) WHERE NOT deleted;

-- Whether `changed_at` takes the version into account. Versions from before, and those of other implementations of the service,
-- which do not know of it, are NULL; they are found by the index, which is empty otherwise.
ALTER TABLE blueprint_versions ADD COLUMN noted boolean;
CREATE INDEX blueprint_versions_not_noted_idx ON blueprint_versions (blueprint_id) WHERE noted IS NULL;
