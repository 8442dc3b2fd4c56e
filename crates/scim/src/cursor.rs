//! Cursors of lists (RFC 9865): a place in an order, written down. Nothing is kept for one on the server, so that any
//! node understands it and it does not expire; it cannot show what its bearer could not list anyway.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use muster_scim_core::{ScimError, ScimType};
use muster_store::resources::{Position, SortKind, SortValue};
use serde::{Deserialize, Serialize};

/// A place in a list.
#[derive(Debug, PartialEq)]
pub(crate) struct Cursor {
    /// Behind this one.
    pub(crate) position: Position,
    /// How many there were in all when the walk began.
    pub(crate) total: i64,
}

/// What a list was asked for. A cursor of another list is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 12]);

#[derive(Serialize, Deserialize)]
struct Written<'w>(#[serde(with = "hex")] [u8; 12], i64, i64, #[serde(borrow)] WrittenValue<'w>);

/// A tagged value; texts are borrowed where they can be.
#[derive(Serialize, Deserialize)]
enum WrittenValue<'w> {
    #[serde(rename = "n")]
    Nothing,
    #[serde(rename = "t")]
    Text(std::borrow::Cow<'w, str>),
    #[serde(rename = "b")]
    Boolean(bool),
    #[serde(rename = "i")]
    Integer(i64),
    #[serde(rename = "d")]
    Decimal(f64),
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8; 12], out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(&format_args!(
            "{:024x}",
            bytes.iter().fold(0_u128, |all, byte| all << 8 | u128::from(*byte))
        ))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<[u8; 12], D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
        let number = u128::from_str_radix(&text, 16).map_err(serde::de::Error::custom)?;
        let mut bytes = [0; 12];
        bytes.copy_from_slice(&number.to_be_bytes()[4..]);
        Ok(bytes)
    }
}

impl Fingerprint {
    /// Of everything that decides which resources are listed, and in which order.
    pub(crate) fn of<'a>(organization_key: i64, parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(&organization_key.to_le_bytes());
        for part in parts {
            // With its length, so that no two lists of parts run together.
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part.as_bytes());
        }
        let mut short = [0; 12];
        short.copy_from_slice(&context.finish().as_ref()[..12]);
        Self(short)
    }
}

impl Cursor {
    /// In unreserved characters of URLs (RFC 9865 §2).
    pub(crate) fn write(&self, list: Fingerprint) -> String {
        let value = match &self.position.value {
            None => WrittenValue::Nothing,
            Some(SortValue::Text(text)) => WrittenValue::Text(text.into()),
            Some(SortValue::Boolean(value)) => WrittenValue::Boolean(*value),
            Some(SortValue::Integer(number)) => WrittenValue::Integer(*number),
            Some(SortValue::Decimal(number)) => WrittenValue::Decimal(*number),
        };
        let written = Written(list.0, self.position.key, self.total, value);
        // Writing JSON into memory fails for none of these.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// # Errors
    ///
    /// `invalidCursor` when it is none of ours, or of another list.
    pub(crate) fn read(text: &str, list: Fingerprint, sort: Option<SortKind>) -> Result<Self, ScimError> {
        let invalid = |detail: &'static str| ScimError::bad_request(ScimType::InvalidCursor, detail);
        let not_ours =
            || invalid("The cursor is not one that this server made. Use the nextCursor of the page before.");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| not_ours())?;
        let Written(of, key, total, value) = serde_json::from_slice(&bytes).map_err(|_| not_ours())?;
        if of != list.0 {
            return Err(invalid(
                "The cursor belongs to another query: filter, sortBy and sortOrder must stay the same.",
            ));
        }
        let value = match value {
            WrittenValue::Nothing => None,
            WrittenValue::Text(text) if text.contains('\0') => return Err(not_ours()),
            WrittenValue::Text(text) => Some(SortValue::Text(text.into_owned())),
            WrittenValue::Boolean(value) => Some(SortValue::Boolean(value)),
            WrittenValue::Integer(number) => Some(SortValue::Integer(number)),
            WrittenValue::Decimal(number) => Some(SortValue::Decimal(number)),
        };
        // Of the kind that the database compares it with.
        let fits = match (&value, sort) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(SortValue::Text(_)), Some(kind)) => kind == SortKind::Text,
            (Some(SortValue::Boolean(_)), Some(kind)) => kind == SortKind::Boolean,
            (Some(SortValue::Integer(_)), Some(kind)) => kind == SortKind::Number,
            (Some(SortValue::Decimal(number)), Some(kind)) => kind == SortKind::Number && number.is_finite(),
        };
        if !fits || total < 0 {
            return Err(not_ours());
        }
        Ok(Self { position: Position { value, key }, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        let list = Fingerprint::of(7, ["User", "userName pr"]);
        for (value, kind) in [
            (None, None),
            (None, Some(SortKind::Text)),
            (Some(SortValue::Text("straße \"x\"".into())), Some(SortKind::Text)),
            (Some(SortValue::Boolean(true)), Some(SortKind::Boolean)),
            (Some(SortValue::Integer(i64::MIN)), Some(SortKind::Number)),
            (Some(SortValue::Decimal(0.1)), Some(SortKind::Number)),
        ] {
            let cursor = Cursor { position: Position { value, key: i64::MAX }, total: 5 };
            let text = cursor.write(list);
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
            assert_eq!(Cursor::read(&text, list, kind).unwrap(), cursor);
            let other = Cursor::read(&text, Fingerprint::of(8, ["User", "userName pr"]), kind).unwrap_err();
            assert!(other.detail.contains("another query"));
            for wrong in [None, Some(SortKind::Text), Some(SortKind::Boolean), Some(SortKind::Number)] {
                let fits = cursor.position.value.is_none() || wrong == kind;
                assert_eq!(Cursor::read(&text, list, wrong).is_ok(), fits, "{cursor:?} {wrong:?}");
            }
        }
        for text in ["x", "AAAA", "…", "bnVsbA"] {
            assert_eq!(Cursor::read(text, list, None).unwrap_err().scim_type, Some(ScimType::InvalidCursor));
        }
    }
}
