//! One function of bytes for each thing that a client may send. Input that is not UTF-8, or not JSON where JSON is meant,
//! is passed over: the HTTP layer refuses it before.

mod bulk;
mod filter;
mod json;
mod patch;
mod path;
mod resource;
mod search;
mod server;

use muster_scim_core::{Catalog, ResourceType, ScimError};
use std::sync::LazyLock;

/// Something to be fuzzed.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its corpus, too.
    pub name: &'static str,
    /// Panics when a property does not hold.
    pub run: fn(&[u8]),
}

/// All of them.
pub const ALL: &[Target] = &[
    Target { name: "filter", run: filter::run },
    Target { name: "path", run: path::run },
    Target { name: "patch", run: patch::run },
    Target { name: "resource", run: resource::run },
    Target { name: "json", run: json::run },
    Target { name: "search", run: search::run },
    Target { name: "bulk", run: bulk::run },
];

/// The target of that name.
#[must_use]
pub fn named(name: &str) -> Option<Target> {
    ALL.iter().copied().find(|target| target.name == name)
}

pub(crate) static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::built_in);

pub(crate) fn resource_types() -> &'static [ResourceType] {
    CATALOG.resource_types()
}

/// An error that a client may be answered: a 4xx with a sentence of bearable length.
pub(crate) fn check_error(error: &ScimError) {
    assert!((400..500).contains(&error.status), "{error:?}");
    assert!(error.detail.len() < 50_000 && error.detail.contains(' '), "no sentence: {error:?}");
}
