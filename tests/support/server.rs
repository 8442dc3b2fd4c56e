//! `muster serve`, and the other commands beside it.

use super::{Api, Database};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

/// A running server.
pub(crate) struct Server {
    /// Such as `http://127.0.0.1:41234`.
    pub(crate) base: String,
    pub(crate) database: Database,
    /// The one-time link for the first admin, as it was printed at the start.
    pub(crate) set_up: Option<String>,
    child: Child,
    configuration: Option<PathBuf>,
}

/// Another server on the same database, which answers for the same issuer.
pub(crate) struct Node {
    pub(crate) base: String,
    child: Child,
    log: Log,
}

/// Lines of a server's log.
type Log = Arc<Mutex<Vec<String>>>;

impl Node {
    /// The lines of its log that hold this text.
    pub(crate) fn log_lines(&self, text: &str) -> Vec<String> {
        self.log.lock().unwrap().iter().filter(|line| line.contains(text)).cloned().collect()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An application that was made for a test.
#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) tenant_url: String,
    pub(crate) token_endpoint: String,
}

/// The binary, without any configuration of the machine's own.
pub(crate) fn muster(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MUSTER_")) {
        command.env_remove(name);
    }
    command.env("MUSTER_KEYS__ENCRYPTION_KEY_FILE", directory.join("muster.key")).current_dir(directory);
    command
}

impl Server {
    pub(crate) fn start(database: Database) -> Self {
        let started = spawn(&database, "127.0.0.1:0", None, &[]).unwrap();
        let Started { url: base, child, set_up, .. } = started;
        Self { base, database, set_up, child, configuration: None }
    }

    /// The one-time link for the first admin.
    pub(crate) fn set_up_link(&self) -> String {
        self.set_up.clone().unwrap()
    }

    /// Ends it and starts it again with this configuration, at another address; what it says when it does not start.
    pub(crate) fn reconfigure(&mut self, configuration: &str) -> Result<(), String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let path = self.database.directory.path().join("muster.toml");
        std::fs::write(&path, configuration).unwrap();
        let started = spawn(&self.database, "127.0.0.1:0", Some(&path), &[])?;
        (self.child, self.base, self.configuration) = (started.child, started.url, Some(path));
        Ok(())
    }

    /// Ends it at once, as a power cut would, and starts it again at the same address.
    pub(crate) fn kill_and_restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let address = self.base.split_once("://").unwrap().1.to_owned();
        let started = spawn(&self.database, &address, self.configuration.as_deref(), &[]).unwrap();
        (self.child, self.base, self.set_up) = (started.child, started.url, started.set_up);
    }

    /// A second node, with a configuration of its own.
    pub(crate) fn another_node(&self, environment: &[(&str, &str)]) -> Node {
        let mut all = vec![("MUSTER_SERVER__PUBLIC_URL", self.base.as_str())];
        all.extend(environment);
        let started = spawn(&self.database, "127.0.0.1:0", None, &all).unwrap();
        Node { base: format!("http://{}", started.address), child: started.child, log: started.log }
    }

    /// Runs a command on the server's database, beside it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        let mut command = muster(self.database.directory.path());
        command.args(arguments).args(["--database", &self.database.url, "--json"]).output().unwrap()
    }

    /// As [`Server::command`], for one that must succeed: what it prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.command(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Makes an application; without further arguments with all scopes.
    pub(crate) fn application(&self, arguments: &[&str]) -> Application {
        let mut all = vec!["app", "create", "--name", "Test", "--public-url", &self.base];
        all.extend(if arguments.is_empty() { &["--all-scopes"][..] } else { arguments });
        let made = self.json(&all);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Application {
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            tenant_url: text("tenant_url"),
            token_endpoint: text("token_endpoint"),
        }
    }

    /// A SCIM client with all scopes.
    pub(crate) async fn api(&self) -> Api {
        Api::connect(&self.application(&[])).await
    }

    /// Asks it to end, and waits.
    pub(crate) fn stop(&mut self) -> std::process::ExitStatus {
        let id = i32::try_from(self.child.id()).unwrap();
        Command::new("kill").args(["-TERM", &id.to_string()]).status().unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Started {
    child: Child,
    set_up: Option<String>,
    /// Where clients reach it.
    url: String,
    /// What it listens on.
    address: String,
    log: Log,
}

fn spawn(
    database: &Database,
    address: &str,
    configuration: Option<&Path>,
    environment: &[(&str, &str)],
) -> Result<Started, String> {
    let mut command = muster(database.directory.path());
    if let Some(path) = configuration {
        command.arg("--config").arg(path);
    }
    let mut child = command
        .args(["serve", "--listen", address, "--database", &database.url, "--json"])
        .env("MUSTER_LOG__LEVEL", "warn")
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap_or_default();
    let (Some(url), Some(address)) = (ready["url"].as_str(), ready["listen"].as_str()) else {
        let mut error = String::new();
        child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        child.wait().unwrap();
        return Err(format!("the server did not start: {line}{error}"));
    };
    // Nothing may block on a full pipe; what it says is shown with the test's own output.
    let stderr = child.stderr.take().unwrap();
    let log = Log::default();
    let kept = Arc::clone(&log);
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            println!("server: {line}");
            kept.lock().unwrap().push(line);
        }
    });
    let set_up = ready["set_up"].as_str().map(str::to_owned);
    Ok(Started { child, set_up, url: url.to_owned(), address: address.to_owned(), log })
}
