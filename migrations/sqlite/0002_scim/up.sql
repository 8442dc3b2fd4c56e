-- Argon2id, as a PHC string; apart from the documents, which are served.
CREATE TABLE resource_passwords (
    resource_key INTEGER PRIMARY KEY NOT NULL REFERENCES resources (key) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- The values of unique attributes beyond the first, which has a column.
CREATE TABLE resource_unique_values (
    organization_key INTEGER NOT NULL,
    resource_type TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    resource_key INTEGER NOT NULL REFERENCES resources (key) ON DELETE CASCADE,
    PRIMARY KEY (organization_key, resource_type, attribute, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX resource_unique_values_by_resource ON resource_unique_values (resource_key);

-- Schemas and resource types of one organization, in the form of RFC 7643 sections 6 and 7. The identifier is the
-- schema's URN or the resource type's name.
CREATE TABLE organization_definitions (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

-- The SCIM id of the user that an application's tokens speak for. No foreign key: who is deleted is spoken for by nobody.
ALTER TABLE applications ADD COLUMN user_id TEXT;
