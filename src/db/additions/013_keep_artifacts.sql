-- Builds whose bills of materials are kept. That a build has none is known as well, so composer is asked once.
CREATE TABLE compose_sbom_sets (
  job_id uuid PRIMARY KEY REFERENCES composes (job_id) ON DELETE CASCADE,
  kept_at timestamptz NOT NULL DEFAULT now()
);

-- The documents, as JSON text: nobody looks into them here, and a text is sent as it is. They may be megabytes long; PostgreSQL
-- compresses them, and keeps them outside of the rows. They go with their build.
CREATE TABLE compose_sboms (
  job_id uuid NOT NULL REFERENCES compose_sbom_sets (job_id) ON DELETE CASCADE,
  -- That of the pipeline, in characters that an address can have, numbered where there are several.
  name varchar NOT NULL,
  position integer NOT NULL,
  pipeline_name varchar NOT NULL,
  pipeline_purpose varchar NOT NULL,
  sbom_type varchar NOT NULL,
  document json NOT NULL,
  PRIMARY KEY (job_id, name)
);
