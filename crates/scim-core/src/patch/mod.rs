//! PATCH (RFC 7644 §3.5.2), in every shape that Entra sends (entra-facts 3.5 to 3.10).

mod apply;
mod edit;
mod members;
mod request;

#[cfg(test)]
mod tests;

pub use apply::Patched;
pub use members::MembershipChange;
pub use request::{Operation, PatchKind, PatchRequest};
