ALTER TABLE applications ADD COLUMN signing_algorithm TEXT COLLATE "C" NOT NULL DEFAULT 'ES256';
-- Grows when all tokens issued so far are to end; each token carries the number that it was issued under.
ALTER TABLE applications ADD COLUMN token_generation BIGINT NOT NULL DEFAULT 0;

-- Coarse: written at most once an hour.
ALTER TABLE application_secrets ADD COLUMN last_used_at BIGINT;

-- A revoked key's row stays, without its private key, so that it cannot be imported again.
ALTER TABLE signing_keys ADD COLUMN revoked_at BIGINT;

-- Long-lived bearer tokens for clients that cannot ask for one; the hash is SHA-256 of 256 random bits.
CREATE TABLE provisioning_tokens (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    application_id TEXT COLLATE "C" NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    scopes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT
);

CREATE INDEX provisioning_tokens_by_application ON provisioning_tokens (application_id, created_at);

-- Access tokens that were revoked, by their jti, until they would have expired. The revision says in which order
-- they were committed: it is the second row of control_revisions, which every process watches.
CREATE TABLE revoked_tokens (
    jti TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    expires_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE INDEX revoked_tokens_by_revision ON revoked_tokens (revision);
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

INSERT INTO control_revisions (id, revision) VALUES (2, 1);
