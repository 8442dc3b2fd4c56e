//! A resource type: an endpoint, a schema and its extensions, and how an attribute is found by its name in a request.

use super::attribute::{Attribute, AttributeType, Returned, Uniqueness, find};
use super::catalog::Schema;
use super::definition::ResourceTypeDefinition;
use std::sync::Arc;

/// A type of resource (RFC 7643 §6).
#[derive(Clone, Debug)]
pub struct ResourceType {
    /// Such as `User`.
    pub name: String,
    /// Such as `/Users`.
    pub endpoint: String,
    /// What it is for.
    pub description: String,
    /// The core schema.
    pub schema: Arc<Schema>,
    /// The schema extensions.
    pub extensions: Vec<Extension>,
    /// The common attributes and the core schema's, in the order in which a resource shows them.
    pub attributes: Vec<Attribute>,
    /// Whether a document holds what an answer does not show unasked.
    hides: bool,
    /// Attributes that refer to one resource each and show its name.
    references: Vec<Reference>,
}

/// A complex attribute that refers to a resource by its `value`, such as the enterprise extension's `manager`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The URN of the extension whose attribute it is.
    pub extension: Option<String>,
    /// The attribute's name.
    pub attribute: String,
    /// The path of its `value`, joined by dots, as [`crate::LookupValues`] has it.
    pub path: String,
    /// Whether it refers to many.
    pub multi_valued: bool,
    /// The read-only sub-attribute that shows the name of the resource that is referred to.
    pub display: Option<String>,
    /// The names of the resource types that it may refer to.
    pub types: Vec<String>,
}

/// A schema extension of a resource type.
#[derive(Clone, Debug)]
pub struct Extension {
    /// The schema.
    pub schema: Arc<Schema>,
    /// Whether every resource of the type must have it.
    pub required: bool,
}

/// What an attribute notation means (RFC 7644 §3.10).
#[derive(Clone, Copy, Debug)]
pub enum Located<'c> {
    /// A whole schema extension: its URN alone.
    Extension(&'c Extension),
    /// An attribute, perhaps of an extension, perhaps one of its sub-attributes.
    Attribute {
        /// The extension whose attribute it is.
        extension: Option<&'c Extension>,
        /// The attribute.
        attribute: &'c Attribute,
        /// The sub-attribute.
        sub_attribute: Option<&'c Attribute>,
    },
}

impl ResourceType {
    pub(super) fn new(
        definition: &ResourceTypeDefinition,
        schema: Arc<Schema>,
        extensions: Vec<Extension>,
        attributes: Vec<Attribute>,
    ) -> Self {
        let all = || {
            let inner = extensions.iter().flat_map(|extension| {
                extension.schema.attributes.iter().map(move |attribute| (Some(extension), attribute))
            });
            attributes.iter().map(|attribute| (None, attribute)).chain(inner)
        };
        let hides = all().any(|(extension, attribute)| {
            !is_password(extension, attribute)
                && std::iter::once(attribute)
                    .chain(&attribute.sub_attributes)
                    .any(|attribute| matches!(attribute.returned, Returned::Never | Returned::Request))
        });
        let references = all()
            .filter(|(_, attribute)| attribute.refers_to_resources() && !attribute.is_read_only())
            // Members are rows.
            .filter(|(extension, attribute)| extension.is_some() || attribute.name != "members")
            .map(|(extension, attribute)| reference(extension, attribute))
            .collect();
        Self {
            name: definition.name.clone(),
            endpoint: definition.endpoint.clone(),
            description: definition.description.clone(),
            schema,
            extensions,
            attributes,
            hides,
            references,
        }
    }

