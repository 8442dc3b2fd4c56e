//! `cargo xtask bench`: requests per second and processor time per request, beside a bare actix server measured in the
//! same run. Both figures are given as ratios too: those hold on other machines.

mod flood;
pub(crate) mod hello;
mod load;
mod workload;

use crate::process::Process;
use crate::shell::{cargo, root, run as run_command};
use anyhow::{Result, bail};
use load::{Measured, measure};
use std::process::Command;
use std::time::Duration;
use workload::{Prepared, Workload};

/// What `cargo xtask bench` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many users there are
    #[arg(long, default_value_t = 100_000)]
    users: usize,
    /// How long each workload is measured, in seconds
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many connections send requests
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Measure only the work whose name has this in it, such as PATCH
    #[arg(long)]
    only: Option<String>,
    /// The database; a throw-away SQLite file when not given
    #[arg(long)]
    database: Option<String>,
    /// Measure a client with the right secret beside a flood of wrong ones instead
    #[arg(long)]
    flood: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    run_command(cargo().args(["build", "--release", "--package", "muster", "--package", "muster-xtask"]))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if arguments.flood {
        return runtime.block_on(flood::run(arguments));
    }
    runtime.block_on(bench(arguments))
}

async fn bench(arguments: &Arguments) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let release = root().join("target/release");
    let duration = Duration::from_secs(arguments.seconds);

    let mut hello = Command::new(release.join("muster-xtask"));
    hello.args(["hello", "127.0.0.1:0"]);
    let hello = Process::start(hello)?;
    let hello_workload = Workload::hello(&hello.base);
    let reference = measure(&hello, &hello_workload, arguments.connections, duration).await?;
    drop(hello);

    let database = arguments
        .database
        .clone()
        .unwrap_or_else(|| format!("sqlite:{}", directory.path().join("bench.db").display()));
    let mut muster = Command::new(release.join("muster"));
    muster.args(["serve", "--listen", "127.0.0.1:0", "--database", &database]);
    muster
        .env("MUSTER_KEYS__ENCRYPTION_KEY_FILE", directory.path().join("key"))
        .env("MUSTER_LOG__LEVEL", "warn");
    let muster = Process::start(muster)?;
    let fresh_memory = muster.memory_mebibytes()?;
    let prepared = Prepared::new(&release.join("muster"), &database, &muster.base, arguments.users).await?;
    println!("{} users in {:.1} s, {:.0} per second", arguments.users, prepared.seconds, prepared.rate());

    let mut rows = vec![("hello", reference)];
    let is_wanted = |name: &str| arguments.only.as_ref().is_none_or(|only| name.contains(only));
    for (name, workload) in prepared.workloads().into_iter().filter(|(name, _)| is_wanted(name)) {
        let measured = measure(&muster, &workload, arguments.connections, duration).await?;
        if measured.failed > 0 {
            bail!("{name}: {} requests failed, the last with {}", measured.failed, measured.last_failure);
        }
        rows.push((name, measured));
    }
    print_table(&rows, &reference);
    println!("\nMemory: {fresh_memory:.0} MiB fresh, {:.0} MiB at the end.", muster.memory_mebibytes()?);
    Ok(())
}

fn print_table(rows: &[(&str, Measured)], hello: &Measured) {
    println!("\n| work | requests/s | of hello | CPU µs/request | of hello | p50 ms | p99 ms |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (name, measured) in rows {
        println!(
            "| {name} | {:.0} | {:.2} | {:.1} | {:.1} | {:.2} | {:.2} |",
            measured.per_second,
            measured.per_second / hello.per_second,
            measured.cpu_micros,
            measured.cpu_micros / hello.cpu_micros,
            measured.p50_millis,
            measured.p99_millis
        );
    }
}
