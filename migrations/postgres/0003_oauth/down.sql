DELETE FROM control_revisions WHERE id = 2;
DROP TABLE revoked_tokens;
DROP TABLE provisioning_tokens;
ALTER TABLE signing_keys DROP COLUMN revoked_at;
ALTER TABLE application_secrets DROP COLUMN last_used_at;
ALTER TABLE applications DROP COLUMN token_generation;
ALTER TABLE applications DROP COLUMN signing_algorithm;
