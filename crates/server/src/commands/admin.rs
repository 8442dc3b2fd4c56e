//! `muster admin …`

use super::{Context, organization_name};
use crate::assemble::open_store;
use crate::cli::{Admin, AdminRole};
use crate::output;
use anyhow::{Context as _, Result, bail};
use muster_console::{NewLink, Role, make_link};
use muster_store::{Store, StoreError, Timestamp, admins, organizations};
use serde::Serialize;
use serde_json::json;
use std::process::ExitCode;
use std::time::Duration;

/// A link that a command prints may be used for a day.
const VALID: Duration = Duration::from_secs(86_400);

impl From<AdminRole> for Role {
    fn from(role: AdminRole) -> Self {
        match role {
            AdminRole::Auditor => Self::Auditor,
            AdminRole::Admin => Self::Admin,
            AdminRole::Owner => Self::Owner,
        }
    }
}

#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    role: String,
    created_at: String,
    signed_in_at: Option<String>,
}

pub(super) fn run(mut context: Context, command: Admin) -> Result<ExitCode> {
    let store = open_store(&context.configuration)?;
    match command {
        Admin::Create { org, role, public_url } => {
            let new = NewLink {
                organization: organization_name(&store, org)?,
                role: role.into(),
                admin: None,
                note: String::from("muster admin create"),
                made_by: String::from("muster admin create"),
                valid_for: VALID,
            };
            print_link(&mut context, &store, new, public_url)?;
        }
        Admin::ResetPassword { name, public_url } => {
            let new = NewLink {
                organization: an_organization_of(&store, &name)?,
                role: Role::Auditor,
                admin: Some(name.clone()),
                note: name,
                made_by: String::from("muster admin reset-password"),
                valid_for: VALID,
            };
            print_link(&mut context, &store, new, public_url)?;
        }
        Admin::List { org } => list(&context, &store, &organization_name(&store, org)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print_link(context: &mut Context, store: &Store, new: NewLink, public_url: Option<String>) -> Result<()> {
    if let Some(public_url) = public_url {
        context.configuration.server.public_url = public_url;
    }
    let public_url = context.configuration.public_url(None)?;
    let (address, expires_at) = make_link(store, new, Timestamp::now())?;
    let (link, expires_at) = (format!("{public_url}{address}"), expires_at.to_rfc3339());
    context.output.print(&json!({"link": link, "expires_at": expires_at}), |_| {
        format!("Open this link; it works once, until {expires_at}:\n{link}")
    })
}

/// Where a link for a new password leads: any organization of the admin's.
fn an_organization_of(store: &Store, name: &str) -> Result<String> {
    let wanted = name.to_owned();
    let found = store.read_blocking(move |connection| -> Result<_, StoreError> {
        let Some(admin) = admins::find_by_name(connection, &wanted)? else { return Ok(None) };
        Ok(admins::organizations_of(connection, &admin.id)?.into_iter().next())
    })?;
    let (organization, _) = found.with_context(|| format!("there is no admin {name:?}"))?;
    Ok(organization.name)
}

fn list(context: &Context, store: &Store, organization: &str) -> Result<()> {
    let wanted = organization.to_owned();
    let found = store.read_blocking(move |connection| -> Result<_, StoreError> {
        let Some(organization) = organizations::find_by_name(connection, &wanted)? else { return Ok(None) };
        Ok(Some(admins::of_organization(connection, &organization.id)?))
    })?;
    let Some(members) = found else {
        bail!("there is no organization {organization:?}; `muster org list` shows all");
    };
    let all: Vec<Shown> = members
        .into_iter()
        .map(|member| Shown {
            id: member.admin_id,
            name: member.name,
            role: member.role,
            created_at: member.created_at.to_rfc3339(),
            signed_in_at: member.signed_in_at.map(Timestamp::to_rfc3339),
        })
        .collect();
    context.output.print(&all, |all| {
        let row = |admin: &Shown| {
            let signed_in_at = admin.signed_in_at.clone().unwrap_or_else(|| "never".to_owned());
            [admin.name.clone(), admin.role.clone(), admin.created_at.clone(), signed_in_at]
        };
        let rows: Vec<_> = all.iter().map(row).collect();
        output::table(["NAME", "ROLE", "SINCE", "LAST SIGNED IN"], &rows)
    })
}
