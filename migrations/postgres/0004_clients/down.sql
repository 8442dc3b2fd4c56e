DROP TABLE application_registrations;
DROP TABLE registration_tokens;
DROP TABLE used_assertions;
DROP TABLE application_bindings;
DROP TABLE application_certificates;
DROP TABLE application_trusts;
DROP TABLE application_key_sets;
