//! `cargo xtask bench --flood`: what a client with the right secret gets while another floods the token endpoint with
//! wrong ones, with the guards and without. A flood of as many harmless requests shows what sharing the machine costs.

use super::Arguments;
use super::load::{Measured, measure};
use super::workload::Workload;
use crate::process::{Process, muster_json};
use crate::shell::root;
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const GUARDS_OFF: [(&str, &str); 2] =
    [("MUSTER_OAUTH__FAILURES_PER_CLIENT", "0"), ("MUSTER_OAUTH__FAILURES_PER_ADDRESS", "0")];

/// Who disturbs.
#[derive(Clone, Copy)]
enum Neighbour {
    Nobody,
    Harmless,
    WrongSecrets,
}

pub(super) async fn run(arguments: &Arguments) -> Result<()> {
    println!("| flood | guards | tokens/s | p50 ms | p99 ms | flood answered/s |");
    println!("| --- | --- | ---: | ---: | ---: | ---: |");
    for (name, neighbour, guarded) in [
        ("none", Neighbour::Nobody, true),
        ("harmless requests", Neighbour::Harmless, true),
        ("wrong secrets", Neighbour::WrongSecrets, true),
        ("wrong secrets", Neighbour::WrongSecrets, false),
    ] {
        // Each on a fresh server: what one has left over must not help the next.
        let (good, flood) = observe(arguments, neighbour, guarded).await?;
        println!(
            "| {name} | {} | {:.0} | {:.2} | {:.2} | {:.0} |",
            if guarded { "on" } else { "off" },
            good.per_second,
            good.p50_millis,
            good.p99_millis,
            flood.per_second
        );
        anyhow::ensure!(good.failed == 0, "{} good requests were refused", good.failed);
    }
    Ok(())
}

async fn observe(arguments: &Arguments, neighbour: Neighbour, guarded: bool) -> Result<(Measured, Measured)> {
    let directory = tempfile::tempdir()?;
    let binary = root().join("target/release/muster");
    let database = format!("sqlite:{}", directory.path().join("flood.db").display());
    let muster = start(&binary, &database, directory.path(), guarded)?;
    let app = muster_json(&binary, &database, &["app", "create", "--name", "flood", "--all-scopes"])?;
    let text = |name: &str| app[name].as_str().context("no application");
    let (client_id, secret) = (text("client_id")?, text("client_secret")?);
    let (good, wrong) =
        (Workload::tokens(&muster.base, client_id, secret), Workload::wrong_secrets(&muster.base, client_id));
    let (connections, duration) = (arguments.connections / 2, Duration::from_secs(arguments.seconds));
    let harmless = Workload::hello(&muster.base);
    let disturb = async {
        match neighbour {
            Neighbour::Nobody => Ok(Measured::default()),
            Neighbour::Harmless => measure(&muster, &harmless, connections, duration).await,
            Neighbour::WrongSecrets => measure(&muster, &wrong, connections, duration).await,
        }
    };
    let (good, flood) = tokio::join!(measure(&muster, &good, connections, duration), disturb);
    Ok((good?, flood?))
}

fn start(binary: &Path, database: &str, directory: &Path, guarded: bool) -> Result<Process> {
    let mut muster = Command::new(binary);
    muster
        .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
        .env("MUSTER_KEYS__ENCRYPTION_KEY_FILE", directory.join("key"))
        .env("MUSTER_LOG__LEVEL", "error");
    if !guarded {
        muster.envs(GUARDS_OFF);
    }
    Process::start(muster)
}
