//! `cargo xtask conformance`: suites that others wrote, installed on demand in pinned versions, against a throw-away
//! server; and the suites that cannot be had as programs, as our black-box tests restate them.

mod environment;
mod report;
mod restated;
mod suites;
mod target;

use crate::postgres::Postgres;
use crate::shell::{cargo, root, run as run_command};
use anyhow::{Result, bail};
use suites::Outcome;
use target::Target;

/// What `cargo xtask conformance` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// On PostgreSQL too, which is started when MUSTER_TEST_POSTGRES_URL names none
    #[arg(long)]
    postgres: bool,
    /// The release build instead of the development build
    #[arg(long)]
    release: bool,
    /// Only print the results; leave docs/conformance.md alone
    #[arg(long)]
    no_report: bool,
}

/// What one suite found on one database.
pub(crate) struct Run {
    pub(crate) database: &'static str,
    pub(crate) outcome: Outcome,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let environment = environment::install()?;
    let mut build = cargo();
    build.args(["build", "--package", "muster"]);
    if arguments.release {
        build.arg("--release");
    }
    run_command(&mut build)?;
    let binary =
        root().join("target").join(if arguments.release { "release" } else { "debug" }).join("muster");
    let postgres = if arguments.postgres { Some(Postgres::start()?) } else { None };

    let mut runs = Vec::new();
    let mut targets = vec![("SQLite", Target::sqlite(&binary)?)];
    if let Some(postgres) = &postgres {
        targets.push(("PostgreSQL", Target::postgres(&binary, &postgres.url)?));
    }
    for (database, target) in &targets {
        for suite in suites::all() {
            println!("{} on {database}", suite.name);
            runs.push(Run { database, outcome: suite.run(&environment, target)? });
        }
    }
    drop(targets);
    println!("Our own restatements");
    let restated = restated::run(postgres.as_ref().map(|postgres| postgres.url.as_str()))?;

    let text = report::text(&environment, &runs, &restated);
    println!("\n{text}");
    if !arguments.no_report {
        std::fs::write(root().join("docs/conformance.md"), &text)?;
    }
    let unexplained: Vec<String> = runs.iter().flat_map(|run| run.outcome.unexplained()).collect();
    if !unexplained.is_empty() {
        bail!("checks failed for no known reason:\n{}", unexplained.join("\n"));
    }
    if restated.iter().any(|group| group.failed > 0) {
        bail!("black-box tests failed; `cargo xtask test` says which");
    }
    Ok(())
}
