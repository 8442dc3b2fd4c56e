//! The store: a database, opened.

use crate::control::Watch;
use crate::engine::{Queue, Unit, local, postgres, sqlite};
use crate::journal::{self, Counted, Entry, JournalSettings, Source};
use crate::last_use::{self, Pending, Used};
use crate::migrations;
use crate::revoked_tokens::{self, TokenId};
use crate::{Connection, DatabaseUrl, MigrationStatus, OpenError, StoreError, Timestamp, WorkError, control};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use tokio::sync::oneshot;

static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// How to open the store.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which database.
    pub url: DatabaseUrl,
    /// Threads that read (SQLite), or that read and as many that write (PostgreSQL).
    pub threads: usize,
    /// How many units of work may wait for reading, and as many for writing, before [`StoreError::Busy`].
    pub waiting: usize,
    /// Whether pending migrations are applied, or an error.
    pub migrate: bool,
}

impl Settings {
    /// The defaults for a database: two threads on SQLite, eight and eight on PostgreSQL, 1,024 waiting, migrations applied.
    #[must_use]
    pub fn new(url: DatabaseUrl) -> Self {
        let threads = match url {
            DatabaseUrl::Sqlite(_) => 2,
            DatabaseUrl::Postgres(_) => 8,
        };
        Self { url, threads, waiting: 1024, migrate: true }
    }
}

/// An opened database. Cloning is cheap and shares it; its threads end with the last clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    /// Tells this store from others in the process.
    number: u64,
    url: DatabaseUrl,
    reads: Queue,
    writes: Queue,
    watch: Arc<Watch>,
    uses: Pending,
    journal: journal::Buffer,
}

impl Store {
    /// Opens the database, applies migrations where told to, and starts its threads. Blocks.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened or reached, or its tables are not up to date and may not be migrated.
    pub fn open(settings: &Settings) -> Result<Self, OpenError> {
        let url = settings.url.clone();
        if settings.migrate {
            migrations::run(&url)?;
        } else {
            let pending = migrations::status(&url)?.pending.len();
            if pending > 0 {
                return Err(OpenError::Outdated { url, pending });
            }
        }
        let (reads, writes) = match &url {
            DatabaseUrl::Sqlite(path) => {
                sqlite::start(path, settings.threads.max(1), settings.waiting.max(1))?
            }
            DatabaseUrl::Postgres(url) => {
                postgres::start(url, settings.threads.max(1), settings.waiting.max(1))?
            }
        };
        let watch = Arc::new(Watch::default());
        // What has ended must be known within a second, however many reads wait.
        let alone = match &url {
            DatabaseUrl::Sqlite(path) => sqlite::start_alone(path)?,
            DatabaseUrl::Postgres(url) => postgres::start_alone(url)?,
        };
        control::start(&watch, alone)?;
        let store = Self(Arc::new(Inner {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            url,
            reads,
            writes,
            watch,
            uses: Pending::default(),
            journal: journal::Buffer::default(),
        }));
        let (revision, revoked) = store
            .read_blocking(|connection| control::ask(connection, 0))
            .map_err(|error| OpenError::Connect { url: store.0.url.clone(), source: Box::new(error) })?;
        store.0.watch.revoked.learn(&revoked, Timestamp::now());
        store.0.watch.saw(revision);
        Ok(store)
    }

    /// Applies pending migrations without opening the store.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened or a migration fails.
    pub fn migrate(url: &DatabaseUrl) -> Result<MigrationStatus, OpenError> {
        migrations::run(url)
    }

    /// Says which migrations are pending.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened.
    pub fn migration_status(url: &DatabaseUrl) -> Result<MigrationStatus, OpenError> {
        migrations::status(url)
    }

    /// Where the database is.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Reads. On SQLite the closure sees one snapshot. It may be run again, on another connection.
    ///
    /// # Errors
    ///
    /// The closure's, or a [`StoreError`] when the queue is full or the database is not reachable.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WorkError,
    {
        wait(enqueue(&self.0.reads, work)?.await)
    }

    /// [`Store::read`] for work of microseconds, such as finding one row by its key: on SQLite it is done on the calling
    /// thread, which saves handing it over. Work that may take long would hold up whatever else the thread serves.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub async fn read_brief<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WorkError,
    {
        match &self.0.url {
            DatabaseUrl::Sqlite(path) => local::read(self.0.number, path, work),
            DatabaseUrl::Postgres(_) => self.read(work).await,
        }
    }

    /// Writes: the closure is one transaction, undone when it returns an error, on disk before this returns `Ok`.
    /// It may be run again when its transaction gives way to another.
    ///
    /// # Errors
    ///
    /// The closure's, or a [`StoreError`] when the queue is full, the database is not reachable or the commit fails.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WorkError,
    {
        wait(enqueue(&self.0.writes, work)?.await)
    }

