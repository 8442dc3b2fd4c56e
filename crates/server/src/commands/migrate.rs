//! `muster migrate`

use super::Context;
use crate::cli::Migrate;
use anyhow::Result;
use muster_store::Store;
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct Shown {
    applied: Vec<String>,
    pending: Vec<String>,
}

pub(super) fn run(context: &Context, arguments: &Migrate) -> Result<ExitCode> {
    let url = context.configuration.database_url()?;
    let status = if arguments.check { Store::migration_status(&url)? } else { Store::migrate(&url)? };
    let pending = !status.pending.is_empty();
    let shown = Shown { applied: status.applied, pending: status.pending };
    context.output.print(&shown, |shown| match (shown.applied.as_slice(), shown.pending.as_slice()) {
        ([], []) => "The tables are up to date.".to_owned(),
        (applied, []) => format!("Applied: {}", applied.join(", ")),
        (_, pending) => format!("Pending: {}", pending.join(", ")),
    })?;
    Ok(if pending { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
