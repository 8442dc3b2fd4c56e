ALTER TABLE admins DROP COLUMN organization_id;
