//! `cargo xtask docs`: pages that are made from the program, so that they cannot say anything else.

use anyhow::{Context, Result, bail};
use muster_scim_core::{Attribute, Catalog, Schema};
use std::fmt::Write;
use std::path::Path;

const ATTRIBUTES: &str = "docs/attributes.md";

/// What `cargo xtask docs` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only say whether the pages are up to date
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.check { check() } else { write() }
}

/// Fails when a page is not what the program says.
pub(crate) fn check() -> Result<()> {
    let page = std::fs::read_to_string(root().join(ATTRIBUTES)).unwrap_or_default();
    if page != attributes_page() {
        bail!("{ATTRIBUTES} is not up to date: run `cargo xtask docs`");
    }
    Ok(())
}

fn write() -> Result<()> {
    let path = root().join(ATTRIBUTES);
    std::fs::write(&path, attributes_page()).with_context(|| format!("cannot write {}", path.display()))
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn attributes_page() -> String {
    let catalog = Catalog::with_password();
    let mut page = String::from(
        "# Attributes\n\n\
         Made by `cargo xtask docs` from the attribute table that validation, filters, projection and `/Schemas` follow.\n\n\
         *Mutability* and *returned* are RFC 7643's; empty means `readWrite` and `default`. *Exact* says that texts are \
         compared with regard to case. *Indexed* says that `eq` is quick at any size. `password` is there only when \
         `scim.passwords` is on. Every resource also has `schemas`, `id`, `externalId` (exact, indexed) and `meta`.\n",
    );
    for schema in catalog.schemas() {
        push_schema(&mut page, schema);
    }
    page
}

fn push_schema(page: &mut String, schema: &Schema) {
    let _ = write!(page, "\n## {}\n\n`{}`: {}.\n\n", schema.name, schema.id, schema.description);
    page.push_str(
        "| attribute | type | required | unique | exact | indexed | mutability | returned | what |\n",
    );
    page.push_str("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for attribute in &schema.attributes {
        push_attribute(page, attribute, "");
        for sub in &attribute.sub_attributes {
            push_attribute(page, sub, &format!("{}.", attribute.name));
        }
    }
}

fn push_attribute(page: &mut String, attribute: &Attribute, parent: &str) {
    let list = if attribute.multi_valued { ", many" } else { "" };
    let yes = |is: bool| if is { "yes" } else { "" };
    let unless = |text: &'static str, default: &str| if text == default { "" } else { text };
    let is_unique = attribute.uniqueness.as_str() != "none";
    let suggested = if attribute.canonical_values.is_empty() {
        String::new()
    } else {
        format!(" ({})", attribute.canonical_values.join(", "))
    };
    let _ = writeln!(
        page,
        "| `{parent}{}` | {}{list} | {} | {} | {} | {} | {} | {} | {}{suggested} |",
        attribute.name,
        attribute.kind.as_str(),
        yes(attribute.required),
        yes(is_unique),
        yes(attribute.case_exact),
        yes(attribute.indexed || is_unique),
        unless(attribute.mutability.as_str(), "readWrite"),
        unless(attribute.returned.as_str(), "default"),
        attribute.description
    );
}
