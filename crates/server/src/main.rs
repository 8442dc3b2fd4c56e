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

/// Requests ask for memory in many small pieces: the C library's allocator took a fifth of their time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
