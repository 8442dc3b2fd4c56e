//! A fresh database of either kind.

use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// A database for one test, and a directory for files.
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) directory: TempDir,
    /// The server's URL and the database's name.
    postgres: Option<(String, String)>,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("muster.db").display());
        Self { url, directory, postgres: None }
    }

    /// In the server that `MUSTER_TEST_POSTGRES_URL` names; `cargo xtask test` starts one and sets it.
    pub(crate) fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("MUSTER_TEST_POSTGRES_URL").expect(
            "MUSTER_TEST_POSTGRES_URL names no PostgreSQL server: run `cargo xtask test`, which starts one",
        );
        let name =
            format!("muster_blackbox_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        execute(&server, &format!("CREATE DATABASE {name}"));
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Self { url: url.into(), directory: tempfile::tempdir().unwrap(), postgres: Some((server, name)) }
    }

    /// Ends every connection of the database, as a restart of PostgreSQL would.
    pub(crate) fn cut_connections(&self) {
        if let Some((server, name)) = &self.postgres {
            execute(
                server,
                &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
            );
        }
    }

    /// Runs statements behind the server's back.
    pub(crate) fn execute(&self, sql: &str) {
        if self.is_postgres() {
            return execute(&self.url, sql);
        }
        let script =
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], 10); c.executescript(sys.argv[2])";
        let path = self.url.trim_start_matches("sqlite:");
        let status = std::process::Command::new("python3").args(["-c", script, path, sql]).status().unwrap();
        assert!(status.success(), "{sql}");
    }

    /// The first value of what a query finds; SQLite only.
    pub(crate) fn text(&self, sql: &str) -> String {
        let script =
            "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])";
        let path = self.url.trim_start_matches("sqlite:");
        let output = std::process::Command::new("python3").args(["-c", script, path, sql]).output().unwrap();
        assert!(output.status.success(), "{sql}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) const fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.postgres {
            execute(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// On a thread of its own: a test may be inside a runtime.
fn execute(url: &str, sql: &str) {
    std::thread::scope(|scope| {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
                let driver = tokio::spawn(connection);
                client.batch_execute(sql).await.unwrap();
                drop(client);
                driver.await.unwrap().unwrap();
            });
        };
        scope.spawn(run).join().unwrap();
    });
}
