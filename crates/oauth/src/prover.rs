//! Proving a client by something else than a secret: an assertion that it signed itself (RFC 7523), one that an issuer
//! signed that the application trusts (workload identity federation), or its TLS certificate (RFC 8705).

use crate::authentication::Authenticator;
use crate::clients::{Client, Clients};
use crate::error::TokenError;
use crate::limits::FailureLimits;
use crate::proofs::{RegisteredKeys, Trust};
use crate::request::{NO_SECRET, TokenRequest};
use muster_jwks::{KeyDirectory, KeySource};
use muster_store::{Store, StoreError, Timestamp, used_assertions};
use muster_token::{
    ClientCertificate, Expected, ForeignKeySet, ForeignTokenError, Thumbprint, Unverified, verify_foreign,
};
use serde_json::{Map, Value};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A client's own assertion expires at most so many seconds ahead.
const LONGEST_LIFE: i64 = 3_600;
/// Clocks may differ by so many seconds.
const LEEWAY: i64 = 60;
/// Assertions that have expired are forgotten so often, in seconds.
const PRUNE_EVERY: i64 = 300;

/// The types of assertions, beside none: the customary one and the one that is for nothing else.
const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];

const UNKNOWN_CERTIFICATE: &str = "The client id is unknown, or the TLS client certificate is none of its application's. \
                                   `muster app certificate list` shows those; a name counts only in a certificate that \
                                   an authority of tls.client_ca_file has signed.";

pub(crate) struct Prover {
    store: Store,
    directory: KeyDirectory,
    /// What assertions may be for: the issuer, and the token endpoint.
    audiences: [String; 2],
    pruned_at: AtomicI64,
}

/// What the connection shows of who asks.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) certificate: Option<&'a ClientCertificate>,
    pub(crate) from: Option<IpAddr>,
}

/// A client that is proved.
pub(crate) struct Proved {
    pub(crate) client: Arc<Client>,
    /// When another issuer's assertion about it expires, in seconds since the epoch: a token lives no longer. What the client
    /// signed itself says how long it may be shown, and nothing about the token.
    pub(crate) expires: Option<i64>,
}

impl Prover {
    pub(crate) fn new(store: Store, directory: KeyDirectory, issuer: &str) -> Self {
        Self {
            store,
            directory,
            audiences: [issuer.to_owned(), format!("{issuer}/v2/token")],
            pruned_at: AtomicI64::new(0),
        }
    }

    /// The client; `None` when the request proves it by a secret. What fails counts as a wrong secret does.
    pub(crate) async fn prove(
        &self,
        request: &TokenRequest,
        shown: Shown<'_>,
        authenticator: &Authenticator,
        now: Timestamp,
    ) -> Result<Option<Proved>, TokenError> {
        let Shown { certificate, from } = shown;
        let Authenticator { clients, limits, .. } = authenticator;
        if !request.credentials.is_empty() {
            return Ok(None);
        }
        if let Some(assertion) = &request.client_assertion {
            // One that cannot be read is no guess at anything.
            let read = Unverified::read(assertion).map_err(|error| refused(&error))?;
            let id = subject(request.client_id.as_deref(), &read)?;
            let attempt = self.by_assertion(id, assertion, &read, clients, now);
            return limited(limits, id, from, attempt).await.map(Some);
        }
        let (Some(id), Some(certificate)) = (&request.client_id, certificate) else {
            return Err(TokenError::invalid_client(NO_SECRET));
        };
        let client = limited(limits, id, from, self.by_certificate(id, certificate, clients)).await?;
        Ok(Some(Proved { client, expires: None }))
    }

    async fn by_assertion(
        &self,
        id: &str,
        assertion: &str,
        read: &Unverified,
        clients: &Clients,
        now: Timestamp,
    ) -> Result<Proved, TokenError> {
        let mut client = clients.find(id).await?;
        // What was registered a moment ago must not be called unknown.
        if client.as_deref().is_none_or(|client| !may_be_proved_by(client, read)) {
            client = clients.find_fresh(id).await?;
        }
        let Some(client) = client.filter(|client| may_be_proved_by(client, read)) else {
            return Err(unknown(read));
        };
        let is_own = read.issuer == client.id;
        let claims = if is_own {
            self.own(&client, assertion, read, now).await?
        } else {
            self.trusted(&client, assertion, read).await?
        };
        let expires = seconds(&claims, "exp").unwrap_or_default();
        if expires <= now.seconds() {
            return Err(refused(&ForeignTokenError::Expired));
        }
        Ok(Proved { client, expires: (!is_own).then_some(expires) })
    }

