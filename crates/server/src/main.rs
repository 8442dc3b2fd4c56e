#![doc = include_str!("../README.md")]

mod assemble;
mod cli;
mod commands;
mod configuration;
mod health;
mod observe;
mod output;
mod schemas;
mod telemetry;
mod tls;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let json = arguments.json;
    match commands::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            output::failure(&error, json);
            ExitCode::FAILURE
        }
    }
}
