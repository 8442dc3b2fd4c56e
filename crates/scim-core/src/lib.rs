#![doc = include_str!("../README.md")]

pub mod discovery;
pub mod json;
pub mod patch;
pub mod resource;
pub mod schema;

mod condition;
mod error;
mod filter;
mod fold;
mod path;
mod projection;
mod search;
mod sort;
mod value;

pub use condition::{Condition, Field, Operand, Relation, RelationField, RelationKind, Resource};
pub use error::{ScimError, ScimType};
pub use filter::{Filter, FilterError, Literal, Operator};
pub use fold::fold;
pub use patch::{MembershipChange, PatchRequest, Patched};
pub use path::{Path, Target};
pub use projection::Projection;
pub use resource::PasswordChange;
pub use schema::{
    Attribute, AttributeType, Catalog, CatalogError, Mutability, Reference, ResourceType, Returned, Schema,
    Uniqueness,
};
pub use search::{LookupValues, SearchContent, lookup_values, search_content};
pub use sort::SortKey;

/// A JSON object; its members keep their order.
pub type Object = serde_json::Map<String, serde_json::Value>;
