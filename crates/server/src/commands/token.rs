//! `muster token …`

use super::{Context, block_on, scope_set};
use crate::assemble::{SCIM_PATH, open_store};
use crate::cli::{Token, TokenCreate};
use crate::output;
use anyhow::Result;
use muster_oauth::provisioning::{self, NewProvisioningToken};
use muster_store::Timestamp;
use muster_store::provisioning_tokens::ProvisioningToken;
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct Created {
    id: String,
    client_id: String,
    name: String,
    token: String,
    tenant_url: String,
    scopes: Vec<String>,
    expires_at: String,
}

#[derive(Serialize)]
struct Shown {
    id: String,
    client_id: String,
    name: String,
    scopes: Vec<String>,
    created_at: String,
    expires_at: String,
    last_used_at: Option<String>,
    expired: bool,
}

pub(super) fn run(context: &Context, command: Token) -> Result<ExitCode> {
    match command {
        Token::Create(arguments) => create(context, arguments)?,
        Token::List { app } => list(context, app)?,
        Token::Revoke { id } => revoke(context, &id)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn create(context: &Context, arguments: TokenCreate) -> Result<()> {
    let mut configuration = context.configuration.clone();
    if let Some(public_url) = arguments.public_url {
        configuration.server.public_url = public_url;
    }
    let public_url = configuration.public_url(None)?;
    let scopes = scope_set(&arguments.scopes)?;
    let new = NewProvisioningToken {
        application_id: arguments.app.clone(),
        name: arguments.name.clone(),
        scopes: Some(scopes).filter(|scopes| !scopes.is_empty()),
        lifetime_days: arguments.days.unwrap_or(configuration.oauth.provisioning_token_days),
    };
    let store = open_store(&configuration)?;
    let issued = block_on(provisioning::create(&store, new, Timestamp::now()))??;
    let created = Created {
        id: issued.id,
        client_id: arguments.app,
        name: arguments.name,
        token: issued.token.as_str().to_owned(),
        tenant_url: format!("{public_url}{SCIM_PATH}"),
        scopes: issued.scopes.iter().map(|scope| scope.to_string()).collect(),
        expires_at: issued.expires_at.to_rfc3339(),
    };
    context.output.print(&created, |created| {
        format!(
            "Paste these into the client; the token is shown this once.\n\n  Tenant URL    {}\n  Secret token  {}\n\n\
             The token may be used until {}. Prefer OAuth 2.0 client credentials where the client knows them.",
            created.tenant_url, created.token, created.expires_at
        )
    })
}

fn list(context: &Context, application: Option<String>) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let now = Timestamp::now();
    let all = block_on(provisioning::list(&store, application))??;
    let all: Vec<Shown> = all.into_iter().map(|token| shown(token, now)).collect();
    context.output.print(&all, |all| {
        let row = |token: &Shown| {
            [
                token.id.clone(),
                token.client_id.clone(),
                token.name.clone(),
                token.expires_at.clone(),
                token.last_used_at.clone().unwrap_or_else(|| "never".to_owned()),
                if token.expired { "expired" } else { "active" }.to_owned(),
            ]
        };
        output::table(
            ["ID", "CLIENT ID", "NAME", "EXPIRES", "LAST USED", "STATE"],
            &all.iter().map(row).collect::<Vec<_>>(),
        )
    })
}

fn revoke(context: &Context, id: &str) -> Result<()> {
    let store = open_store(&context.configuration)?;
    block_on(provisioning::revoke(&store, id))??;
    let revoked = serde_json::json!({"revoked": id});
    context.output.print(&revoked, |_| format!("The provisioning token {id} is refused within a second."))
}

fn shown(token: ProvisioningToken, now: Timestamp) -> Shown {
    Shown {
        id: token.id,
        client_id: token.application_id,
        name: token.name,
        scopes: token.scopes.split(' ').map(str::to_owned).collect(),
        created_at: token.created_at.to_rfc3339(),
        expires_at: token.expires_at.to_rfc3339(),
        last_used_at: token.last_used_at.map(Timestamp::to_rfc3339),
        expired: token.expires_at <= now,
    }
}
