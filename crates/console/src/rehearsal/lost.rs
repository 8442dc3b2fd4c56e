//! Rehearsals whose node ended before they did: what they had made is taken away.

use super::{LOST_AFTER, Said, Verdict};
use crate::server::Inner;
use muster_scim::directory::{Actor, DirectoryError};
use muster_store::organizations;
use muster_store::rehearsals::{self, Rehearsal, Step};
use muster_store::{StoreError, Timestamp};
use serde_json::Value;
use thiserror::Error;

/// Who takes it away, as the log says it.
const ACTOR: &str = "Muster";

/// Something could not be taken away; it is tried again.
#[derive(Debug, Error)]
pub(crate) enum LostError {
    #[error("the database failed")]
    Store(#[from] StoreError),
    #[error("a resource of a rehearsal cannot be deleted")]
    Directory(#[from] DirectoryError),
}

/// Cleans up after all of them. Two nodes that do so at once do no harm: what is gone is gone.
pub(crate) async fn clean_up(inner: &Inner) -> Result<(), LostError> {
    let since = Timestamp::now().minus(LOST_AFTER);
    let lost = inner.store.read(move |connection| rehearsals::unfinished(connection, since)).await?;
    for rehearsal in lost {
        take_away(inner, &rehearsal).await?;
        let verdict = Verdict { lost: true, ..Verdict::default() };
        let text = serde_json::to_string(&verdict).unwrap_or_default();
        let id = rehearsal.id;
        inner
            .store
            .write(move |connection| rehearsals::end(connection, &id, &text, Timestamp::now()))
            .await?;
    }
    Ok(())
}

async fn take_away(inner: &Inner, rehearsal: &Rehearsal) -> Result<(), LostError> {
    let (id, organization_id) = (rehearsal.id.clone(), rehearsal.organization_id.clone());
    let (organization, steps) = inner
        .store
        .read(move |connection| -> Result<_, StoreError> {
            Ok((organizations::find(connection, &organization_id)?, rehearsals::steps(connection, &id, 0)?))
        })
        .await?;
    let Some(organization) = organization else { return Ok(()) };
    let actor = Actor { name: ACTOR.to_owned() };
    // Last made, first deleted: what refers goes before what is referred to.
    for (resource_type, id) in steps.iter().rev().filter_map(made) {
        inner.scim.directory().delete(&organization, resource_type, &id, &actor).await?;
    }
    Ok(())
}

/// The type and the identifier of a resource that a step made.
fn made(step: &Step) -> Option<(&'static str, String)> {
    let said: Said = serde_json::from_str(&step.content).ok()?;
    if said.method != "POST" || said.status != Some(201) {
        return None;
    }
    let resource_type = match said.url.rsplit('/').next()? {
        "Users" => "User",
        "Groups" => "Group",
        _ => return None,
    };
    let answer: Value = serde_json::from_str(&said.response).ok()?;
    Some((resource_type, answer.get("id")?.as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn step(method: &str, url: &str, status: u16, response: &str) -> Step {
        let said = json!({
            "method": method, "url": url, "request": "", "status": status, "response": response,
            "error": null, "milliseconds": 1, "good": true
        });
        Step { rehearsal_id: "r".into(), number: 1, content: said.to_string() }
    }

    #[test]
    fn only_what_was_made_is_taken_away() {
        let url = "https://muster.example.com/scim/v2/Users";
        assert_eq!(made(&step("POST", url, 201, r#"{"id": "1"}"#)), Some(("User", "1".into())));
        assert_eq!(made(&step("POST", url, 409, r#"{"id": "1"}"#)), None);
        assert_eq!(made(&step("GET", url, 200, r#"{"id": "1"}"#)), None);
        assert_eq!(made(&step("POST", "https://muster.example.com/v2/token", 201, "{}")), None);
        assert_eq!(made(&step("POST", url, 201, "not JSON")), None);
    }
}
