//! The log, read: newest first, a page at a time, filtered. What no index finds is looked for among so many entries at
//! most; then the page ends early and says where to go on.

use super::row::{CHANGE, FAILURE, ORDINARY};
use crate::schema::log_entries as log;
use crate::{Connection, StoreError, Timestamp};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// So many entries are looked through, one step after the other, while the page is not full.
const STEPS: [i64; 3] = [1_000, 10_000, 50_000];
/// When texts are compared, here and not in the database.
const TEXT_STEPS: [i64; 3] = [1_000, 4_000, 10_000];

/// The actions that read.
const READING: [&str; 3] = ["find", "read", "discovery"];
/// The actions that change, or would have.
const CHANGING: [&str; 7] = ["create", "update", "disable", "restore", "delete", "members", "bulk"];
const TOKENS: [&str; 2] = ["token.issue", "token.refuse"];

/// An entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = log)]
pub struct LogEntry {
    /// The database's own key.
    pub key: i64,
    /// The organization's key; none, when it could not be told.
    pub organization_key: Option<i64>,
    /// When the request began.
    pub at: Timestamp,
    /// The application's `client_id`, or what stands for it in the token of another issuer.
    pub application_id: Option<String>,
    /// The admin, when it was done in the console.
    pub actor: Option<String>,
    /// How long it took, in microseconds; a change's, until its entry was written.
    pub duration: i64,
    /// The request; empty, when the entry stands for several.
    pub request_id: String,
    /// The code of an [`super::Action`].
    pub action: String,
    /// The HTTP method; empty, when the entry stands for several.
    pub method: String,
    /// The URL's path; empty, when the entry stands for several.
    pub path: String,
    /// What was looked for (a filter), or the scope that was asked for.
    pub query: Option<String>,
    /// The HTTP status of the answer.
    pub status: i64,
    /// What the client read of the error.
    pub error: Option<String>,
    /// The error's keyword.
    pub error_kind: Option<String>,
    /// Such as `User`.
    pub resource_type: Option<String>,
    /// The resource's identifier.
    pub resource_id: Option<String>,
    /// The resource's name; of a token request of an unknown client, the client id that was sent.
    pub resource_name: Option<String>,
    /// A JSON object: what was changed, as it was.
    pub before: Option<String>,
    /// A JSON object: what was changed, as it is.
    pub after: Option<String>,
    /// How many requests it stands for; more than 1, when further ones were not listed one by one.
    pub requests: i64,
    class: i64,
    rehearsal: i64,
}

impl LogEntry {
    /// Whether something was changed.
    #[must_use]
    pub const fn is_change(&self) -> bool {
        self.class == CHANGE
    }

    /// Whether the request failed.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        self.class == FAILURE
    }

    /// Whether it was practice.
    #[must_use]
    pub const fn is_rehearsal(&self) -> bool {
        self.rehearsal != 0
    }

    /// Its place in the log.
    #[must_use]
    pub const fn position(&self) -> Position {
        Position { at: self.at, key: self.key }
    }
}

/// A place in the log. What comes behind it is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The entry's time.
    pub at: Timestamp,
    /// Its key, which tells it from others of the same time.
    pub key: i64,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What read, or tried to.
    Reads,
    /// What changed something; with [`LogQuery::only_failures`], what tried to.
    Changes,
    /// Token requests.
    Tokens,
    /// What admins did in the console.
    Console,
    /// Practice.
    Rehearsals,
}

/// Which entries, and which page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Of this organization.
    pub organization_key: Option<i64>,
    /// Also those whose organization could not be told. They may be anybody's.
    pub without_organization: bool,
    /// Of this application.
    pub application_id: Option<String>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Those that failed.
    pub only_failures: bool,
    /// About this resource. Its changes alone are found sooner by [`super::history`].
    pub resource_id: Option<String>,
    /// Those that have this text somewhere, without regard to case: in the resource's name or identifier, the path, the query,
    /// the error or the request's identifier.
    pub text: Option<String>,
    /// From this time on.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Behind this place: where the page before ended.
    pub after: Option<Position>,
    /// At most so many.
    pub limit: usize,
}

/// A page, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The entries; fewer than the limit, even none, when there was much to look through.
    pub entries: Vec<LogEntry>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Position>,
}

/// A page of the log. Bounded work on a log of any length.
///
/// # Errors
///
/// When the database fails.
pub fn page(connection: &mut Connection, query: &LogQuery) -> Result<Page, StoreError> {
    // One moment for all lanes: else a page could have an entry and lack an older one.
    connection.snapshot(|connection| page_of_moment(connection, query))
}

