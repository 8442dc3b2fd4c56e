#![doc = include_str!("../README.md")]

mod arrows;
mod bench;
mod browser;
mod clients;
mod conformance;
mod docs;
mod fuzz;
mod postgres;
mod process;
mod screenshots;
mod shell;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Developer commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every check and test: format, clippy, dependency arrows, licences, unit, contract and black-box tests
    Test(test::Arguments),
    /// Measure requests per second and processor time per request, beside a bare actix server
    Bench(bench::Arguments),
    /// Run the conformance suites of others against a throw-away server, and write docs/conformance.md
    Conformance(conformance::Arguments),
    /// Get tokens with OAuth clients that others wrote, by each method that they have, and write docs/clients.md
    Clients(clients::Arguments),
    /// Write the pages that are made from the program
    Docs(docs::Arguments),
    /// Take the pictures of the guide, docs/images
    Screenshots,
    /// Fuzz what clients may send, guided by coverage
    Fuzz(fuzz::Arguments),
    /// The bare actix server that the bench compares with
    #[command(hide = true)]
    Hello {
        /// Where it listens
        address: String,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Test(arguments) => test::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Conformance(arguments) => conformance::run(&arguments),
        Command::Clients(arguments) => clients::run(&arguments),
        Command::Docs(arguments) => docs::run(&arguments),
        Command::Screenshots => screenshots::run(),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Hello { address } => bench::hello::serve(&address),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
