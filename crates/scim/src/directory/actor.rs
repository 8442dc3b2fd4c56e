//! Who changes a directory without a token.

/// Somebody who changes a directory by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The name that a log shows.
    pub name: String,
    /// Which request it was.
    pub request_id: String,
}
