-- rehearsal: 1 of requests that say that they are practice. They are told apart wherever requests are counted.
ALTER TABLE log_entries ADD COLUMN rehearsal BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cycles ADD COLUMN rehearsal BIGINT NOT NULL DEFAULT 0;
DROP INDEX cycles_by_application;
CREATE INDEX cycles_by_application ON cycles (organization_key, application_id, rehearsal, began_at);
ALTER TABLE activity_hours ADD COLUMN rehearsal BIGINT NOT NULL DEFAULT 0;
ALTER TABLE activity_hours DROP CONSTRAINT activity_hours_pkey;
ALTER TABLE activity_hours ADD PRIMARY KEY (organization_key, application_id, hour, rehearsal);
