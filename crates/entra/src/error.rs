//! What can go wrong while playing Entra.

use thiserror::Error;

/// A conversation that could not go on.
#[derive(Debug, Error)]
pub enum EntraError {
    /// A URL that was typed in cannot be used.
    #[error("{name} {url:?} is not a usable URL")]
    Url {
        /// Which.
        name: &'static str,
        /// As it was typed.
        url: String,
    },
    /// The HTTP client could not be made.
    #[error("cannot make an HTTP client")]
    Client(#[source] reqwest::Error),
    /// The server could not be reached for as long as the patience lasts.
    #[error("cannot reach {url}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// The last reason.
        #[source]
        source: reqwest::Error,
    },
    /// The token endpoint gave no token.
    #[error("the token endpoint answered {status}: {message}")]
    Token {
        /// The HTTP status.
        status: u16,
        /// Its own description, or what is wrong with its answer.
        message: String,
    },
    /// An answer that Entra could not go on with.
    #[error("{request} was answered {status}: {message}")]
    Unexpected {
        /// Method and path.
        request: String,
        /// The HTTP status.
        status: u16,
        /// The server's own detail, or what is wrong with its answer.
        message: String,
    },
}

/// An error and its causes, as one sentence.
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
