DROP INDEX log_entries_of_deleted;
CREATE INDEX log_entries_by_resource ON log_entries (resource_id, at) WHERE class = 1 AND resource_id IS NOT NULL;
ALTER TABLE resources DROP COLUMN last_entry;
ALTER TABLE log_entries DROP COLUMN previous;
