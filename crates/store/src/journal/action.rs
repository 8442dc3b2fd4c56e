//! What a request meant.

/// What was asked for, or done. Its code is what the log keeps; sentences are made of it elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// An access token was issued.
    IssueToken,
    /// None was.
    RefuseToken,
    /// Resources were looked for.
    Find,
    /// One resource, by its identifier.
    Read,
    /// A resource is made.
    Create,
    /// It is changed, or would have been.
    Update,
    /// It is changed, and is not active any more.
    Disable,
    /// It is changed, and is active again.
    Restore,
    /// It is deleted.
    Delete,
    /// Only a group's members are changed.
    Members,
    /// Several operations in one request; what they change has entries of its own.
    Bulk,
    /// Schemas, resource types, what the server can do.
    Discovery,
    /// A request without a token that is believed.
    Unauthorized,
    /// Anything else, such as a path where nothing is.
    Other,
    /// Something that an admin did in the console; the code begins with `console.`.
    Console(&'static str),
}

impl Action {
    /// Its stable code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IssueToken => "token.issue",
            Self::RefuseToken => "token.refuse",
            Self::Find => "find",
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Disable => "disable",
            Self::Restore => "restore",
            Self::Delete => "delete",
            Self::Members => "members",
            Self::Bulk => "bulk",
            Self::Discovery => "discovery",
            Self::Unauthorized => "unauthorized",
            Self::Other => "other",
            Self::Console(code) => code,
        }
    }
}
