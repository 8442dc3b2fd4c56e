CREATE TABLE activity_hours_together (
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

INSERT INTO activity_hours_together
SELECT organization_key, application_id, hour, last_at, tokens, tokens_refused, reads, created, updated, disabled,
    restored, deleted, failed
FROM activity_hours
WHERE rehearsal = 0;
DROP TABLE activity_hours;
ALTER TABLE activity_hours_together RENAME TO activity_hours;

DELETE FROM cycles WHERE rehearsal = 1;
DROP INDEX cycles_by_application;
ALTER TABLE cycles DROP COLUMN rehearsal;
CREATE INDEX cycles_by_application ON cycles (organization_key, application_id, began_at);
ALTER TABLE log_entries DROP COLUMN rehearsal;
