//! Warnings before a secret or a provisioning token expires: a line in the log, and a gauge that alerts can watch.

use muster_store::{Store, StoreError, Timestamp, applications, provisioning_tokens};
use std::collections::{HashMap, HashSet};

const DAY: i64 = 86_400;

/// So many days before the expiry; 0 stands for the expiry itself.
const STEPS: [i64; 6] = [60, 30, 14, 7, 1, 0];

/// What is watched: a thing that expires, and whose it is.
struct Expiring {
    kind: &'static str,
    /// Tells it from others of its kind: the client id, or the token's identifier.
    id: String,
    client_id: String,
    application: String,
    expires_at: Timestamp,
}

/// Which step was warned of for what. A node warns of each step once.
#[derive(Default)]
pub(crate) struct Warnings {
    warned: HashMap<(&'static str, String), Warned>,
}

struct Warned {
    client_id: String,
    step: i64,
}

impl Warnings {
    /// Sets the gauges, and warns. Blocks.
    pub(crate) fn look(&mut self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let all = store.read_blocking(expiring)?;
        let seen: HashSet<_> = all.iter().map(|one| (one.kind, one.id.clone())).collect();
        self.warned.retain(|key, warned| {
            let stays = seen.contains(key);
            if !stays {
                // What is gone must not look as if it were about to expire.
                gauge(key.0, &key.1, &warned.client_id).set(f64::NAN);
            }
            stays
        });
        for one in all {
            let seconds = one.expires_at.seconds() - now.seconds();
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            gauge(one.kind, &one.id, &one.client_id).set(seconds as f64);
            self.warn(&one, seconds);
        }
        Ok(())
    }

    fn warn(&mut self, one: &Expiring, seconds: i64) {
        let step = step(seconds);
        let warned = Warned { client_id: one.client_id.clone(), step: step.unwrap_or(i64::MAX) };
        let before = self.warned.insert((one.kind, one.id.clone()), warned);
        let Some(step) = step.filter(|step| before.is_none_or(|before| *step < before.step)) else { return };
        let Expiring { kind, client_id, application, expires_at, .. } = one;
        if step == 0 {
            tracing::warn!(client_id, application, %expires_at, "the application's {kind} has expired");
        } else {
            let days = seconds / DAY;
            tracing::warn!(client_id, application, %expires_at, days, "the application's {kind} will expire");
        }
    }
}

/// The last step that was reached.
fn step(seconds: i64) -> Option<i64> {
    STEPS.into_iter().rfind(|days| seconds <= days * DAY)
}

fn gauge(kind: &'static str, id: &str, client_id: &str) -> metrics::Gauge {
    let id = id.to_owned();
    if kind == SECRET {
        metrics::gauge!("muster_secret_expires_in_seconds", "client_id" => id)
    } else {
        let client_id = client_id.to_owned();
        metrics::gauge!("muster_provisioning_token_expires_in_seconds", "token" => id, "client_id" => client_id)
    }
}

const SECRET: &str = "secret";
const TOKEN: &str = "provisioning token";

/// Of an application's secrets the one that lasts longest counts: with it, the application goes on.
fn expiring(connection: &mut muster_store::Connection) -> Result<Vec<Expiring>, StoreError> {
    let mut latest: HashMap<String, (String, Option<Timestamp>)> = HashMap::new();
    for secret in applications::secret_expiries(connection)? {
        let entry = latest
            .entry(secret.application_id)
            .or_insert_with(|| (secret.application_name.clone(), Some(Timestamp::from_micros(0))));
        // None never expires.
        entry.1 = entry.1.and_then(|latest| secret.expires_at.map(|expires_at| expires_at.max(latest)));
    }
    let names: HashMap<_, _> =
        applications::list(connection, None)?.into_iter().map(|app| (app.id, app.name)).collect();
    let secrets = latest.into_iter().filter_map(|(client_id, (application, expires_at))| {
        let expires_at = expires_at?;
        Some(Expiring { kind: SECRET, id: client_id.clone(), client_id, application, expires_at })
    });
    let tokens = provisioning_tokens::list(connection, None)?.into_iter().map(|token| Expiring {
        kind: TOKEN,
        id: token.id,
        application: names.get(&token.application_id).cloned().unwrap_or_default(),
        client_id: token.application_id,
        expires_at: token.expires_at,
    });
    Ok(secrets.chain(tokens).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_reached_in_turn() {
        let reached = [61, 60, 59, 31, 30, 14, 7, 2, 1, 0, -5].map(|days| step(days * DAY));
        let expected = [
            None,
            Some(60),
            Some(60),
            Some(60),
            Some(30),
            Some(14),
            Some(7),
            Some(7),
            Some(1),
            Some(0),
            Some(0),
        ];
        assert_eq!(reached, expected);
    }

    #[test]
    fn each_step_is_warned_of_once() {
        let mut warnings = Warnings::default();
        let one = Expiring {
            kind: SECRET,
            id: "a".into(),
            client_id: "a".into(),
            application: "A".into(),
            expires_at: Timestamp::from_seconds(0),
        };
        let mut steps = Vec::new();
        for days in [90, 60, 45, 30, 29] {
            warnings.warn(&one, days * DAY);
            steps.push(warnings.warned[&(SECRET, "a".to_owned())].step);
        }
        assert_eq!(steps, [i64::MAX, 60, 60, 30, 30]);
    }
}
