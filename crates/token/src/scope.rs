//! The scopes: what a token allows.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// One permission. `read` is for one resource, `list` for many; PUT and PATCH need `update`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each says what its text says")]
pub enum Scope {
    UsersRead,
    UsersList,
    UsersCreate,
    UsersUpdate,
    UsersDelete,
    GroupsRead,
    GroupsList,
    GroupsCreate,
    GroupsUpdate,
    GroupsDelete,
}

impl Scope {
    /// Every scope, in the order in which they are written.
    pub const ALL: [Self; 10] = [
        Self::UsersRead,
        Self::UsersList,
        Self::UsersCreate,
        Self::UsersUpdate,
        Self::UsersDelete,
        Self::GroupsRead,
        Self::GroupsList,
        Self::GroupsCreate,
        Self::GroupsUpdate,
        Self::GroupsDelete,
    ];

    /// As it is written in a token, such as `managed-users:read`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UsersRead => "managed-users:read",
            Self::UsersList => "managed-users:list",
            Self::UsersCreate => "managed-users:create",
            Self::UsersUpdate => "managed-users:update",
            Self::UsersDelete => "managed-users:delete",
            Self::GroupsRead => "managed-groups:read",
            Self::GroupsList => "managed-groups:list",
            Self::GroupsCreate => "managed-groups:create",
            Self::GroupsUpdate => "managed-groups:update",
            Self::GroupsDelete => "managed-groups:delete",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A text that names no scope.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no scope {0:?}")]
pub struct UnknownScope(pub String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

/// A set of scopes; prints in the order of [`Scope::ALL`], separated by spaces (RFC 6749 §3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ScopeSet(u16);

impl ScopeSet {
    /// Every scope.
    pub const ALL: Self = Self((1 << Scope::ALL.len()) - 1);

    /// Whether the set has it.
    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether all of these are in `other`.
    #[must_use]
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Those that are in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its scopes, in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | scope.bit()))
    }
}

impl FromStr for ScopeSet {
    type Err = UnknownScope;

    /// Order does not matter and a scope may be repeated.
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        text.split(' ').filter(|scope| !scope.is_empty()).map(Scope::from_str).collect()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, scope) in self.iter().enumerate() {
            if number > 0 {
                out.write_str(" ")?;
            }
            out.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_in_a_stable_order() {
        let set: ScopeSet = "managed-groups:list  managed-users:read managed-groups:list".parse().unwrap();
        assert_eq!(set.to_string(), "managed-users:read managed-groups:list");
        assert_eq!(ScopeSet::ALL.iter().count(), 10);
        assert!(set.is_subset(ScopeSet::ALL) && !ScopeSet::ALL.is_subset(set));
    }

    #[test]
    fn names_what_it_does_not_know() {
        assert_eq!(
            "managed-users:read Managed-users:read".parse::<ScopeSet>(),
            Err(UnknownScope("Managed-users:read".into()))
        );
    }
}
