//! All schemas and resource types that a server has.

use super::attribute::{Attribute, AttributeType};
use super::definition::{self, Definition, ResourceTypeDefinition};
use super::resource_type::{Extension, ResourceType};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use thiserror::Error;

const COMMON: &str = include_str!("../../schemas/common.json");
const USER: &str = include_str!("../../schemas/user.json");
const GROUP: &str = include_str!("../../schemas/group.json");
const ENTERPRISE_USER: &str = include_str!("../../schemas/enterprise-user.json");
const RESOURCE_TYPES: &str = include_str!("../../schemas/resource-types.json");

/// The attribute that only [`Catalog::with_password`] has.
const PASSWORD: &str = "password";

/// A schema (RFC 7643 §7).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Schema {
    /// Its URN.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// Schemas and resource types.
#[derive(Clone, Debug)]
pub struct Catalog {
    common: Vec<Attribute>,
    schemas: Vec<Arc<Schema>>,
    definitions: Vec<ResourceTypeDefinition>,
    resource_types: Vec<ResourceType>,
}

/// Definitions that cannot be used.
#[derive(Debug, Error)]
pub enum CatalogError {
    /// Not JSON of the form of RFC 7643 §6 and §7.
    #[error("the definition is not of the form of RFC 7643 sections 6 and 7: {0}")]
    Form(#[from] serde_json::Error),
    /// Neither a schema nor a resource type.
    #[error(
        "the definition is neither a schema (it has no attributes) nor a resource type (it has no endpoint)"
    )]
    Unknown,
    /// A resource type names a schema that is not there.
    #[error("the resource type {resource_type} names the schema {schema}, which is not defined")]
    UnknownSchema {
        /// The resource type.
        resource_type: String,
        /// The schema.
        schema: String,
    },
    /// Something that is defined already, differently.
    #[error("{0} is defined already, and differently")]
    Redefined(String),
    /// A value that a definition may not have.
    #[error("{name}: {problem}")]
    Invalid {
        /// The schema, its attribute or the resource type.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl Catalog {
    /// User without `password`, Group and the enterprise extension: the profile that validators discover.
    #[must_use]
    pub fn built_in() -> Self {
        Self::with_built_in(false)
    }

    /// As [`Catalog::built_in`], and users have a `password`, which is written and never returned.
    #[must_use]
    pub fn with_password() -> Self {
        Self::with_built_in(true)
    }

    #[expect(clippy::expect_used, reason = "the definitions are part of the program, and a test reads them")]
    fn with_built_in(password: bool) -> Self {
        let read = || -> Result<Self, CatalogError> {
            let mut schemas = Vec::new();
            for text in [USER, GROUP, ENTERPRISE_USER] {
                let mut schema: Schema = serde_json::from_str(text)?;
                schema.attributes.retain(|attribute| password || attribute.name != PASSWORD);
                schemas.push(Arc::new(schema));
            }
            let common = serde_json::from_str(COMMON)?;
            Self::assemble(common, schemas, serde_json::from_str(RESOURCE_TYPES)?)
        };
        read().expect("the built-in schemas are well-formed")
    }

    /// This catalog and what is defined in these documents: each a schema (RFC 7643 §7) or a resource type (§6), a list
    /// of them, or a list response as `/Schemas` and `/ResourceTypes` answer. A resource type that exists already gets
    /// the schema extensions that it does not have yet.
    ///
    /// # Errors
    ///
    /// When a definition is malformed, contradicts one that is there, or names a schema that is not.
    pub fn extended(&self, documents: &[Value]) -> Result<Self, CatalogError> {
        let mut schemas = self.schemas.clone();
        let mut definitions = self.definitions.clone();
        for definition in definition::read(documents)? {
            match definition {
                Definition::Schema(schema) => {
                    let schema = definition::checked_schema(schema, &self.common)?;
                    match schemas.iter().find(|known| known.id.eq_ignore_ascii_case(&schema.id)) {
                        Some(known) if **known == schema => (),
                        Some(_) => return Err(CatalogError::Redefined(format!("the schema {}", schema.id))),
                        None => schemas.push(Arc::new(schema)),
                    }
                }
                Definition::ResourceType(new) => definition::merge_resource_type(&mut definitions, new)?,
            }
        }
        Self::assemble(self.common.clone(), schemas, definitions)
    }

    fn assemble(
        common: Vec<Attribute>,
        schemas: Vec<Arc<Schema>>,
        definitions: Vec<ResourceTypeDefinition>,
    ) -> Result<Self, CatalogError> {
        let resource_types = definitions
            .iter()
            .map(|definition| resource_type(definition, &schemas, &common))
            .collect::<Result<_, _>>()?;
        Ok(Self { common, schemas, definitions, resource_types })
    }

    /// The schemas, in the order of their definition.
    #[must_use]
    pub fn schemas(&self) -> &[Arc<Schema>] {
        &self.schemas
    }

    /// The resource types, in the order of their definition.
    #[must_use]
    pub fn resource_types(&self) -> &[ResourceType] {
        &self.resource_types
    }

    /// The resource type of that name.
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Option<&ResourceType> {
        self.resource_types.iter().find(|resource_type| resource_type.name == name)
    }

    /// Where in [`Catalog::resource_types`] the one is whose endpoint is `/` and this segment, as in `Users`.
    #[must_use]
    pub fn position_of_endpoint(&self, segment: &str) -> Option<usize> {
        self.resource_types.iter().position(|resource_type| {
            resource_type.endpoint.strip_prefix('/').is_some_and(|endpoint| endpoint == segment)
        })
    }
}

