//! The schemas and resource types that every organization has: the built-in ones, and those of a folder.

use crate::configuration::Configuration;
use anyhow::{Context, Result, bail};
use muster_scim_core::{Catalog, json};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The catalog that the configuration describes.
pub(crate) fn catalog(configuration: &Configuration) -> Result<Catalog> {
    let built_in = if configuration.scim.passwords { Catalog::with_password() } else { Catalog::built_in() };
    if configuration.scim.schemas.is_empty() {
        return Ok(built_in);
    }
    let folder = Path::new(&configuration.scim.schemas);
    let files =
        json_files(folder).with_context(|| format!("cannot read scim.schemas {}", folder.display()))?;
    let documents = files.iter().map(|file| read(file)).collect::<Result<Vec<Value>>>()?;
    built_in
        .extended(&documents)
        .with_context(|| format!("the schemas in {} cannot be used", folder.display()))
}

/// Reads a file of definitions.
pub(crate) fn read(file: &Path) -> Result<Value> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    match json::parse(&bytes) {
        Ok(document) => Ok(document),
        Err(error) => bail!("{}: {error}", file.display()),
    }
}

fn json_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}
