//! SCIM resources of every type: one row each, and rows for the attributes that are indexed.

mod condition;
mod list;
mod row;
mod sort;
mod sql;
mod statement;
mod unique_values;
mod values;

pub(crate) use sql::{JsonType, Selected, condition_on_resources};

pub use condition::{Condition, MembershipField, Operand, Operator, Target};
pub use list::{Page, Query, Start, TypeQuery, list};
pub use row::{
    Before, Content, NewResource, Resource, Stamp, create, delete, find, find_by_value, find_for_update,
    hold_all, names, set_last_entry, touch, touch_groups_of, update,
};
pub use sort::{Position, Sort, SortKind, SortValue};
