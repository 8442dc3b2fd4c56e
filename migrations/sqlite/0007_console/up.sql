-- People who use the console. Argon2id, as a PHC string.
CREATE TABLE admins (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    password_changed_at INTEGER NOT NULL,
    signed_in_at INTEGER
) STRICT;

-- What an admin may do in an organization: owner, admin or auditor.
CREATE TABLE admin_roles (
    admin_id TEXT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (admin_id, organization_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX admin_roles_by_organization ON admin_roles (organization_id, created_at);

-- Who is signed in. The digest is the SHA-256 of what the browser keeps.
CREATE TABLE admin_sessions (
    digest TEXT PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE,
    admin_id TEXT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT;

CREATE INDEX admin_sessions_by_admin ON admin_sessions (admin_id, created_at);
CREATE INDEX admin_sessions_by_organization ON admin_sessions (organization_id);
CREATE INDEX admin_sessions_by_expiry ON admin_sessions (expires_at);

-- One-time links: who has one becomes an admin, or sets a new password where there is an admin_id.
CREATE TABLE admin_links (
    digest TEXT PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    admin_id TEXT REFERENCES admins (id) ON DELETE CASCADE,
    note TEXT NOT NULL,
    made_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX admin_links_by_organization ON admin_links (organization_id, created_at);
CREATE INDEX admin_links_by_admin ON admin_links (admin_id);

-- Applications that are being made, step by step. What is sealed can be opened with what the browser keeps alone.
CREATE TABLE application_drafts (
    id TEXT PRIMARY KEY NOT NULL,
    admin_id TEXT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    application_id TEXT REFERENCES applications (id) ON DELETE CASCADE,
    sealed_secret TEXT,
    shown_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX application_drafts_by_admin ON application_drafts (admin_id, created_at);
CREATE INDEX application_drafts_by_organization ON application_drafts (organization_id);
CREATE INDEX application_drafts_by_application ON application_drafts (application_id);

-- Rehearsals of a connection, and what was said, in order.
CREATE TABLE rehearsals (
    id TEXT PRIMARY KEY NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    started_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    verdict TEXT
) STRICT;

CREATE INDEX rehearsals_by_organization ON rehearsals (organization_id);
CREATE INDEX rehearsals_by_application ON rehearsals (application_id, started_at);

CREATE TABLE rehearsal_steps (
    rehearsal_id TEXT NOT NULL REFERENCES rehearsals (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (rehearsal_id, number)
) STRICT, WITHOUT ROWID;