fn page_of_moment(connection: &mut Connection, query: &LogQuery) -> Result<Page, StoreError> {
    let mut entries = Vec::new();
    // How far back every lane was looked through.
    let mut reached: Option<Position> = None;
    for lane in lanes(query) {
        let found = Search { query, lane }.run(connection)?;
        entries.extend(found.entries);
        reached = reached.max(found.next);
    }
    entries.sort_by_key(|entry: &LogEntry| std::cmp::Reverse(entry.position()));
    if let Some(reached) = reached {
        entries.retain(|entry| entry.position() >= reached);
    }
    let mut next = reached;
    if entries.len() > query.limit {
        entries.truncate(query.limit);
        next = entries.last().map(LogEntry::position);
    }
    Ok(Page { entries, next })
}

/// For a live view: the newest entries since that time but for those that were seen already, newest first. Entries of
/// other nodes and of long requests appear late: `since` should lie a minute before the last look, and `seen` hold the
/// keys from there on.
///
/// # Errors
///
/// When the database fails.
pub fn newer(
    connection: &mut Connection,
    query: &LogQuery,
    since: Timestamp,
    seen: &[i64],
) -> Result<Vec<LogEntry>, StoreError> {
    let query =
        LogQuery { since: Some(since), after: None, limit: query.limit + seen.len(), ..query.clone() };
    let mut entries = page(connection, &query)?.entries;
    entries.retain(|entry| !seen.contains(&entry.key));
    entries.truncate(query.limit - seen.len());
    Ok(entries)
}

/// One entry of the organization; of those whose organization could not be told, when none is given.
///
/// # Errors
///
/// When the database fails.
pub fn find(
    connection: &mut Connection,
    organization_key: Option<i64>,
    key: i64,
) -> Result<Option<LogEntry>, StoreError> {
    let found: Option<LogEntry> = on_either!(connection, |connection| {
        log::table.find(key).select(LogEntry::as_select()).first(connection).optional()?
    });
    Ok(found.filter(|entry| entry.organization_key == organization_key))
}

/// What the index holds in order: the entries of a class, of an organization or of none.
#[derive(Clone, Copy)]
struct Lane {
    organization_key: Option<i64>,
    class: i64,
}

fn lanes(query: &LogQuery) -> Vec<Lane> {
    let classes: &[i64] = match query.kind {
        _ if query.only_failures => &[FAILURE],
        Some(Kind::Changes) => &[CHANGE],
        Some(Kind::Reads | Kind::Tokens) => &[ORDINARY, FAILURE],
        Some(Kind::Console | Kind::Rehearsals) | None => &[ORDINARY, CHANGE, FAILURE],
    };
    let nobody = query.without_organization.then_some(None);
    let organizations = query.organization_key.map(Some).into_iter().chain(nobody);
    organizations
        .flat_map(|organization_key| {
            classes.iter().map(move |class| Lane { organization_key, class: *class })
        })
        .collect()
}

/// A search in one lane.
struct Search<'q> {
    query: &'q LogQuery,
    lane: Lane,
}

