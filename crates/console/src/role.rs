//! What an admin may do in an organization.

use std::fmt;
use std::str::FromStr;

/// A role. Each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Sees everything, with personal data masked, and changes nothing.
    Auditor,
    /// Changes applications and the directory.
    Admin,
    /// Decides who else is an admin.
    Owner,
}

impl Role {
    /// All, the least first.
    pub const ALL: [Self; 3] = [Self::Auditor, Self::Admin, Self::Owner];

    /// As it is stored and shown in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("{text:?} is no role: owner, admin or auditor"))
    }
}