    /// `private_key_jwt`.
    async fn own(
        &self,
        client: &Client,
        assertion: &str,
        read: &Unverified,
        now: Timestamp,
    ) -> Result<Map<String, Value>, TokenError> {
        let expected = Expected {
            issuer: &client.id,
            subject: Some(&client.id),
            audiences: &self.audiences,
            types: &TYPES,
            algorithms: &[],
        };
        let mut reason = refused(&ForeignTokenError::UnknownKey);
        for registered in &client.proofs.keys {
            let keys = match registered {
                RegisteredKeys::Here(keys) => Arc::clone(keys),
                RegisteredKeys::At(source) => {
                    match self.keys(&client.id, source, read.kid.as_deref()).await {
                        Ok(keys) => keys,
                        Err(error) => {
                            reason = error;
                            continue;
                        }
                    }
                }
            };
            match verify_foreign(assertion, &keys, expected) {
                Ok(claims) => {
                    self.use_once(client, &claims, now).await?;
                    return Ok(claims);
                }
                Err(ForeignTokenError::UnknownKey) => (),
                Err(ForeignTokenError::Audience) => {
                    let [issuer, endpoint] = &self.audiences;
                    reason = TokenError::invalid_client(format!(
                        "The client assertion is for another audience (aud): it must be {issuer} or {endpoint}."
                    ));
                }
                Err(error) => reason = refused(&error),
            }
        }
        Err(reason)
    }

    /// An assertion of an issuer that the application trusts.
    async fn trusted(
        &self,
        client: &Client,
        assertion: &str,
        read: &Unverified,
    ) -> Result<Map<String, Value>, TokenError> {
        let mut reason = unknown(read);
        for trust in client.proofs.trusts.iter().filter(|trust| trust.is_about(read)) {
            let keys = match self.keys(&trust.issuer, &trust.keys, read.kid.as_deref()).await {
                Ok(keys) => keys,
                Err(error) => {
                    reason = error;
                    continue;
                }
            };
            let expected = Expected {
                issuer: &trust.issuer,
                subject: Some(&trust.subject),
                audiences: &trust.audiences,
                types: &TYPES,
                algorithms: &[],
            };
            match verify_foreign(assertion, &keys, expected) {
                Ok(claims) => return Ok(claims),
                Err(ForeignTokenError::Audience) => {
                    reason = TokenError::invalid_client(format!(
                        "The client assertion is for another audience (aud) than the application's trust has: {}. \
                         Add a trust with the assertion's audience if it is the right one.",
                        trust.audiences.join(", ")
                    ));
                }
                // The key may be among those that cannot be fetched just now.
                Err(ForeignTokenError::UnknownKey) if matches!(reason, TokenError::KeysUnavailable(_)) => (),
                Err(error) => reason = refused(&error),
            }
        }
        Err(reason)
    }

    async fn by_certificate(
        &self,
        id: &str,
        certificate: &ClientCertificate,
        clients: &Clients,
    ) -> Result<Arc<Client>, TokenError> {
        if let Some(client) = clients.find(id).await?
            && self.accepts(&client, certificate).await
        {
            return Ok(client);
        }
        match clients.find_fresh(id).await? {
            Some(client) if self.accepts(&client, certificate).await => Ok(client),
            _ => Err(TokenError::invalid_client(UNKNOWN_CERTIFICATE)),
        }
    }

    async fn accepts(&self, client: &Client, certificate: &ClientCertificate) -> bool {
        if client.proofs.accept(certificate) {
            return true;
        }
        for registered in &client.proofs.keys {
            let keys = match registered {
                RegisteredKeys::Here(keys) => Some(Arc::clone(keys)),
                RegisteredKeys::At(source) => self.keys(&client.id, source, None).await.ok(),
            };
            if keys.is_some_and(|keys| keys.holds_certificate(certificate.thumbprint)) {
                return true;
            }
        }
        false
    }

