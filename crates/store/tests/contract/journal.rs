//! The provisioning log.

use crate::database::{TestDatabase, on_both_databases};
use crate::resources::new;
use muster_store::journal::{
    self, Action, Changes, Counted, Entry, Kind, LogEntry, LogQuery, Page, RequestId, Retention, Source,
};
use muster_store::{Store, StoreError, Timestamp, organizations, resources};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

on_both_databases!(
    pages_are_newest_first_and_complete,
    filters_find_what_they_say,
    texts_are_found_without_regard_to_case,
    a_search_ends_early_and_goes_on,
    what_appears_late_is_not_missed,
    a_page_is_of_one_moment,
    the_history_of_a_resource_is_its_changes,
    a_history_ends_where_entries_are_gone,
    histories_of_before_are_chained,
    counters_add_up_by_the_hour,
    a_pause_ends_a_cycle,
    failures_are_grouped,
    practice_is_counted_apart,
    a_flood_is_summed_up_and_hides_nothing,
    what_cannot_be_written_is_kept,
    old_entries_are_dropped_by_kind,
    nobody_sees_anothers_entries,
);

fn organization(store: &Store, name: &'static str) -> i64 {
    store.write_blocking(move |c| organizations::create(c, name, name, NOW)).unwrap().key
}

fn source(organization_key: i64, application_id: &str) -> Source {
    Source {
        organization_key: Some(organization_key),
        application_id: Some(application_id.into()),
        is_rehearsal: false,
    }
}

fn seconds(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

/// An entry of that second.
fn entry(source: &Source, second: u64, action: Action, status: u16) -> Entry {
    Entry {
        request_id: Some(RequestId::random()),
        method: "GET".into(),
        path: "/scim/v2/Users".to_owned(),
        ..Entry::new(source.clone(), seconds(second), action, status)
    }
}

fn change(source: &Source, second: u64, action: Action, resource_id: &str) -> Entry {
    Entry {
        is_change: true,
        resource_type: Some("User".into()),
        resource_id: Some(resource_id.into()),
        after: Some("{\"title\":\"Engineer\"}".into()),
        ..entry(source, second, action, 200)
    }
}

fn write(store: &Store, entries: Vec<Entry>) {
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            entries.iter().try_for_each(|entry| journal::write(c, entry).map(drop))
        })
        .unwrap();
}

fn page(store: &Store, query: &LogQuery) -> Page {
    let query = query.clone();
    store.read_blocking(move |c| journal::page(c, &query)).unwrap()
}

/// All pages, put together.
fn all(store: &Store, query: &LogQuery) -> Vec<LogEntry> {
    let mut query = query.clone();
    let mut entries = Vec::new();
    loop {
        let Page { entries: more, next } = page(store, &query);
        assert!(more.len() <= query.limit);
        entries.extend(more);
        query.after = next;
        if next.is_none() {
            return entries;
        }
    }
}

fn of(organization_key: i64) -> LogQuery {
    LogQuery { organization_key: Some(organization_key), limit: 100, ..LogQuery::default() }
}

fn at_seconds(entries: &[LogEntry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.at.seconds() - NOW.seconds()).collect()
}

fn pages_are_newest_first_and_complete(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    // Several of the same time, of all classes.
    let entries = (0..60)
        .map(|number| match number % 3 {
            0 => entry(&app, number / 4, Action::Read, 200),
            1 => change(&app, number / 4, Action::Update, "u"),
            _ => entry(&app, number / 4, Action::Read, 404),
        })
        .collect();
    write(&store, entries);
    let whole = all(&store, &of(key));
    assert_eq!(whole.len(), 60);
    assert!(whole.windows(2).all(|pair| pair[0].position() > pair[1].position()));
    for limit in [1, 7, 60] {
        assert_eq!(all(&store, &LogQuery { limit, ..of(key) }), whole, "{limit}");
    }
    let kept = whole[0].clone();
    assert_eq!(
        (kept.action.as_str(), kept.method.as_str(), kept.requests, kept.request_id.len()),
        ("read", "GET", 1, 16)
    );
    let found = store.read_blocking(move |c| journal::find(c, Some(key), kept.key)).unwrap();
    assert_eq!(found.as_ref(), whole.first());
}

