-- Times are microseconds since the Unix epoch. Columns ending in _key that hold text carry a value folded
-- by Unicode case folding in the application, so that both databases compare alike.

CREATE TABLE organizations (
    key INTEGER PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE applications (
    id TEXT PRIMARY KEY NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    scopes TEXT NOT NULL,
    token_lifetime_seconds INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX applications_by_organization ON applications (organization_id, created_at);

CREATE TABLE application_secrets (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;

CREATE INDEX application_secrets_by_application ON application_secrets (application_id, created_at);

CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY NOT NULL,
    algorithm TEXT NOT NULL,
    sealed_private_key BLOB NOT NULL,
    public_jwk TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    active_from INTEGER NOT NULL,
    retired_at INTEGER
) STRICT;

-- One row that counts changes to the tables above; every process watches it.
CREATE TABLE control_revisions (
    id INTEGER PRIMARY KEY NOT NULL,
    revision INTEGER NOT NULL
) STRICT;

INSERT INTO control_revisions (id, revision) VALUES (1, 1);

CREATE TABLE resources (
    key INTEGER PRIMARY KEY NOT NULL,
    organization_key INTEGER NOT NULL REFERENCES organizations (key) ON DELETE CASCADE,
    resource_type TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    external_id TEXT,
    unique_key TEXT,
    display TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    search BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX resources_by_unique_key ON resources (organization_key, resource_type, unique_key);
CREATE INDEX resources_by_external_id ON resources (organization_key, resource_type, external_id);
CREATE INDEX resources_in_order ON resources (organization_key, resource_type, key);

-- The attributes that the schema table marks as indexed, beyond those with columns of their own.
CREATE TABLE resource_values (
    resource_key INTEGER NOT NULL REFERENCES resources (key) ON DELETE CASCADE,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    organization_key INTEGER NOT NULL,
    PRIMARY KEY (resource_key, attribute, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX resource_values_by_value ON resource_values (organization_key, attribute, value, resource_key);

CREATE TABLE memberships (
    group_key INTEGER NOT NULL REFERENCES resources (key) ON DELETE CASCADE,
    member_key INTEGER NOT NULL REFERENCES resources (key) ON DELETE CASCADE,
    PRIMARY KEY (group_key, member_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_by_member ON memberships (member_key, group_key);
