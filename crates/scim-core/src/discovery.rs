//! What a server says about itself (RFC 7643 §5–7, RFC 7644 §4), from the attribute table.

use crate::Object;
use crate::schema::{Attribute, AttributeType, ResourceType, Schema, Uniqueness};
use serde_json::{Value, json};

/// What the server can do beyond the required, for [`service_provider_config`].
#[derive(Clone, Copy, Debug)]
pub struct Features {
    /// How many resources a list answers when it is not said.
    pub default_page_size: u32,
    /// How many resources a list answers at most.
    pub max_results: u32,
    /// How many operations a bulk request may have.
    pub bulk_max_operations: usize,
    /// How large a bulk request may be, in bytes.
    pub bulk_max_payload_bytes: usize,
    /// Whether users have passwords.
    pub change_password: bool,
}

/// A schema as `/Schemas` shows it. `base` is the SCIM base URL.
#[must_use]
pub fn schema(schema: &Schema, base: &str) -> Value {
    let attributes: Vec<Value> = schema.attributes.iter().map(attribute).collect();
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": schema.id,
        "name": schema.name,
        "description": schema.description,
        "attributes": attributes,
        "meta": {"resourceType": "Schema", "location": format!("{base}/Schemas/{}", schema.id)}
    })
}

fn attribute(attribute: &Attribute) -> Value {
    let mut shown = Object::new();
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    put("name", attribute.name.as_str().into());
    put("type", attribute.kind.as_str().into());
    put("multiValued", attribute.multi_valued.into());
    put("description", attribute.description.as_str().into());
    put("required", attribute.required.into());
    if !attribute.canonical_values.is_empty() {
        put("canonicalValues", attribute.canonical_values.clone().into());
    }
    let is_text =
        matches!(attribute.kind, AttributeType::String | AttributeType::Reference | AttributeType::Binary);
    if is_text {
        put("caseExact", attribute.case_exact.into());
    }
    put("mutability", attribute.mutability.as_str().into());
    put("returned", attribute.returned.as_str().into());
    if is_text || attribute.uniqueness != Uniqueness::None {
        put("uniqueness", attribute.uniqueness.as_str().into());
    }
    if !attribute.reference_types.is_empty() {
        put("referenceTypes", attribute.reference_types.clone().into());
    }
    if attribute.is_complex() {
        put("subAttributes", attribute.sub_attributes.iter().map(self::attribute).collect());
    }
    shown.into()
}

/// A resource type as `/ResourceTypes` shows it.
#[must_use]
pub fn resource_type(resource_type: &ResourceType, base: &str) -> Value {
    let extensions: Vec<Value> = resource_type
        .extensions
        .iter()
        .map(|extension| json!({"schema": extension.schema.id, "required": extension.required}))
        .collect();
    let mut shown = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": resource_type.name,
        "name": resource_type.name,
        "endpoint": resource_type.endpoint,
        "description": resource_type.description,
        "schema": resource_type.schema.id,
    });
    if !extensions.is_empty() {
        shown["schemaExtensions"] = extensions.into();
    }
    shown["meta"] = json!({
        "resourceType": "ResourceType",
        "location": format!("{base}/ResourceTypes/{}", resource_type.name)
    });
    shown
}

/// `/ServiceProviderConfig` (RFC 7643 §5, RFC 9865 §4).
#[must_use]
pub fn service_provider_config(features: Features, base: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": true},
        "bulk": {
            "supported": true,
            "maxOperations": features.bulk_max_operations,
            "maxPayloadSize": features.bulk_max_payload_bytes
        },
        "filter": {"supported": true, "maxResults": features.max_results},
        "changePassword": {"supported": features.change_password},
        "sort": {"supported": true},
        "etag": {"supported": true},
        // RFC 9865 §4. Cursors do not expire.
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": features.default_page_size,
            "maxPageSize": features.max_results
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "OAuth 2.0 bearer token",
            "description": "An access token of the client credentials grant, from the token endpoint",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true
        }],
        "meta": {"resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig")}
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn every_characteristic_is_said() {
        let catalog = Catalog::built_in();
        let shown = schema(&catalog.schemas()[0], "https://x/scim/v2");
        let user_name = &shown["attributes"][0];
        let expected = json!({
            "name": "userName", "type": "string", "multiValued": false, "description": user_name["description"],
            "required": true, "caseExact": false, "mutability": "readWrite", "returned": "default",
            "uniqueness": "server"
        });
        assert_eq!(*user_name, expected);
        assert_eq!(
            shown["meta"]["location"],
            "https://x/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"
        );
    }

    #[test]
    fn nothing_is_null() {
        let catalog = Catalog::built_in();
        for resource in catalog.schemas() {
            assert!(!schema(resource, "b").to_string().contains("null"));
        }
        for kind in catalog.resource_types() {
            assert!(!resource_type(kind, "b").to_string().contains("null"));
        }
    }
}
