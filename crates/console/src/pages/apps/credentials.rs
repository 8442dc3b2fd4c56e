//! How an application proves itself: secrets, trust in another issuer; and long-lived tokens.

use super::{BASE, find};
use crate::form::Errors;
use crate::frame::{Frame, page_with, see};
use crate::pages::new_app;
use crate::problem::Problem;
use crate::session::{Change, Visit};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use muster_oauth::applications::{self, ApplicationDetails, ApplicationError};
use muster_oauth::client_proofs::{self, NewTrust, ProofKind};
use muster_oauth::provisioning::{self, LONGEST_LIFETIME_DAYS, NewProvisioningToken, ProvisioningTokenError};
use muster_store::Timestamp;
use muster_store::applications::Secret;
use muster_store::client_proofs::TrustRow;
use muster_store::provisioning_tokens::ProvisioningToken;
use zeroize::Zeroizing;

#[derive(Template)]
#[template(path = "credentials.html")]
struct Credentials {
    frame: Frame,
    errors: Errors,
    tab: &'static str,
    id: String,
    title: String,
    secrets: Vec<Secret>,
    trusts: Vec<TrustRow>,
    tokens: Vec<ProvisioningToken>,
    now: Timestamp,
    /// A secret or a token that was made, shown this once.
    made: Option<Made>,
    typed: TypedTrust,
    token_name: String,
    token_days: String,
    most_days: u32,
}

impl Credentials {
    fn has_ended(&self, expires_at: Option<Timestamp>) -> bool {
        expires_at.is_some_and(|expires_at| expires_at <= self.now)
    }
}

struct Made {
    text: &'static str,
    value: Zeroizing<String>,
    expires_at: Timestamp,
}

#[derive(Default)]
struct TypedTrust {
    issuer: String,
    subject: String,
    audiences: String,
    jwks_uri: String,
}

/// What the page shows beside what is stored.
#[derive(Default)]
struct Shown {
    errors: Errors,
    made: Option<Made>,
    trust: TypedTrust,
    token_name: String,
    token_days: Option<String>,
}

pub(super) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&visit, &id).await?;
    answer(&visit, found, Shown::default()).await
}

pub(super) async fn rotate(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&change, &id).await?;
    let settings = &change.inner.settings;
    let Some(grace) = change.form.text("grace").parse::<u32>().ok().filter(|days| *days <= 30) else {
        let errors = Errors::one("grace", change.texts.say("secrets-grace-wrong"));
        return answer(&change, found, Shown { errors, ..Shown::default() }).await;
    };
    let (days, argon2) = (settings.secret_lifetime_days, settings.argon2);
    let id = &found.application.id;
    let issued =
        applications::rotate_secret(&change.inner.store, id, grace, days, argon2, Timestamp::now()).await?;
    change.record("console.secret.rotate", Some(id), &found.application.name).await;
    let made = Made { text: "secrets-made", value: issued.secret, expires_at: issued.expires_at };
    let found = find(&change, id).await?;
    answer(&change, found, Shown { made: Some(made), ..Shown::default() }).await
}

pub(super) async fn revoke_secret(
    change: Change,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, secret_id) = path.into_inner();
    let found = find(&change, &id).await?;
    let end_tokens = change.form.is_ticked("end-tokens");
    match applications::revoke_secret(&change.inner.store, &found.application.id, &secret_id, end_tokens)
        .await
    {
        Ok(()) => change.record("console.secret.revoke", Some(&id), &found.application.name).await,
        // Somebody else was first.
        Err(ApplicationError::UnknownSecret(_)) => (),
        Err(error) => return Err(error.into()),
    }
    Ok(see(&address(&id)))
}

