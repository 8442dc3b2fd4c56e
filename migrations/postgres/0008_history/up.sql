-- A resource's history is a chain: the resource names the newest entry about it, and each entry the one before. An index by
-- resource cost every change a page of its own, more than the entry itself. Of who is gone, the entry of the deletion
-- is found.
ALTER TABLE log_entries ADD COLUMN previous BIGINT;
ALTER TABLE resources ADD COLUMN last_entry BIGINT;

UPDATE log_entries
SET previous = earlier.previous
FROM (
    SELECT key, lag(key) OVER (PARTITION BY resource_id ORDER BY at, key) AS previous
    FROM log_entries
    WHERE class = 1 AND resource_id IS NOT NULL
) AS earlier
WHERE log_entries.key = earlier.key AND earlier.previous IS NOT NULL;

UPDATE resources
SET last_entry = latest.key
FROM (
    SELECT resource_id, key, row_number() OVER (PARTITION BY resource_id ORDER BY at DESC, key DESC) AS place
    FROM log_entries
    WHERE class = 1 AND resource_id IS NOT NULL
) AS latest
WHERE latest.place = 1 AND resources.id = latest.resource_id;

DROP INDEX log_entries_by_resource;
CREATE INDEX log_entries_of_deleted ON log_entries (resource_id) WHERE class = 1 AND action = 'delete';
