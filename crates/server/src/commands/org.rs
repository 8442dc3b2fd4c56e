//! `muster org …`

use super::Context;
use crate::assemble::open_store;
use crate::cli::Org;
use crate::output;
use anyhow::{Result, anyhow, bail};
use muster_store::organizations::{self, Organization};
use muster_store::{StoreError, Timestamp};
use serde::Serialize;
use std::process::ExitCode;
use uuid::Uuid;

/// Names are at most so long, in characters.
const LONGEST_NAME: usize = 200;

#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    created_at: String,
}

impl From<Organization> for Shown {
    fn from(organization: Organization) -> Self {
        let Organization { id, name, created_at, .. } = organization;
        Self { id, name, created_at: created_at.to_rfc3339() }
    }
}

pub(super) fn run(context: &Context, command: Org) -> Result<ExitCode> {
    match command {
        Org::Create { name } => create(context, name.trim()),
        Org::Rename { name, new_name } => rename(context, &name, new_name.trim()),
        Org::List => list(context),
    }
}

fn create(context: &Context, name: &str) -> Result<ExitCode> {
    check_name(name)?;
    let store = open_store(&context.configuration)?;
    let new = name.to_owned();
    let created = store.write_blocking(move |connection| -> Result<_, StoreError> {
        organizations::create(connection, &Uuid::now_v7().to_string(), &new, Timestamp::now())
    });
    let organization = match created {
        Err(StoreError::Conflict { .. }) => return Err(taken(name)),
        created => Shown::from(created?),
    };
    context.output.print(&organization, |organization| {
        format!("Made the organization {} ({}).", organization.name, organization.id)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn rename(context: &Context, name: &str, new_name: &str) -> Result<ExitCode> {
    check_name(new_name)?;
    let store = open_store(&context.configuration)?;
    let (old, new) = (name.to_owned(), new_name.to_owned());
    let renamed = store.write_blocking(move |connection| organizations::rename(connection, &old, &new));
    let organization = match renamed {
        Err(StoreError::Conflict { .. }) => return Err(taken(new_name)),
        renamed => renamed?,
    };
    let Some(organization) = organization.map(Shown::from) else {
        bail!("there is no organization {name:?}; `muster org list` shows all");
    };
    context.output.print(&organization, |organization| {
        format!("The organization {} ({}) was {name}.", organization.name, organization.id)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn check_name(name: &str) -> Result<()> {
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        bail!("a name has 1 to {LONGEST_NAME} characters, all of them printable");
    }
    Ok(())
}

fn taken(name: &str) -> anyhow::Error {
    anyhow!("there is an organization {name:?} already")
}

fn list(context: &Context) -> Result<ExitCode> {
    let store = open_store(&context.configuration)?;
    let all: Vec<Shown> = store.read_blocking(organizations::list)?.into_iter().map(Shown::from).collect();
    context.output.print(&all, |all| {
        let rows: Vec<[String; 3]> =
            all.iter().map(|o| [o.name.clone(), o.id.clone(), o.created_at.clone()]).collect();
        output::table(["NAME", "ID", "CREATED"], &rows)
    })?;
    Ok(ExitCode::SUCCESS)
}
