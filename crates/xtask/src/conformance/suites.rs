//! The suites: how each is run, how its output is read, and which of its checks fail for a reason of the suite's own.

use super::environment::Environment;
use super::target::Target;
use crate::shell::root;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::process::Command;

/// A suite of others.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    /// The package that holds the checks.
    package: &'static str,
    run: fn(&Environment, &Target) -> Result<Vec<Check>>,
    known: &'static [Known],
}

/// One check of a suite.
pub(crate) struct Check {
    name: String,
    verdict: Verdict,
    /// What the suite says.
    message: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    Skipped,
}

/// A check that fails although Muster does what the RFC says.
struct Known {
    check: &'static str,
    reason: &'static str,
}

/// What a suite found.
pub(crate) struct Outcome {
    pub(crate) suite: &'static str,
    pub(crate) version: &'static str,
    pub(crate) passed: usize,
    pub(crate) skipped: Vec<String>,
    /// Failed checks: the name, what the suite says, and our reason where the suite is at fault.
    pub(crate) failed: Vec<(String, String, Option<&'static str>)>,
}

impl Outcome {
    /// Failed checks for which there is no reason.
    pub(crate) fn unexplained(&self) -> Vec<String> {
        let unexplained = self.failed.iter().filter(|(_, _, reason)| reason.is_none());
        unexplained.map(|(name, message, _)| format!("{}: {name}: {message}", self.suite)).collect()
    }
}

impl Suite {
    pub(crate) fn run(&self, environment: &Environment, target: &Target) -> Result<Outcome> {
        let checks =
            (self.run)(environment, target).with_context(|| format!("{} cannot be run", self.name))?;
        if checks.is_empty() {
            bail!("{} ran no check", self.name);
        }
        let mut outcome = Outcome {
            suite: self.name,
            version: environment.version(self.package),
            passed: 0,
            skipped: Vec::new(),
            failed: Vec::new(),
        };
        for check in checks {
            match check.verdict {
                Verdict::Passed => outcome.passed += 1,
                Verdict::Skipped => outcome.skipped.push(check.name),
                Verdict::Failed => {
                    let known = self.known.iter().find(|known| known.check == check.name);
                    outcome.failed.push((check.name, check.message, known.map(|known| known.reason)));
                }
            }
        }
        Ok(outcome)
    }
}

pub(crate) fn all() -> [Suite; 3] {
    [
        Suite { name: "scim2-tester", package: "scim2-tester", run: scim2_tester, known: &[] },
        Suite {
            name: "scim-sanity, profile entra",
            package: "scim-sanity",
            run: scim_sanity,
            known: &[
                Known { check: "PATCH /Groups/{id}", reason: GROUP_PATCH },
                Known { check: "PATCH /Groups/{id} add member", reason: GROUP_PATCH },
                Known { check: "PATCH /Groups/{id} remove members", reason: GROUP_PATCH },
            ],
        },
        Suite { name: "scimschema", package: "scimschema", run: scimschema, known: &[] },
    ]
}

const GROUP_PATCH: &str = "It wants 200 with the group. RFC 7644 section 3.5.2 lets a server answer 204 No Content, and \
    Microsoft asks for it, for a group may have 100,000 members. With `attributes` Muster answers 200 and what was \
    asked for.";

/// Through its command line client, which refuses every member that it does not know.
fn scim2_tester(environment: &Environment, target: &Target) -> Result<Vec<Check>> {
    let mut command = environment.program("scim");
    command.args(["--url", &target.base, "test"]);
    // Not as an argument: those are seen by everyone on the machine.
    command.env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {}", target.token));
    command.env("NO_COLOR", "1");
    let mut checks: Vec<Check> = Vec::new();
    for line in output(&mut command)?.lines() {
        let verdict = match line.split(' ').next() {
            Some("SUCCESS" | "COMPLIANT" | "ACCEPTABLE") => Verdict::Passed,
            Some("ERROR" | "CRITICAL" | "DEVIATION") => Verdict::Failed,
            Some("SKIPPED") => Verdict::Skipped,
            // What it says about the check above.
            _ => {
                if let Some(check) = checks.last_mut() {
                    check.message = format!("{} {}", check.message, line.trim()).trim().to_owned();
                }
                continue;
            }
        };
        let name = line.split_once(' ').map_or(line, |(_, name)| name).to_owned();
        checks.push(Check { name, verdict, message: String::new() });
    }
    Ok(checks)
}

fn scim_sanity(environment: &Environment, target: &Target) -> Result<Vec<Check>> {
    let mut command = environment.program("scim-sanity");
    // The program takes a token in no other way; this one opens a server that is gone in a minute.
    command.args(["probe", &target.base, "--token", &target.token]);
    command.args(["--profile", "entra", "--json-output", "--i-accept-side-effects"]);
    let report: Value = serde_json::from_str(&output(&mut command)?).context("its output is not JSON")?;
    let results = report["results"].as_array().context("it has no results")?;
    results
        .iter()
        .map(|result| {
            let text = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
            let verdict = match result["status"].as_str() {
                Some("pass") => Verdict::Passed,
                Some("skip") => Verdict::Skipped,
                _ => Verdict::Failed,
            };
            Ok(Check { name: text("name"), verdict, message: text("message") })
        })
        .collect()
}

fn scimschema(environment: &Environment, target: &Target) -> Result<Vec<Check>> {
    let mut command = environment.program("python");
    command.arg(root().join("crates/xtask/conformance/validate_answers.py"));
    command.env("CONFORMANCE_BASE", &target.base).env("CONFORMANCE_TOKEN", &target.token);
    let report: Value = serde_json::from_str(&output(&mut command)?).context("its output is not JSON")?;
    let checks = report["checks"].as_array().context("it has no checks")?;
    checks
        .iter()
        .map(|check| {
            let name = check["name"].as_str().context("a check has no name")?.to_owned();
            let problem = check["problem"].as_str();
            let verdict = if problem.is_some() { Verdict::Failed } else { Verdict::Passed };
            Ok(Check { name, verdict, message: problem.unwrap_or_default().to_owned() })
        })
        .collect()
}

/// What it prints. That a check failed makes these programs fail: not an error here, unless they say nothing.
fn output(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if output.stdout.is_empty() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
