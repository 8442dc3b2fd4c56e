-- People who use the console. Argon2id, as a PHC string.
CREATE TABLE admins (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    password_changed_at BIGINT NOT NULL,
    signed_in_at BIGINT
);

-- What an admin may do in an organization: owner, admin or auditor.
CREATE TABLE admin_roles (
    admin_id TEXT COLLATE "C" NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    role TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (admin_id, organization_id)
);

CREATE INDEX admin_roles_by_organization ON admin_roles (organization_id, created_at);

-- Who is signed in. The digest is the SHA-256 of what the browser keeps.
CREATE TABLE admin_sessions (
    digest TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    admin_id TEXT COLLATE "C" NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    user_agent TEXT COLLATE "C" NOT NULL
);

CREATE INDEX admin_sessions_by_admin ON admin_sessions (admin_id, created_at);
CREATE INDEX admin_sessions_by_organization ON admin_sessions (organization_id);
CREATE INDEX admin_sessions_by_expiry ON admin_sessions (expires_at);

-- One-time links: who has one becomes an admin, or sets a new password where there is an admin_id.
CREATE TABLE admin_links (
    digest TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    role TEXT COLLATE "C" NOT NULL,
    admin_id TEXT COLLATE "C" REFERENCES admins (id) ON DELETE CASCADE,
    note TEXT COLLATE "C" NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX admin_links_by_organization ON admin_links (organization_id, created_at);
CREATE INDEX admin_links_by_admin ON admin_links (admin_id);

-- Applications that are being made, step by step. What is sealed can be opened with what the browser keeps alone.
CREATE TABLE application_drafts (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    admin_id TEXT COLLATE "C" NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    content TEXT COLLATE "C" NOT NULL,
    application_id TEXT COLLATE "C" REFERENCES applications (id) ON DELETE CASCADE,
    sealed_secret TEXT COLLATE "C",
    shown_at BIGINT,
    created_at BIGINT NOT NULL
);

CREATE INDEX application_drafts_by_admin ON application_drafts (admin_id, created_at);
CREATE INDEX application_drafts_by_organization ON application_drafts (organization_id);
CREATE INDEX application_drafts_by_application ON application_drafts (application_id);

-- Rehearsals of a connection, and what was said, in order.
CREATE TABLE rehearsals (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    application_id TEXT COLLATE "C" NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    started_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    verdict TEXT COLLATE "C"
);

CREATE INDEX rehearsals_by_organization ON rehearsals (organization_id);
CREATE INDEX rehearsals_by_application ON rehearsals (application_id, started_at);

CREATE TABLE rehearsal_steps (
    rehearsal_id TEXT COLLATE "C" NOT NULL REFERENCES rehearsals (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (rehearsal_id, number)
);