    /// Finds what a notation such as `name.givenName` or `urn:…:User:manager` names; `None` when there is no such
    /// attribute. Names and URNs are compared without regard to case; the longest known URN wins, for URNs hold dots.
    #[must_use]
    pub fn locate(&self, notation: &str) -> Option<Located<'_>> {
        if !starts_with_ignoring_case(notation, "urn:") {
            return locate_in(None, &self.attributes, notation);
        }
        let mut best: Option<(usize, Option<&Extension>)> = None;
        let core = (self.schema.id.as_str(), None);
        let extensions =
            self.extensions.iter().map(|extension| (extension.schema.id.as_str(), Some(extension)));
        for (urn, extension) in std::iter::once(core).chain(extensions) {
            let longer = best.is_none_or(|(length, _)| urn.len() > length);
            if longer && has_urn(notation, urn) {
                best = Some((urn.len(), extension));
            }
        }
        let (length, extension) = best?;
        // Entra's jobs of 2018 write a dot between the URN and the attribute (entra-facts 3.6).
        let rest = notation[length..].trim_start_matches([':', '.']);
        match extension {
            Some(extension) if rest.is_empty() => Some(Located::Extension(extension)),
            Some(extension) => locate_in(Some(extension), &extension.schema.attributes, rest),
            None => locate_in(None, &self.attributes, rest),
        }
    }

    /// The top-level attribute of that name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }

    /// The extension with that URN.
    #[must_use]
    pub fn extension(&self, urn: &str) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.schema.id.eq_ignore_ascii_case(urn))
    }

    /// Whether resources of this type have members, which are kept as relations and not in the document.
    #[must_use]
    pub fn has_members(&self) -> bool {
        self.attribute("members").is_some_and(|members| {
            members.multi_valued && members.refers_to_resources() && !members.is_read_only()
        })
    }

    /// Whether resources of this type show the groups that they are members of.
    #[must_use]
    pub fn shows_groups(&self) -> bool {
        self.attribute("groups").is_some_and(|groups| {
            groups.multi_valued && groups.refers_to_resources() && groups.is_read_only()
        })
    }

    /// Whether documents hold attributes that an answer shows only when asked (`returned` is `request`), or never.
    #[must_use]
    pub const fn hides(&self) -> bool {
        self.hides
    }

    /// Whether resources of this type have a password, which is kept hashed and not in the document.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.attributes.iter().any(|attribute| is_password(None, attribute))
    }

    /// The attributes that refer to other resources.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The attribute whose value is unique in an organization, such as `userName`: the first, and a text. Others that
    /// are unique are found in [`crate::LookupValues`].
    #[must_use]
    pub fn unique_attribute(&self) -> Option<&Attribute> {
        // `id` is unique by itself.
        self.attributes.iter().find(|attribute| {
            attribute.uniqueness != Uniqueness::None
                && attribute.name != "id"
                && !attribute.multi_valued
                && attribute.kind == AttributeType::String
        })
    }
}

pub(crate) fn is_password(extension: Option<&Extension>, attribute: &Attribute) -> bool {
    extension.is_none() && attribute.name == "password" && attribute.returned == Returned::Never
}

fn reference(extension: Option<&Extension>, attribute: &Attribute) -> Reference {
    let urn = extension.map(|extension| extension.schema.id.clone());
    let prefix = urn.as_ref().map(|urn| format!("{urn}.")).unwrap_or_default();
    let display = ["displayName", "display"]
        .into_iter()
        .filter_map(|name| attribute.sub_attribute(name))
        .find(|sub| sub.is_read_only());
    let types = attribute.sub_attribute("$ref").map(|sub| sub.reference_types.clone()).unwrap_or_default();
    Reference {
        path: format!("{prefix}{}.value", attribute.name),
        extension: urn,
        attribute: attribute.name.clone(),
        multi_valued: attribute.multi_valued,
        display: display.map(|sub| sub.name.clone()),
        types,
    }
}

fn locate_in<'c>(
    extension: Option<&'c Extension>,
    attributes: &'c [Attribute],
    notation: &str,
) -> Option<Located<'c>> {
    let (name, sub) = match notation.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (notation, None),
    };
    let attribute = find(attributes, name)?;
    let sub_attribute = match sub {
        Some(sub) => Some(attribute.sub_attribute(sub)?),
        None => None,
    };
    Some(Located::Attribute { extension, attribute, sub_attribute })
}

fn has_urn(notation: &str, urn: &str) -> bool {
    starts_with_ignoring_case(notation, urn)
        && matches!(notation.as_bytes().get(urn.len()), None | Some(b':' | b'.'))
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    fn names(notation: &str) -> Option<String> {
        let catalog = Catalog::built_in();
        Some(match catalog.resource_type("User")?.locate(notation)? {
            Located::Extension(extension) => extension.schema.name.clone(),
            Located::Attribute { extension, attribute, sub_attribute } => format!(
                "{}/{}/{}",
                extension.map_or("", |extension| &extension.schema.name),
                attribute.name,
                sub_attribute.map_or("", |sub| &sub.name)
            ),
        })
    }

    #[test]
    fn finds_attributes_by_every_notation() {
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        assert_eq!(names("USERNAME").unwrap(), "/userName/");
        assert_eq!(names("name.FamilyName").unwrap(), "/name/familyName");
        assert_eq!(
            names("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName").unwrap(),
            "/name/givenName"
        );
        assert_eq!(names(enterprise).unwrap(), "EnterpriseUser");
        assert_eq!(names(&format!("{enterprise}:manager.value")).unwrap(), "EnterpriseUser/manager/value");
        assert_eq!(
            names(&format!("{}.department", enterprise.to_uppercase())).unwrap(),
            "EnterpriseUser/department/"
        );
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for notation in ["", "nickname2", "name.", "name.x", "urn:x:y", "department", "userName.value"] {
            assert_eq!(names(notation), None, "{notation}");
        }
    }
}
