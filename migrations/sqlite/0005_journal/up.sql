-- What the server was asked and what it changed. No foreign key to applications: the log outlives them. The
-- organization is not known of who could not be told apart. class: 0 what changed nothing, 1 changes, 2 failures; each
-- is read and dropped apart from the others.
CREATE TABLE log_entries (
    key INTEGER PRIMARY KEY NOT NULL,
    organization_key INTEGER REFERENCES organizations (key) ON DELETE CASCADE,
    class INTEGER NOT NULL,
    at INTEGER NOT NULL,
    application_id TEXT,
    actor TEXT,
    duration INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    query TEXT,
    status INTEGER NOT NULL,
    error TEXT,
    error_kind TEXT,
    resource_type TEXT,
    resource_id TEXT,
    resource_name TEXT,
    before TEXT,
    after TEXT,
    requests INTEGER NOT NULL
) STRICT;

CREATE INDEX log_entries_in_order ON log_entries (organization_key, class, at);
-- The history of a resource.
CREATE INDEX log_entries_by_resource ON log_entries (resource_id, at) WHERE class = 1 AND resource_id IS NOT NULL;

-- Requests and changes of each application, by the hour; the hour is when it began.
CREATE TABLE activity_hours (
    organization_key INTEGER NOT NULL REFERENCES organizations (key) ON DELETE CASCADE,
    application_id TEXT NOT NULL,
    hour INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    tokens_refused INTEGER NOT NULL,
    reads INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    restored INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    PRIMARY KEY (organization_key, application_id, hour)
) STRICT, WITHOUT ROWID;

-- Provisioning cycles: an application's SCIM requests without a long pause.
CREATE TABLE cycles (
    key INTEGER PRIMARY KEY NOT NULL,
    organization_key INTEGER NOT NULL REFERENCES organizations (key) ON DELETE CASCADE,
    application_id TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    restored INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    failed INTEGER NOT NULL
) STRICT;

CREATE INDEX cycles_by_application ON cycles (organization_key, application_id, began_at);
