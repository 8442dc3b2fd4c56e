//! Accounts of admins: made by one-time links, with a name and a password that is hard to guess.

use crate::role::Role;
use crate::secret;
use muster_store::admin_links::{self, Link};
use muster_store::{Connection, Store, StoreError, Timestamp, WorkError, admins, organizations};
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;
use zxcvbn::{Score, zxcvbn};

/// Who makes the links that a first start prints; the first admin ends them all.
pub(crate) const SET_UP: &str = "set-up";

/// Names are at most so long, in characters.
pub(crate) const LONGEST_NAME: usize = 100;
/// Passwords are at most so long, in bytes: hashing is no work for megabytes.
pub(crate) const LONGEST_PASSWORD: usize = 1_024;

/// A one-time link to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The organization's name.
    pub organization: String,
    /// What its user may do there; the role of an admin who only sets a new password stays.
    pub role: Role,
    /// The admin who is to set a new password; without one, whoever has the link becomes an admin.
    pub admin: Option<String>,
    /// Whom it is meant for; may be empty.
    pub note: String,
    /// Who makes it.
    pub made_by: String,
    /// For how long it may be used.
    pub valid_for: Duration,
}

impl NewLink {
    /// The link of a first start, on a database without any admin: its user owns the organization. For a day.
    #[must_use]
    pub fn set_up(organization: &str) -> Self {
        Self {
            organization: organization.to_owned(),
            role: Role::Owner,
            admin: None,
            note: String::new(),
            made_by: SET_UP.to_owned(),
            valid_for: Duration::from_secs(86_400),
        }
    }
}

/// A link could not be made.
#[derive(Debug, Error)]
pub enum AccountError {
    /// There is no such organization.
    #[error("there is no organization {0:?}; `muster org list` shows all")]
    UnknownOrganization(String),
    /// There is no such admin.
    #[error("there is no admin {0:?}; `muster admin list` shows all")]
    UnknownAdmin(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WorkError for AccountError {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Makes a one-time link; returns what follows the public URL, and until when it may be used. Blocks.
///
/// # Errors
///
/// When the organization or the admin does not exist or the database fails.
pub fn make_link(store: &Store, new: NewLink, now: Timestamp) -> Result<(String, Timestamp), AccountError> {
    let token = secret::random();
    let digest = secret::digest_of(&token);
    let expires_at = now.plus(new.valid_for);
    store.write_blocking(move |connection| insert_link(connection, &new, &digest, expires_at, now))?;
    Ok((address(&token), expires_at))
}

/// What follows the public URL in a link.
pub(crate) fn address(token: &str) -> String {
    format!("/welcome?token={token}")
}

pub(crate) fn insert_link(
    connection: &mut Connection,
    new: &NewLink,
    digest: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), AccountError> {
    let organization = organizations::find_by_name(connection, &new.organization)?
        .ok_or_else(|| AccountError::UnknownOrganization(new.organization.clone()))?;
    let admin_id = match &new.admin {
        None => None,
        Some(name) => Some(
            admins::find_by_name(connection, name)?
                .ok_or_else(|| AccountError::UnknownAdmin(name.clone()))?
                .id,
        ),
    };
    let link = Link {
        digest: digest.to_owned(),
        id: Uuid::now_v7().to_string(),
        organization_id: organization.id,
        role: new.role.as_str().to_owned(),
        admin_id,
        note: new.note.clone(),
        made_by: new.made_by.clone(),
        created_at: now,
        expires_at,
    };
    Ok(admin_links::insert(connection, &link)?)
}

/// The text that says what is wrong with a name, if anything is.
pub(crate) fn name_fault(name: &str) -> Option<&'static str> {
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    (!fits).then_some("account-name-wrong")
}

/// The text that says what is wrong with a password, if anything is. Its length counts, and how soon it is guessed by who
/// knows the commonest passwords and these words; nothing is asked of its characters.
pub(crate) fn password_fault(password: &str, shortest: usize, words: &[&str]) -> Option<&'static str> {
    if password.chars().count() < shortest {
        return Some("password-too-short");
    }
    if password.len() > LONGEST_PASSWORD {
        return Some("password-too-long");
    }
    let inputs: Vec<&str> = words.iter().copied().chain(["muster", "entra", "scim"]).collect();
    (zxcvbn(password, &inputs).score() < Score::Three).then_some("password-too-common")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_common_passwords_do_not() {
        let fault = |password| password_fault(password, 12, &["ada@example.com"]);
        assert_eq!(fault("short"), Some("password-too-short"));
        for common in
            ["123456789012", "passwordpassword", "qwertyuiop123", "aaaaaaaaaaaaaaa", "ada@example.com"]
        {
            assert_eq!(fault(common), Some("password-too-common"), "{common}");
        }
        assert_eq!(fault("correct staple of horses"), None);
        assert_eq!(fault(&"x1Ü".repeat(1_000)), Some("password-too-long"));
    }

    #[test]
    fn names_are_printable() {
        assert_eq!(name_fault("Ada 😀"), None);
        for wrong in ["", "a\nb", &"x".repeat(101)] {
            assert!(name_fault(wrong).is_some(), "{wrong}");
        }
    }
}
