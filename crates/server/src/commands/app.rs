//! `muster app …`

use super::{Context, app_proofs, block_on};
use crate::assemble::{SCIM_PATH, TOKEN_PATH, open_store};
use crate::cli::{App, AppCreate};
use crate::output;
use anyhow::Result;
use muster_oauth::applications::{self, ApplicationDetails, IssuedSecret, NewApplication};
use muster_store::Timestamp;
use muster_token::{Scope, ScopeSet};
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct Created {
    client_id: String,
    client_secret: String,
    token_endpoint: String,
    tenant_url: String,
    scopes: Vec<String>,
    name: String,
    organization: String,
    secret_expires_at: String,
}

#[derive(Serialize)]
struct Shown {
    client_id: String,
    name: String,
    description: String,
    organization: String,
    scopes: Vec<String>,
    token_lifetime_seconds: i64,
    created_at: String,
    secrets: Vec<ShownSecret>,
}

#[derive(Serialize)]
struct ShownSecret {
    id: String,
    created_at: String,
    expires_at: Option<String>,
    expired: bool,
}

#[derive(Serialize)]
struct Rotated {
    client_id: String,
    client_secret: String,
    secret_expires_at: String,
}

pub(super) fn run(context: &Context, command: App) -> Result<ExitCode> {
    match command {
        App::Create(arguments) => create(context, arguments)?,
        App::List { org } => list(context, org)?,
        App::Show { id } => show(context, &id)?,
        App::RotateSecret { id, grace_days } => rotate(context, &id, grace_days)?,
        App::Key(command) => app_proofs::keys(context, command)?,
        App::Trust(command) => app_proofs::trusts(context, command)?,
        App::Certificate(command) => app_proofs::certificates(context, command)?,
        App::Bind { id, to } => app_proofs::bind(context, &id, to)?,
        App::Delete { id } => delete(context, &id)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn create(context: &Context, arguments: AppCreate) -> Result<()> {
    let mut configuration = context.configuration.clone();
    if let Some(public_url) = arguments.public_url {
        configuration.server.public_url = public_url;
    }
    let public_url = configuration.public_url(None)?;
    let scopes: ScopeSet = if arguments.all_scopes {
        ScopeSet::ALL
    } else {
        arguments.scopes.iter().map(|scope| scope.parse::<Scope>()).collect::<Result<_, _>>()?
    };
    let new = NewApplication {
        organization: arguments.org.clone(),
        name: arguments.name,
        description: arguments.description,
        scopes,
        secret_lifetime_days: arguments.secret_ttl_days.unwrap_or(configuration.oauth.secret_lifetime_days),
        token_lifetime_minutes: arguments
            .token_lifetime_minutes
            .unwrap_or(configuration.oauth.token_lifetime_minutes),
    };
    let store = open_store(&configuration)?;
    let (application, secret) = block_on(applications::create(&store, new, Timestamp::now()))??;
    let created = Created {
        client_id: application.id,
        client_secret: secret.secret.as_str().to_owned(),
        token_endpoint: format!("{public_url}{TOKEN_PATH}"),
        tenant_url: format!("{public_url}{SCIM_PATH}"),
        scopes: application.scopes.split(' ').map(str::to_owned).collect(),
        name: application.name,
        organization: arguments.org,
        secret_expires_at: secret.expires_at.to_rfc3339(),
    };
    context.output.print(&created, |created| {
        format!(
            "Made the application {}. Paste these into Entra; the secret is shown this once.\n\n{}",
            created.name,
            four_values(created)
        )
    })
}

fn four_values(created: &Created) -> String {
    format!(
        "  Tenant URL            {}\n  OAuth token endpoint  {}\n  Client identifier     {}\n  Client secret         {}\n\n\
         The secret may be used until {}.",
        created.tenant_url,
        created.token_endpoint,
        created.client_id,
        created.client_secret,
        created.secret_expires_at
    )
}

fn list(context: &Context, organization: Option<String>) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let all = block_on(applications::list(&store, organization))??;
    let all: Vec<Shown> = all.into_iter().map(shown).collect();
    context.output.print(&all, |all| {
        let row = |app: &Shown| {
            let newest = app.secrets.first().and_then(|secret| secret.expires_at.clone());
            [app.client_id.clone(), app.name.clone(), app.organization.clone(), newest.unwrap_or_default()]
        };
        output::table(
            ["CLIENT ID", "NAME", "ORGANIZATION", "NEWEST SECRET EXPIRES"],
            &all.iter().map(row).collect::<Vec<_>>(),
        )
    })
}

fn show(context: &Context, id: &str) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let details = block_on(applications::show(&store, id))??;
    context.output.print(&shown(details), |app| {
        let mut text = format!(
            "Client identifier  {}\nName               {}\nDescription        {}\nOrganization       {}\n\
             Scopes             {}\nTokens live        {} minutes\nCreated            {}\n\n",
            app.client_id,
            app.name,
            app.description,
            app.organization,
            app.scopes.join(" "),
            app.token_lifetime_seconds / 60,
            app.created_at
        );
        let row = |secret: &ShownSecret| {
            let state = if secret.expired { "expired" } else { "active" };
            [
                secret.id.clone(),
                secret.created_at.clone(),
                secret.expires_at.clone().unwrap_or_default(),
                state.into(),
            ]
        };
        text.push_str(&output::table(
            ["SECRET", "CREATED", "EXPIRES", "STATE"],
            &app.secrets.iter().map(row).collect::<Vec<_>>(),
        ));
        text
    })
}

fn rotate(context: &Context, id: &str, grace_days: u32) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let days = context.configuration.oauth.secret_lifetime_days;
    let IssuedSecret { secret, expires_at } =
        block_on(applications::rotate_secret(&store, id, grace_days, days, Timestamp::now()))??;
    let rotated = Rotated {
        client_id: id.to_owned(),
        client_secret: secret.as_str().to_owned(),
        secret_expires_at: expires_at.to_rfc3339(),
    };
    context.output.print(&rotated, |rotated| {
        let old = match grace_days {
            0 => "The old secrets end now.".to_owned(),
            1 => "The newest old secret may be used for 1 day more.".to_owned(),
            days => format!("The newest old secret may be used for {days} days more."),
        };
        format!(
            "The new secret, shown this once: {}\nIt may be used until {}. {old}",
            rotated.client_secret, rotated.secret_expires_at
        )
    })
}

fn delete(context: &Context, id: &str) -> Result<()> {
    let store = open_store(&context.configuration)?;
    block_on(applications::delete(&store, id))??;
    let deleted = serde_json::json!({"deleted": id});
    context
        .output
        .print(&deleted, |_| format!("Deleted the application {id}. Its tokens end within a second."))
}

fn shown(details: ApplicationDetails) -> Shown {
    let now = Timestamp::now();
    let ApplicationDetails { application, organization, secrets } = details;
    Shown {
        client_id: application.id,
        name: application.name,
        description: application.description,
        organization,
        scopes: application.scopes.split(' ').map(str::to_owned).collect(),
        token_lifetime_seconds: application.token_lifetime_seconds,
        created_at: application.created_at.to_rfc3339(),
        secrets: secrets
            .into_iter()
            .map(|secret| ShownSecret {
                id: secret.id,
                created_at: secret.created_at.to_rfc3339(),
                expired: secret.expires_at.is_some_and(|expires_at| expires_at <= now),
                expires_at: secret.expires_at.map(Timestamp::to_rfc3339),
            })
            .collect(),
    }
}
