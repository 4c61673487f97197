-- Those who write wait until this is done, those who read do not, except of `compose_statuses`, whose columns come last. All locks at
-- once: nobody who holds one of these tables is waited for while we hold another one.
LOCK TABLE blueprints, blueprint_versions, composes, compose_statuses IN SHARE ROW EXCLUSIVE MODE;

-- Labels of blueprints and builds: `key: value`, as the organization likes. They are no part of a blueprint's versions.
CREATE TABLE blueprint_labels (
  blueprint_id uuid NOT NULL REFERENCES blueprints (id) ON DELETE CASCADE,
  key varchar NOT NULL,
  value varchar NOT NULL,
  org_id varchar NOT NULL,
  PRIMARY KEY (blueprint_id, key)
);
CREATE INDEX blueprint_labels_org_id_key_value_idx ON blueprint_labels (org_id, key, value, blueprint_id);

CREATE TABLE compose_labels (
  job_id uuid NOT NULL REFERENCES composes (job_id) ON DELETE CASCADE,
  key varchar NOT NULL,
  value varchar NOT NULL,
  org_id varchar NOT NULL,
  -- Of the build, which never changes: builds with a label are read in the order of the list.
  created_at timestamp NOT NULL,
  PRIMARY KEY (job_id, key)
);
CREATE INDEX compose_labels_org_id_key_value_idx
  ON compose_labels (org_id, key, value, created_at DESC, job_id DESC);

-- What the newest version of a blueprint is for: `distribution`, and `image_type` for each of its image requests. Written by the
-- database, whichever implementation of the service stores versions. Longer values are none that anybody can ask for.
CREATE TABLE blueprint_facets (
  blueprint_id uuid NOT NULL,
  name varchar NOT NULL,
  value varchar NOT NULL,
  org_id varchar NOT NULL,
  PRIMARY KEY (blueprint_id, name, value)
);

CREATE FUNCTION facets_of_blueprint(body jsonb) RETURNS TABLE (name varchar, value varchar) LANGUAGE sql IMMUTABLE AS $$
  SELECT DISTINCT found.name::varchar, found.value::varchar FROM (
    SELECT 'distribution' AS name, body ->> 'distribution' AS value
    UNION ALL
    SELECT 'image_type', type #>> '{}' FROM jsonb_path_query(body, 'lax $.image_requests[*].image_type') AS type
  ) AS found
  WHERE length(found.value) <= 100
$$;

-- Once for all versions that a statement stores. A version follows one that others see: no two are stored at the same time.
CREATE FUNCTION note_blueprint_facets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM blueprint_facets AS known USING added
  WHERE known.blueprint_id = added.blueprint_id AND added.version > 1
    AND NOT EXISTS (
      SELECT FROM blueprint_versions AS later
      WHERE later.blueprint_id = added.blueprint_id AND later.version > added.version
    );
  INSERT INTO blueprint_facets (blueprint_id, name, value, org_id)
  SELECT blueprints.id, facets.name, facets.value, blueprints.org_id
  FROM added
  JOIN blueprints ON blueprints.id = added.blueprint_id
  CROSS JOIN LATERAL facets_of_blueprint(added.body) AS facets
  WHERE NOT EXISTS (
    SELECT FROM blueprint_versions AS later
    WHERE later.blueprint_id = added.blueprint_id AND later.version > added.version
  );
  RETURN NULL;
END
$$;
CREATE TRIGGER blueprint_facets_noted AFTER INSERT ON blueprint_versions REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION note_blueprint_facets();
INSERT INTO blueprint_facets (blueprint_id, name, value, org_id)
SELECT newest.blueprint_id, facets.name, facets.value, newest.org_id
FROM (
  SELECT DISTINCT ON (blueprint_id) blueprint_id, org_id, body
  FROM blueprint_versions JOIN blueprints ON blueprints.id = blueprint_id
  WHERE NOT deleted
  ORDER BY blueprint_id, version DESC
) AS newest, facets_of_blueprint(newest.body) AS facets;
CREATE INDEX blueprint_facets_org_id_name_value_idx ON blueprint_facets (org_id, name, value, blueprint_id);
-- Only now: checked row by row, it would lock, and so write, every row of `blueprints`.
ALTER TABLE blueprint_facets ADD FOREIGN KEY (blueprint_id) REFERENCES blueprints (id) ON DELETE CASCADE;

-- Names in the order of their code points, which is the same on every server.
CREATE INDEX blueprints_org_id_name_id_idx ON blueprints (org_id, name COLLATE "C", id) WHERE NOT deleted;
CREATE INDEX blueprints_org_id_created_at_idx ON blueprints (org_id, created_at) WHERE NOT deleted;

-- Builds of a distribution and of an image type, in the order of the list. Where there are very many builds, both were made
-- beforehand, concurrently. Nobody asks for longer names, and an index does not take them.
CREATE INDEX IF NOT EXISTS composes_org_id_distribution_idx
  ON composes (org_id, ("left"(request ->> 'distribution', 100)), created_at DESC, job_id DESC) WHERE NOT deleted;
CREATE INDEX IF NOT EXISTS composes_org_id_image_type_idx
  ON composes (org_id, ("left"(request #>> '{image_requests,0,image_type}', 100)), created_at DESC, job_id DESC)
  WHERE NOT deleted;

-- Organization and time of the build, so that builds with a status are read in the list's order. Called otherwise than in `composes`:
-- releases from before join the two tables, and name those columns without saying whose they are. Where there are very many builds,
-- all of this was done beforehand, in steps.
ALTER TABLE compose_statuses
  ADD COLUMN IF NOT EXISTS listed_for varchar, ADD COLUMN IF NOT EXISTS listed_at timestamp;
UPDATE compose_statuses SET listed_for = composes.org_id, listed_at = composes.created_at
FROM composes WHERE composes.job_id = compose_statuses.job_id AND compose_statuses.listed_for IS NULL;
CREATE INDEX IF NOT EXISTS compose_statuses_listed_for_status_idx
  ON compose_statuses (listed_for, status, listed_at DESC, job_id DESC);

-- For those who store a status without: releases from before, and whoever knows the build by its id only.
CREATE FUNCTION place_compose_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE compose_statuses SET listed_for = composes.org_id, listed_at = composes.created_at
  FROM composes WHERE composes.job_id = NEW.job_id AND compose_statuses.job_id = NEW.job_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER compose_status_placed AFTER INSERT ON compose_statuses FOR EACH ROW
  WHEN (NEW.listed_for IS NULL) EXECUTE FUNCTION place_compose_status();
