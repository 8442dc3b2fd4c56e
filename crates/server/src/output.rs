//! What commands print: tables and sentences for people, JSON for scripts.

use anyhow::{Error, Result};
use serde::Serialize;
use std::io::{self, Write};

/// How a command answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    /// Prints a value as JSON, or what `text` makes of it.
    pub(crate) fn print<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) -> Result<()> {
        let mut answer = if self.json { serde_json::to_string_pretty(value)? } else { text(value) };
        answer.truncate(answer.trim_end().len());
        line(&answer)
    }
}

/// Prints a line to standard output. A reader that has gone is no error.
pub(crate) fn line(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Prints why a command failed, in one line on standard error.
pub(crate) fn failure(error: &Error, json: bool) {
    let message = describe(error);
    let text =
        if json { serde_json::json!({ "error": message }).to_string() } else { format!("muster: {message}") };
    // Where standard error is gone, nobody can be told.
    let _ = writeln!(io::stderr(), "{text}");
}

/// An error and its causes in one line; a cause that the text before it already says is left out.
pub(crate) fn describe(error: &Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string().replace(['\n', '\r'], " ");
        let cause = cause.trim();
        if text.is_empty() {
            text.push_str(cause);
        } else if !text.contains(cause) {
            text.push_str(": ");
            text.push_str(cause);
        }
    }
    text
}

/// Columns, as wide as their widest cell.
pub(crate) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = headings.map(|heading| heading.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    let headings = headings.map(str::to_owned);
    for row in std::iter::once(&headings).chain(rows) {
        let cells: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_without_repetition() {
        let error = anyhow::anyhow!("address in use\n")
            .context("cannot listen")
            .context("cannot listen: address in use");
        assert_eq!(describe(&error), "cannot listen: address in use");
        let error = anyhow::anyhow!("address in use").context("cannot listen on port 1");
        assert_eq!(describe(&error), "cannot listen on port 1: address in use");
    }

    #[test]
    fn columns_line_up() {
        let rows = [["Ünï".to_owned(), "2".to_owned()], ["a".to_owned(), "30".to_owned()]];
        assert_eq!(table(["NAME", "N"], &rows), "NAME  N\nÜnï   2\na     30\n");
    }
}
