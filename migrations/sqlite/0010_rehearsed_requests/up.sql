-- rehearsal: 1 of requests that say that they are practice. They are told apart wherever requests are counted.
ALTER TABLE log_entries ADD COLUMN rehearsal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cycles ADD COLUMN rehearsal INTEGER NOT NULL DEFAULT 0;
DROP INDEX cycles_by_application;
CREATE INDEX cycles_by_application ON cycles (organization_key, application_id, rehearsal, began_at);

-- The primary key of a table cannot be changed.
CREATE TABLE activity_hours_apart (
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
    rehearsal INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_key, application_id, hour, rehearsal)
) STRICT, WITHOUT ROWID;

INSERT INTO activity_hours_apart SELECT activity_hours.*, 0 FROM activity_hours;
DROP TABLE activity_hours;
ALTER TABLE activity_hours_apart RENAME TO activity_hours;
