//! What is done to a resource, apart from how it was asked for: prepared from a request, then run in a unit of work.

mod create;
mod delete;
mod entry;
mod members;
mod patch;
mod replace;
mod resources;

pub(crate) use create::Create;
pub(crate) use delete::Delete;
pub(crate) use patch::Patch;
pub(crate) use replace::Replace;
pub(crate) use resources::{Done, checked_id, not_found};
