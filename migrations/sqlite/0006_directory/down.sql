DELETE FROM resource_values WHERE attribute = 'name.familyName';
DROP INDEX resources_disabled;
