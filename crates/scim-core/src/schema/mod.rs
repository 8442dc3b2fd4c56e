//! The attribute table: schemas and resource types, from which everything else follows.

mod attribute;
mod catalog;
mod resource_type;

pub use attribute::{Attribute, AttributeType, Mutability, Returned, Uniqueness};
pub use catalog::{Catalog, CatalogError, Schema};
pub use resource_type::{Extension, Located, ResourceType};
