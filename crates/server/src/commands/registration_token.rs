//! `muster registration-token …`

use super::{Context, block_on};
use crate::assemble::open_store;
use crate::cli::RegistrationToken;
use crate::output;
use anyhow::Result;
use muster_oauth::registration;
use muster_store::Timestamp;
use serde::Serialize;
use serde_json::json;
use std::process::ExitCode;

#[derive(Serialize)]
struct Shown {
    id: String,
    organization: String,
    created_at: String,
    expires_at: String,
    expired: bool,
}

pub(super) fn run(context: &Context, command: &RegistrationToken) -> Result<ExitCode> {
    let store = open_store(&context.configuration)?;
    let now = Timestamp::now();
    match command {
        RegistrationToken::Create { org, days } => {
            let issued = block_on(registration::create_token(&store, org, *days, now))??;
            let (token, expires_at) = (issued.token.as_str(), issued.expires_at.to_rfc3339());
            let made = json!({"id": issued.id, "token": token, "expires_at": expires_at});
            let off = if context.configuration.oauth.dynamic_registration {
                ""
            } else {
                "\nThe configuration here has oauth.dynamic_registration off: the server takes no registrations until it is on."
            };
            context.output.print(&made, |_| {
                format!("The registration token, shown this once: {token}\nIt may be used until {expires_at}.{off}")
            })?;
        }
        RegistrationToken::List => {
            let all: Vec<Shown> = block_on(registration::list_tokens(&store))??
                .into_iter()
                .map(|(token, organization)| Shown {
                    id: token.id,
                    organization,
                    created_at: token.created_at.to_rfc3339(),
                    expires_at: token.expires_at.to_rfc3339(),
                    expired: token.expires_at <= now,
                })
                .collect();
            context.output.print(&all, |all| {
                let row = |token: &Shown| {
                    [
                        token.id.clone(),
                        token.organization.clone(),
                        token.created_at.clone(),
                        token.expires_at.clone(),
                    ]
                };
                let headings = ["ID", "ORGANIZATION", "CREATED", "EXPIRES"];
                output::table(headings, &all.iter().map(row).collect::<Vec<_>>())
            })?;
        }
        RegistrationToken::Revoke { id } => {
            block_on(registration::revoke_token(&store, id))??;
            context
                .output
                .print(&json!({ "revoked": id }), |_| format!("Ended the registration token {id}."))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
