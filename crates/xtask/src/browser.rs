//! Chromium, its driver and axe-core, for the tests of the console. axe-core is MPL-2.0: it is fetched for the tests and
//! is no part of what is shipped.

use crate::shell::{has, is_root, read, root, run};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Another version finds other things: it is changed on purpose only.
const AXE: &str = "axe-core@4.14.1";

/// What the tests use, by the variable that says where it is.
pub(crate) struct Browser([(&'static str, PathBuf); 3]);

impl Browser {
    /// What the variables name, or what is installed; installs what is missing where it may.
    pub(crate) fn prepare() -> Result<Self> {
        Ok(Self([
            ("MUSTER_TEST_CHROMIUM", program("MUSTER_TEST_CHROMIUM", &["chromium", "google-chrome"])?),
            ("MUSTER_TEST_CHROMEDRIVER", program("MUSTER_TEST_CHROMEDRIVER", &["chromedriver"])?),
            ("MUSTER_TEST_AXE", axe()?),
        ]))
    }

    /// Tells a test run where everything is.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.envs(self.0.iter().map(|(name, path)| (*name, path)));
    }
}

fn program(variable: &str, names: &[&str]) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Ok(PathBuf::from(path));
    }
    if let Some(path) = found(names) {
        return Ok(path);
    }
    let advice = format!(
        "the tests of the console need Chromium and its driver (Debian: apt-get install chromium chromium-driver), or \
         {variable} with the path of one"
    );
    install(&["chromium", "chromium-driver", "fonts-liberation"], &advice)?;
    found(names).context(advice)
}

fn found(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| {
        let path = read(Command::new("sh").args(["-c", "command -v \"$0\"", name])).ok()?;
        Some(PathBuf::from(path.trim()))
    })
}

fn axe() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("MUSTER_TEST_AXE") {
        return Ok(PathBuf::from(path));
    }
    let directory = root().join("target/browser");
    let script = directory.join("node_modules/axe-core/axe.min.js");
    if is_wanted_version(&directory) && script.is_file() {
        return Ok(script);
    }
    let advice = "the tests of the console need axe-core, which npm fetches (Debian: apt-get install npm), or \
                  MUSTER_TEST_AXE with the path of its axe.min.js";
    if !has("npm", "--version") {
        install(&["npm"], advice)?;
    }
    std::fs::create_dir_all(&directory)?;
    let mut fetch = Command::new("npm");
    fetch
        .args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
        .arg(&directory);
    run(fetch.arg(AXE)).context(advice)?;
    Ok(script)
}

fn is_wanted_version(directory: &Path) -> bool {
    let manifest = std::fs::read_to_string(directory.join("node_modules/axe-core/package.json"));
    let manifest: serde_json::Value =
        manifest.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    AXE.strip_prefix("axe-core@") == manifest["version"].as_str()
}

fn install(packages: &[&str], advice: &str) -> Result<()> {
    if !is_root() || !has("apt-get", "--version") {
        bail!(advice.to_owned());
    }
    println!("Installing {}", packages.join(", "));
    run(Command::new("apt-get").args(["-qq", "update"])).context(advice.to_owned())?;
    let mut install = Command::new("apt-get");
    install.args(["-qq", "install", "--yes", "--no-install-recommends"]).args(packages);
    run(install.env("DEBIAN_FRONTEND", "noninteractive")).context(advice.to_owned())
}
