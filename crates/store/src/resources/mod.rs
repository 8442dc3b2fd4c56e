//! SCIM resources of every type: one row each, and rows for the attributes that are indexed.

mod condition;
mod list;
mod row;
mod sort;
mod sql;
mod unique_values;

pub(crate) use sql::{JsonType, Selected, condition_on_resources};

pub use condition::{Condition, MembershipField, Operand, Operator, Target};
pub use list::{Page, Query, Start, TypeQuery, list};
pub use row::{
    Before, Content, NewResource, Resource, create, delete, find, find_by_value, find_for_update, hold_all,
    names, touch, touch_groups_of, update,
};
pub use sort::{Position, Sort, SortKind, SortValue};
