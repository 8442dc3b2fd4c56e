//! A fresh database of either kind for each test.

use muster_store::{DatabaseUrl, Settings, Store};
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) struct TestDatabase {
    pub(crate) url: DatabaseUrl,
    postgres: Option<(String, String)>,
    _directory: Option<tempfile::TempDir>,
}

impl TestDatabase {
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(directory.path().join("muster.db"));
        Self { url, postgres: None, _directory: Some(directory) }
    }

    /// In the server that `MUSTER_TEST_POSTGRES_URL` names; `cargo xtask test` starts one and sets it.
    pub(crate) fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("MUSTER_TEST_POSTGRES_URL").expect(
            "MUSTER_TEST_POSTGRES_URL names no PostgreSQL server: run `cargo xtask test`, which starts one",
        );
        let name = format!("muster_store_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        execute(&server, &format!("CREATE DATABASE {name}"));
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Self { url: DatabaseUrl::Postgres(url.into()), postgres: Some((server, name)), _directory: None }
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&Settings::new(self.url.clone())).unwrap()
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.url, DatabaseUrl::Sqlite(_))
    }

    /// Runs statements behind the store's back.
    pub(crate) fn run(&self, sql: &str) {
        use diesel::connection::{Connection, SimpleConnection};
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let mut connection = diesel::SqliteConnection::establish(&path.to_string_lossy()).unwrap();
                connection.batch_execute(sql).unwrap();
            }
            DatabaseUrl::Postgres(url) => drop(execute(url, sql)),
        }
    }

    /// Undoes a migration and does it again, behind the store's back.
    pub(crate) fn migrate_again(&self, migration: &str) {
        let kind = if self.is_sqlite() { "sqlite" } else { "postgres" };
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
        for file in ["down", "up"] {
            self.run(&std::fs::read_to_string(format!("{root}/{kind}/{migration}/{file}.sql")).unwrap());
        }
    }

    /// Reads rows by SQL behind the store's back.
    pub(crate) fn texts(&self, sql: &str) -> Vec<Vec<String>> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => sqlite_texts(path, sql),
            DatabaseUrl::Postgres(url) => execute(url, sql),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.postgres {
            execute(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn execute(url: &str, sql: &str) -> Vec<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        let driver = tokio::spawn(connection);
        let messages = client.simple_query(sql).await.unwrap();
        drop(client);
        driver.await.unwrap().unwrap();
        messages
            .iter()
            .filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => {
                    Some((0..row.len()).map(|column| row.get(column).unwrap_or("").to_owned()).collect())
                }
                _ => None,
            })
            .collect()
    })
}

fn sqlite_texts(path: &std::path::Path, sql: &str) -> Vec<Vec<String>> {
    use diesel::prelude::*;
    use diesel::sql_types::Text;
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let mut connection = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    let rows: Vec<Row> = diesel::sql_query(sql).load(&mut connection).unwrap();
    rows.into_iter().map(|row| row.row.split('\t').map(str::to_owned).collect()).collect()
}

/// Makes every contract a test on each database.
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&$crate::database::TestDatabase::sqlite()); })*
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(&$crate::database::TestDatabase::postgres()); })*
        }
    };
}
pub(crate) use on_both_databases;
