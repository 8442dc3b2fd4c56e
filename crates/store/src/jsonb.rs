//! JSON for the databases' own binary form.
//!
//! Diesel 2.3.14 writes texts with a quote or a backslash for SQLite as if they needed no escapes, so that SQLite later
//! finds malformed JSON; for it we write the form ourselves (<https://sqlite.org/jsonb.html>).

use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types;
use diesel::sqlite::Sqlite;
use serde_json::Value;

/// A document to be stored.
#[derive(Clone, Copy, Debug, AsExpression)]
#[diesel(sql_type = sql_types::Jsonb)]
pub(crate) struct Jsonb<'a>(pub(crate) &'a Value);

impl ToSql<sql_types::Jsonb, Pg> for Jsonb<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Jsonb, Pg>::to_sql(self.0, out)
    }
}

impl ToSql<sql_types::Jsonb, Sqlite> for Jsonb<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let mut bytes = Vec::with_capacity(512);
        write(self.0, &mut bytes);
        out.set_value(bytes);
        Ok(IsNull::No)
    }
}

/// Types of elements.
mod element {
    pub(super) const NULL: u8 = 0;
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const INTEGER: u8 = 3;
    pub(super) const FLOAT: u8 = 5;
    /// Needs no escapes in JSON.
    pub(super) const TEXT: u8 = 7;
    /// Needs some, and has none here.
    pub(super) const TEXT_RAW: u8 = 10;
    pub(super) const ARRAY: u8 = 11;
    pub(super) const OBJECT: u8 = 12;
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => header(element::NULL, 0, out),
        Value::Bool(true) => header(element::TRUE, 0, out),
        Value::Bool(false) => header(element::FALSE, 0, out),
        Value::Number(number) => {
            let kind = if number.is_f64() { element::FLOAT } else { element::INTEGER };
            payload(kind, number.to_string().as_bytes(), out);
        }
        Value::String(text) => write_text(text, out),
        Value::Array(list) => {
            let mut inner = Vec::new();
            list.iter().for_each(|value| write(value, &mut inner));
            payload(element::ARRAY, &inner, out);
        }
        Value::Object(object) => {
            let mut inner = Vec::new();
            for (name, value) in object {
                write_text(name, &mut inner);
                write(value, &mut inner);
            }
            payload(element::OBJECT, &inner, out);
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    let needs_escapes = text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\');
    payload(if needs_escapes { element::TEXT_RAW } else { element::TEXT }, text.as_bytes(), out);
}

fn payload(kind: u8, bytes: &[u8], out: &mut Vec<u8>) {
    header(kind, bytes.len(), out);
    out.extend_from_slice(bytes);
}

/// The type in the low four bits, the payload's size in the high four, or behind them.
fn header(kind: u8, size: usize, out: &mut Vec<u8>) {
    match (u8::try_from(size), u16::try_from(size), u32::try_from(size)) {
        (Ok(size @ 0..=11), ..) => out.push(size << 4 | kind),
        (Ok(size), ..) => out.extend_from_slice(&[12 << 4 | kind, size]),
        (_, Ok(size), _) => {
            out.push(13 << 4 | kind);
            out.extend_from_slice(&size.to_be_bytes());
        }
        (_, _, Ok(size)) => {
            out.push(14 << 4 | kind);
            out.extend_from_slice(&size.to_be_bytes());
        }
        _ => {
            out.push(15 << 4 | kind);
            out.extend_from_slice(&(size as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::prelude::*;
    use serde_json::json;

    #[derive(QueryableByName)]
    struct Read {
        #[diesel(sql_type = sql_types::Text)]
        text: String,
        #[diesel(sql_type = sql_types::Bool)]
        is_valid: bool,
    }

    #[test]
    fn sqlite_reads_what_was_written() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        for value in [
            json!(null),
            json!({"a": "q\"b\\c", "q\"": ["\u{1}\n\t", "\\u0041", "é\u{1d11e}"], "n": [1, -5, 1.5, 1e300, u64::MAX]}),
            json!({"e": {}, "l": [], "t": true, "f": false, "s": ""}),
            json!({"x": "x".repeat(11), "y": "y".repeat(12), "z": "\"".repeat(255), "w": "w".repeat(256)}),
            json!(["v".repeat(65_535), "u".repeat(65_536), "\\".repeat(70_000)]),
        ] {
            let query = diesel::sql_query("SELECT json(?) AS text, json_valid(?, 8) AS is_valid")
                .bind::<sql_types::Jsonb, _>(Jsonb(&value))
                .bind::<sql_types::Jsonb, _>(Jsonb(&value));
            let read: Read = query.get_result(&mut connection).unwrap();
            assert!(read.is_valid);
            assert_eq!(serde_json::from_str::<Value>(&read.text).unwrap(), value);
        }
    }
}
