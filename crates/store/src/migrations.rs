//! Embedded migrations, applied at start.

use crate::connection::{Connection, Either};
use crate::engine::{postgres, sqlite};
use crate::{DatabaseUrl, OpenError};
use diesel::migration::Migration;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::error::Error;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Any fixed number: nodes that start at once on one PostgreSQL database migrate one after the other.
const ADVISORY_LOCK: i64 = 0x6d75_7374_6572;

/// Which migrations a database has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Applied by this call, oldest first.
    pub applied: Vec<String>,
    /// Not applied, oldest first.
    pub pending: Vec<String>,
}

/// Applies what is pending.
pub(crate) fn run(url: &DatabaseUrl) -> Result<MigrationStatus, OpenError> {
    with_harness(url, |connection| {
        lock(connection)?;
        let applied = on_either_harness(connection, Harness::Apply);
        unlock(connection)?;
        Ok(MigrationStatus { applied: applied?, pending: Vec::new() })
    })
}

/// Says what is pending and changes nothing.
pub(crate) fn status(url: &DatabaseUrl) -> Result<MigrationStatus, OpenError> {
    with_harness(url, |connection| {
        Ok(MigrationStatus { applied: Vec::new(), pending: on_either_harness(connection, Harness::Pending)? })
    })
}

/// Undoes every migration; for the proof that each goes up, down and up again.
#[cfg(test)]
pub(crate) fn revert_all(url: &DatabaseUrl) -> Result<MigrationStatus, OpenError> {
    with_harness(url, |connection| {
        Ok(MigrationStatus { applied: Vec::new(), pending: on_either_harness(connection, Harness::Revert)? })
    })
}

type Failure = Box<dyn Error + Send + Sync>;

/// On a thread of its own: the PostgreSQL wrapper blocks, which a thread of an async runtime must not.
fn with_harness(
    url: &DatabaseUrl,
    work: impl FnOnce(&mut Connection) -> Result<MigrationStatus, Failure> + Send,
) -> Result<MigrationStatus, OpenError> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let mut connection = match url {
                DatabaseUrl::Sqlite(path) => sqlite::connect(path)?,
                DatabaseUrl::Postgres(url) => postgres::connect(url)?,
            };
            work(&mut connection).map_err(|source| OpenError::Migrate { url: url.clone(), source })
        });
        thread.join().unwrap_or_else(|_| {
            Err(OpenError::Migrate { url: url.clone(), source: "the migration thread panicked".into() })
        })
    })
}

fn lock(connection: &mut Connection) -> Result<(), Failure> {
    match connection.0 {
        Either::Postgres(_) => {
            Ok(connection.batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))?)
        }
        // Each migration is a transaction, and SQLite has one writer at a time.
        Either::Sqlite(_) => Ok(()),
    }
}

fn unlock(connection: &mut Connection) -> Result<(), Failure> {
    match connection.0 {
        Either::Postgres(_) => {
            Ok(connection.batch_execute(&format!("SELECT pg_advisory_unlock({ADVISORY_LOCK})"))?)
        }
        Either::Sqlite(_) => Ok(()),
    }
}

#[derive(Clone, Copy)]
enum Harness {
    Apply,
    Pending,
    #[cfg(test)]
    Revert,
}

fn on_either_harness(connection: &mut Connection, what: Harness) -> Result<Vec<String>, Failure> {
    match &mut connection.0 {
        Either::Sqlite(connection) => harness(connection, &|| SQLITE, what),
        Either::Postgres(connection) => harness(connection, &|| POSTGRES, what),
    }
}

fn harness<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: &dyn Fn() -> EmbeddedMigrations,
    what: Harness,
) -> Result<Vec<String>, Failure>
where
    EmbeddedMigrations: diesel::migration::MigrationSource<DB>,
{
    let pending = connection
        .pending_migrations(source())?
        .iter()
        .map(|migration| migration.name().to_string())
        .collect();
    match what {
        Harness::Pending => Ok(pending),
        Harness::Apply => {
            connection.run_pending_migrations(source())?;
            Ok(pending)
        }
        #[cfg(test)]
        Harness::Revert => {
            Ok(connection.revert_all_migrations(source())?.iter().map(ToString::to_string).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_goes_up_down_and_up_again() {
        let directory = tempfile::tempdir().unwrap();
        let mut urls = vec![DatabaseUrl::Sqlite(directory.path().join("muster.db"))];
        let server = std::env::var("MUSTER_TEST_POSTGRES_URL").expect(
            "MUSTER_TEST_POSTGRES_URL names no PostgreSQL server: run `cargo xtask test`, which starts one",
        );
        let name = format!("muster_migrations_{}", std::process::id());
        execute(&server, &format!("CREATE DATABASE {name}"));
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        urls.push(DatabaseUrl::Postgres(url.into()));

        for url in &urls {
            let up = run(url).unwrap().applied;
            let mut down = revert_all(url).unwrap().pending;
            down.reverse();
            let versions: Vec<&str> = up.iter().filter_map(|name| name.split('_').next()).collect();
            assert_eq!(versions, down, "{url}");
            assert_eq!(status(url).unwrap().pending.len(), up.len(), "{url}");
            assert_eq!(run(url).unwrap().applied, up, "{url}");
            assert_eq!(status(url).unwrap().pending, Vec::<String>::new(), "{url}");
        }
        execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)"));
    }

    fn execute(url: &str, sql: &str) {
        std::thread::scope(|scope| {
            scope.spawn(|| postgres::connect(url).unwrap().batch_execute(sql).unwrap()).join().unwrap();
        });
    }
}
