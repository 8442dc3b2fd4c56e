//! `cargo xtask screenshots`: the pictures of the guide, as the console looks now.

use crate::browser::Browser;
use crate::shell::{cargo, root, run as run_command};
use anyhow::Result;
use std::path::Path;

pub(crate) fn run() -> Result<()> {
    let browser = Browser::prepare()?;
    let directory = root().canonicalize()?.join("docs/images");
    std::fs::create_dir_all(&directory)?;
    remove_pictures(&directory)?;
    let mut command = cargo();
    command
        .args(["test", "--package", "muster", "--test", "blackbox", "--locked", "--", "browser::guide"])
        .env("MUSTER_TEST_SCREENSHOTS", &directory);
    browser.tell(&mut command);
    run_command(&mut command)
}

/// A picture that is not taken any more does not stay.
fn remove_pictures(directory: &Path) -> Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "png") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
