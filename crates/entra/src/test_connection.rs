//! The button *Test Connection*, request by request (entra-facts 2).

use crate::error::with_causes;
use crate::{Client, EntraError};
use serde_json::Value;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// One request of the test and what came of it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What was asked.
    pub name: &'static str,
    /// What Entra finds wrong, in a sentence; `Ok` holds what was good.
    pub outcome: Result<String, String>,
    /// How long it took.
    pub duration: Duration,
}

/// Asks for a token, for a user and a group that do not exist, and for the schemas. Steps after a failed token request
/// are not taken.
pub async fn test_connection(client: &Client) -> Vec<Step> {
    let mut steps = vec![timed("Ask the token endpoint for a token", token(client)).await];
    if steps.iter().all(|step| step.outcome.is_ok()) {
        steps.push(timed("Find a user that does not exist", probe(client, "/Users", "userName")).await);
        steps.push(timed("Find a group that does not exist", probe(client, "/Groups", "displayName")).await);
        steps.push(timed("Read the schemas", schemas(client)).await);
    }
    steps
}

async fn timed(name: &'static str, step: impl Future<Output = Result<String, EntraError>>) -> Step {
    let began = Instant::now();
    let outcome = step.await.map_err(|error| with_causes(&error));
    Step { name, outcome, duration: began.elapsed() }
}

async fn token(client: &Client) -> Result<String, EntraError> {
    let issued = client.request_token().await?;
    let minutes = issued.expires_in / 60;
    // Microsoft's own tester asks for it (entra-facts 1.3).
    if !(60..=360).contains(&minutes) {
        let message = format!("the token lives {minutes} minutes, and Entra expects 60 to 360");
        return Err(EntraError::Token { status: 200, message });
    }
    Ok(format!("a token for {minutes} minutes"))
}

async fn probe(client: &Client, path: &str, attribute: &str) -> Result<String, EntraError> {
    let filter = format!("{attribute} eq \"{}\"", Uuid::new_v4());
    let answer = client.get(path, &[("filter", &filter)]).await?.expect(&[200])?;
    // Null for an empty list breaks Entra.
    let resources = answer.resources()?;
    if !answer.body["totalResults"].is_u64() {
        return Err(answer.unexpected("totalResults is not a whole number".into()));
    }
    if !resources.is_empty() {
        return Err(
            answer.unexpected("the filter is ignored: something was found that does not exist".into())
        );
    }
    if !answer.content_type.starts_with("application/scim+json") {
        return Err(answer
            .unexpected(format!("Content-Type is {:?}, not application/scim+json", answer.content_type)));
    }
    Ok("none, as it should be".into())
}

async fn schemas(client: &Client) -> Result<String, EntraError> {
    let answer = client.get("/Schemas", &[]).await?.expect(&[200])?;
    let names: Vec<&str> = answer.resources()?.iter().filter_map(|schema| schema["name"].as_str()).collect();
    if answer.resources()?.iter().any(|schema| !schema["attributes"].is_array()) {
        return Err(answer.unexpected("a schema has no attributes".into()));
    }
    let found = |value: &Value| value["id"].as_str().is_some_and(|id| id.ends_with(":core:2.0:User"));
    if !answer.resources()?.iter().any(found) {
        return Err(answer.unexpected("the User schema is not there".into()));
    }
    Ok(names.join(", "))
}
