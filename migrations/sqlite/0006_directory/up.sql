-- Who is disabled, in the order of names: counted and listed without reading everybody. The term is the one that the
-- filter `active eq false` becomes; an index is used for no other.
CREATE INDEX resources_disabled ON resources (organization_key, resource_type, unique_key)
    WHERE json_extract(search, '$."active"') = 0;

-- People are looked for by their family name; the attribute table marks it as indexed from now on. The search document
-- has it folded. Longer values than an index may hold were accepted before: they are not found by it.
INSERT INTO resource_values (resource_key, attribute, value, organization_key)
SELECT key, 'name.familyName', json_extract(search, '$.name.familyName'), organization_key
FROM resources
WHERE json_type(search, '$.name.familyName') = 'text'
    AND length(json_extract(search, '$.name.familyName')) <= 1024
    AND length(CAST(json_extract(search, '$.name.familyName') AS BLOB)) <= 2048
    AND EXISTS (
        SELECT 1 FROM json_each(search, '$.schemas') WHERE value = 'urn:ietf:params:scim:schemas:core:2.0:user'
    );
