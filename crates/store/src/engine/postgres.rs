//! PostgreSQL: a pool of threads, each with a connection of its own that it mends when it breaks.

use super::job::{Job, Outcome};
use super::{Queue, spawn};
use crate::connection::{Connection, Either, PgConnection};
use crate::{DatabaseUrl, OpenError, StoreError};
use crossbeam_channel::Receiver;
use diesel::ConnectionError;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::BlockOn;
use std::error::Error;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A job that gave way to another transaction is run again at most so often.
const MOST_ATTEMPTS: u32 = 8;

/// A read whose connection breaks is run on a new one; at most so many in all.
const MOST_CONNECTIONS: u32 = 3;

thread_local! {
    /// Drives the connection of this thread. Made on first use, so that only database threads have one.
    static RUNTIME: std::io::Result<Runtime> = tokio::runtime::Builder::new_current_thread().enable_all().build();
}

/// Blocks a database thread on its own runtime; `diesel-async` would otherwise make one per connection, without timers.
pub(crate) struct ThreadRuntime;

impl BlockOn for ThreadRuntime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        RUNTIME.with(|runtime| match runtime {
            Ok(runtime) => runtime.block_on(future),
            // `connect` has reported this error before any connection could exist.
            Err(error) => unreachable!("a connection exists without a runtime: {error}"),
        })
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// Opens a connection, on the thread that will own it.
pub(crate) fn connect(url: &str) -> Result<Connection, OpenError> {
    try_connect(url)
        .map(|inner| Connection(Either::Postgres(PgConnection::from(inner))))
        .map_err(|source| OpenError::Connect { url: DatabaseUrl::Postgres(url.to_owned()), source })
}

fn try_connect(url: &str) -> Result<AsyncPgConnection, Box<dyn Error + Send + Sync>> {
    RUNTIME.with(|runtime| {
        let runtime = runtime.as_ref().map_err(ToString::to_string)?;
        runtime.block_on(async {
            let mut settings = tokio_postgres::Config::from_str(url)?;
            settings.application_name("muster");
            // Compiling a filter takes longer than running it: 18 s where 0.06 s do. And no statement may hold a thread
            // for good: who asked may have gone long ago.
            let options = settings.get_options().unwrap_or_default();
            settings.options(format!("-c jit=off -c statement_timeout=30000 {options}"));
            if settings.get_connect_timeout().is_none() {
                settings.connect_timeout(Duration::from_secs(5));
            }
            let connected = if wants_tls(&settings) {
                let (client, connection) = settings.connect(tls()?).await?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            } else {
                let (client, connection) = settings.connect(tokio_postgres::NoTls).await?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            };
            connected.map_err(|error: ConnectionError| error.into())
        })
    })
}

/// TLS unless the URL says `sslmode=disable`, or says nothing and the server is on this machine.
fn wants_tls(settings: &tokio_postgres::Config) -> bool {
    let local = settings.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        Host::Unix(_) => true,
    });
    match settings.get_ssl_mode() {
        SslMode::Disable => false,
        SslMode::Prefer => !local,
        _ => true,
    }
}

fn tls() -> Result<MakeRustlsConnect, Box<dyn Error + Send + Sync>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let settings = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(settings))
}

/// Starts `threads` threads for reads and as many for writes; returns the queue of each.
///
/// The first connection is made here, so that a wrong address is known at once.
pub(crate) fn start(url: &str, threads: usize, waiting: usize) -> Result<(Queue, Queue), OpenError> {
    let (reads, read_jobs) = crossbeam_channel::bounded(waiting);
    let (writes, write_jobs) = crossbeam_channel::bounded(waiting);
    for number in 0..threads {
        for (kind, jobs, access) in
            [("reader", read_jobs.clone(), Access::Read), ("writer", write_jobs.clone(), Access::Write)]
        {
            let url = url.to_owned();
            spawn(format!("muster-postgres-{kind}-{number}"), move || {
                Worker { url, access, connection: None }.run(&jobs);
            })?;
        }
    }
    Ok((Queue(reads), Queue(writes)))
}

/// One thread that reads, with a queue of its own, which waits behind nobody.
pub(crate) fn start_alone(url: &str) -> Result<Queue, OpenError> {
    let (reads, jobs) = crossbeam_channel::bounded(1);
    let url = url.to_owned();
    spawn("muster-postgres-alone".into(), move || {
        Worker { url, access: Access::Read, connection: None }.run(&jobs);
    })?;
    Ok(Queue(reads))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// No explicit transaction: under READ COMMITTED it would buy nothing and cost two round trips.
    Read,
    Write,
}

struct Worker {
    url: String,
    access: Access,
    connection: Option<Connection>,
}

impl Worker {
    fn run(mut self, jobs: &Receiver<Box<dyn Job>>) {
        while let Ok(mut job) = jobs.recv() {
            let ended = self.attempt(job.as_mut());
            if let Err(StoreError::Unavailable(error)) = &ended {
                tracing::warn!(%error, "the database connection is lost; the next job opens a new one");
            }
            job.answer(ended);
        }
    }

    fn attempt(&mut self, job: &mut dyn Job) -> Result<(), StoreError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.run_once(job)? {
                Outcome::Keep | Outcome::Undo => return Ok(()),
                Outcome::GaveWay if attempts < MOST_ATTEMPTS => {
                    // Grows, and differs between threads, so that the same two do not meet again.
                    std::thread::sleep(Duration::from_micros(u64::from(attempts * attempts) * 500));
                }
                Outcome::GaveWay => return Ok(()),
                Outcome::Lost => {
                    self.connection = None;
                    // A read may be done again; a write may have been done.
                    if self.access == Access::Write || attempts >= MOST_CONNECTIONS {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn run_once(&mut self, job: &mut dyn Job) -> Result<Outcome, StoreError> {
        match self.access {
            Access::Read => Ok(job.run(self.connection()?)),
            Access::Write => self.run_in_transaction(job),
        }
    }

    fn run_in_transaction(&mut self, job: &mut dyn Job) -> Result<Outcome, StoreError> {
        // Nothing was sent before BEGIN: a connection that broke while idle can be replaced without a loss.
        if self.connection()?.batch_execute("BEGIN").is_err() {
            self.connection = None;
            self.connection()?.batch_execute("BEGIN").map_err(StoreError::from)?;
        }
        let connection = self.connection()?;
        let outcome = job.run(connection);
        let end = if outcome == Outcome::Keep { "COMMIT" } else { "ROLLBACK" };
        match connection.batch_execute(end).map_err(StoreError::from) {
            Ok(()) => Ok(outcome),
            Err(StoreError::GaveWay(_)) => Ok(Outcome::GaveWay),
            Err(error) => {
                self.connection = None;
                // After a failed ROLLBACK the job's own error says more.
                if outcome == Outcome::Keep { Err(error) } else { Ok(outcome) }
            }
        }
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.url).map_err(|error| StoreError::Unavailable(Box::new(error)))?,
        };
        Ok(self.connection.insert(connection))
    }
}
