//! One attribute and its characteristics (RFC 7643 §2.2, §7).

use serde::Deserialize;
use serde_json::Value;

/// An attribute as a schema defines it. What a definition leaves out has the default of RFC 7643 §2.2.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Its name; compared without regard to case.
    pub name: String,
    /// The type of its values.
    #[serde(rename = "type", default)]
    pub kind: AttributeType,
    /// Whether it is a list.
    #[serde(default)]
    pub multi_valued: bool,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Whether a resource must have it.
    #[serde(default)]
    pub required: bool,
    /// Whether its texts are compared with regard to case.
    #[serde(default)]
    pub case_exact: bool,
    /// Values that are suggested; others are accepted too.
    #[serde(default)]
    pub canonical_values: Vec<String>,
    /// Whether and when clients may write it.
    #[serde(default)]
    pub mutability: Mutability,
    /// When an answer shows it.
    #[serde(default)]
    pub returned: Returned,
    /// Whether its value is unique among the organization's resources of the type.
    #[serde(default)]
    pub uniqueness: Uniqueness,
    /// What a reference may refer to.
    #[serde(default)]
    pub reference_types: Vec<String>,
    /// The attributes of a complex attribute's value.
    #[serde(default)]
    pub sub_attributes: Vec<Attribute>,
    /// Whether `eq` on it is to be quick; Muster's own, not shown in `/Schemas`.
    #[serde(default)]
    pub indexed: bool,
    /// The value of a resource that was made without one; Muster's own, not shown in `/Schemas`.
    #[serde(default)]
    pub default: Option<Value>,
}

/// RFC 7643 §2.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the RFC's own word")]
pub enum AttributeType {
    #[default]
    String,
    Boolean,
    Decimal,
    Integer,
    DateTime,
    Binary,
    Reference,
    Complex,
}

/// RFC 7643 §7 `mutability`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the RFC's own word")]
pub enum Mutability {
    ReadOnly,
    #[default]
    ReadWrite,
    Immutable,
    WriteOnly,
}

/// RFC 7643 §7 `returned`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the RFC's own word")]
pub enum Returned {
    Always,
    Never,
    #[default]
    Default,
    Request,
}

/// RFC 7643 §7 `uniqueness`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the RFC's own word")]
pub enum Uniqueness {
    #[default]
    None,
    Server,
    Global,
}

impl Attribute {
    /// The sub-attribute of that name.
    #[must_use]
    pub fn sub_attribute(&self, name: &str) -> Option<&Self> {
        find(&self.sub_attributes, name)
    }

    /// Whether it is complex.
    #[must_use]
    pub fn is_complex(&self) -> bool {
        self.kind == AttributeType::Complex
    }

    /// Whether it refers to resources by their `id`: complex, with `value` and a `$ref` to a resource type.
    #[must_use]
    pub fn refers_to_resources(&self) -> bool {
        let is_type = |name: &String| name != "external" && name != "uri";
        self.is_complex()
            && self.sub_attribute("value").is_some()
            && self.sub_attribute("$ref").is_some_and(|sub| sub.reference_types.iter().any(is_type))
    }

    /// Whether clients may not write it.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }
}

impl AttributeType {
    /// As the RFC writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::DateTime => "dateTime",
            Self::Binary => "binary",
            Self::Reference => "reference",
            Self::Complex => "complex",
        }
    }
}

impl Mutability {
    /// As the RFC writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
            Self::Immutable => "immutable",
            Self::WriteOnly => "writeOnly",
        }
    }
}

impl Returned {
    /// As the RFC writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Default => "default",
            Self::Request => "request",
        }
    }
}

impl Uniqueness {
    /// As the RFC writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Server => "server",
            Self::Global => "global",
        }
    }
}

/// The attribute of that name, without regard to case (RFC 7643 §2.1).
pub(crate) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}
