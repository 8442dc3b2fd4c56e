//! `cargo xtask clients`: OAuth clients that others wrote, installed on demand in pinned versions, get tokens from a
//! throw-away server by each method that they have, verify them by the key set and use them.

mod environment;
mod target;

use crate::shell::{cargo, read, root, run as run_command};
use anyhow::{Result, bail};
use serde::Deserialize;
use std::fmt::Write;
use target::Target;

/// What `cargo xtask clients` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only print the results; leave docs/clients.md alone
    #[arg(long)]
    no_report: bool,
}

/// What one client found by one method.
#[derive(Deserialize)]
struct Outcome {
    client: String,
    version: String,
    method: String,
    error: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let environment = environment::install()?;
    run_command(cargo().args(["build", "--package", "muster"]))?;
    let target = Target::start(&root().join("target/debug/muster"))?;
    let mut outcomes: Vec<Outcome> = Vec::new();
    for mut command in [environment.python("clients.py"), environment.node("clients.mjs")] {
        command
            .arg(&target.description)
            .env("REQUESTS_CA_BUNDLE", &target.authority)
            .env("NODE_EXTRA_CA_CERTS", &target.authority);
        for line in read(&mut command)?.lines() {
            outcomes.push(serde_json::from_str(line)?);
        }
    }
    let text = report(&outcomes)?;
    println!("{text}");
    if !arguments.no_report {
        std::fs::write(root().join("docs/clients.md"), &text)?;
    }
    let failed = outcomes.iter().filter(|outcome| outcome.error.is_some()).count();
    if failed > 0 {
        bail!("{failed} of {} failed", outcomes.len());
    }
    Ok(())
}

fn report(outcomes: &[Outcome]) -> Result<String> {
    let mut text = String::from(
        "# Clients that others wrote\n\n\
         Written by `cargo xtask clients`: each gets a token by each method that it has, over Muster's own TLS; the token is\n\
         verified by the key set with the client's own library and used for `GET /scim/v2/Users`. The Rust crate `oauth2` does\n\
         the same in our black-box tests (`rust_client::*`).\n\n\
         | client | version | method | result |\n| --- | --- | --- | --- |\n",
    );
    for Outcome { client, version, method, error } in outcomes {
        let result = error.as_deref().unwrap_or("works").replace('|', "\\|").replace('\n', " ");
        writeln!(text, "| {client} | {version} | {method} | {result} |")?;
    }
    text.push_str(
        "\nWhat is not in the table the client does not have: requests-oauthlib has no `private_key_jwt`, and neither it nor\n\
         Authlib has DPoP.\n",
    );
    Ok(text)
}
