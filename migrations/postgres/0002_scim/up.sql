-- Argon2id, as a PHC string; apart from the documents, which are served.
CREATE TABLE resource_passwords (
    resource_key BIGINT PRIMARY KEY NOT NULL REFERENCES resources (key) ON DELETE CASCADE,
    hash TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL
);

-- The values of unique attributes beyond the first, which has a column.
CREATE TABLE resource_unique_values (
    organization_key BIGINT NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    attribute TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    resource_key BIGINT NOT NULL REFERENCES resources (key) ON DELETE CASCADE,
    PRIMARY KEY (organization_key, resource_type, attribute, value)
);

CREATE INDEX resource_unique_values_by_resource ON resource_unique_values (resource_key);

-- Schemas and resource types of one organization, in the form of RFC 7643 sections 6 and 7. The identifier is the
-- schema's URN or the resource type's name.
CREATE TABLE organization_definitions (
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    definition TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- The SCIM id of the user that an application's tokens speak for. No foreign key: who is deleted is spoken for by nobody.
ALTER TABLE applications ADD COLUMN user_id TEXT COLLATE "C";
