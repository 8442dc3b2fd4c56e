//! Paths: what is read is printed and read again as the same; what it means is found or refused.

use super::{check_error, resource_types};
use muster_scim_core::Path;

pub(super) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let path: Path = match text.parse() {
        Ok(path) => path,
        Err(error) => return check_error(&error),
    };
    let printed = path.to_string();
    match printed.parse::<Path>() {
        Ok(again) => assert_eq!(again, path, "{text:?} is printed as {printed:?}"),
        // What is printed may be too long for a filter.
        Err(error) => assert!(printed.len() > 16 * 1024, "{text:?} is printed as {printed:?}: {error}"),
    }
    for kind in resource_types() {
        if let Err(error) = path.resolve(kind) {
            check_error(&error);
        }
    }
}
