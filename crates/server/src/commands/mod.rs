//! What the commands do, one file each.

mod admin;
mod app;
mod app_proofs;
mod check;
mod cycle;
mod demo;
mod key;
mod log;
mod migrate;
mod org;
mod progress;
mod registration_token;
mod schema;
mod serve;
mod token;

use crate::cli::{Arguments, Command};
use crate::configuration::Configuration;
use crate::output::Output;
use anyhow::{Context as _, Result};
use muster_store::Store;
use muster_store::organizations::{self, DEFAULT_NAME};
use muster_token::{Scope, ScopeSet};
use std::process::ExitCode;

/// What every command has.
pub(crate) struct Context {
    pub(crate) configuration: Configuration,
    pub(crate) output: Output,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode> {
    let mut configuration = Configuration::load(arguments.config.as_deref())?;
    let has_database = arguments.database.is_some();
    if let Some(url) = arguments.database {
        configuration.database.url = url;
        configuration.database.url_file.clear();
    }
    let context = Context { configuration, output: Output { json: arguments.json } };
    match arguments.command {
        Command::Serve(serve) => serve::run(context, serve),
        Command::Demo(demo) => demo::run(context, &demo, has_database),
        Command::Check(check) => check::run(&context, check),
        Command::Admin(admin) => admin::run(context, admin),
        Command::Org(org) => org::run(&context, org),
        Command::App(app) => app::run(&context, app),
        Command::Token(token) => token::run(&context, token),
        Command::RegistrationToken(command) => registration_token::run(&context, &command),
        Command::Key(key) => key::run(&context, &key),
        Command::Schema(schema) => schema::run(&context, schema),
        Command::Log(log) => log::run(&context, log),
        Command::Migrate(migrate) => migrate::run(&context, &migrate),
    }
}

/// The organization that was named; otherwise the first, which is `default` unless it was renamed.
fn organization_name(store: &Store, named: Option<String>) -> Result<String> {
    if let Some(name) = named {
        return Ok(name);
    }
    let first = store.read_blocking(organizations::list)?.into_iter().next();
    Ok(first.map_or_else(|| DEFAULT_NAME.to_owned(), |organization| organization.name))
}

/// The scopes that were named.
fn scope_set(names: &[String]) -> Result<ScopeSet> {
    Ok(names.iter().map(|scope| scope.parse::<Scope>()).collect::<Result<_, _>>()?)
}

/// Waits for a future on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.context("cannot start a runtime")?.block_on(future))
}