    /// [`Store::read`] for callers without an async runtime.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WorkError,
    {
        wait(enqueue(&self.0.reads, work)?.blocking_recv())
    }

    /// [`Store::write`] for callers without an async runtime.
    ///
    /// # Errors
    ///
    /// As [`Store::write`].
    pub fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WorkError,
    {
        wait(enqueue(&self.0.writes, work)?.blocking_recv())
    }

    /// Grows within a second of any change to organizations, applications, secrets or keys, by this process or
    /// another. One atomic load: whoever keeps something from those tables in memory compares it on each use.
    #[must_use]
    pub fn control_revision(&self) -> u64 {
        self.0.watch.current()
    }

    /// Brings [`Store::control_revision`] up to date now.
    ///
    /// # Errors
    ///
    /// When the database is not reachable.
    pub async fn refresh_control_revision(&self) -> Result<u64, StoreError> {
        let revision = self.read_brief(control::revision).await?;
        self.0.watch.saw(revision);
        Ok(self.control_revision())
    }

    /// Whether an access token was revoked; true within a second of [`revoked_tokens::revoke`] in any process.
    #[must_use]
    pub fn is_revoked(&self, token: TokenId) -> bool {
        self.0.watch.revoked.contains(token)
    }

    /// Brings [`Store::is_revoked`] up to date now.
    ///
    /// # Errors
    ///
    /// When the database is not reachable.
    pub async fn refresh_revoked_tokens(&self) -> Result<(), StoreError> {
        let seen = self.0.watch.revoked.seen();
        let news = self.read(move |connection| revoked_tokens::since(connection, seen)).await?;
        self.0.watch.revoked.learn(&news, Timestamp::now());
        Ok(())
    }

    /// Notes in memory that a secret or a provisioning token was used; [`Store::write_uses`] writes it.
    pub fn note_use(&self, used: Used, at: Timestamp) {
        self.0.uses.note(used, at);
    }

    /// Writes what [`Store::note_use`] noted, in one transaction; what cannot be written is kept for the next time. Blocks.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn write_uses(&self) -> Result<(), StoreError> {
        let uses = Arc::new(self.0.uses.take());
        if uses.is_empty() {
            return Ok(());
        }
        let written = Arc::clone(&uses);
        let result = self.write_blocking(move |connection| last_use::write(connection, &written));
        if result.is_err() {
            self.0.uses.put_back(HashMap::clone(&uses));
        }
        result
    }

    /// Starts the thread that writes what [`Store::note_request`] noted and drops what is old. It ends with the store.
    ///
    /// # Errors
    ///
    /// When no thread can be started.
    pub fn start_journal(&self, settings: JournalSettings) -> Result<(), OpenError> {
        self.0.journal.list_reads(settings.reads);
        journal::start(WeakStore(Arc::downgrade(&self.0)), settings)
    }

    /// Counts a request, and notes its entry in memory, which is made only when it is to be listed: of very many requests, not
    /// all are. An entry that stands for the others follows.
    pub fn note_request(&self, source: &Source, counted: &Counted, entry: impl FnOnce() -> Entry) {
        self.0.journal.note(source, counted, entry);
    }

    /// Counts a request whose entry was written by [`journal::write`].
    pub fn count_request(&self, source: &Source, counted: &Counted) {
        self.0.journal.count(source, counted);
    }

    /// Writes what was noted until now, in one transaction; what cannot be written is kept for the next time. Blocks.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn write_notes(&self, now: Timestamp) -> Result<(), StoreError> {
        journal::flush(self, &self.0.journal, now, false)
    }

    /// As [`Store::write_notes`], and what is still being gathered: for the end of a process.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn write_last_notes(&self, now: Timestamp) -> Result<(), StoreError> {
        journal::flush(self, &self.0.journal, now, true)
    }
}

/// A store that ends when nobody else has it.
pub(crate) struct WeakStore(Weak<Inner>);

impl WeakStore {
    pub(crate) fn upgrade(&self) -> Option<Store> {
        self.0.upgrade().map(Store)
    }
}

fn enqueue<T, E, F>(queue: &Queue, work: F) -> Result<oneshot::Receiver<Result<T, E>>, E>
where
    F: Fn(&mut Connection) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: WorkError,
{
    let (job, answer) = Unit::new(work);
    queue.submit(Box::new(job))?;
    Ok(answer)
}

fn wait<T, E: WorkError>(answer: Result<Result<T, E>, oneshot::error::RecvError>) -> Result<T, E> {
    answer.unwrap_or_else(|_| Err(StoreError::Unavailable("the database thread has ended".into()).into()))
}
