//! `muster app …`

use super::{Context, app_proofs, block_on, organization_name, scope_set};
use crate::assemble::{SCIM_PATH, TOKEN_PATH, open_store};
use crate::cli::{App, AppCreate, AppUpdate};
use crate::output;
use anyhow::Result;
use muster_oauth::applications::{
    self, ApplicationChanges, ApplicationDetails, IssuedSecret, NewApplication,
};
use muster_store::Timestamp;
use muster_token::ScopeSet;
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
    algorithm: String,
    created_at: String,
    updated_at: String,
    /// When the secret that lasts longest expires, and in how many days.
    secret_expires_at: Option<String>,
    secret_expires_in_days: Option<i64>,
    secrets: Vec<ShownSecret>,
}

#[derive(Serialize)]
struct ShownSecret {
    id: String,
    created_at: String,
    expires_at: Option<String>,
    expires_in_days: Option<i64>,
    last_used_at: Option<String>,
    expired: bool,
}

#[derive(Serialize)]
struct Rotated {
    client_id: String,
    secret_id: String,
    client_secret: String,
    secret_expires_at: String,
}

pub(super) fn run(context: &Context, command: App) -> Result<ExitCode> {
    match command {
        App::Create(arguments) => create(context, arguments)?,
        App::List { org } => list(context, org)?,
        App::Show { id } => show(context, &id)?,
        App::Update(arguments) => update(context, &arguments)?,
        App::AddSecret { id, secret_ttl_days } => add_secret(context, &id, secret_ttl_days)?,
        App::RevokeSecret { id, secret_id, end_tokens } => {
            revoke_secret(context, &id, &secret_id, end_tokens)?;
        }
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
    let scopes: ScopeSet = if arguments.all_scopes { ScopeSet::ALL } else { scope_set(&arguments.scopes)? };
    let store = open_store(&configuration)?;
    let organization = organization_name(&store, arguments.org)?;
    let new = NewApplication {
        organization: organization.clone(),
        name: arguments.name,
        description: arguments.description,
        scopes,
        secret_lifetime_days: arguments.secret_ttl_days.unwrap_or(configuration.oauth.secret_lifetime_days),
        token_lifetime_minutes: arguments.token_minutes.unwrap_or(configuration.oauth.token_lifetime_minutes),
        algorithm: arguments.algorithm.into(),
        argon2: configuration.oauth.argon2(),
        user_id: arguments.user,
    };
    let (application, secret) = block_on(applications::create(&store, new, Timestamp::now()))??;
    let created = Created {
        client_id: application.id,
        client_secret: secret.secret.as_str().to_owned(),
        token_endpoint: format!("{public_url}{TOKEN_PATH}"),
        tenant_url: format!("{public_url}{SCIM_PATH}"),
        scopes: application.scopes.split(' ').map(str::to_owned).collect(),
        name: application.name,
        organization,
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
            let days = app.secret_expires_in_days.map(days_left).unwrap_or_default();
            let last_used = app.secrets.iter().filter_map(|secret| secret.last_used_at.clone()).max();
            [
                app.client_id.clone(),
                app.name.clone(),
                app.organization.clone(),
                app.secret_expires_at.clone().unwrap_or_else(|| "no secret".to_owned()),
                days,
                last_used.unwrap_or_else(|| "never".to_owned()),
            ]
        };
        output::table(
            ["CLIENT ID", "NAME", "ORGANIZATION", "SECRET EXPIRES", "IN DAYS", "LAST USED"],
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
             Scopes             {}\nTokens live        {} minutes\nSigned with        {}\nCreated            {}\n\n",
            app.client_id,
            app.name,
            app.description,
            app.organization,
            app.scopes.join(" "),
            app.token_lifetime_seconds / 60,
            app.algorithm,
            app.created_at
        );
        let row = |secret: &ShownSecret| {
            let state = if secret.expired { "expired" } else { "active" };
            [
                secret.id.clone(),
                secret.created_at.clone(),
                secret.expires_at.clone().unwrap_or_default(),
                secret.expires_in_days.map(days_left).unwrap_or_default(),
                secret.last_used_at.clone().unwrap_or_else(|| "never".to_owned()),
                state.into(),
            ]
        };
        text.push_str(&output::table(
            ["SECRET", "CREATED", "EXPIRES", "IN DAYS", "LAST USED", "STATE"],
            &app.secrets.iter().map(row).collect::<Vec<_>>(),
        ));
        text
    })
}

