//! The log as a file: CSV for a spreadsheet, JSON lines for a program.

use super::query::{Chosen, Names};
use crate::problem::Problem;
use crate::session::Visit;
use crate::words::Words;
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Bytes;
use futures_util::stream;
use muster_store::StoreError;
use muster_store::journal::{self, LogEntry, Position};
use serde_json::{Value, json};

/// So many entries are read at once.
const STEP: usize = 500;
/// A file has so many entries at most.
const MOST: usize = 200_000;

const HEADINGS: [&str; 14] = [
    "time",
    "application",
    "admin",
    "request_id",
    "method",
    "path",
    "query",
    "meaning",
    "status",
    "error",
    "duration_us",
    "resource_id",
    "resource_name",
    "rehearsal",
];

#[derive(Clone, Copy)]
enum Format {
    Csv,
    JsonLines,
}

pub(super) async fn csv(visit: Visit) -> Result<HttpResponse, Problem> {
    export(visit, Format::Csv, "text/csv; charset=utf-8", "muster-log.csv").await
}

pub(super) async fn json_lines(visit: Visit) -> Result<HttpResponse, Problem> {
    export(visit, Format::JsonLines, "application/jsonl; charset=utf-8", "muster-log.jsonl").await
}

async fn export(
    visit: Visit,
    format: Format,
    media_type: &'static str,
    file: &str,
) -> Result<HttpResponse, Problem> {
    let names = Names::of(&visit).await?;
    let chosen = Chosen::of(&visit.query());
    let writer = Writer { visit, names, chosen, format, after: Some(None), written: 0 };
    let pages = stream::unfold(writer, |mut writer| async move {
        let after = writer.after?;
        match writer.next(after).await {
            Ok(text) => Some((Ok(Bytes::from(text)), writer)),
            // The connection is broken off: half a file must not look like a whole one.
            Err(error) => {
                tracing::warn!(%error, "the log could not be exported whole");
                writer.after = None;
                Some((Err(std::io::Error::other("the log could not be read")), writer))
            }
        }
    });
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")))
        .streaming(pages))
}

struct Writer {
    visit: Visit,
    names: Names,
    chosen: Chosen,
    format: Format,
    /// Where the next step begins; `None`: everything is written.
    after: Option<Option<Position>>,
    written: usize,
}

impl Writer {
    async fn next(&mut self, after: Option<Position>) -> Result<Vec<u8>, StoreError> {
        let query = self.chosen.query(&self.names, STEP, after);
        let page = self.visit.inner.store.read(move |connection| journal::page(connection, &query)).await?;
        let mut out = Vec::new();
        if after.is_none() && matches!(self.format, Format::Csv) {
            write_csv(&mut out, &HEADINGS.map(str::to_owned));
        }
        for entry in &page.entries {
            let values = self.values(entry);
            match self.format {
                Format::Csv => write_csv(&mut out, &values.map(harmless)),
                Format::JsonLines => {
                    let line: serde_json::Map<String, Value> = HEADINGS
                        .iter()
                        .zip(values)
                        .map(|(name, value)| ((*name).to_owned(), json!(value)))
                        .collect();
                    out.extend_from_slice(Value::Object(line).to_string().as_bytes());
                    out.push(b'\n');
                }
            }
        }
        self.written += page.entries.len();
        self.after = page.next.filter(|_| self.written < MOST).map(Some);
        Ok(out)
    }

    fn values(&self, entry: &LogEntry) -> [String; 14] {
        let veil = self.visit.veil();
        let words = Words::new(self.visit.texts, veil);
        let some = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            entry.at.to_rfc3339(),
            self.names.application(entry.application_id.as_deref()),
            some(&entry.actor),
            entry.request_id.clone(),
            entry.method.clone(),
            entry.path.clone(),
            veil.text(&some(&entry.query)),
            words.of(entry),
            entry.status.to_string(),
            some(&entry.error),
            entry.duration.to_string(),
            some(&entry.resource_id),
            veil.text(&some(&entry.resource_name)),
            entry.is_rehearsal().to_string(),
        ]
    }
}

fn write_csv(out: &mut Vec<u8>, values: &[String]) {
    let mut writer = csv::Writer::from_writer(out);
    // Writing into memory fails for no record.
    let _ = writer.write_record(values);
    let _ = writer.flush();
}

/// A spreadsheet takes a text that begins like this for a formula.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_a_text() {
        let mut out = Vec::new();
        write_csv(&mut out, &["=1+1".to_owned(), "a,\"b\"".to_owned()].map(harmless));
        assert_eq!(String::from_utf8(out).unwrap(), "'=1+1,\"a,\"\"b\"\"\"\n");
    }
}
