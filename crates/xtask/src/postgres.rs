//! A throw-away PostgreSQL for the tests.

use crate::shell::{has, is_root, read, run};
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The variable that names a server to use instead.
pub(crate) const VARIABLE: &str = "MUSTER_TEST_POSTGRES_URL";

/// A running server; it ends and its data goes with this value.
pub(crate) struct Postgres {
    pub(crate) url: String,
    started: Option<Started>,
}

struct Started {
    programs: PathBuf,
    data: PathBuf,
    as_postgres: bool,
    _directory: TempDir,
}

impl Postgres {
    /// The server that the variable names, or one of our own; installs it where it is missing and may be.
    pub(crate) fn start() -> Result<Self> {
        if let Ok(url) = std::env::var(VARIABLE) {
            return Ok(Self { url, started: None });
        }
        let programs = match programs() {
            Some(programs) => programs,
            None => install()?,
        };
        // The server refuses to run as root.
        let as_postgres = is_root();
        let directory = tempfile::Builder::new().prefix("muster-postgres-").tempdir()?;
        let data = directory.path().join("data");
        if as_postgres {
            run(Command::new("chown").arg("postgres").arg(directory.path()))?;
        }
        let started = Started { programs, data, as_postgres, _directory: directory };
        let data = started.data.display().to_string();
        let initdb = ["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
        read(started.command("initdb").args(initdb)).context("cannot initialise PostgreSQL")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let sockets = started.data.parent().unwrap_or(Path::new("/tmp")).display().to_string();
        // Nothing here must survive a power cut.
        let options = format!(
            "-p {port} -k {sockets} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off \
             -c max_connections=400 -c shared_buffers=64MB"
        );
        let log = started.data.join("log").display().to_string();
        let start = ["-D", &data, "-w", "-l", &log, "-o", &options, "start"];
        // Not `read`: the server keeps the pipe open.
        let status = started.command("pg_ctl").args(start).stdout(std::process::Stdio::null()).status()?;
        if !status.success() {
            bail!("cannot start PostgreSQL: {}", std::fs::read_to_string(&log).unwrap_or_default());
        }
        Ok(Self { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), started: Some(started) })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(started) = &self.started {
            let data = started.data.display().to_string();
            let _ = started.command("pg_ctl").args(["-D", &data, "-m", "immediate", "stop"]).output();
        }
    }
}

impl Started {
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        if self.as_postgres {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
            return command;
        }
        Command::new(program)
    }
}

/// Debian keeps the server's programs out of the PATH.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort();
    if let Some(newest) = versions.into_iter().rfind(|path| path.join("initdb").is_file()) {
        return Some(newest);
    }
    let path = read(Command::new("sh").args(["-c", "command -v initdb"])).ok()?;
    Path::new(path.trim()).parent().map(Path::to_owned)
}

fn install() -> Result<PathBuf> {
    let advice = format!(
        "the tests need PostgreSQL's server programs (Debian: apt-get install postgresql), or {VARIABLE} with the URL \
         of a server whose user may create databases"
    );
    if !is_root() || !has("apt-get", "--version") {
        bail!(advice);
    }
    println!("Installing PostgreSQL");
    let mut update = Command::new("apt-get");
    run(update.args(["-qq", "update"])).context(advice.clone())?;
    let mut install = Command::new("apt-get");
    install.args(["-qq", "install", "--yes", "--no-install-recommends", "postgresql"]);
    run(install.env("DEBIAN_FRONTEND", "noninteractive")).context(advice.clone())?;
    programs().context(advice)
}
