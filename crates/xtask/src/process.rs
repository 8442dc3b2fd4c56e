//! A server, and the commands beside it.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running server; it ends with this value.
pub(crate) struct Process {
    child: Child,
    /// Such as `http://127.0.0.1:41234`.
    pub(crate) base: String,
}

impl Process {
    /// Starts it and waits for its line with the base URL.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start the server")?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("there is no output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let Some((_, base)) = line.trim().split_once(" is ready at ") else {
            bail!("the server did not start: {line}");
        };
        Ok(Self { child, base: base.to_owned() })
    }

    /// Processor time so far, in microseconds, of all its threads.
    pub(crate) fn cpu_micros(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // After the name in parentheses: fields 14 and 15 are user and system time in ticks of 10 ms.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks =
            |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).context("no times");
        Ok((ticks(11)? + ticks(12)?) * 10_000.0)
    }

    /// Resident memory.
    pub(crate) fn memory_mebibytes(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no memory")?;
        let kibibytes: f64 = line.split_whitespace().nth(1).context("no memory")?.parse()?;
        Ok(kibibytes / 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The muster command, run to its end: its JSON.
pub(crate) fn muster_json(binary: &Path, database: &str, arguments: &[&str]) -> Result<serde_json::Value> {
    let output = Command::new(binary)
        .args(arguments)
        .args(["--json", "--database", database])
        .output()
        .context("cannot run muster")?;
    if !output.status.success() {
        bail!("muster failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
