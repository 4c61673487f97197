CREATE TABLE blueprints (
  id uuid PRIMARY KEY,
  org_id varchar NOT NULL,
  account_number varchar NOT NULL,
  name varchar(100) NOT NULL,
  description varchar(250),
  body_version integer NOT NULL,
  body jsonb NOT NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT blueprints_org_id_check CHECK (org_id !~ '^ *$'),
  CONSTRAINT blueprints_account_number_check CHECK (account_number !~ '^ *$')
);
