//! Which database: the URL's scheme picks it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use thiserror::Error;
use url::Url;

/// A database's address.
///
/// `Display` leaves a password out.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`: an embedded database in one file.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`: PostgreSQL or what speaks its protocol.
    Postgres(String),
}

/// A text that is no database URL; says which forms there are.
#[derive(Debug, PartialEq, Eq, Error)]
#[error(
    "the database URL {given:?} is not usable: {reason}. Use sqlite:data/muster.db for an embedded database, \
     or postgres://user:password@host:5432/database"
)]
pub struct DatabaseUrlError {
    given: String,
    reason: &'static str,
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        let error = |reason| DatabaseUrlError { given: without_password(text), reason };
        let Some((scheme, rest)) = text.split_once(':') else {
            return Err(error("it has no scheme"));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => sqlite_path(rest).map(Self::Sqlite).map_err(error),
            "postgres" | "postgresql" => {
                let url = Url::parse(text).map_err(|_| error("it is not a URL"))?;
                if url.path().trim_matches('/').is_empty() {
                    return Err(error("it names no database"));
                }
                Ok(Self::Postgres(text.to_owned()))
            }
            _ => Err(error("its scheme is neither sqlite nor postgres")),
        }
    }
}

fn sqlite_path(rest: &str) -> Result<PathBuf, &'static str> {
    // sqlite:///abs/path and sqlite://relative/path are common spellings of the same.
    let path = rest.strip_prefix("//").unwrap_or(rest);
    match path {
        "" => Err("it names no file"),
        ":memory:" => Err("a database in memory loses what was acknowledged; name a file"),
        path => Ok(PathBuf::from(path)),
    }
}

fn without_password(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if url.password().is_some() => {
            // Fails only for URLs that cannot have a password.
            let _ = url.set_password(Some("***"));
            url.into()
        }
        Ok(_) => text.to_owned(),
        Err(_) => match (text.find("://"), text.rfind('@')) {
            (Some(start), Some(at)) if start + 3 <= at => format!("{}***{}", &text[..start + 3], &text[at..]),
            _ => text.to_owned(),
        },
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "sqlite:{}", path.display()),
            Self::Postgres(url) => out.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_picks_the_database() {
        assert_eq!("sqlite:data/m.db".parse(), Ok(DatabaseUrl::Sqlite("data/m.db".into())));
        assert_eq!("sqlite:///var/m.db".parse(), Ok(DatabaseUrl::Sqlite("/var/m.db".into())));
        assert!(matches!("postgresql://u@h/d".parse(), Ok(DatabaseUrl::Postgres(_))));
    }

    #[test]
    fn a_mistyped_url_is_explained() {
        for (text, reason) in [
            ("data/muster.db", "no scheme"),
            ("sqlit:data/muster.db", "neither sqlite nor postgres"),
            ("mysql://root@localhost/muster", "neither sqlite nor postgres"),
            ("sqlite:", "names no file"),
            ("sqlite::memory:", "loses what was acknowledged"),
            ("postgres://localhost", "names no database"),
        ] {
            let message = text.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(message.contains(reason), "{message}");
            assert!(message.contains("sqlite:data/muster.db"), "{message}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://muster:geheim@db/muster".parse().unwrap();
        assert!(!format!("{url} {url:?}").contains("geheim"));
        for wrong in [
            "postgre://muster:geheim@db/muster",
            "postgres://muster:ge#heim@db:x/muster",
            "postgres://m:geheim@db",
        ] {
            let message = wrong.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(!message.contains("geheim") && !message.contains("heim@"), "{message}");
        }
    }
}
