//! `cargo xtask fuzz`: libFuzzer over one target of `crates/fuzz`, or over each in turn, on the stable toolchain: the
//! coverage comes from LLVM's own pass, which the compiler lets us turn on.

use crate::shell::{cargo, root};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// What `cargo xtask fuzz` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// One of the folders in crates/fuzz/corpus; all of them, one after another, when none is given
    target: Option<String>,
    /// How long each target is fuzzed
    #[arg(long, default_value_t = 600)]
    seconds: u64,
}

/// What `cargo fuzz` passes on the nightly toolchain, less the sanitizers: Muster has no unsafe code.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Clink-dead-code --cfg fuzzing";

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let corpus = root().join("crates/fuzz/corpus");
    let mut targets = Vec::new();
    for entry in std::fs::read_dir(&corpus)? {
        targets.push(entry?.file_name().to_string_lossy().into_owned());
    }
    targets.sort();
    if let Some(wanted) = &arguments.target {
        if !targets.contains(wanted) {
            bail!("there is no target {wanted}; there are {}", targets.join(", "));
        }
        targets.retain(|target| target == wanted);
    }
    let binary = build()?;
    let mut failed = Vec::new();
    for target in &targets {
        println!("Fuzzing {target} for {} s", arguments.seconds);
        if !fuzz(&binary, target, &corpus.join(target), arguments.seconds)? {
            failed.push(target.as_str());
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "found something in {}: the input is in target/fuzz/findings; put it into crates/fuzz/corpus",
        failed.join(", ")
    )
}

/// Whether nothing was found. Fuzzing gives way to whatever else the machine does.
fn fuzz(binary: &Path, target: &str, corpus: &Path, seconds: u64) -> Result<bool> {
    let work = root().join("target/fuzz");
    let (grown, seeds, findings) =
        (work.join("corpus").join(target), work.join("seeds").join(target), work.join("findings"));
    for directory in [&grown, &seeds, &findings] {
        std::fs::create_dir_all(directory)?;
    }
    // libFuzzer wants one input in each file.
    for entry in std::fs::read_dir(corpus)? {
        let entry = entry?;
        let (name, bytes) = (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path())?);
        if name.ends_with(".txt") {
            let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            for (number, line) in lines.enumerate() {
                std::fs::write(seeds.join(format!("{name}-{number}")), line)?;
            }
        } else {
            std::fs::write(seeds.join(name), bytes)?;
        }
    }
    let mut command = Command::new("nice");
    command.args(["-n", "15"]).arg(binary).args([&grown, &seeds]);
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/{target}-", findings.display()));
    command.args([
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-max_len=8192",
        "-verbosity=0",
        "-print_final_stats=1",
    ]);
    Ok(command.env("MUSTER_FUZZ_TARGET", target).status()?.success())
}

fn build() -> Result<std::path::PathBuf> {
    let host = crate::shell::read(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let directory = root().join("target/fuzz");
    let mut command = cargo();
    command.args(["build", "--release", "--package", "muster-fuzz", "--features", "libfuzzer"]);
    // With a target given, build scripts and procedural macros are not instrumented.
    command.args(["--target", host.trim(), "--target-dir"]).arg(&directory);
    command.env("RUSTFLAGS", COVERAGE);
    command.env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true").env("CARGO_PROFILE_RELEASE_LTO", "off");
    crate::shell::run(&mut command)?;
    Ok(directory.join(host.trim()).join("release/muster-fuzz"))
}