pub(super) async fn make_token(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&change, &id).await?;
    let (name, days) =
        (new_app::cut(change.form.text("token-name")), change.form.text("token-days").to_owned());
    let lifetime = days.parse::<u32>().ok().filter(|days| (1..=LONGEST_LIFETIME_DAYS).contains(days));
    let refuse = |field, text: String| Shown {
        errors: Errors::one(field, text),
        token_name: name.clone(),
        token_days: Some(days.clone()),
        ..Shown::default()
    };
    let Some(lifetime_days) = lifetime else {
        let text = change.texts.with("tokens-days-wrong", "most", LONGEST_LIFETIME_DAYS);
        return answer(&change, found, refuse("token-days", text)).await;
    };
    let new = NewProvisioningToken {
        application_id: found.application.id.clone(),
        name: name.clone(),
        scopes: None,
        lifetime_days,
    };
    match provisioning::create(&change.inner.store, new, Timestamp::now()).await {
        Ok(issued) => {
            change.record("console.token.create", Some(&id), &found.application.name).await;
            let made = Made { text: "tokens-made", value: issued.token, expires_at: issued.expires_at };
            answer(&change, found, Shown { made: Some(made), ..Shown::default() }).await
        }
        Err(ProvisioningTokenError::Invalid(_)) => {
            let text = change.texts.say("tokens-name-wrong");
            answer(&change, found, refuse("token-name", text)).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn revoke_token(
    change: Change,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, token_id) = path.into_inner();
    let found = find(&change, &id).await?;
    let of_application = provisioning::list(&change.inner.store, Some(found.application.id.clone())).await?;
    if of_application.iter().any(|token| token.id == token_id) {
        match provisioning::revoke(&change.inner.store, &token_id).await {
            Ok(()) => change.record("console.token.revoke", Some(&id), &found.application.name).await,
            // Somebody else was first.
            Err(ProvisioningTokenError::Unknown(_)) => (),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(see(&address(&id)))
}

pub(super) async fn add_trust(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&change, &id).await?;
    let typed = TypedTrust {
        issuer: new_app::cut(change.form.text("issuer")),
        subject: new_app::cut(change.form.text("subject")),
        audiences: new_app::cut(change.form.text("audiences")),
        jwks_uri: new_app::cut(change.form.text("jwks-uri")),
    };
    let new = NewTrust {
        issuer: typed.issuer.clone(),
        subject: typed.subject.clone(),
        audiences: typed.audiences.split_whitespace().map(str::to_owned).collect(),
        jwks_uri: Some(typed.jwks_uri.clone()).filter(|uri| !uri.is_empty()),
    };
    let application_id = found.application.id.clone();
    match client_proofs::add_trust(&change.inner.store, &application_id, new, Timestamp::now()).await {
        Ok(_) => {
            change.record("console.trust.add", Some(&id), &found.application.name).await;
            Ok(see(&address(&id)))
        }
        Err(ApplicationError::Invalid(text)) => {
            let (field, text) = refused(&text, &typed);
            let text = change.texts.say(text);
            answer(
                &change,
                found,
                Shown { errors: Errors::one(field, text), trust: typed, ..Shown::default() },
            )
            .await
        }
        Err(error) => Err(error.into()),
    }
}

/// The field of a trust that a refusal is about, and the text that says what it takes. What is wrong with an address does
/// not say whose it is.
fn refused(text: &str, typed: &TypedTrust) -> (&'static str, &'static str) {
    let fields = [
        ("an application has at most", "issuer", "trusts-too-many"),
        ("the issuer", "issuer", "trusts-issuer-wrong"),
        ("the subject", "subject", "trusts-subject-wrong"),
        ("the audience", "audiences", "trusts-audiences-wrong"),
        ("a trust has", "audiences", "trusts-audiences-wrong"),
        ("the address of the keys", "jwks-uri", "trusts-jwks-wrong"),
    ];
    match fields.into_iter().find(|(begin, ..)| text.starts_with(begin)) {
        Some((_, field, text)) => (field, text),
        None if typed.jwks_uri.is_empty() => ("issuer", "trusts-issuer-wrong"),
        None => ("jwks-uri", "trusts-jwks-wrong"),
    }
}

pub(super) async fn remove_trust(
    change: Change,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, trust_id) = path.into_inner();
    let found = find(&change, &id).await?;
    match client_proofs::remove(&change.inner.store, &found.application.id, ProofKind::Trust, &trust_id).await
    {
        Ok(()) => change.record("console.trust.remove", Some(&id), &found.application.name).await,
        // Somebody else was first.
        Err(ApplicationError::Invalid(_)) => (),
        Err(error) => return Err(error.into()),
    }
    Ok(see(&address(&id)))
}

async fn answer(visit: &Visit, found: ApplicationDetails, shown: Shown) -> Result<HttpResponse, Problem> {
    let id = found.application.id;
    let proofs = client_proofs::list(&visit.inner.store, &id).await?;
    let tokens = provisioning::list(&visit.inner.store, Some(id.clone())).await?;
    let status = if shown.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let days = visit.inner.settings.provisioning_token_days;
    let page = Credentials {
        frame: visit.frame("apps"),
        errors: shown.errors,
        tab: "credentials",
        id,
        title: found.application.name,
        secrets: found.secrets,
        trusts: proofs.trusts,
        tokens,
        now: Timestamp::now(),
        made: shown.made,
        typed: shown.trust,
        token_name: shown.token_name,
        token_days: shown.token_days.unwrap_or_else(|| days.to_string()),
        most_days: LONGEST_LIFETIME_DAYS,
    };
    page_with(status, &page)
}

fn address(id: &str) -> String {
    format!("{BASE}/{id}/credentials")
}
