//! What can go wrong with a directory.

use crate::error::ApiError;
use muster_store::StoreError;
use thiserror::Error;

/// A directory could not be shown, or not changed.
#[derive(Debug, Error)]
pub enum DirectoryError {
    /// The filter cannot be read, or names what the type does not have: in the words that a SCIM client would get.
    #[error("{0}")]
    Filter(String),
    /// The cursor is none of ours, or of another list.
    #[error("the cursor does not belong to this list")]
    Cursor,
    /// The organization has no resource type of that name.
    #[error("the organization has no resource type {0:?}")]
    UnknownType(String),
    /// The change is not possible: in the words that a SCIM client would get.
    #[error("{0}")]
    Refused(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ApiError> for DirectoryError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Store(error @ StoreError::Conflict { .. }) => {
                Self::Refused(ApiError::Store(error).to_string())
            }
            ApiError::Store(error) => Self::Store(error),
            error => Self::Refused(error.to_string()),
        }
    }
}
