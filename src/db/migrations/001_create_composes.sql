CREATE TABLE composes (
  job_id uuid PRIMARY KEY,
  request jsonb NOT NULL,
  created_at timestamp NOT NULL,
  account_number varchar NOT NULL,
  org_id varchar NOT NULL,
  image_name varchar,
  CONSTRAINT account_number_constraint CHECK (account_number !~ '^ *$'),
  CONSTRAINT org_id_constraint CHECK (org_id !~ '^ *$'),
  CONSTRAINT check_name_length CHECK (length(image_name) <= 100)
);