fn resource_type(
    definition: &ResourceTypeDefinition,
    schemas: &[Arc<Schema>],
    common: &[Attribute],
) -> Result<ResourceType, CatalogError> {
    let find = |urn: &str| {
        let schema = schemas.iter().find(|schema| schema.id.eq_ignore_ascii_case(urn));
        schema.cloned().map(with_indexed_references).ok_or_else(|| CatalogError::UnknownSchema {
            resource_type: definition.name.clone(),
            schema: urn.to_owned(),
        })
    };
    let schema = find(&definition.schema)?;
    let extensions = definition
        .schema_extensions
        .iter()
        .map(|extension| Ok(Extension { schema: find(&extension.schema)?, required: extension.required }))
        .collect::<Result<_, CatalogError>>()?;
    let (meta, first): (Vec<Attribute>, Vec<Attribute>) =
        common.iter().cloned().partition(|attribute| attribute.name == "meta");
    let attributes = first.into_iter().chain(schema.attributes.iter().cloned()).chain(meta).collect();
    Ok(ResourceType::new(definition, schema, extensions, attributes))
}

/// What refers to a resource by its `value` must be found when that resource is deleted.
fn with_indexed_references(schema: Arc<Schema>) -> Arc<Schema> {
    let refers = |attribute: &Attribute| attribute.refers_to_resources();
    if !schema.attributes.iter().any(refers) {
        return schema;
    }
    let mut schema = Schema::clone(&schema);
    for attribute in schema.attributes.iter_mut().filter(|attribute| refers(attribute)) {
        for sub in &mut attribute.sub_attributes {
            sub.indexed |= sub.name == "value" && sub.kind == AttributeType::String;
        }
    }
    Arc::new(schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_built_in_schemas_are_those_of_the_rfc() {
        let catalog = Catalog::built_in();
        let user = catalog.resource_type("User").unwrap();
        assert_eq!(user.schema.attributes.len(), 20, "the 21 of RFC 7643 section 8.7.1 without password");
        assert_eq!(user.unique_attribute().unwrap().name, "userName");
        assert!(!user.has_members() && user.shows_groups());
        let group = catalog.resource_type("Group").unwrap();
        assert!(group.has_members() && !group.shows_groups());
        assert_eq!(group.unique_attribute().unwrap().name, "displayName");
        let catalog = Catalog::with_password();
        let user = catalog.resource_type("User").unwrap();
        assert_eq!(user.schema.attributes.len(), 21);
        assert!(user.has_password());
    }

    fn extended(documents: &[Value]) -> Result<Catalog, String> {
        Catalog::built_in().extended(documents).map_err(|error| error.to_string())
    }

    fn device() -> Value {
        json!({"id": "urn:example:Device", "name": "Device", "attributes": [
            {"name": "serial", "required": true, "uniqueness": "server"},
            {"name": "owner", "type": "complex", "subAttributes": [
                {"name": "value"}, {"name": "$ref", "type": "reference", "referenceTypes": ["User"]}
            ]}
        ]})
    }

    #[test]
    fn types_are_added_and_extended() {
        let badge = json!({"id": "urn:example:Badge", "attributes": [{"name": "number"}]});
        let types = json!({"Resources": [
            {"name": "Device", "endpoint": "/Devices", "schema": "urn:example:Device"},
            {"name": "User", "endpoint": "/Users", "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
                "schemaExtensions": [{"schema": "urn:example:Badge", "required": false}]}
        ]});
        let catalog = extended(&[device(), badge, types]).unwrap();
        let device = catalog.resource_type("Device").unwrap();
        assert_eq!(catalog.position_of_endpoint("Devices"), Some(2));
        assert_eq!(device.unique_attribute().unwrap().name, "serial");
        let owner = device.attribute("owner").unwrap();
        assert!(owner.sub_attribute("value").unwrap().indexed, "it is a reference");
        let user = catalog.resource_type("User").unwrap();
        assert_eq!(user.extensions.len(), 2);
        assert!(user.locate("urn:example:Badge:number").is_some());
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let type_of = |name: &str, endpoint: &str, schema: &str| {
            extended(&[device(), json!({"name": name, "endpoint": endpoint, "schema": schema})]).unwrap_err()
        };
        assert!(type_of("X", "/X", "urn:none").contains("urn:none"));
        assert!(type_of("User", "/People", "urn:example:Device").contains("User"));
        for endpoint in ["Devices", "/a/b", "/Schemas", "/users", "/Bulk", "/"] {
            assert!(type_of("X", endpoint, "urn:example:Device").contains("endpoint"), "{endpoint}");
        }
        let attribute = |attribute: Value| {
            extended(&[json!({"id": "urn:example:S", "attributes": [attribute]})]).unwrap_err()
        };
        assert!(attribute(json!({"name": "a b"})).contains("a b"));
        assert!(attribute(json!({"name": "a", "type": "complex"})).contains("subAttributes"));
        assert!(attribute(json!({"name": "a", "type": "text"})).contains("text"));
        let deep = json!({"name": "a", "type": "complex", "subAttributes": [
            {"name": "b", "type": "complex", "subAttributes": [{"name": "c"}]}
        ]});
        assert!(attribute(deep).contains("a.b"));
        let twice = json!({"id": "urn:example:S", "attributes": [{"name": "a"}, {"name": "A"}]});
        assert!(extended(&[twice]).unwrap_err().contains("twice"));
        assert!(extended(&[json!({"id": "x", "attributes": []})]).unwrap_err().contains("urn:"));
        assert!(extended(&[json!({"id": "urn:x"})]).unwrap_err().contains("neither"));
        let changed =
            json!({"id": "urn:ietf:params:scim:schemas:core:2.0:User", "attributes": [{"name": "a"}]});
        assert!(extended(&[changed]).unwrap_err().contains("defined already"));
    }
}
