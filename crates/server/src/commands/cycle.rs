//! Entra's conversation, for `check` and `demo`: Test Connection, cycles, reading back.

use super::progress::Meter;
use anyhow::Result;
use muster_entra::{
    Client, CycleReport, Dialect, Difference, Directory, Failure, HeaderValue, Provisioner, Step,
    test_connection,
};
use serde::Serialize;

/// What practises says so: a structured field that is true (RFC 8941, section 3.3.6).
pub(super) const PRACTICE: HeaderValue = HeaderValue::from_static("?1");

/// What is synced.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) people: usize,
    pub(super) groups: usize,
    pub(super) seed: u64,
    pub(super) concurrency: usize,
    /// Whether what was made is deleted at the end.
    pub(super) clean_up: bool,
}

/// One step of Test Connection.
#[derive(Serialize)]
pub(super) struct ShownStep {
    pub(super) step: &'static str,
    pub(super) ok: bool,
    pub(super) message: String,
    pub(super) milliseconds: u128,
}

/// One cycle.
#[derive(Serialize)]
pub(super) struct ShownCycle {
    pub(super) cycle: &'static str,
    pub(super) created: usize,
    pub(super) updated: usize,
    pub(super) deleted: usize,
    pub(super) managers: usize,
    pub(super) members_added: usize,
    pub(super) members_removed: usize,
    pub(super) requests: u64,
    pub(super) repeated: u64,
    pub(super) failures: Vec<String>,
    pub(super) seconds: f64,
}

/// All cycles, and what they led to.
#[derive(Serialize)]
pub(super) struct Outcome {
    pub(super) cycles: Vec<ShownCycle>,
    pub(super) differences: Vec<String>,
}

impl Outcome {
    pub(super) fn is_good(&self) -> bool {
        self.differences.is_empty() && self.cycles.iter().all(|cycle| cycle.failures.is_empty())
    }
}

/// Presses the button.
pub(super) async fn connection_test(client: &Client) -> Vec<ShownStep> {
    let show = |step: Step| {
        let ok = step.outcome.is_ok();
        let (Ok(message) | Err(message)) = step.outcome;
        ShownStep { step: step.name, ok, message, milliseconds: step.duration.as_millis() }
    };
    test_connection(client).await.into_iter().map(show).collect()
}

/// An initial cycle, an incremental one in each dialect of PATCH, and reading back with the second client. `say` tells what
/// begins.
pub(super) async fn run(
    client: &Client,
    reader: &Client,
    plan: Plan,
    meter: &Meter,
    say: impl Fn(&str),
) -> Result<Outcome> {
    let show = |progress| meter.show(progress);
    // A domain of its own keeps made-up people apart from real ones.
    let domain = format!("muster-{}.example", plan.seed);
    let mut directory = Directory::generate(plan.seed, plan.people, plan.groups, &domain);
    let mut job = Provisioner::new(client, plan.concurrency, &show);
    let mut cycles = Vec::new();
    say(&format!("Initial cycle: {} people, {} groups", plan.people, plan.groups));
    cycles.push(shown("initial", &job.run(&directory).await?));
    let dialects = [
        ("incremental", Dialect::Default, "Incremental cycle: people and groups changed"),
        (
            "incremental, aadOptscim062020",
            Dialect::Optimized,
            "Incremental cycle, PATCH as with aadOptscim062020",
        ),
    ];
    for (name, dialect, text) in dialects {
        directory.change();
        job.set_dialect(dialect);
        say(text);
        cycles.push(shown(name, &job.run(&directory).await?));
    }
    say("Reading everything back");
    let differences = job.verify(reader, &directory).await?.iter().map(Difference::to_string).collect();
    if plan.clean_up {
        say("Deleting what was made");
        cycles.push(shown("clean-up", &job.clean_up().await?));
    }
    Ok(Outcome { cycles, differences })
}

fn shown(cycle: &'static str, report: &CycleReport) -> ShownCycle {
    let failure = |failure: &Failure| {
        format!("{} was answered {}: {}", failure.request, failure.status, failure.detail)
    };
    ShownCycle {
        cycle,
        created: report.created,
        updated: report.updated,
        deleted: report.deleted,
        managers: report.managers,
        members_added: report.members_added,
        members_removed: report.members_removed,
        requests: report.requests,
        repeated: report.repeated,
        failures: report.failures.iter().map(failure).collect(),
        seconds: report.duration.as_secs_f64(),
    }
}

/// The steps, a line each.
pub(super) fn steps_text(steps: &[ShownStep]) -> String {
    steps
        .iter()
        .map(|step| {
            let mark = if step.ok { "ok    " } else { "FAILED" };
            format!("  {mark} {}: {} ({} ms)\n", step.step, step.message, step.milliseconds)
        })
        .collect()
}

/// The cycles, a line each; and at most so many failures and differences as a person reads.
pub(super) fn outcome_text(outcome: &Outcome) -> String {
    const MOST: usize = 20;
    let mut text = String::new();
    for cycle in &outcome.cycles {
        text.push_str(&format!(
            "  {:30} {} created, {} updated, {} deleted, {} managers, {} members added, {} removed; \
             {} requests in {:.1} s",
            cycle.cycle,
            cycle.created,
            cycle.updated,
            cycle.deleted,
            cycle.managers,
            cycle.members_added,
            cycle.members_removed,
            cycle.requests,
            cycle.seconds
        ));
        if cycle.repeated > 0 {
            text.push_str(&format!(", {} repeated", cycle.repeated));
        }
        text.push('\n');
        for failure in cycle.failures.iter().take(MOST) {
            text.push_str(&format!("    FAILED {failure}\n"));
        }
        if cycle.failures.len() > MOST {
            text.push_str(&format!("    and {} more failures\n", cycle.failures.len() - MOST));
        }
    }
    text.push_str(&match outcome.differences.len() {
        0 => "  Read back: 0 differences\n".to_owned(),
        1 => "  Read back: 1 difference\n".to_owned(),
        count => format!("  Read back: {count} differences\n"),
    });
    for difference in outcome.differences.iter().take(MOST) {
        text.push_str(&format!("    {difference}\n"));
    }
    text
}
