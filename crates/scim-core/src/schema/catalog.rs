//! All schemas and resource types that a server has.

use super::attribute::Attribute;
use super::resource_type::{Extension, ResourceType};
use serde::Deserialize;
use std::sync::Arc;
use thiserror::Error;

const COMMON: &str = include_str!("../../schemas/common.json");
const USER: &str = include_str!("../../schemas/user.json");
const GROUP: &str = include_str!("../../schemas/group.json");
const ENTERPRISE_USER: &str = include_str!("../../schemas/enterprise-user.json");
const RESOURCE_TYPES: &str = include_str!("../../schemas/resource-types.json");

/// A schema (RFC 7643 §7).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Schema {
    /// Its URN.
    pub id: String,
    /// Its name.
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
    schemas: Vec<Arc<Schema>>,
    resource_types: Vec<ResourceType>,
}

/// Definitions that cannot be used.
#[derive(Debug, Error)]
pub enum CatalogError {
    /// Not JSON of the form of RFC 7643 §6 and §7.
    #[error("the definition is not of the form of RFC 7643 sections 6 and 7")]
    Form(#[from] serde_json::Error),
    /// A resource type names a schema that is not there.
    #[error("the resource type {resource_type} names the schema {schema}, which is not defined")]
    UnknownSchema {
        /// The resource type.
        resource_type: String,
        /// The schema.
        schema: String,
    },
}

/// A resource type as RFC 7643 §6 writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceTypeDefinition {
    name: String,
    endpoint: String,
    #[serde(default)]
    description: String,
    schema: String,
    #[serde(default)]
    schema_extensions: Vec<ExtensionDefinition>,
}

#[derive(Deserialize)]
struct ExtensionDefinition {
    schema: String,
    #[serde(default)]
    required: bool,
}

impl Catalog {
    /// User, Group and the enterprise extension.
    ///
    /// # Panics
    ///
    /// Never: the definitions are part of the program, and a test reads them.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the definitions are part of the program")]
    pub fn built_in() -> Self {
        Self::new(&[USER, GROUP, ENTERPRISE_USER], RESOURCE_TYPES)
            .expect("the built-in schemas are well-formed")
    }

    /// Reads schemas, each a JSON object, and resource types, a JSON array.
    ///
    /// # Errors
    ///
    /// When a definition is malformed or names a schema that is not there.
    pub fn new(schemas: &[&str], resource_types: &str) -> Result<Self, CatalogError> {
        let common: Vec<Attribute> = serde_json::from_str(COMMON)?;
        let schemas = schemas
            .iter()
            .map(|text| serde_json::from_str(text).map(Arc::new))
            .collect::<Result<Vec<Arc<Schema>>, _>>()?;
        let definitions: Vec<ResourceTypeDefinition> = serde_json::from_str(resource_types)?;
        let resource_types = definitions
            .into_iter()
            .map(|definition| assemble(definition, &schemas, &common))
            .collect::<Result<_, _>>()?;
        Ok(Self { schemas, resource_types })
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
}

fn assemble(
    definition: ResourceTypeDefinition,
    schemas: &[Arc<Schema>],
    common: &[Attribute],
) -> Result<ResourceType, CatalogError> {
    let find = |urn: &str| {
        schemas.iter().find(|schema| schema.id == urn).cloned().ok_or_else(|| CatalogError::UnknownSchema {
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
    Ok(ResourceType {
        name: definition.name,
        endpoint: definition.endpoint,
        description: definition.description,
        schema,
        extensions,
        attributes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn an_unknown_schema_is_named() {
        let error = Catalog::new(&[USER], RESOURCE_TYPES).unwrap_err();
        assert!(error.to_string().contains("enterprise"), "{error}");
    }
}
