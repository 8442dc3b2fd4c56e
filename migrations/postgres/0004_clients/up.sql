-- Public keys that an application signs assertions with (RFC 7523): a JWK set, or the address of one.
CREATE TABLE application_key_sets (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    application_id TEXT COLLATE "C" NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    jwks TEXT COLLATE "C",
    jwks_uri TEXT COLLATE "C",
    created_at BIGINT NOT NULL
);

CREATE INDEX application_key_sets_by_application ON application_key_sets (application_id, created_at);

-- Whose assertions an application may be proved by (workload identity federation). Audiences: a JSON array.
CREATE TABLE application_trusts (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    application_id TEXT COLLATE "C" NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    audiences TEXT COLLATE "C" NOT NULL,
    jwks_uri TEXT COLLATE "C",
    created_at BIGINT NOT NULL
);

CREATE INDEX application_trusts_by_application ON application_trusts (application_id, created_at);

-- TLS client certificates that prove an application (RFC 8705): by a name, or by the thumbprint.
CREATE TABLE application_certificates (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    application_id TEXT COLLATE "C" NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX application_certificates_by_application ON application_certificates (application_id, created_at);

-- What an application's tokens must be bound to; no row: nothing.
CREATE TABLE application_bindings (
    application_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    binding TEXT COLLATE "C" NOT NULL
);

-- Assertions that may be used once and were, until they expire.
CREATE TABLE used_assertions (
    digest TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX used_assertions_by_expiry ON used_assertions (expires_at);

-- Initial access tokens of dynamic client registration (RFC 7591 §3), as SHA-256.
CREATE TABLE registration_tokens (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX registration_tokens_by_organization ON registration_tokens (organization_id, created_at);

-- Applications that registered themselves, with the SHA-256 of their registration access token (RFC 7592 §3).
CREATE TABLE application_registrations (
    application_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    hash TEXT COLLATE "C" NOT NULL,
    authentication_method TEXT COLLATE "C" NOT NULL
);
