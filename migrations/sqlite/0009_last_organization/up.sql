-- Where an admin of several organizations was: whoever signs in again goes on there.
ALTER TABLE admins ADD COLUMN organization_id TEXT;
