DROP TABLE memberships;
DROP TABLE resource_values;
DROP TABLE resources;
DROP TABLE control_revisions;
DROP TABLE signing_keys;
DROP TABLE application_secrets;
DROP TABLE applications;
DROP TABLE organizations;
