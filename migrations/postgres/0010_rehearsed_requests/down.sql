DELETE FROM activity_hours WHERE rehearsal = 1;
ALTER TABLE activity_hours DROP CONSTRAINT activity_hours_pkey;
ALTER TABLE activity_hours DROP COLUMN rehearsal;
ALTER TABLE activity_hours ADD PRIMARY KEY (organization_key, application_id, hour);
DELETE FROM cycles WHERE rehearsal = 1;
DROP INDEX cycles_by_application;
ALTER TABLE cycles DROP COLUMN rehearsal;
CREATE INDEX cycles_by_application ON cycles (organization_key, application_id, began_at);
ALTER TABLE log_entries DROP COLUMN rehearsal;