fn filters_find_what_they_say(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let (one, other) = (source(key, "one"), source(key, "other"));
    let nobody = Source::default();
    let console = Source { application_id: None, ..one.clone() };
    write(
        &store,
        vec![
            entry(&one, 0, Action::Find, 200),
            entry(&other, 1, Action::Read, 404),
            change(&one, 2, Action::Create, "u1"),
            change(&other, 3, Action::Delete, "u2"),
            entry(&one, 4, Action::IssueToken, 200),
            entry(&other, 5, Action::RefuseToken, 401),
            entry(&nobody, 6, Action::RefuseToken, 401),
            Entry {
                actor: Some("root".into()),
                ..change(&console, 7, Action::Console("console.app.create"), "x")
            },
            entry(&one, 8, Action::Create, 409),
            entry(&one, 9, Action::Update, 200),
        ],
    );
    let found = |query: LogQuery| at_seconds(&all(&store, &query));
    assert_eq!(found(of(key)), [9, 8, 7, 5, 4, 3, 2, 1, 0]);
    assert_eq!(found(LogQuery { without_organization: true, ..of(key) })[..4], [9, 8, 7, 6]);
    assert_eq!(found(LogQuery { application_id: Some("other".into()), ..of(key) }), [5, 3, 1]);
    assert_eq!(found(LogQuery { kind: Some(Kind::Reads), ..of(key) }), [1, 0]);
    assert_eq!(found(LogQuery { kind: Some(Kind::Changes), ..of(key) }), [7, 3, 2]);
    assert_eq!(found(LogQuery { kind: Some(Kind::Tokens), ..of(key) }), [5, 4]);
    assert_eq!(found(LogQuery { kind: Some(Kind::Console), ..of(key) }), [7]);
    assert_eq!(found(LogQuery { only_failures: true, ..of(key) }), [8, 5, 1]);
    assert_eq!(found(LogQuery { only_failures: true, kind: Some(Kind::Changes), ..of(key) }), [8]);
    assert_eq!(found(LogQuery { resource_id: Some("u2".into()), ..of(key) }), [3]);
    assert_eq!(found(LogQuery { since: Some(seconds(3)), until: Some(seconds(5)), ..of(key) }), [4, 3]);
}

fn texts_are_found_without_regard_to_case(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    let plain = entry(&app, 0, Action::Read, 200);
    let request_id = plain.request_id.unwrap().to_string();
    write(
        &store,
        vec![
            plain,
            Entry {
                resource_name: Some("MÜLLER@example.com".into()),
                ..change(&app, 1, Action::Create, "u")
            },
            Entry { query: Some("userName eq \"Straße\"".into()), ..entry(&app, 2, Action::Find, 200) },
            Entry { error: Some("Es gibt 100 % davon.".into()), ..entry(&app, 3, Action::Create, 409) },
            Entry { query: Some("a\0b".into()), ..entry(&app, 4, Action::Find, 200) },
        ],
    );
    let found =
        |text: &str| at_seconds(&all(&store, &LogQuery { text: Some(text.into()), limit: 2, ..of(key) }));
    assert_eq!(found("müller"), [1]);
    assert_eq!(found("STRASSE"), [2]);
    assert_eq!(found("100 %"), [3]);
    assert_eq!(found("%"), [3], "no character is special");
    assert_eq!(found(&request_id.to_uppercase()), [0]);
    assert_eq!(found("a\u{fffd}b"), [4]);
    assert_eq!(found("scim/V2").len(), 5);
    assert!(found("nobody").is_empty());
}

fn a_search_ends_early_and_goes_on(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let (one, other) = (source(key, "one"), source(key, "other"));
    let mut entries = vec![entry(&other, 0, Action::Find, 200)];
    entries.extend((1..=16_000).map(|second| entry(&one, second, Action::Find, 200)));
    write(&store, entries);
    let query = LogQuery { text: Some("/users".into()), application_id: Some("other".into()), ..of(key) };
    let first = page(&store, &query);
    assert!(first.entries.is_empty(), "it was not reached yet");
    assert!(first.next.is_some());
    assert_eq!(at_seconds(&all(&store, &query)), [0]);
    assert_eq!(all(&store, &LogQuery { limit: 1_000, ..of(key) }).len(), 16_001);
}

