//! `muster key …`

use super::{Context, block_on};
use crate::assemble::open_store;
use crate::cli::Key;
use crate::output;
use anyhow::Result;
use muster_oauth::keys;
use muster_store::Timestamp;
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct Shown {
    kid: String,
    algorithm: String,
    state: &'static str,
    created_at: String,
}

pub(super) fn run(context: &Context, command: &Key) -> Result<ExitCode> {
    match command {
        Key::List => list(context)?,
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
        })
        .collect();
    context.output.print(&all, |all| {
        if all.is_empty() {
            return "There is no signing key yet: the first start of `muster serve` makes one.".to_owned();
        }
        let row = |key: &Shown| {
            [key.kid.clone(), key.algorithm.clone(), key.state.to_owned(), key.created_at.clone()]
        };
        output::table(["KID", "ALGORITHM", "STATE", "CREATED"], &all.iter().map(row).collect::<Vec<_>>())
    })
}
