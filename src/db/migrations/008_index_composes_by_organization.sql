CREATE INDEX composes_org_id_idx ON composes (org_id);
