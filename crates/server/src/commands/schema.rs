//! `muster schema …`

use super::{Context, organization_name};
use crate::assemble::open_store;
use crate::cli::Schema;
use crate::{output, schemas};
use anyhow::{Context as _, Result, bail};
use muster_scim::{count_losses, extend};
use muster_scim_core::Catalog;
use muster_scim_core::schema::{definition_id, definitions_in};
use muster_store::definitions::{self, Definition};
use muster_store::organizations::{self, Organization};
use muster_store::{Connection, StoreError, Timestamp};
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Serialize)]
struct Shown {
    id: String,
    kind: &'static str,
    created_at: String,
}

pub(super) fn run(context: &Context, command: Schema) -> Result<ExitCode> {
    match command {
        Schema::Add { files, org } => add(context, &files, org)?,
        Schema::List { org } => list(context, org)?,
        Schema::Remove { id, org } => remove(context, &id, org)?,
        Schema::Check { files } => check(context, &files)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn add(context: &Context, files: &[PathBuf], organization: Option<String>) -> Result<()> {
    let common = schemas::catalog(&context.configuration)?;
    let documents = files.iter().map(|file| schemas::read(file)).collect::<Result<Vec<Value>>>()?;
    let store = open_store(&context.configuration)?;
    let organization = organization_name(&store, organization)?;
    let name = organization.clone();
    let added = store.write_blocking(move |connection| -> Result<_, Failure> {
        let organization = find(connection, &name)?;
        let before = definitions::list(connection, &organization.id)?;
        let mut after = before.clone();
        let mut added = Vec::new();
        for new in documents.iter().flat_map(definitions_in) {
            let id = definition_id(new).context("a definition has neither an id nor a name")?;
            put(&mut after, &organization.id, id, new)?;
            added.push(id.to_owned());
        }
        extend(&common, after.iter().map(|definition| definition.definition.as_str()))
            .context("the definitions cannot be used")?;
        for definition in after.iter().filter(|definition| !before.contains(definition)) {
            definitions::delete(connection, &organization.id, &definition.id)?;
            definitions::insert(connection, definition)?;
        }
        Ok(added)
    })?;
    context.output.print(&serde_json::json!({ "added": added }), |_| {
        format!(
            "Added {} to the organization {organization}. A running server knows it within a second.",
            added.join(", ")
        )
    })
}

/// Adds a definition; a resource type that is there gets the new one's schema extensions as well.
fn put(all: &mut Vec<Definition>, organization_id: &str, id: &str, new: &Value) -> Result<()> {
    let Some(there) = all.iter_mut().find(|definition| definition.id == id) else {
        all.push(Definition {
            organization_id: organization_id.to_owned(),
            id: id.to_owned(),
            definition: new.to_string(),
            created_at: Timestamp::now(),
        });
        return Ok(());
    };
    let mut merged: Value = serde_json::from_str(&there.definition)?;
    if merged.get("endpoint").is_none() {
        if merged != *new {
            bail!("the organization has the schema {id} already; remove it first");
        }
        return Ok(());
    }
    if ["endpoint", "schema"].iter().any(|name| merged.get(name) != new.get(name)) {
        bail!("the organization has another resource type {id} already; remove it first");
    }
    let mut extensions = merged["schemaExtensions"].as_array().cloned().unwrap_or_default();
    for extension in new["schemaExtensions"].as_array().into_iter().flatten() {
        if !extensions.contains(extension) {
            extensions.push(extension.clone());
        }
    }
    merged["schemaExtensions"] = extensions.into();
    there.definition = merged.to_string();
    Ok(())
}

fn list(context: &Context, organization: Option<String>) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let name = organization_name(&store, organization)?;
    let all = store.read_blocking(move |connection| -> Result<_, Failure> {
        let organization = find(connection, &name)?;
        Ok(definitions::list(connection, &organization.id)?)
    })?;
    let shown: Vec<Shown> = all
        .into_iter()
        .map(|Definition { id, definition, created_at, .. }| Shown {
            id,
            kind: match serde_json::from_str::<Value>(&definition) {
                Ok(definition) if definition.get("endpoint").is_some() => "ResourceType",
                _ => "Schema",
            },
            created_at: created_at.to_rfc3339(),
        })
        .collect();
    context.output.print(&shown, |all| {
        let rows: Vec<[String; 3]> =
            all.iter().map(|one| [one.id.clone(), one.kind.to_owned(), one.created_at.clone()]).collect();
        output::table(["ID", "KIND", "ADDED"], &rows)
    })
}

fn remove(context: &Context, id: &str, organization: Option<String>) -> Result<()> {
    let common = schemas::catalog(&context.configuration)?;
    let store = open_store(&context.configuration)?;
    let organization = organization_name(&store, organization)?;
    let (name, gone) = (organization.clone(), id.to_owned());
    store.write_blocking(move |connection| -> Result<_, Failure> {
        let organization = find(connection, &name)?;
        let all = definitions::list(connection, &organization.id)?;
        if !all.iter().any(|definition| definition.id == gone) {
            return Err(Failure::Other(anyhow::anyhow!(
                "the organization has no {gone:?} of its own; `muster schema list` shows all"
            )));
        }
        let catalog = |without: Option<&str>| -> Result<Catalog> {
            let kept = all.iter().filter(|definition| Some(definition.id.as_str()) != without);
            extend(&common, kept.map(|definition| definition.definition.as_str()))
                .context("what is left cannot be used: remove what needs it first")
        };
        let after = catalog(Some(&gone))?;
        // What cannot be used now is used by nothing.
        let before = catalog(None).unwrap_or_else(|_| common.clone());
        let losses = count_losses(connection, organization.key, &before, &after)?;
        if losses > 0 {
            return Err(Failure::Other(anyhow::anyhow!(
                "{losses} resources use {gone}: delete or change them first"
            )));
        }
        definitions::delete(connection, &organization.id, &gone)?;
        Ok(())
    })?;
    context.output.print(&serde_json::json!({ "removed": id }), |_| {
        format!("Removed {id} from the organization {organization}.")
    })
}

fn check(context: &Context, files: &[PathBuf]) -> Result<()> {
    let documents = files.iter().map(|file| schemas::read(file)).collect::<Result<Vec<Value>>>()?;
    let catalog = schemas::catalog(&context.configuration)?
        .extended(&documents)
        .context("the definitions cannot be used")?;
    let types: Vec<String> = catalog.resource_types().iter().map(|kind| kind.endpoint.clone()).collect();
    context.output.print(&serde_json::json!({ "endpoints": types }), |_| {
        format!("The definitions can be used. Endpoints: {}.", types.join(", "))
    })
}

fn find(connection: &mut Connection, name: &str) -> Result<Organization, Failure> {
    let found = organizations::find_by_name(connection, name)?;
    found.ok_or_else(|| {
        Failure::Other(anyhow::anyhow!("there is no organization {name:?}; `muster org list` shows all"))
    })
}

/// Why a unit of work failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl muster_store::WorkError for Failure {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Other(_) => None,
        }
    }
}
