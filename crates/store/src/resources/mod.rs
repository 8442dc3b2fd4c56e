//! SCIM resources of every type: one row each, and rows for the attributes that are indexed.

mod condition;
mod list;
mod row;
mod sort;
mod sql;

pub(crate) use sql::JsonType;

pub use condition::{Condition, MembershipField, Operand, Operator, Target};
pub use list::{Page, Query, list};
pub use row::{Content, NewResource, Resource, create, delete, find, find_for_update, touch, update};
pub use sort::{Sort, SortKind};
