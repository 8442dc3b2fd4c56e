//! Schemas and resource types as JSON documents define them, read and checked.

use super::attribute::{Attribute, AttributeType, Uniqueness};
use super::catalog::{CatalogError, Schema};
use serde::Deserialize;
use serde_json::Value;

/// Endpoints that the protocol itself has (RFC 7644 §3.2, table 2).
const RESERVED: [&str; 5] = ["Schemas", "ResourceTypes", "ServiceProviderConfig", "Bulk", "Me"];

/// One definition.
pub(super) enum Definition {
    Schema(Schema),
    ResourceType(ResourceTypeDefinition),
}

/// A resource type as RFC 7643 §6 writes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceTypeDefinition {
    pub(super) name: String,
    pub(super) endpoint: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) schema: String,
    #[serde(default)]
    pub(super) schema_extensions: Vec<ExtensionDefinition>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct ExtensionDefinition {
    pub(super) schema: String,
    #[serde(default)]
    pub(super) required: bool,
}

/// The single definitions in a document, which may be a list of them or a list response.
#[must_use]
pub fn definitions_in(document: &Value) -> Vec<&Value> {
    match document.as_array().or_else(|| document.get("Resources").and_then(Value::as_array)) {
        Some(list) => list.iter().flat_map(definitions_in).collect(),
        None => vec![document],
    }
}

/// What tells a definition from others: a schema's URN, a resource type's name.
#[must_use]
pub fn definition_id(definition: &Value) -> Option<&str> {
    let name = if definition.get("endpoint").is_some() { "name" } else { "id" };
    definition.get(name).and_then(Value::as_str)
}

/// Reads documents, schemas before resource types.
pub(super) fn read(documents: &[Value]) -> Result<Vec<Definition>, CatalogError> {
    let mut found = Vec::new();
    for definition in documents.iter().flat_map(definitions_in) {
        found.push(if definition.get("endpoint").is_some() {
            Definition::ResourceType(ResourceTypeDefinition::deserialize(definition)?)
        } else if definition.get("attributes").is_some() {
            Definition::Schema(Schema::deserialize(definition)?)
        } else {
            return Err(CatalogError::Unknown);
        });
    }
    found.sort_by_key(|definition| matches!(definition, Definition::ResourceType(_)));
    Ok(found)
}

/// A schema whose names and characteristics can be served; the common attributes, which every resource has, are left
/// out (RFC 7643 §3.1).
pub(super) fn checked_schema(mut schema: Schema, common: &[Attribute]) -> Result<Schema, CatalogError> {
    if !schema.id.to_ascii_lowercase().starts_with("urn:") || schema.id.contains(char::is_whitespace) {
        return Err(invalid(&schema.id, "the id of a schema must be a URN: urn:example:Device, say"));
    }
    schema
        .attributes
        .retain(|attribute| !common.iter().any(|common| common.name.eq_ignore_ascii_case(&attribute.name)));
    if schema.name.is_empty() {
        schema.name = schema.id.rsplit(':').next().unwrap_or_default().to_owned();
    }
    check_attributes(&schema.attributes, "")?;
    Ok(schema)
}

fn check_attributes(attributes: &[Attribute], parent: &str) -> Result<(), CatalogError> {
    for (number, attribute) in attributes.iter().enumerate() {
        let name =
            if parent.is_empty() { attribute.name.clone() } else { format!("{parent}.{}", attribute.name) };
        let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        let word = attribute.name.strip_prefix('$').unwrap_or(&attribute.name);
        // RFC 7643 §2.1 `ATTRNAME`.
        if !word.starts_with(|first: char| first.is_ascii_alphabetic()) || !word.chars().all(is_name) {
            return Err(invalid(&name, "an attribute's name has letters, digits, - and _, a letter first"));
        }
        if attributes[..number].iter().any(|before| before.name.eq_ignore_ascii_case(&attribute.name)) {
            return Err(invalid(&name, "it is there twice; names are compared without regard to case"));
        }
        if !attribute.is_complex() {
            if attribute.uniqueness != Uniqueness::None && attribute.kind == AttributeType::Boolean {
                return Err(invalid(&name, "a boolean cannot be unique"));
            }
            continue;
        }
        if !parent.is_empty() {
            return Err(invalid(&name, "a complex attribute cannot hold another (RFC 7643 section 2.3.8)"));
        }
        if attribute.sub_attributes.is_empty() {
            return Err(invalid(&name, "a complex attribute needs subAttributes"));
        }
        check_attributes(&attribute.sub_attributes, &name)?;
    }
    Ok(())
}

/// Adds a resource type, or its extensions to the one that has its name.
pub(super) fn merge_resource_type(
    known: &mut Vec<ResourceTypeDefinition>,
    new: ResourceTypeDefinition,
) -> Result<(), CatalogError> {
    if let Some(there) = known.iter_mut().find(|there| there.name == new.name) {
        if there.endpoint != new.endpoint || !there.schema.eq_ignore_ascii_case(&new.schema) {
            return Err(CatalogError::Redefined(format!("the resource type {}", new.name)));
        }
        for extension in new.schema_extensions {
            match there.schema_extensions.iter().find(|there| there.schema == extension.schema) {
                None => there.schema_extensions.push(extension),
                Some(there) if *there == extension => (),
                Some(_) => {
                    let name = format!("the extension {} of {}", extension.schema, new.name);
                    return Err(CatalogError::Redefined(name));
                }
            }
        }
        return Ok(());
    }
    let segment = new.endpoint.strip_prefix('/').unwrap_or_default();
    let is_segment = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if segment.is_empty() || !segment.chars().all(is_segment) {
        return Err(invalid(&new.name, "its endpoint must be / and one word: /Devices, say"));
    }
    let is_taken = RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(segment))
        || known.iter().any(|known| known.endpoint.eq_ignore_ascii_case(&new.endpoint));
    if is_taken {
        return Err(invalid(&new.name, &format!("the endpoint {} is taken", new.endpoint)));
    }
    known.push(new);
    Ok(())
}

fn invalid(name: &str, problem: &str) -> CatalogError {
    CatalogError::Invalid { name: name.to_owned(), problem: problem.to_owned() }
}
