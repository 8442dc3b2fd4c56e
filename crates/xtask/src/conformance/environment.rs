//! Where the suites are: a Python environment of its own under `target`, made once for each list of versions.

use crate::shell::{has, is_root, root, run};
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::process::Command;

/// The suites and all that they need, each with its version.
const REQUIREMENTS: &str = include_str!("../../conformance/requirements.txt");

/// An environment with the suites in it.
pub(crate) struct Environment {
    directory: PathBuf,
    versions: HashMap<&'static str, &'static str>,
}

impl Environment {
    /// A program of the environment.
    pub(crate) fn program(&self, name: &str) -> Command {
        Command::new(self.directory.join("bin").join(name))
    }

    /// The pinned version of a package.
    pub(crate) fn version(&self, package: &str) -> &'static str {
        self.versions.get(package).copied().unwrap_or("?")
    }
}

/// Makes the environment, where it is not there yet.
pub(crate) fn install() -> Result<Environment> {
    let mut hasher = DefaultHasher::new();
    REQUIREMENTS.hash(&mut hasher);
    let directory = root().join(format!("target/conformance/python-{:016x}", hasher.finish()));
    let versions = REQUIREMENTS.lines().filter_map(|line| line.split_once("==")).collect();
    let environment = Environment { directory, versions };
    let done = environment.directory.join("installed");
    if done.is_file() {
        return Ok(environment);
    }
    println!("Installing the suites into {}", environment.directory.display());
    install_python()?;
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment.directory))
        .context("cannot make a Python environment (Debian: apt-get install python3-venv)")?;
    let requirements = root().join("crates/xtask/conformance/requirements.txt");
    let mut pip = environment.program("pip");
    run(pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(requirements))?;
    std::fs::write(done, "")?;
    Ok(environment)
}

fn install_python() -> Result<()> {
    if has("python3", "--version") {
        return Ok(());
    }
    if !is_root() || !has("apt-get", "--version") {
        bail!("the suites need Python 3.10 or later (Debian: apt-get install python3 python3-venv)");
    }
    run(Command::new("apt-get").args(["-qq", "update"]))?;
    let packages = ["-qq", "install", "--yes", "--no-install-recommends", "python3", "python3-venv"];
    run(Command::new("apt-get").args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
}