fn what_appears_late_is_not_missed(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    let newer = |seen: Vec<i64>| {
        let query = LogQuery { limit: 3, ..of(key) };
        store.read_blocking(move |c| journal::newer(c, &query, NOW, &seen)).unwrap()
    };
    write(&store, vec![entry(&app, 10, Action::Read, 200), entry(&app, 20, Action::Read, 200)]);
    let first = newer(Vec::new());
    assert_eq!(at_seconds(&first), [20, 10]);
    let mut seen: Vec<i64> = first.iter().map(|entry| entry.key).collect();
    // A long request of another node, which began before those.
    write(&store, vec![change(&app, 5, Action::Update, "u"), entry(&app, 30, Action::Read, 200)]);
    let second = newer(seen.clone());
    assert_eq!(at_seconds(&second), [30, 5]);
    seen.extend(second.iter().map(|entry| entry.key));
    assert!(newer(seen).is_empty());
}

fn the_history_of_a_resource_is_its_changes(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    let history =
        |after, limit| store.read_blocking(move |c| journal::history(c, key, "u", after, limit)).unwrap();
    assert_eq!(history(None, 2), Page::default());
    let resource = live(&store, &app);
    let read = Entry { resource_id: Some("u".into()), ..entry(&app, 3, Action::Read, 200) };
    write(&store, vec![change(&app, 1, Action::Update, "v"), read]);
    assert_eq!(at_seconds(&history(None, 9).entries), [2, 0]);
    // Deleted: the entry of that is found.
    let deleted = Entry { previous: resource.last_entry, ..change(&app, 4, Action::Delete, "u") };
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            journal::write(c, &deleted)?;
            resources::delete(c, key, "User", "u")
        })
        .unwrap();
    let first = history(None, 2);
    assert_eq!(at_seconds(&first.entries), [4, 2]);
    assert_eq!(first.entries[1].action, "disable");
    assert_eq!(first.entries[1].after.as_deref(), Some("{\"title\":\"Engineer\"}"));
    let last = history(first.next, 2);
    assert_eq!((at_seconds(&last.entries), last.next), (vec![0], None));
    // Nobody's history is read from the middle of another's.
    let other = move |c: &mut _| journal::history(c, key, "v", first.next, 2);
    assert_eq!(store.read_blocking(other).unwrap(), Page::default());
}

/// Where old entries were dropped, a key may be given again: the chain ends there, and goes in no circle.
fn a_history_ends_where_entries_are_gone(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    let resource = live(&store, &app);
    let first = resource.last_entry.unwrap() - 1;
    for wrong in [resource.last_entry, Some(999), None] {
        let sql = wrong.map_or("NULL".to_owned(), |wrong| wrong.to_string());
        database.run(&format!("UPDATE log_entries SET previous = {sql} WHERE key = {first}"));
        let page = store.read_blocking(move |c| journal::history(c, key, "u", None, 9)).unwrap();
        assert_eq!(at_seconds(&page.entries), [2, 0], "{wrong:?}");
        let one = |after| store.read_blocking(move |c| journal::history(c, key, "u", after, 1)).unwrap();
        let last = one(one(None).next);
        assert_eq!((at_seconds(&last.entries), last.next), (vec![0], None), "{wrong:?}");
    }
    database.run(&format!("UPDATE log_entries SET resource_id = 'v' WHERE key = {first}"));
    let page = store.read_blocking(move |c| journal::history(c, key, "u", None, 9)).unwrap();
    assert_eq!(at_seconds(&page.entries), [2]);
}

/// Entries of before the chain are chained.
fn histories_of_before_are_chained(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    live(&store, &source(key, "a"));
    database.run("UPDATE resources SET last_entry = NULL");
    database.run("UPDATE log_entries SET previous = NULL");
    database.migrate_again("0008_history");
    let page = store.read_blocking(move |c| journal::history(c, key, "u", None, 9)).unwrap();
    assert_eq!(at_seconds(&page.entries), [2, 0]);
}

