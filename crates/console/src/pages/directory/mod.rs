//! The directory: users and groups, searched, shown, with their history; disabled, restored and deleted.

mod change;
mod history;
mod list;
mod members;
mod show;

use crate::problem::Problem;
use actix_web::web::{self, ServiceConfig};
use muster_scim::directory::{DirectoryError, Total};

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route(
            "/organization/directory",
            web::get().to(|| async { crate::frame::see("/organization/directory/users") }),
        )
        .route("/organization/directory/{folder}", web::get().to(list::show))
        .route("/organization/directory/{folder}/{id}", web::get().to(show::show))
        .route("/organization/directory/{folder}/{id}/members", web::get().to(members::show))
        .route("/organization/directory/{folder}/{id}/{change}", web::get().to(change::ask))
        .route("/organization/directory/{folder}/{id}/{change}", web::post().to(change::submit));
}

/// What a folder of the directory holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Folder {
    Users,
    Groups,
}

impl Folder {
    fn of(name: &str) -> Result<Self, Problem> {
        match name {
            "users" => Ok(Self::Users),
            "groups" => Ok(Self::Groups),
            _ => Err(Problem::NotFound),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
        }
    }

    const fn resource_type(self) -> &'static str {
        match self {
            Self::Users => "User",
            Self::Groups => "Group",
        }
    }

    /// Of a resource type that has a folder.
    fn of_type(resource_type: &str) -> Option<Self> {
        [Self::Users, Self::Groups].into_iter().find(|folder| folder.resource_type() == resource_type)
    }
}

/// Where a resource is shown; empty, where it is not.
fn address_of(resource_type: &str, id: &str) -> String {
    Folder::of_type(resource_type)
        .map(|folder| format!("/organization/directory/{}/{id}", folder.as_str()))
        .unwrap_or_default()
}

/// A number, or that there are more.
pub(super) fn total_text(total: Total) -> String {
    match total {
        Total::Exactly(number) => number.to_string(),
        Total::MoreThan(number) => format!("> {number}"),
    }
}

impl From<DirectoryError> for Problem {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Store(error) => Self::Store(error),
            DirectoryError::UnknownType(_) | DirectoryError::Cursor => Self::NotFound,
            DirectoryError::Filter(_) | DirectoryError::Refused(_) => {
                tracing::warn!(%error, "a directory could not be shown");
                Self::Failed
            }
        }
    }
}
