//! `cargo xtask test`: every check and test, in the order in which they fail soonest.

use crate::browser::Browser;
use crate::postgres::{self, Postgres};
use crate::shell::{cargo, has};
use crate::{arrows, docs};
use anyhow::{Result, bail};
use std::time::Instant;

/// What `cargo xtask test` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only the tests, not the checks
    #[arg(long)]
    tests_only: bool,
    /// Arguments for the test runner, such as a part of a test's name
    #[arg(last = true)]
    rest: Vec<String>,
}

fn run_step(name: &str, summary: &mut Vec<String>, step: impl FnOnce() -> Result<()>) {
    println!("\n== {name}");
    let began = Instant::now();
    let result = step();
    let seconds = began.elapsed().as_secs();
    match result {
        Ok(()) => summary.push(format!("ok      {name} ({seconds} s)")),
        Err(error) => {
            println!("{error:#}");
            summary.push(format!("FAILED  {name} ({seconds} s)"));
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut summary = Vec::new();
    if !arguments.tests_only {
        run_step("format", &mut summary, || crate::shell::run(cargo().args(["fmt", "--all", "--check"])));
        run_step("generated pages", &mut summary, docs::check);
        run_step("dependency arrows", &mut summary, arrows::check);
        run_step("clippy", &mut summary, || {
            let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"];
            crate::shell::run(cargo().args(clippy))
        });
        if has("cargo-deny", "--version") {
            run_step("licences and advisories", &mut summary, || {
                crate::shell::run(cargo().args(["deny", "check"]))
            });
        } else {
            summary.push("skipped licences and advisories: cargo-deny is not installed".to_owned());
        }
    }
    run_step("tests on SQLite and PostgreSQL", &mut summary, || tests(arguments));
    println!("\n== summary");
    for line in &summary {
        println!("{line}");
    }
    if summary.iter().any(|line| line.starts_with("FAILED")) {
        bail!("something failed; see above");
    }
    Ok(())
}

fn tests(arguments: &Arguments) -> Result<()> {
    let postgres = Postgres::start()?;
    let browser = Browser::prepare()?;
    let mut command = cargo();
    command
        .args(["test", "--workspace", "--locked", "--no-fail-fast"])
        .env(postgres::VARIABLE, &postgres.url);
    browser.tell(&mut command);
    command.arg("--").args(&arguments.rest);
    crate::shell::run(&mut command)
}
