//! How far a cycle is: a bar on a terminal, plain lines elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use muster_entra::{Phase, Progress};
use std::io::IsTerminal;
use std::sync::Mutex;

/// Shows progress on standard error.
pub(super) struct Meter {
    style: Style,
    current: Mutex<Option<(Phase, ProgressBar)>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Bars,
    Lines,
    Nothing,
}

impl Meter {
    /// Silent when JSON is printed.
    pub(super) fn new(json: bool) -> Self {
        let style = match (json, std::io::stderr().is_terminal()) {
            (true, _) => Style::Nothing,
            (false, true) => Style::Bars,
            (false, false) => Style::Lines,
        };
        Self { style, current: Mutex::new(None) }
    }

    pub(super) fn show(&self, progress: Progress) {
        let Progress { phase, done, total } = progress;
        if self.style == Style::Nothing || total == 0 {
            return;
        }
        let Ok(mut current) = self.current.lock() else { return };
        if self.style == Style::Lines {
            if done == total {
                eprintln!("  {}: {total}", phase.as_str());
            }
            return;
        }
        let is_new = done == 0 || current.as_ref().is_none_or(|(shown, _)| *shown != phase);
        if is_new {
            *current = Some((phase, bar(phase, total)));
        }
        if let Some((_, bar)) = current.as_ref() {
            bar.set_position(done as u64);
            if done == total {
                bar.finish_and_clear();
            }
        }
    }
}

fn bar(phase: Phase, total: usize) -> ProgressBar {
    let bar = ProgressBar::new(total as u64);
    if let Ok(style) = ProgressStyle::with_template("  {msg:20} {bar:32} {pos}/{len}  {per_sec}") {
        bar.set_style(style);
    }
    bar.set_message(phase.as_str());
    bar
}
