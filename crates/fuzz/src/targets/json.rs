//! JSON: what is read strictly, serde_json reads as the same; what it refuses, we refuse.

use super::check_error;
use muster_scim_core::json;
use serde_json::Value;

pub(super) fn run(data: &[u8]) {
    match json::parse(data) {
        Ok(value) => {
            let plain = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
            assert_eq!(serde_json::from_slice::<Value>(plain).ok(), Some(value.clone()));
            let printed = value.to_string();
            assert_eq!(json::parse(printed.as_bytes()), Ok(value), "{printed}");
        }
        Err(error) => check_error(&error),
    }
}
