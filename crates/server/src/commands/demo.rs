//! `muster demo`: the newcomer's first minute.

use super::cycle::{self, Outcome, PRACTICE, Plan, ShownStep, outcome_text, steps_text};
use super::progress::Meter;
use super::{Context, serve};
use crate::assemble::{Assembly, SCIM_PATH, TOKEN_PATH, write_last};
use crate::cli::Demo;
use crate::{output, telemetry};
use anyhow::{Context as _, Result};
use muster_entra::{Client, Connection, CredentialPlacement, HeaderValue};
use muster_oauth::applications::{self, NewApplication};
use muster_store::Timestamp;
use muster_store::organizations::DEFAULT_NAME;
use muster_token::{ScopeSet, SigningAlgorithm};
use serde::Serialize;
use std::process::ExitCode;
use std::time::Duration;

/// What an admin pastes into Entra.
#[derive(Clone, Serialize)]
struct FourValues {
    tenant_url: String,
    token_endpoint: String,
    client_id: String,
    client_secret: String,
}

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    values: FourValues,
    test_connection: Vec<ShownStep>,
    #[serde(flatten)]
    outcome: Option<Outcome>,
}

pub(super) fn run(mut context: Context, arguments: &Demo, has_database: bool) -> Result<ExitCode> {
    // Kept until the end: dropping it removes the directory.
    let directory =
        tempfile::Builder::new().prefix("muster-demo-").tempdir().context("cannot make a directory")?;
    if !has_database {
        context.configuration.database.url =
            format!("sqlite:{}", directory.path().join("muster.db").display());
        context.configuration.database.url_file.clear();
    }
    context.configuration.server.listen.clone_from(&arguments.listen);
    context.configuration.server.public_url.clear();
    // The story is told by the command itself.
    context.configuration.log.level = "error".to_owned();
    let configuration = &context.configuration;
    telemetry::start_logging(&configuration.log)?;
    let metrics = telemetry::start_metrics()?;
    let listener = serve::listen(configuration.listen_address()?)?;
    let bound = listener.local_addr().context("cannot listen")?;
    let assembly = Assembly::open(configuration, bound, metrics)?;
    let set_up = if arguments.once { None } else { assembly.set_up_link()? };
    let ended = actix_web::rt::System::new().block_on(async {
        // Ctrl-C ends the command at any time; the server stops with it.
        let server = assembly.serve(configuration, listener, true)?;
        let handle = server.handle();
        let mut server = actix_web::rt::spawn(server);
        let good = tokio::select! {
            good = story(&context, &assembly, arguments, set_up.as_deref()) => good?,
            _ = &mut server => return Ok(ExitCode::FAILURE),
        };
        if arguments.once {
            handle.stop(true).await;
        }
        server.await.context("the server failed")?.context("the server failed")?;
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    });
    write_last(&assembly.store);
    ended
}

async fn story(
    context: &Context,
    assembly: &Assembly,
    arguments: &Demo,
    set_up: Option<&str>,
) -> Result<bool> {
    let json = context.output.json;
    let say = |text: &str| {
        if !json {
            eprintln!("{text}");
        }
    };
    say(&format!("Started Muster at {} on {}", assembly.public_url, assembly.store.url()));
    let values = make_application(context, assembly).await?;
    say("Made an OAuth application with all scopes");
    let client = Client::new(connection(&values, None))?;
    let reader = Client::new(connection(&values, Some(PRACTICE)))?;
    say("Playing Microsoft Entra ID: Test Connection");
    let test_connection = cycle::connection_test(&client).await;
    say(steps_text(&test_connection).trim_end());
    let mut outcome = None;
    if test_connection.iter().all(|step| step.ok) {
        let plan = Plan {
            people: arguments.users,
            groups: arguments.groups,
            seed: arguments.seed,
            concurrency: 8,
            clean_up: false,
        };
        outcome = Some(cycle::run(&client, &reader, plan, &Meter::new(json), say).await?);
    }
    let report = Report { values, test_connection, outcome };
    let good = report.outcome.as_ref().is_some_and(Outcome::is_good);
    context.output.print(&report, text)?;
    if !arguments.once && !json {
        output::line("\nThe server stays up with these people in it until Ctrl-C.")?;
        if let Some(link) = set_up {
            output::line(&format!(
                "Look at them in the console; this link makes you its first admin:\n{link}"
            ))?;
        }
    }
    Ok(good)
}

async fn make_application(context: &Context, assembly: &Assembly) -> Result<FourValues> {
    let oauth = &context.configuration.oauth;
    let new = NewApplication {
        organization: DEFAULT_NAME.to_owned(),
        name: "Microsoft Entra ID".to_owned(),
        description: "Made by muster demo".to_owned(),
        scopes: ScopeSet::ALL,
        secret_lifetime_days: oauth.secret_lifetime_days,
        token_lifetime_minutes: oauth.token_lifetime_minutes,
        algorithm: SigningAlgorithm::default(),
        argon2: oauth.argon2(),
        user_id: None,
    };
    let (application, secret) = applications::create(&assembly.store, new, Timestamp::now()).await?;
    Ok(FourValues {
        tenant_url: format!("{}{SCIM_PATH}", assembly.public_url),
        token_endpoint: format!("{}{TOKEN_PATH}", assembly.public_url),
        client_id: application.id,
        client_secret: secret.secret.as_str().to_owned(),
    })
}

/// Reading back is practice: Entra never does it.
fn connection(values: &FourValues, rehearsal: Option<HeaderValue>) -> Connection {
    Connection {
        tenant_url: values.tenant_url.clone(),
        token_endpoint: values.token_endpoint.clone(),
        client_id: values.client_id.clone(),
        client_secret: values.client_secret.clone(),
        placement: CredentialPlacement::Header,
        scope: None,
        patience: Duration::from_secs(10),
        rehearsal,
    }
}

fn text(report: &Report) -> String {
    let mut text = String::from("What happened\n");
    if let Some(outcome) = &report.outcome {
        text.push_str(&outcome_text(outcome));
    }
    let values = &report.values;
    text.push_str(&format!(
        "\nWhat an admin pastes into Entra\n  Tenant URL            {}\n  OAuth token endpoint  {}\n  \
         Client identifier     {}\n  Client secret         {}\n",
        values.tenant_url, values.token_endpoint, values.client_id, values.client_secret
    ));
    text
}