/// A user `u`, made in second 0 and disabled in second 2.
fn live(store: &Store, app: &Source) -> resources::Resource {
    let (made, disabled) = (change(app, 0, Action::Create, "u"), change(app, 2, Action::Disable, "u"));
    let key = app.organization_key.unwrap();
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            let made = journal::write(c, &made)?;
            let user = resources::create(c, &new(key, "User", "u", json!({})), Some(made))?;
            let disabled = Entry { previous: user.last_entry, ..disabled.clone() };
            let entry = Some(journal::write(c, &disabled)?);
            resources::touch(c, &user, resources::Stamp { now: seconds(2), entry })
        })
        .unwrap()
}

/// What was written together is read together, whatever class it is of.
fn a_page_is_of_one_moment(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for second in 0..300 {
                let pair = [200, 404].map(|status| entry(&app, second, Action::Read, status));
                write(&store, pair.into());
            }
        });
        while !writing.is_finished() {
            let entries = page(&store, &LogQuery { limit: 10, ..of(key) }).entries;
            if let Some(newest) = entries.first() {
                let together = entries.iter().filter(|entry| entry.at == newest.at).count();
                assert_eq!(together, 2, "{newest:?}");
            }
        }
    });
}

fn counted(second: u64, action: Action, status: u16) -> Counted {
    let mut changes = Changes::default();
    if status < 400 {
        changes.add(action);
    }
    Counted { action, status, at: seconds(second), changes }
}

/// Notes a request as a server does.
fn note(store: &Store, source: &Source, counted: &Counted) {
    store.note_request(source, counted, || {
        Entry::new(source.clone(), counted.at, counted.action, counted.status)
    });
}

fn counters_add_up_by_the_hour(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let (one, other) = (source(key, "one"), source(key, "other"));
    for round in 0..2 {
        let second = round * 10;
        for action in [Action::Create, Action::Update, Action::Members, Action::Disable, Action::Restore] {
            store.count_request(&one, &counted(second, action, 200));
        }
        note(&store, &one, &counted(second, Action::Read, 200));
        note(&store, &one, &counted(second, Action::Read, 404));
        note(&store, &one, &counted(second, Action::IssueToken, 200));
        note(&store, &one, &counted(second, Action::RefuseToken, 401));
        store.count_request(&other, &counted(second, Action::Delete, 204));
        store.write_notes(seconds(second)).unwrap();
    }
    note(&store, &other, &counted(7_200, Action::Find, 200));
    store.write_notes(seconds(7_200)).unwrap();
    let hours = |application: Option<&'static str>, since| {
        store.read_blocking(move |c| journal::hours(c, key, application, since)).unwrap()
    };
    let mine = hours(Some("one"), seconds(0).minus(Duration::from_secs(3_600)));
    assert_eq!(mine.len(), 1);
    let hour = &mine[0];
    assert_eq!(hour.hour.seconds() % 3_600, 0);
    assert_eq!((hour.tokens, hour.tokens_refused, hour.reads, hour.failed), (2, 2, 2, 2));
    assert_eq!((hour.created, hour.updated, hour.disabled, hour.restored, hour.deleted), (2, 4, 2, 2, 0));
    assert_eq!(hours(None, seconds(0).minus(Duration::from_secs(3_600))).len(), 3);
    assert_eq!(hours(None, seconds(3_600)).len(), 1);
    let contact = store.read_blocking(move |c| journal::last_contact(c, key)).unwrap();
    let contact: Vec<_> = contact.iter().map(|c| (c.application_id.as_str(), c.at)).collect();
    assert_eq!(contact, [("one", seconds(10)), ("other", seconds(7_200))]);
}

fn a_pause_ends_a_cycle(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    for (second, action) in [(0, Action::Find), (200, Action::Create), (500, Action::Update)] {
        store.count_request(&app, &counted(second, action, 200));
        store.write_notes(seconds(second)).unwrap();
    }
    // A token alone is no cycle.
    note(&store, &app, &counted(900, Action::IssueToken, 200));
    store.write_notes(seconds(900)).unwrap();
    store.count_request(&app, &counted(1_000, Action::Disable, 200));
    note(&store, &app, &counted(1_001, Action::Update, 404));
    store.write_notes(seconds(1_001)).unwrap();
    let cycles = store.read_blocking(move |c| journal::cycles(c, key, Some("a"), 10)).unwrap();
    let shown: Vec<_> = cycles
        .iter()
        .map(|c| (c.began_at, c.last_at, c.requests, c.created, c.updated, c.disabled, c.failed))
        .collect();
    assert_eq!(
        shown,
        [(seconds(1_000), seconds(1_001), 2, 0, 0, 1, 1), (seconds(0), seconds(500), 3, 1, 1, 0, 0)]
    );
    assert_eq!(store.read_blocking(move |c| journal::cycles(c, key, None, 1)).unwrap(), cycles[..1]);
}

