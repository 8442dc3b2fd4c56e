//! An application is changed, or deleted.

use super::details::{Attempt, answer};
use super::{BASE, find};
use crate::form::Errors;
use crate::frame::see;
use crate::pages::new_app;
use crate::pages::scopes::ScopeChoice;
use crate::problem::Problem;
use crate::session::Change;
use actix_web::HttpResponse;
use actix_web::web::Path;
use muster_oauth::applications::{self, ApplicationChanges, ApplicationDetails};
use muster_store::Timestamp;

pub(super) async fn details(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&change, &id).await?;
    let (name, description) =
        (new_app::cut(change.form.text("name")), new_app::cut(change.form.text("description")));
    let mut errors = new_app::name_errors(change.texts, &name, &description);
    let minutes = change.form.text("minutes");
    let lifetime = minutes.parse::<u32>().ok().filter(|minutes| (60..=360).contains(minutes));
    if lifetime.is_none() {
        errors.add("minutes", change.texts.say("app-minutes-wrong"));
    }
    if !errors.is_empty() {
        let attempt = Attempt { errors, name, description, minutes: new_app::cut(minutes), choice: None };
        return answer(&change, found, Some(attempt)).await;
    }
    let changes = ApplicationChanges {
        name: Some(name),
        description: Some(description),
        token_lifetime_minutes: lifetime,
        ..ApplicationChanges::default()
    };
    save(&change, &found, changes).await
}

pub(super) async fn scopes(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&change, &id).await?;
    let choice = ScopeChoice::sent(&change.form);
    if choice.scopes().is_empty() {
        let errors = Errors::one("scope-managed-users-read", change.texts.say("scopes-none"));
        let attempt = Attempt::of(&found.application, errors, Some(choice));
        return answer(&change, found, Some(attempt)).await;
    }
    let changes = ApplicationChanges { scopes: Some(choice.scopes()), ..ApplicationChanges::default() };
    save(&change, &found, changes).await
}

/// Only with the name typed: Entra's next cycle fails.
pub(super) async fn delete(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&change, &id).await?;
    let application = &found.application;
    if change.form.text("confirm") != application.name.trim() {
        let errors = Errors::one("confirm", change.texts.say("app-delete-mismatch"));
        let attempt = Attempt::of(application, errors, None);
        return answer(&change, found, Some(attempt)).await;
    }
    applications::delete(&change.inner.store, &application.id).await?;
    change.record("console.app.delete", Some(&application.id), &application.name).await;
    Ok(see(&format!("{BASE}?deleted")))
}

async fn save(
    change: &Change,
    found: &ApplicationDetails,
    changes: ApplicationChanges,
) -> Result<HttpResponse, Problem> {
    let id = &found.application.id;
    let changed = applications::update(&change.inner.store, id, changes, Timestamp::now()).await?;
    change.record("console.app.update", Some(id), &changed.name).await;
    Ok(see(&format!("{BASE}/{id}?saved")))
}