    /// Who asks has proved nothing yet: whose keys are missing is told, and not what this server met on its way to them.
    async fn keys(
        &self,
        owner: &str,
        source: &KeySource,
        kid: Option<&str>,
    ) -> Result<Arc<ForeignKeySet>, TokenError> {
        self.directory.keys(source, kid).await.map_err(|_| TokenError::KeysUnavailable(owner.to_owned()))
    }

    /// RFC 7523 §3: an assertion lives for a while only, and one with a `jti` is used once, whichever node it is shown to.
    async fn use_once(
        &self,
        client: &Client,
        claims: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<(), TokenError> {
        let expires = seconds(claims, "exp").unwrap_or_default();
        if expires > now.seconds() + LONGEST_LIFE + LEEWAY {
            return Err(TokenError::invalid_client(
                "The client assertion expires (exp) more than an hour ahead. Make it for a few minutes.",
            ));
        }
        let Some(jti) = claims.get("jti") else { return Ok(()) };
        let Some(jti) = jti.as_str() else { return Err(refused(&ForeignTokenError::Claim("jti".into()))) };
        let digest = Thumbprint::of(format!("{}\n{jti}", client.id).as_bytes()).to_string();
        let until = Timestamp::from_seconds(expires).plus(Duration::from_secs(LEEWAY.unsigned_abs()));
        let is_time_to_prune = self.is_time_to_prune(now);
        let noted = self
            .store
            .write(move |connection| -> Result<_, StoreError> {
                if is_time_to_prune {
                    used_assertions::prune(connection, now)?;
                }
                used_assertions::note(connection, &digest, until)
            })
            .await?;
        if noted {
            return Ok(());
        }
        Err(TokenError::invalid_client("The client assertion was used before (jti). Make a new one."))
    }

    fn is_time_to_prune(&self, now: Timestamp) -> bool {
        let last = self.pruned_at.load(Ordering::Relaxed);
        now.seconds() - last >= PRUNE_EVERY
            && self
                .pruned_at
                .compare_exchange(last, now.seconds(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

/// Tries, unless too many attempts have failed, and counts how it ends.
async fn limited<T>(
    limits: &FailureLimits,
    id: &str,
    from: Option<IpAddr>,
    attempt: impl Future<Output = Result<T, TokenError>>,
) -> Result<T, TokenError> {
    limits.attempt(id, from).map_err(|wait| TokenError::TooManyFailures(wait.as_secs() + 1))?;
    let proved = attempt.await;
    match &proved {
        Ok(_) => limits.succeeded(id, from),
        Err(TokenError::InvalidClient(_)) => limits.failed(id, from),
        // Nothing was found wrong: it could not be judged.
        Err(_) => (),
    }
    proved
}

/// Whom the assertion is to prove.
fn subject<'a>(client_id: Option<&'a str>, read: &'a Unverified) -> Result<&'a str, TokenError> {
    match client_id {
        Some(id) => Ok(id),
        None if read.issuer == read.subject => Ok(&read.subject),
        None => Err(TokenError::invalid_client(
            "The client assertion is another issuer's: send the client id in the form too.",
        )),
    }
}

impl Trust {
    fn is_about(&self, read: &Unverified) -> bool {
        self.issuer == read.issuer && self.subject == read.subject
    }
}

/// Whether the client has anything that could prove it by this assertion.
fn may_be_proved_by(client: &Client, read: &Unverified) -> bool {
    if read.issuer == client.id {
        return !client.proofs.keys.is_empty();
    }
    client.proofs.trusts.iter().any(|trust| trust.is_about(read))
}

fn refused(error: &ForeignTokenError) -> TokenError {
    TokenError::invalid_client(format!("The client assertion {error}."))
}

/// The same for an unknown client and for a known one: what an application trusts is not told.
fn unknown(read: &Unverified) -> TokenError {
    let shown = |text: &str| -> String {
        text.chars().take(200).filter(|character| !character.is_control()).collect()
    };
    TokenError::invalid_client(format!(
        "The client id is unknown, or its application has neither keys nor a trust for an assertion of the issuer {:?} \
         about the subject {:?}.",
        shown(&read.issuer),
        shown(&read.subject)
    ))
}

fn seconds(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}