fn failures_are_grouped(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    let failed = |second, kind: &'static str| Entry {
        error: Some(format!("{kind} happened.")),
        error_kind: Some(kind.into()),
        ..entry(&app, second, Action::Create, 400)
    };
    let several = Entry { requests: 40, ..entry(&app, 5, Action::RefuseToken, 401) };
    write(
        &store,
        vec![failed(0, "invalidValue"), failed(1, "invalidValue"), failed(2, "invalidSyntax"), several],
    );
    let kinds = store.read_blocking(move |c| journal::errors_by_kind(c, key, seconds(1))).unwrap();
    let shown: Vec<_> = kinds.iter().map(|k| (k.action.as_str(), k.requests, k.last_at)).collect();
    assert_eq!(shown[0], ("token.refuse", 40, Some(seconds(5))));
    assert_eq!(shown.len(), 3);
    let one = kinds.iter().find(|kind| kind.error_kind.as_deref() == Some("invalidValue")).unwrap();
    assert_eq!((one.requests, one.error.as_deref()), (1, Some("invalidValue happened.")));
}

fn practice_is_counted_apart(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    let practice = Source { is_rehearsal: true, ..app.clone() };
    for (source, second) in [(&practice, 0), (&app, 1), (&practice, 2)] {
        store.count_request(source, &counted(second, Action::Create, 201));
        note(&store, source, &counted(second, Action::IssueToken, 200));
        note(&store, source, &counted(second, Action::Update, 404));
        // Practice looks whether what it deleted is gone.
        note(&store, source, &counted(second, Action::Read, 404));
        store.write_notes(seconds(second)).unwrap();
    }
    let (hours, contact, kinds, cycles) = store
        .read_blocking(move |c| -> Result<_, StoreError> {
            let since = Timestamp::from_seconds(0);
            let (hours, contact) = (journal::hours(c, key, None, since)?, journal::last_contact(c, key)?);
            Ok((hours, contact, journal::errors_by_kind(c, key, since)?, journal::cycles(c, key, None, 10)?))
        })
        .unwrap();
    let shown: Vec<_> = hours.iter().map(|hour| (hour.tokens, hour.created, hour.failed)).collect();
    assert_eq!(shown, [(1, 1, 2)]);
    assert_eq!(contact.iter().map(|contact| contact.at).collect::<Vec<_>>(), [seconds(1)]);
    assert_eq!(kinds.iter().map(|kind| kind.requests).collect::<Vec<_>>(), [1, 1]);
    let shown: Vec<_> =
        cycles.iter().map(|cycle| (cycle.is_rehearsal(), cycle.created, cycle.failed)).collect();
    assert_eq!(shown, [(false, 1, 2), (true, 2, 2)]);
    let listed = all(&store, &LogQuery { kind: Some(Kind::Rehearsals), ..of(key) });
    let failed = listed.iter().filter(|entry| entry.has_failed()).count();
    assert_eq!((listed.len(), failed, all(&store, &of(key)).len()), (6, 2, 9));
}

fn a_flood_is_summed_up_and_hides_nothing(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let (loud, quiet) = (source(key, "loud"), source(key, "quiet"));
    for _ in 0..5_000 {
        note(&store, &loud, &counted(0, Action::Read, 200));
        note(&store, &loud, &counted(0, Action::RefuseToken, 401));
    }
    note(&store, &quiet, &counted(1, Action::Read, 200));
    note(&store, &quiet, &counted(1, Action::RefuseToken, 401));
    store.write_notes(seconds(1)).unwrap();
    let listed = all(&store, &of(key));
    assert!(listed.len() < 1_000, "{}", listed.len());
    let quiet: Vec<_> =
        listed.iter().filter(|entry| entry.application_id.as_deref() == Some("quiet")).collect();
    assert_eq!(quiet.len(), 2);
    // Later, entries stand for the rest.
    store.write_notes(seconds(11)).unwrap();
    let listed = all(&store, &of(key));
    for (action, status) in [("read", 200), ("token.refuse", 401)] {
        let of_loud =
            listed.iter().filter(|e| e.application_id.as_deref() == Some("loud") && e.action == action);
        let of_loud: Vec<_> = of_loud.collect();
        assert_eq!(of_loud.iter().map(|entry| entry.requests).sum::<i64>(), 5_000);
        let rest = of_loud.iter().find(|entry| entry.requests > 1).unwrap();
        assert_eq!((rest.status, rest.request_id.as_str()), (status, ""));
    }
    let hours =
        store.read_blocking(move |c| journal::hours(c, key, Some("loud"), Timestamp::from_seconds(0)));
    let hour = hours.unwrap().remove(0);
    assert_eq!((hour.reads, hour.tokens_refused), (5_000, 5_000));
    store.write_notes(seconds(12)).unwrap();
    assert_eq!(all(&store, &of(key)).len(), listed.len(), "nothing is written twice");
}

