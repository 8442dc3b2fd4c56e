//! The attribute table: schemas and resource types, from which everything else follows.

mod attribute;
mod catalog;
mod definition;
mod resource_type;

pub use attribute::{Attribute, AttributeType, Mutability, Returned, Uniqueness};
pub use catalog::{Catalog, CatalogError, Schema};
pub use definition::{definition_id, definitions_in};
pub(crate) use resource_type::is_password;
pub use resource_type::{Extension, Located, Reference, ResourceType};
