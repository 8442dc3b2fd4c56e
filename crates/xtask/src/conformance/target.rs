//! The server that the suites test: throw-away, with one application and a token.

use crate::process::{Process, muster_json};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A running server and a token with all scopes.
pub(crate) struct Target {
    /// The SCIM base URL.
    pub(crate) base: String,
    pub(crate) token: String,
    _process: Process,
    _directory: TempDir,
}

impl Target {
    pub(crate) fn sqlite(binary: &Path) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let database = format!("sqlite:{}", directory.path().join("conformance.db").display());
        Self::start(binary, directory, &database)
    }

    /// In a database of its own on that server.
    pub(crate) fn postgres(binary: &Path, server: &str) -> Result<Self> {
        let name = format!("muster_conformance_{}", std::process::id());
        let (base, _) = server.rsplit_once('/').context("the PostgreSQL URL names no database")?;
        block_on(async {
            let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await?;
            let driver = tokio::spawn(connection);
            client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
            drop(client);
            driver.await??;
            Ok(())
        })?;
        Self::start(binary, tempfile::tempdir()?, &format!("{base}/{name}"))
    }

    fn start(binary: &Path, directory: TempDir, database: &str) -> Result<Self> {
        let key = directory.path().join("key");
        let mut serve = Command::new(binary);
        serve
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .env("MUSTER_KEYS__ENCRYPTION_KEY_FILE", &key)
            .env("MUSTER_LOG__LEVEL", "error")
            .current_dir(directory.path());
        let process = Process::start(serve)?;
        let create =
            ["app", "create", "--name", "Conformance", "--all-scopes", "--public-url", &process.base];
        let application = muster_json(binary, database, &create)?;
        let text = |name: &str| application[name].as_str().context("no application").map(str::to_owned);
        let (id, secret) = (text("client_id")?, text("client_secret")?);
        let endpoint = text("token_endpoint")?;
        let answer: Value = block_on(async {
            let request = reqwest::Client::new().post(endpoint).basic_auth(id, Some(secret));
            Ok(request.form(&[("grant_type", "client_credentials")]).send().await?.json().await?)
        })?;
        let token = answer["access_token"].as_str().context("no token")?.to_owned();
        Ok(Self { base: text("tenant_url")?, token, _process: process, _directory: directory })
    }
}

fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
