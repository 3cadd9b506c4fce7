-- In which language somebody is written to: their own choice, else their organisation's, else English.
ALTER TABLE user ADD COLUMN language TEXT;
ALTER TABLE organization ADD COLUMN language TEXT;
