//! The direction of dependencies: which crate must not reach which, proved with `cargo tree`.

use crate::shell::{cargo, read};
use anyhow::{Result, bail};

/// A crate and what it must not reach, however far away.
const MUST_NOT_REACH: &[(&str, &[&str])] = &[
    ("muster-scim-core", &["muster-", "diesel", "actix", "tokio", "oxide-auth", "jsonwebtoken"]),
    ("muster-token", &["muster-", "diesel", "actix", "tokio", "oxide-auth"]),
    ("muster-entra", &["muster-", "diesel", "actix"]),
    (
        "muster-jwks",
        &["muster-oauth", "muster-scim", "muster-store", "muster-entra", "diesel", "actix", "oxide-auth"],
    ),
    ("muster-store", &["muster-", "actix", "oxide-auth", "jsonwebtoken"]),
    ("muster-oauth", &["muster-scim", "muster-entra", "muster-console"]),
    ("muster-scim", &["muster-oauth", "muster-entra", "muster-console", "oxide-auth"]),
];

/// A crate and what it must not name itself.
const MUST_NOT_NAME: &[(&str, &[&str])] = &[
    ("muster-oauth", &["diesel"]),
    ("muster-scim", &["diesel", "jsonwebtoken"]),
    ("muster-console", &["diesel", "oxide-auth", "argon2", "jsonwebtoken"]),
    ("muster", &["diesel", "oxide-auth", "argon2"]),
];

/// Libraries that must not be in the program at all: another cryptography, a licence that binds.
const NOWHERE: &[&str] = &["ring", "openssl-sys", "rsa", "actix-governor"];

pub(crate) fn check() -> Result<()> {
    for (package, forbidden) in MUST_NOT_REACH {
        refuse(package, &tree(package, &[])?, forbidden, "reaches")?;
    }
    for (package, forbidden) in MUST_NOT_NAME {
        refuse(package, &tree(package, &["--depth", "1"])?, forbidden, "names")?;
    }
    let all = tree("muster", &[])?;
    if let Some(found) = all.iter().find(|name| NOWHERE.contains(&name.as_str())) {
        bail!("muster depends on {found}");
    }
    Ok(())
}

fn refuse(package: &str, found: &[String], forbidden: &[&str], verb: &str) -> Result<()> {
    for name in found.iter().filter(|name| *name != package) {
        if forbidden.iter().any(|prefix| name.starts_with(prefix)) && !(is_core_of(package, name)) {
            bail!("{package} {verb} {name}, against the direction of the house");
        }
    }
    Ok(())
}

/// `muster-scim` may reach `muster-scim-core`, whose name begins like its own.
fn is_core_of(package: &str, name: &str) -> bool {
    package == "muster-scim" && name == "muster-scim-core"
}

fn tree(package: &str, arguments: &[&str]) -> Result<Vec<String>> {
    let text = read(
        cargo().args(["tree", "--package", package, "--edges", "normal", "--prefix", "none"]).args(arguments),
    )?;
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}