fn update(context: &Context, arguments: &AppUpdate) -> Result<()> {
    let scopes = match (arguments.all_scopes, arguments.scopes.as_slice()) {
        (true, _) => Some(ScopeSet::ALL),
        (false, []) => None,
        (false, names) => Some(scope_set(names)?),
    };
    let changes = ApplicationChanges {
        name: arguments.name.clone(),
        description: arguments.description.clone(),
        scopes,
        algorithm: arguments.algorithm.map(Into::into),
        token_lifetime_minutes: arguments.token_minutes,
    };
    let store = open_store(&context.configuration)?;
    block_on(applications::update(&store, &arguments.id, changes, Timestamp::now()))??;
    show(context, &arguments.id)
}

fn add_secret(context: &Context, id: &str, days: Option<u32>) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let oauth = &context.configuration.oauth;
    let days = days.unwrap_or(oauth.secret_lifetime_days);
    let issued = block_on(applications::add_secret(&store, id, days, oauth.argon2(), Timestamp::now()))??;
    print_secret(context, id, &issued, "The other secrets stay as they are.")
}

fn revoke_secret(context: &Context, id: &str, secret_id: &str, end_tokens: bool) -> Result<()> {
    let store = open_store(&context.configuration)?;
    block_on(applications::revoke_secret(&store, id, secret_id, end_tokens))??;
    let revoked = serde_json::json!({"revoked": secret_id, "client_id": id, "tokens_ended": end_tokens});
    context.output.print(&revoked, |_| {
        let tokens = if end_tokens {
            "The access tokens issued so far end within a second."
        } else {
            "Access tokens that are out go on until they expire; --end-tokens ends them too."
        };
        format!("The secret {secret_id} gets no more tokens. {tokens}")
    })
}

fn rotate(context: &Context, id: &str, grace_days: u32) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let oauth = &context.configuration.oauth;
    let (days, argon2) = (oauth.secret_lifetime_days, oauth.argon2());
    let rotated = applications::rotate_secret(&store, id, grace_days, days, argon2, Timestamp::now());
    let old = match grace_days {
        0 => "The old secrets end now, and the access tokens issued so far end within a second.".to_owned(),
        1 => "The newest old secret may be used for 1 day more.".to_owned(),
        days => format!("The newest old secret may be used for {days} days more."),
    };
    print_secret(context, id, &block_on(rotated)??, &old)
}

fn print_secret(context: &Context, id: &str, issued: &IssuedSecret, old: &str) -> Result<()> {
    let rotated = Rotated {
        client_id: id.to_owned(),
        secret_id: issued.id.clone(),
        client_secret: issued.secret.as_str().to_owned(),
        secret_expires_at: issued.expires_at.to_rfc3339(),
    };
    context.output.print(&rotated, |rotated| {
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
    let longest = secrets.iter().filter_map(|secret| secret.expires_at).max();
    Shown {
        client_id: application.id,
        name: application.name,
        description: application.description,
        organization,
        scopes: application.scopes.split(' ').map(str::to_owned).collect(),
        token_lifetime_seconds: application.token_lifetime_seconds,
        algorithm: application.signing_algorithm,
        created_at: application.created_at.to_rfc3339(),
        updated_at: application.updated_at.to_rfc3339(),
        secret_expires_at: longest.map(Timestamp::to_rfc3339),
        secret_expires_in_days: longest.map(|expires_at| days_until(expires_at, now)),
        secrets: secrets
            .into_iter()
            .map(|secret| ShownSecret {
                id: secret.id,
                created_at: secret.created_at.to_rfc3339(),
                expired: secret.expires_at.is_some_and(|expires_at| expires_at <= now),
                expires_in_days: secret.expires_at.map(|expires_at| days_until(expires_at, now)),
                expires_at: secret.expires_at.map(Timestamp::to_rfc3339),
                last_used_at: secret.last_used_at.map(Timestamp::to_rfc3339),
            })
            .collect(),
    }
}

/// Whole days; negative when it is over.
fn days_until(time: Timestamp, now: Timestamp) -> i64 {
    (time.micros() - now.micros()).div_euclid(86_400_000_000)
}

/// With a mark on what asks for attention.
fn days_left(days: i64) -> String {
    if days <= 60 { format!("{days} !") } else { days.to_string() }
}
