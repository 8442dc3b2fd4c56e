//! The page of results.

use super::Run;
use super::environment::Environment;
use super::restated::Group;
use std::fmt::Write;

const INTRODUCTION: &str = "# Conformance

What others' suites say about Muster. `cargo xtask conformance --postgres` installs them in pinned versions, runs them
against a fresh server, and writes this page.
";

pub(crate) fn text(environment: &Environment, runs: &[Run], restated: &[Group]) -> String {
    let mut out = INTRODUCTION.to_owned();
    let _ = writeln!(out, "\n## Suites of others\n");
    let _ = writeln!(out, "| suite | version | database | passed | failed | skipped |");
    let _ = writeln!(out, "| --- | --- | --- | ---: | ---: | ---: |");
    for Run { database, outcome } in runs {
        let (passed, failed, skipped) = (outcome.passed, outcome.failed.len(), outcome.skipped.len());
        let (suite, version) = (outcome.suite, outcome.version);
        let _ = writeln!(out, "| {suite} | {version} | {database} | {passed} | {failed} | {skipped} |");
    }
    let _ = writeln!(
        out,
        "\nscim2-tester runs through scim2-cli {}, whose client refuses every member of an answer that it does not know.",
        environment.version("scim2-cli")
    );
    failures(&mut out, runs);
    skipped(&mut out, runs);
    let _ = writeln!(out, "\n## Suites that our tests restate\n");
    let _ = writeln!(
        out,
        "They need a tenant, or a service that is not free to use. Each test names what it restates.\n"
    );
    let _ = writeln!(out, "| restated | tests passed | failed |\n| --- | ---: | ---: |");
    for group in restated {
        let _ = writeln!(out, "| {} | {} | {} |", group.about, group.passed, group.failed);
    }
    out
}

/// One line for each reason.
fn failures(out: &mut String, runs: &[Run]) {
    let mut rows: Vec<(&str, String, Vec<&str>)> = Vec::new();
    for Run { outcome, .. } in runs {
        for (name, message, reason) in &outcome.failed {
            let why = reason
                .map_or_else(|| format!("**No reason known.** It says: {}", cell(message)), str::to_owned);
            match rows.iter_mut().find(|(suite, known, _)| *suite == outcome.suite && *known == why) {
                Some((_, _, names)) if names.contains(&name.as_str()) => (),
                Some((_, _, names)) => names.push(name),
                None => rows.push((outcome.suite, why, vec![name])),
            }
        }
    }
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nFailed checks, and why:\n\n| suite | checks | reason |\n| --- | --- | --- |");
    for (suite, why, names) in rows {
        let _ = writeln!(out, "| {suite} | {} | {why} |", names.join("; "));
    }
}

/// A text that does not end a table's cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn skipped(out: &mut String, runs: &[Run]) {
    let mut names: Vec<&str> = Vec::new();
    for name in runs.iter().flat_map(|run| &run.outcome.skipped) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if !names.is_empty() {
        let _ = writeln!(out, "\nSkipped by the suites themselves: {}.", names.join(", "));
    }
}
