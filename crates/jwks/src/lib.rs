#![doc = include_str!("../README.md")]

mod directory;
mod fetch;
mod source;

pub use directory::KeyDirectory;
pub use fetch::FetchError;
pub use source::{KeySource, KeySourceError};