impl Search<'_> {
    fn run(&self, connection: &mut Connection) -> Result<Page, StoreError> {
        let mut found = Page { entries: Vec::new(), next: self.query.after };
        if self.is_indexed() {
            self.look(connection, &mut found, None)?;
            return Ok(found);
        }
        let steps = if self.query.text.is_some() { TEXT_STEPS } else { STEPS };
        for step in steps {
            let end = self.entry_behind(connection, found.next, step)?;
            if self.look(connection, &mut found, end)? || end.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// Whether an index finds nothing but what is wanted.
    const fn is_indexed(&self) -> bool {
        let LogQuery { application_id, kind, resource_id, text, .. } = self.query;
        let any_kind = matches!((kind, self.lane.class), (None, _) | (Some(Kind::Changes), CHANGE));
        text.is_none() && any_kind && application_id.is_none() && resource_id.is_none()
    }

    /// Adds what is wanted from the place that was reached to the end, or to the end of all; whether the page is full.
    fn look(
        &self,
        connection: &mut Connection,
        found: &mut Page,
        end: Option<Position>,
    ) -> Result<bool, StoreError> {
        let text = self.query.text.as_deref().map(fold);
        loop {
            let wanted = self.query.limit.saturating_sub(found.entries.len());
            // Where texts are compared, few of many may be wanted.
            let chunk = if text.is_some() { 1_000 } else { wanted };
            let rows = self.rows(connection, found.next, end, chunk)?;
            let is_last = rows.len() < chunk;
            let last = rows.last().map(LogEntry::position);
            let mut rows = rows.into_iter().filter(|row| text.as_deref().is_none_or(|text| row.has(text)));
            found.entries.extend(rows.by_ref().take(wanted));
            if let (Some(_), Some(full)) = (rows.next(), found.entries.last()) {
                found.next = Some(full.position());
                return Ok(true);
            }
            if is_last {
                found.next = end;
                return Ok(found.entries.len() >= self.query.limit);
            }
            found.next = last;
            if found.entries.len() >= self.query.limit {
                return Ok(true);
            }
        }
    }

    /// The entry so many behind a place.
    fn entry_behind(
        &self,
        connection: &mut Connection,
        place: Option<Position>,
        count: i64,
    ) -> Result<Option<Position>, StoreError> {
        let at: Option<Timestamp> = on_either!(connection, |connection| {
            let mut all =
                log::table.order(log::at.desc()).select(log::at).offset(count).limit(1).into_boxed();
            all = all.filter(sql::<Bool>(class_is(self.lane.class)));
            all = match self.lane.organization_key {
                Some(key) => all.filter(log::organization_key.eq(key)),
                None => all.filter(log::organization_key.is_null()),
            };
            if let Some(since) = self.query.since {
                all = all.filter(log::at.ge(since));
            }
            if let Some(before) = place.map(|place| place.at).into_iter().chain(self.query.until).min() {
                all = all.filter(log::at.le(before));
            }
            all.first(connection).optional()?
        });
        // No entry has such a key: those of that very time are looked at too.
        Ok(at.map(|at| Position { at, key: i64::MIN }))
    }

    /// The newest of those that are wanted between two places.
    fn rows(
        &self,
        connection: &mut Connection,
        after: Option<Position>,
        end: Option<Position>,
        limit: usize,
    ) -> Result<Vec<LogEntry>, StoreError> {
        let query = self.query;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(on_either!(connection, |connection| {
            let mut wanted = log::table
                .order((log::at.desc(), log::key.desc()))
                .select(LogEntry::as_select())
                .limit(limit)
                .into_boxed();
            // Not bound: an index over some rows is used only where the statement itself says which.
            wanted = wanted.filter(sql::<Bool>(class_is(self.lane.class)));
            wanted = match self.lane.organization_key {
                Some(key) => wanted.filter(log::organization_key.eq(key)),
                None => wanted.filter(log::organization_key.is_null()),
            };
            if let Some(Position { at, key }) = after {
                wanted = wanted.filter(log::at.le(at)).filter(log::at.lt(at).or(log::key.lt(key)));
            }
            if let Some(end) = end {
                wanted = wanted.filter(log::at.ge(end.at));
            }
            if let Some(since) = query.since {
                wanted = wanted.filter(log::at.ge(since));
            }
            if let Some(until) = query.until {
                wanted = wanted.filter(log::at.lt(until));
            }
            if let Some(application_id) = &query.application_id {
                wanted = wanted.filter(log::application_id.eq(application_id));
            }
            if let Some(resource_id) = &query.resource_id {
                wanted = wanted.filter(log::resource_id.eq(resource_id));
            }
            match query.kind {
                Some(Kind::Reads) => wanted = wanted.filter(log::action.eq_any(READING)),
                Some(Kind::Changes) if self.lane.class != CHANGE => {
                    wanted = wanted.filter(log::action.eq_any(CHANGING));
                }
                Some(Kind::Tokens) => wanted = wanted.filter(log::action.eq_any(TOKENS)),
                // What begins with `console.`.
                Some(Kind::Console) => {
                    wanted = wanted.filter(log::action.gt("console.")).filter(log::action.lt("console/"));
                }
                Some(Kind::Rehearsals) => wanted = wanted.filter(log::rehearsal.eq(1)),
                Some(Kind::Changes) | None => (),
            }
            wanted.load(connection)?
        }))
    }
}

impl LogEntry {
    /// Whether a folded text is somewhere in it.
    fn has(&self, text: &str) -> bool {
        let Self { resource_name, resource_id, query, error, .. } = self;
        let may_be = [resource_name, resource_id, query, error].into_iter().flatten();
        may_be.chain([&self.path, &self.request_id]).any(|part| fold(part).contains(text))
    }
}

fn class_is(class: i64) -> &'static str {
    match class {
        CHANGE => "log_entries.class = 1",
        FAILURE => "log_entries.class = 2",
        _ => "log_entries.class = 0",
    }
}

fn fold(text: &str) -> String {
    icu_casemap::CaseMapper::new().fold_string(text).into_owned()
}