fn what_cannot_be_written_is_kept(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    let rename = |from: &'static str, to: &'static str| {
        // SQLite's helper wants a row back.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            database.texts(&format!("ALTER TABLE {from} RENAME TO {to}"))
        }));
    };
    rename("activity_hours", "away");
    for second in 0..3 {
        note(&store, &app, &counted(second, Action::Read, 404));
        assert!(store.write_notes(seconds(second)).is_err());
    }
    rename("away", "activity_hours");
    store.write_notes(seconds(3)).unwrap();
    assert_eq!(at_seconds(&all(&store, &of(key))), [2, 1, 0]);
    let hours =
        store.read_blocking(move |c| journal::hours(c, key, None, Timestamp::from_seconds(0))).unwrap();
    assert_eq!(hours[0].failed, 3);
}

fn old_entries_are_dropped_by_kind(database: &TestDatabase) {
    let store = database.open();
    let key = organization(&store, "o");
    let app = source(key, "a");
    let mut entries = Vec::new();
    for second in 0..10 {
        entries.push(change(&app, second, Action::Update, "u"));
        entries.push(entry(&app, second, Action::Read, 200));
        entries.push(entry(&Source::default(), second, Action::RefuseToken, 401));
    }
    write(&store, entries);
    let prune = |changes: Option<u64>, others: Option<u64>, most| {
        let retention =
            Retention { changes_before: changes.map(seconds), others_before: others.map(seconds) };
        store.write_blocking(move |c| journal::prune(c, &retention, most)).unwrap()
    };
    let left = || {
        let all = all(&store, &LogQuery { without_organization: true, ..of(key) });
        let changes = all.iter().filter(|entry| entry.is_change()).count();
        (changes, all.len() - changes)
    };
    assert_eq!(prune(None, None, 100), 0);
    assert_eq!(prune(Some(3), Some(8), 7), 7, "no more than it may");
    assert_eq!(prune(Some(3), Some(8), 100), 12);
    assert_eq!(left(), (7, 4));
    assert_eq!(prune(None, Some(100), 100), 4);
    assert_eq!(left(), (7, 0));
}

fn nobody_sees_anothers_entries(database: &TestDatabase) {
    let store = database.open();
    let (one, other) = (organization(&store, "one"), organization(&store, "other"));
    write(
        &store,
        vec![
            change(&source(one, "a"), 0, Action::Create, "u"),
            entry(&source(other, "b"), 1, Action::Read, 404),
        ],
    );
    let seen: BTreeSet<_> = all(&store, &of(one)).iter().map(|entry| entry.organization_key).collect();
    assert_eq!(seen, BTreeSet::from([Some(one)]));
    let key = all(&store, &of(one))[0].key;
    for other in [Some(other), None] {
        assert_eq!(store.read_blocking(move |c| journal::find(c, other, key)).unwrap(), None);
    }
    let history = store.read_blocking(move |c| journal::history(c, other, "u", None, 10)).unwrap();
    assert!(history.entries.is_empty());
    // Entries of an organization that is gone keep nobody else's from being written.
    note(&store, &source(999, "x"), &counted(0, Action::Read, 200));
    note(&store, &source(one, "a"), &counted(2, Action::Read, 200));
    store.write_notes(seconds(2)).unwrap();
    assert_eq!(all(&store, &of(one)).len(), 2);
}
