//! Where the clients are: environments of their own under `target`, made once for each list of versions.

use crate::shell::{has, root, run};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

const REQUIREMENTS: &str = include_str!("../../clients/requirements.txt");
const PACKAGES: &str = include_str!("../../clients/package.json");

/// Environments with the clients in them.
pub(crate) struct Environment {
    directory: PathBuf,
}

impl Environment {
    /// A script of ours, to be run by the environment's Python.
    pub(crate) fn python(&self, script: &str) -> Command {
        let mut command = Command::new(self.directory.join("python/bin/python"));
        command.arg(scripts().join(script));
        command
    }

    /// A script of ours, to be run by Node.js beside the packages.
    pub(crate) fn node(&self, script: &str) -> Command {
        let mut command = Command::new("node");
        command.arg(self.directory.join(script));
        command
    }
}

fn scripts() -> PathBuf {
    root().join("crates/xtask/clients")
}

/// Makes the environments, where they are not there yet.
pub(crate) fn install() -> Result<Environment> {
    if !has("python3", "--version") || !has("npm", "--version") {
        bail!(
            "the clients need Python 3.10 and Node.js 20 or later (Debian: apt-get install python3-venv nodejs npm)"
        );
    }
    let directory = root().join("target/clients");
    std::fs::create_dir_all(&directory)?;
    let environment = Environment { directory };
    let directory = &environment.directory;
    // A module finds its packages beside itself.
    std::fs::copy(scripts().join("clients.mjs"), directory.join("clients.mjs"))?;
    let versions = format!("{REQUIREMENTS}{PACKAGES}");
    let done = directory.join("installed");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == versions) {
        return Ok(environment);
    }
    println!("Installing the clients into {}", directory.display());
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(directory.join("python")))
        .context("cannot make a Python environment (Debian: apt-get install python3-venv)")?;
    run(Command::new(directory.join("python/bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(scripts().join("requirements.txt")))?;
    std::fs::write(directory.join("package.json"), PACKAGES)?;
    run(Command::new("npm").args(["install", "--silent", "--no-audit", "--no-fund"]).current_dir(directory))?;
    std::fs::write(done, versions)?;
    Ok(environment)
}
