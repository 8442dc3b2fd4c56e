ALTER TABLE applications DROP COLUMN user_id;
DROP TABLE organization_definitions;
DROP TABLE resource_unique_values;
DROP TABLE resource_passwords;
