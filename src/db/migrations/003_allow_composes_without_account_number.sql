ALTER TABLE composes DROP CONSTRAINT account_number_constraint;
