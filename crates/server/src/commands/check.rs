//! `muster check`

use super::cycle::{self, Outcome, PRACTICE, Plan, ShownStep, outcome_text, steps_text};
use super::progress::Meter;
use super::{Context, block_on};
use crate::cli::{Check, Credentials};
use anyhow::Result;
use muster_entra::{Client, Connection, CredentialPlacement};
use serde::Serialize;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Serialize)]
struct Report {
    test_connection: Vec<ShownStep>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cycle: Option<Outcome>,
}

pub(super) fn run(context: &Context, arguments: Check) -> Result<ExitCode> {
    let plan = arguments.cycle.then_some(Plan {
        people: arguments.users,
        groups: arguments.groups,
        seed: arguments.seed,
        concurrency: arguments.concurrency,
        clean_up: !arguments.keep,
    });
    let client = Client::new(connection(arguments))?;
    let meter = Meter::new(context.output.json);
    let json = context.output.json;
    let report = block_on(async {
        let test_connection = cycle::connection_test(&client).await;
        let connected = test_connection.iter().all(|step| step.ok);
        let cycle = match plan.filter(|_| connected) {
            None => None,
            Some(plan) => {
                let say = |text: &str| {
                    if !json {
                        eprintln!("{text}");
                    }
                };
                Some(cycle::run(&client, &client, plan, &meter, say).await?)
            }
        };
        anyhow::Ok(Report { test_connection, cycle })
    })??;
    let good = report.test_connection.iter().all(|step| step.ok)
        && report.cycle.as_ref().is_none_or(Outcome::is_good);
    context.output.print(&report, |report| {
        let mut text = format!("Test Connection\n{}", steps_text(&report.test_connection));
        if let Some(outcome) = &report.cycle {
            text.push_str(&format!("Provisioning\n{}", outcome_text(outcome)));
        }
        text.push_str(if good { "All is well." } else { "Something is wrong; see above." });
        text
    })?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn connection(arguments: Check) -> Connection {
    Connection {
        tenant_url: arguments.tenant_url,
        token_endpoint: arguments.token_endpoint,
        client_id: arguments.client_id,
        client_secret: arguments.client_secret,
        placement: match arguments.credentials {
            Credentials::Header => CredentialPlacement::Header,
            Credentials::Body => CredentialPlacement::Body,
            Credentials::Both => CredentialPlacement::Both,
        },
        scope: arguments.scope,
        patience: Duration::from_secs(arguments.patience),
        rehearsal: Some(PRACTICE),
    }
}
