//! SQLite: one writer that commits in groups, and a few readers.

use super::job::{Job, Outcome};
use super::{Queue, spawn, statement};
use crate::connection::{Connection, Either};
use crate::{DatabaseUrl, OpenError, StoreError};
use crossbeam_channel::Receiver;
use diesel::connection::SimpleConnection;
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::{Connection as _, QueryResult, RunQueryDsl, SqliteConnection};
use std::path::Path;

/// At most so many jobs share one commit, so that the first does not wait for too many others.
const LARGEST_GROUP: usize = 256;

/// Opens a connection that may write.
pub(crate) fn connect(path: &Path) -> Result<Connection, OpenError> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory)
            .map_err(|source| OpenError::Directory { directory: directory.display().to_string(), source })?;
    }
    make(path);
    open(
        path,
        // FULL: a commit is on disk before it is acknowledged.
        "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000;",
    )
}

/// Makes the file, readable by its owner alone: it holds people's data. What SQLite puts beside it gets the same mode. Whatever is
/// wrong with the path is said when it is opened.
fn make(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

pub(super) fn connect_reader(path: &Path) -> Result<Connection, OpenError> {
    open(
        path,
        "PRAGMA busy_timeout = 10000; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;",
    )
}

fn open(path: &Path, pragmas: &str) -> Result<Connection, OpenError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| OpenError::Connect {
        url: DatabaseUrl::Sqlite(path.to_owned()),
        source,
    };
    let mut connection =
        SqliteConnection::establish(&path.to_string_lossy()).map_err(|error| failed(Box::new(error)))?;
    connection.batch_execute(pragmas).map_err(|error| failed(Box::new(error)))?;
    Ok(Connection(Either::Sqlite(connection)))
}

/// Starts the writer and `readers` readers; returns the queue of each.
pub(crate) fn start(path: &Path, readers: usize, waiting: usize) -> Result<(Queue, Queue), OpenError> {
    let (writes, jobs) = crossbeam_channel::bounded(waiting);
    let mut writer = connect(path)?;
    spawn("muster-sqlite-writer".into(), move || write_loop(&mut writer, &jobs))?;

    let (reads, jobs) = crossbeam_channel::bounded(waiting);
    for number in 0..readers {
        let mut reader = connect_reader(path)?;
        let jobs = jobs.clone();
        spawn(format!("muster-sqlite-reader-{number}"), move || read_loop(&mut reader, &jobs))?;
    }
    Ok((Queue(reads), Queue(writes)))
}

/// One reader with a queue of its own, which waits behind nobody.
pub(crate) fn start_alone(path: &Path) -> Result<Queue, OpenError> {
    let (reads, jobs) = crossbeam_channel::bounded(1);
    let mut reader = connect_reader(path)?;
    spawn("muster-sqlite-alone".into(), move || read_loop(&mut reader, &jobs))?;
    Ok(Queue(reads))
}

/// Takes what waits, runs each job in a savepoint of its own so that one conflict cannot fail its neighbours,
/// commits once, and only then answers all.
fn write_loop(connection: &mut Connection, jobs: &Receiver<Box<dyn Job>>) {
    let mut group: Vec<Box<dyn Job>> = Vec::with_capacity(LARGEST_GROUP);
    while let Ok(first) = jobs.recv() {
        if let Err(error) = execute(connection, statement::BeginImmediate) {
            first.answer(Err(StoreError::Unavailable(Box::new(error))));
            continue;
        }
        let mut next = Some(first);
        while let Some(mut job) = next {
            run_in_savepoint(connection, job.as_mut());
            group.push(job);
            next = if group.len() < LARGEST_GROUP { jobs.try_recv().ok() } else { None };
        }
        let committed = commit(connection).map_err(|error| {
            tracing::error!(%error, jobs = group.len(), "a commit failed; none of its jobs is acknowledged");
            // A COMMIT that failed may leave the transaction open.
            let _ = connection.batch_execute("ROLLBACK");
            error.to_string()
        });
        for job in group.drain(..) {
            job.answer(
                committed.as_ref().copied().map_err(|error| StoreError::Unavailable(error.as_str().into())),
            );
        }
    }
}

fn run_in_savepoint(connection: &mut Connection, job: &mut dyn Job) {
    let _ = execute(connection, statement::Savepoint);
    match job.run(connection) {
        Outcome::Keep => {}
        Outcome::Undo | Outcome::GaveWay | Outcome::Lost => {
            let _ = connection.batch_execute("ROLLBACK TO job");
        }
    }
    let _ = execute(connection, statement::Release);
}

fn read_loop(connection: &mut Connection, jobs: &Receiver<Box<dyn Job>>) {
    while let Ok(mut job) = jobs.recv() {
        let begun = begin(connection);
        if begun.is_ok() {
            job.run(connection);
            let _ = commit(connection);
        }
        job.answer(begun.map_err(|error| StoreError::Unavailable(Box::new(error))));
    }
}

pub(super) fn begin(connection: &mut Connection) -> QueryResult<()> {
    execute(connection, statement::Begin)
}

pub(super) fn commit(connection: &mut Connection) -> QueryResult<()> {
    execute(connection, statement::Commit)
}

fn execute<S>(connection: &mut Connection, statement: S) -> QueryResult<()>
where
    S: ExecuteDsl<SqliteConnection> + RunQueryDsl<SqliteConnection>,
{
    match &mut connection.0 {
        Either::Sqlite(connection) => RunQueryDsl::execute(statement, connection).map(drop),
        Either::Postgres(_) => unreachable!("this engine opens SQLite connections only"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_database_is_its_owners_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("muster.db");
        let mut connection = connect(&path).unwrap();
        connection.batch_execute("CREATE TABLE t (x)").unwrap();
        for file in ["muster.db", "muster.db-wal", "muster.db-shm"] {
            let mode = std::fs::metadata(directory.path().join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{file}");
        }
    }
}
