//! `muster key …`

use super::{Context, block_on};
use crate::assemble::{key_encryption_key, open_store};
use crate::cli::{Algorithm, Key};
use crate::output;
use anyhow::{Context as _, Result};
use muster_oauth::keys::{self, Begin};
use muster_store::{Store, Timestamp};
use muster_token::KeyEncryptionKey;
use serde::Serialize;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Serialize)]
struct Shown {
    kid: String,
    algorithm: String,
    state: &'static str,
    created_at: String,
    signs_from: String,
    ends_at: Option<String>,
}

pub(super) fn run(context: &Context, command: &Key) -> Result<ExitCode> {
    match command {
        Key::List => list(context)?,
        Key::Import { file, publish_first } => import(context, file, *publish_first)?,
        Key::Rotate { algorithm, now } => rotate(context, *algorithm, *now)?,
        Key::Revoke { kid } => revoke(context, kid)?,
        Key::Reseal { new_key_file } => reseal(context, new_key_file)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(context: &Context) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let all: Vec<Shown> = block_on(keys::list(&store, Timestamp::now()))??
        .into_iter()
        .map(|key| Shown {
            kid: key.id,
            algorithm: key.algorithm,
            state: key.state.as_str(),
            created_at: key.created_at.to_rfc3339(),
            signs_from: key.active_from.to_rfc3339(),
            ends_at: key.retired_at.map(Timestamp::to_rfc3339),
        })
        .collect();
    context.output.print(&all, |all| {
        if all.is_empty() {
            return "There is no signing key yet: the first start of `muster serve` makes one.".to_owned();
        }
        let row = |key: &Shown| {
            let Shown { kid, algorithm, state, created_at, signs_from, ends_at } = key;
            let ends_at = ends_at.clone().unwrap_or_default();
            [
                kid.clone(),
                algorithm.clone(),
                (*state).to_owned(),
                created_at.clone(),
                signs_from.clone(),
                ends_at,
            ]
        };
        output::table(
            ["KID", "ALGORITHM", "STATE", "CREATED", "SIGNS FROM", "ENDS"],
            &all.iter().map(row).collect::<Vec<_>>(),
        )
    })
}

fn import(context: &Context, file: &Path, publish_first: bool) -> Result<()> {
    let pem = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let begin = begin(context, !publish_first);
    let store = open_store(&context.configuration)?;
    let seal = seal(context, &store)?;
    let (kid, algorithm) = block_on(keys::import(&store, &seal, &pem, begin, Timestamp::now()))?
        .with_context(|| format!("cannot import {}", file.display()))?;
    let imported = json!({"kid": kid, "algorithm": algorithm.as_str()});
    context.output.print(&imported, |_| {
        format!(
            "The key {kid} signs {algorithm} {}. The one before it stays until its last token has expired.",
            when(begin)
        )
    })
}

fn rotate(context: &Context, algorithm: Option<Algorithm>, now: bool) -> Result<()> {
    let begin = begin(context, now);
    let store = open_store(&context.configuration)?;
    let seal = seal(context, &store)?;
    let made = keys::rotate(&store, &seal, algorithm.map(Into::into), begin, Timestamp::now());
    let made = block_on(made)??;
    context.output.print(&json!({ "kids": made }), |_| {
        if made.is_empty() {
            return "No key is in use yet: the first start of `muster serve` makes one.".to_owned();
        }
        format!(
            "Made {}: it signs {}. The one before it stays until its last token has expired.",
            made.join(", "),
            when(begin)
        )
    })
}

fn revoke(context: &Context, kid: &str) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let seal = seal(context, &store)?;
    let successor = block_on(keys::revoke(&store, &seal, kid, Timestamp::now()))??;
    context.output.print(&json!({"revoked": kid, "successor": successor}), |_| {
        let successor = successor.map(|kid| format!(" The new key {kid} signs now.")).unwrap_or_default();
        format!("The key {kid} is revoked: tokens under it are refused within a second.{successor}")
    })
}

fn reseal(context: &Context, new_key_file: &Path) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let old = seal(context, &store)?;
    let (new, made) = KeyEncryptionKey::from_file(new_key_file)?;
    let count = block_on(keys::reseal(&store, &old, new))??;
    let resealed = json!({"resealed": count, "new_key_file": new_key_file, "made": made});
    context.output.print(&resealed, |_| {
        format!(
            "Sealed {count} signing keys under the key in {file}. Now let keys.encryption_key_file name it (or put it where \
             the old one is) and restart each node: they go on with the keys that they hold, and cannot start again without it.",
            file = new_key_file.display()
        )
    })
}

fn seal(context: &Context, store: &Store) -> Result<Arc<KeyEncryptionKey>> {
    key_encryption_key(&context.configuration, store).map(Arc::new)
}

fn begin(context: &Context, now: bool) -> Begin {
    if now { Begin::Now } else { Begin::After(context.configuration.keys.publish_for()) }
}

fn when(begin: Begin) -> String {
    match begin {
        Begin::Now => "from now on".to_owned(),
        Begin::After(duration) => format!("in {} minutes", duration.as_secs() / 60),
    }
}
