//! Suites that cannot be had as programs, or need a tenant: our black-box tests restate them.

use crate::postgres;
use crate::shell::cargo;
use anyhow::{Result, bail};

/// What of others our tests restate: a part of the tests' names, and what it is.
const GROUPS: &[(&str, &str)] = &[
    (
        "validator",
        "Microsoft's SCIM validator (25 mandatory tests, 7 preview tests) and the direct tests of its newer suite",
    ),
    ("postman", "Microsoft's Postman collection for SCIM endpoints"),
    ("quirks", "The 35 known quirks of provisioning clients"),
    ("clients::okta", "Okta: its published SCIM 2.0 test file, and what its agent sends"),
    (
        "clients",
        "OneLogin, JumpCloud, SailPoint, PingOne, Google Workspace, authentik, Keycloak, midPoint, metadata-driven clients",
    ),
    ("rfc", "The examples of RFC 7643 and RFC 7644"),
    ("faults", "Known faults of other servers, and bad input"),
    ("model", "Random sequences of requests against a model in memory"),
];

/// The tests of one group.
pub(crate) struct Group {
    pub(crate) about: &'static str,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

/// Runs them, on PostgreSQL too when a server is given.
pub(crate) fn run(postgres: Option<&str>) -> Result<Vec<Group>> {
    let mut command = cargo();
    command.args(["test", "--package", "muster", "--test", "blackbox", "--no-fail-fast", "--"]);

    match postgres {
        Some(url) => command.env(postgres::VARIABLE, url),
        None => command.args(["--skip", "::postgres::"]),
    };
    for (name, _) in GROUPS {
        command.arg(format!("{name}::"));
    }
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut groups: Vec<Group> =
        GROUPS.iter().map(|(_, about)| Group { about, passed: 0, failed: 0 }).collect();
    for line in text.lines() {
        let Some((name, verdict)) = line.strip_prefix("test ").and_then(|line| line.rsplit_once(" ... "))
        else {
            continue;
        };
        let place = GROUPS.iter().position(|(prefix, _)| name.starts_with(&format!("{prefix}::")));
        let Some(group) = place.map(|at| &mut groups[at]) else { continue };
        match verdict {
            "ok" => group.passed += 1,
            _ => group.failed += 1,
        }
    }
    if groups.iter().all(|group| group.passed == 0) {
        bail!("no black-box test ran: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    groups.retain(|group| group.passed + group.failed > 0);
    Ok(groups)
}
