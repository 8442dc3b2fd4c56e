//! How applications may prove themselves beside a secret: keys, trusts, certificates; and what their tokens are bound to.

use crate::schema::{
    application_bindings, application_certificates, application_key_sets, application_trusts,
};
use crate::{Connection, StoreError, Timestamp, control};
use diesel::prelude::*;

/// Public keys that an application signs assertions with (RFC 7523 §2.2): one of the two is there.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_key_sets)]
pub struct KeySetRow {
    /// Its own identifier.
    pub id: String,
    /// The application's `client_id`.
    pub application_id: String,
    /// The JWK set (RFC 7517 §5).
    pub jwks: Option<String>,
    /// The address of the JWK set.
    pub jwks_uri: Option<String>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// Another issuer whose assertions about a subject prove an application: workload identity federation.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_trusts)]
pub struct TrustRow {
    /// Its own identifier.
    pub id: String,
    /// The application's `client_id`.
    pub application_id: String,
    /// The assertion's `iss`.
    pub issuer: String,
    /// The assertion's `sub`.
    pub subject: String,
    /// What the assertion's `aud` may be: a JSON array of texts.
    pub audiences: String,
    /// Where the issuer's keys are; without it, the issuer's metadata says.
    pub jwks_uri: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A TLS client certificate that proves an application (RFC 8705 §2).
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_certificates)]
pub struct CertificateRow {
    /// Its own identifier.
    pub id: String,
    /// The application's `client_id`.
    pub application_id: String,
    /// What the value is: `subject_dn`, `san_dns`, `san_uri` or `thumbprint`.
    pub kind: String,
    /// The name, or the thumbprint.
    pub value: String,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// All proofs of one application, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// Key sets.
    pub key_sets: Vec<KeySetRow>,
    /// Trusts.
    pub trusts: Vec<TrustRow>,
    /// Certificates.
    pub certificates: Vec<CertificateRow>,
    /// What its tokens must be bound to, `dpop` or `certificate`.
    pub binding: Option<String>,
}

/// Reads an application's proofs.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, application_id: &str) -> Result<Proofs, StoreError> {
    Ok(on_either!(connection, |connection| Proofs {
        key_sets: application_key_sets::table
            .filter(application_key_sets::application_id.eq(application_id))
            .order((application_key_sets::created_at, application_key_sets::id))
            .select(KeySetRow::as_select())
            .load(connection)?,
        trusts: application_trusts::table
            .filter(application_trusts::application_id.eq(application_id))
            .order((application_trusts::created_at, application_trusts::id))
            .select(TrustRow::as_select())
            .load(connection)?,
        certificates: application_certificates::table
            .filter(application_certificates::application_id.eq(application_id))
            .order((application_certificates::created_at, application_certificates::id))
            .select(CertificateRow::as_select())
            .load(connection)?,
        binding: application_bindings::table
            .find(application_id)
            .select(application_bindings::binding)
            .first(connection)
            .optional()?,
    }))
}

/// Stores a key set.
///
/// # Errors
///
/// When the database fails.
pub fn insert_key_set(connection: &mut Connection, row: &KeySetRow) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(application_key_sets::table).values(row).execute(connection)?;
    });
    control::bump(connection)
}

/// Stores a trust.
///
/// # Errors
///
/// When the database fails.
pub fn insert_trust(connection: &mut Connection, row: &TrustRow) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(application_trusts::table).values(row).execute(connection)?;
    });
    control::bump(connection)
}

/// Stores a certificate.
///
/// # Errors
///
/// When the database fails.
pub fn insert_certificate(connection: &mut Connection, row: &CertificateRow) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(application_certificates::table).values(row).execute(connection)?;
    });
    control::bump(connection)
}

/// Removes the key set of that application with that identifier; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete_key_set(
    connection: &mut Connection,
    application_id: &str,
    id: &str,
) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        let of = application_key_sets::application_id.eq(application_id);
        diesel::delete(application_key_sets::table.find(id).filter(of)).execute(connection)?
    });
    control::bump(connection)?;
    Ok(deleted > 0)
}

/// Removes the trust of that application with that identifier; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete_trust(connection: &mut Connection, application_id: &str, id: &str) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        let of = application_trusts::application_id.eq(application_id);
        diesel::delete(application_trusts::table.find(id).filter(of)).execute(connection)?
    });
    control::bump(connection)?;
    Ok(deleted > 0)
}

/// Removes the certificate of that application with that identifier; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete_certificate(
    connection: &mut Connection,
    application_id: &str,
    id: &str,
) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        let of = application_certificates::application_id.eq(application_id);
        diesel::delete(application_certificates::table.find(id).filter(of)).execute(connection)?
    });
    control::bump(connection)?;
    Ok(deleted > 0)
}

/// Sets what the application's tokens must be bound to; `None`: nothing.
///
/// # Errors
///
/// When the database fails.
pub fn set_binding(
    connection: &mut Connection,
    application_id: &str,
    binding: Option<&str>,
) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::delete(application_bindings::table.find(application_id)).execute(connection)?;
        if let Some(binding) = binding {
            let row = (
                application_bindings::application_id.eq(application_id),
                application_bindings::binding.eq(binding),
            );
            diesel::insert_into(application_bindings::table).values(row).execute(connection)?;
        }
    });
    control::bump(connection)
}
