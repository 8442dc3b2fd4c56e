//! Making an application: what both ways to do it have in common.

use crate::form::Errors;
use crate::language::Texts;
use crate::session::Visit;
use muster_oauth::applications::{self, ApplicationError, IssuedSecret, NewApplication};
use muster_store::applications::Application;
use muster_store::{Connection, StoreError, Timestamp};
use muster_token::{ScopeSet, SigningAlgorithm};

/// Names are at most so long, in characters.
const LONGEST_NAME: usize = 200;
/// Descriptions are at most so long, in characters.
const LONGEST_DESCRIPTION: usize = 2_000;
/// What is longer than this is not even kept to be corrected, in characters.
const LONGEST_KEPT: usize = 10_000;

/// What was typed.
pub(super) struct NewApp {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) scopes: ScopeSet,
}

/// Makes an application of the organization that is looked at, with further work in the same transaction.
pub(super) async fn create_with(
    visit: &Visit,
    new: NewApp,
    also: impl Fn(&mut Connection, &Application, &IssuedSecret) -> Result<bool, StoreError> + Send + 'static,
) -> Result<(Application, IssuedSecret), ApplicationError> {
    let settings = &visit.inner.settings;
    let new = NewApplication {
        organization: visit.organization.name.clone(),
        name: new.name,
        description: new.description,
        scopes: new.scopes,
        secret_lifetime_days: settings.secret_lifetime_days,
        token_lifetime_minutes: settings.token_lifetime_minutes,
        algorithm: SigningAlgorithm::default(),
        argon2: settings.argon2,
        user_id: None,
    };
    applications::create_with(&visit.inner.store, new, Timestamp::now(), also).await
}

/// What is wrong with a name and a description.
pub(super) fn name_errors(texts: &Texts, name: &str, description: &str) -> Errors {
    let mut errors = Errors::default();
    if name.is_empty() {
        errors.add("name", texts.say("app-name-missing"));
    } else if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        errors.add("name", texts.with("app-name-wrong", "most", LONGEST_NAME));
    }
    if description.chars().count() > LONGEST_DESCRIPTION || description.contains('\0') {
        errors.add("description", texts.with("app-description-wrong", "most", LONGEST_DESCRIPTION));
    }
    errors
}

/// What can be kept of a text.
pub(super) fn cut(text: &str) -> String {
    text.chars().filter(|character| *character != '\0').take(LONGEST_KEPT).collect()
}
