//! Access tokens that were revoked before they expired (RFC 7009): a row each in the database, and all of them in the
//! memory of every process, which learns of new ones within a second.

use crate::schema::{control_revisions, revoked_tokens};
use crate::{Connection, StoreError, Timestamp};
use arc_swap::ArcSwap;
use aws_lc_rs::digest::{SHA256, digest};
use diesel::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};

/// The row of `control_revisions` that counts revocations. Updating it in each revocation's transaction makes them commit
/// one after the other, so that a process which has seen a number has seen all that came before.
const COUNTER: i64 = 2;

/// What the memory holds of a `jti`: it may be of any length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenId(u128);

impl TokenId {
    /// Of the claim `jti`.
    #[must_use]
    pub fn of(jti: &str) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest(&SHA256, jti.as_bytes()).as_ref()[..16]);
        Self(u128::from_le_bytes(bytes))
    }
}

/// Ends the token with that `jti`, which expires at that time; one that was ended before stays so. The caller sees it at
/// once after [`crate::Store::refresh_revoked_tokens`].
///
/// # Errors
///
/// When the database fails.
pub fn revoke(connection: &mut Connection, jti: &str, expires_at: Timestamp) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        let revision: i64 = diesel::update(control_revisions::table.find(COUNTER))
            .set(control_revisions::revision.eq(control_revisions::revision + 1))
            .returning(control_revisions::revision)
            .get_result(connection)?;
        let row = (
            revoked_tokens::jti.eq(jti),
            revoked_tokens::expires_at.eq(expires_at),
            revoked_tokens::revision.eq(revision),
        );
        diesel::insert_into(revoked_tokens::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(connection)?;
    });
    Ok(())
}

/// Removes those that have expired by themselves; how many there were.
///
/// # Errors
///
/// When the database fails.
pub fn prune(connection: &mut Connection, now: Timestamp) -> Result<usize, StoreError> {
    Ok(on_either!(connection, |connection| {
        diesel::delete(revoked_tokens::table.filter(revoked_tokens::expires_at.le(now)))
            .execute(connection)?
    }))
}

/// What is new since that revision.
pub(crate) fn since(connection: &mut Connection, revision: i64) -> Result<News, StoreError> {
    let current: i64 = on_either!(connection, |connection| {
        control_revisions::table.find(COUNTER).select(control_revisions::revision).first(connection)?
    });
    if current <= revision {
        return Ok(News { revision: current, tokens: Vec::new() });
    }
    let tokens = on_either!(connection, |connection| {
        revoked_tokens::table
            .filter(revoked_tokens::revision.gt(revision))
            .select((revoked_tokens::jti, revoked_tokens::expires_at))
            .load::<(String, Timestamp)>(connection)?
    });
    Ok(News { revision: current, tokens })
}

pub(crate) struct News {
    revision: i64,
    tokens: Vec<(String, Timestamp)>,
}

/// The revoked tokens as this process knows them. Reading takes no lock.
#[derive(Default)]
pub(crate) struct Revoked {
    seen: AtomicI64,
    tokens: ArcSwap<HashMap<TokenId, Timestamp>>,
}

impl Revoked {
    pub(crate) fn contains(&self, token: TokenId) -> bool {
        let tokens = self.tokens.load();
        !tokens.is_empty() && tokens.contains_key(&token)
    }

    pub(crate) fn seen(&self) -> i64 {
        self.seen.load(Ordering::Acquire)
    }

    /// Takes in what is new, and forgets what has expired.
    pub(crate) fn learn(&self, news: &News, now: Timestamp) {
        if !news.tokens.is_empty() {
            self.tokens.rcu(|known| {
                let mut known = HashMap::clone(known);
                known.retain(|_, expires_at| *expires_at > now);
                known.extend(news.tokens.iter().map(|(jti, expires_at)| (TokenId::of(jti), *expires_at)));
                known
            });
        }
        self.seen.fetch_max(news.revision, Ordering::AcqRel);
    }
}
