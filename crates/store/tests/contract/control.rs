//! Organizations, applications, keys; the revision that tells other processes.

use crate::database::{TestDatabase, on_both_databases};
use muster_store::applications::{self, Application, Secret};
use muster_store::signing_keys::{self, SigningKeyRow};
use muster_store::{DatabaseUrl, Settings, Store, StoreError, Timestamp, organizations};
use std::time::{Duration, Instant};

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

on_both_databases!(
    organization_names_are_unique_without_regard_to_case,
    the_default_organization_is_made_once,
    applications_and_secrets_live_and_die_together,
    another_process_is_noticed_within_a_second,
    migrations_are_applied_once,
    a_full_queue_is_busy,
    a_panic_in_one_unit_of_work_harms_no_other,
);

fn application(id: &str, organization_id: &str) -> Application {
    Application {
        id: id.into(),
        organization_id: organization_id.into(),
        name: "Entra".into(),
        description: String::new(),
        scopes: "managed-users:read".into(),
        token_lifetime_seconds: 3600,
        created_at: NOW,
        updated_at: NOW,
        user_id: None,
        signing_algorithm: "ES256".into(),
        token_generation: 0,
    }
}

fn organization_names_are_unique_without_regard_to_case(database: &TestDatabase) {
    let store = database.open();
    store.write_blocking(|c| organizations::create(c, "o1", "Straße", NOW)).unwrap();
    let taken = store.write_blocking(|c| organizations::create(c, "o2", "STRASSE", NOW));
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    let found = store.read_blocking(|c| organizations::find_by_name(c, "straSSe")).unwrap();
    assert_eq!(found.map(|organization| organization.id), Some("o1".to_owned()));
    assert_eq!(store.read_blocking(organizations::list).unwrap().len(), 1);
}

fn the_default_organization_is_made_once(database: &TestDatabase) {
    let store = database.open();
    assert!(store.write_blocking(|c| organizations::create_default(c, "o1", NOW)).unwrap().is_some());
    assert!(store.write_blocking(|c| organizations::create_default(c, "o2", NOW)).unwrap().is_none());
}

fn applications_and_secrets_live_and_die_together(database: &TestDatabase) {
    let store = database.open();
    let secrets = store
        .write_blocking(|c| {
            organizations::create(c, "o1", "one", NOW)?;
            applications::create(c, &application("a1", "o1"))?;
            for (id, seconds) in [("s1", 1), ("s2", 2)] {
                let created_at = Timestamp::from_seconds(seconds);
                let secret = Secret {
                    id: id.into(),
                    application_id: "a1".into(),
                    hash: "h".into(),
                    created_at,
                    expires_at: None,
                    last_used_at: None,
                };
                applications::insert_secret(c, &secret)?;
            }
            applications::set_secret_expiry(c, "s1", Some(NOW))?;
            applications::secrets(c, "a1")
        })
        .unwrap();
    let seen: Vec<_> = secrets.iter().map(|secret| (secret.id.as_str(), secret.expires_at)).collect();
    assert_eq!(seen, [("s2", None), ("s1", Some(NOW))]);
    assert_eq!(store.read_blocking(|c| applications::list(c, Some("o1"))).unwrap().len(), 1);
    assert_eq!(store.read_blocking(|c| applications::list(c, Some("other"))).unwrap().len(), 0);
    assert!(store.write_blocking(|c| applications::delete(c, "a1")).unwrap());
    assert!(!store.write_blocking(|c| applications::delete(c, "a1")).unwrap());
    assert_eq!(store.read_blocking(|c| applications::secrets(c, "a1")).unwrap(), []);
    assert_eq!(store.read_blocking(|c| applications::find(c, "a1")).unwrap(), None);
}

fn another_process_is_noticed_within_a_second(database: &TestDatabase) {
    let (server, command) = (database.open(), database.open());
    let before = server.control_revision();
    let key = SigningKeyRow {
        id: "k1".into(),
        algorithm: "ES256".into(),
        sealed_private_key: vec![0, 1, 255],
        public_jwk: "{}".into(),
        created_at: NOW,
        active_from: NOW,
        retired_at: None,
        revoked_at: None,
    };
    let stored = key.clone();
    command.write_blocking(move |c| signing_keys::insert(c, &stored)).unwrap();
    let written = Instant::now();
    while server.control_revision() == before {
        assert!(written.elapsed() < Duration::from_secs(10), "the change was not noticed");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(server.read_blocking(signing_keys::list).unwrap(), [key]);
}

fn migrations_are_applied_once(database: &TestDatabase) {
    let mut settings = Settings::new(database.url.clone());
    settings.migrate = false;
    let outdated = Store::open(&settings).map(drop).unwrap_err().to_string();
    assert!(outdated.contains("muster migrate"), "{outdated}");
    let all = std::fs::read_dir("../../migrations/sqlite").unwrap().count();
    assert_eq!(Store::migration_status(&database.url).unwrap().pending.len(), all);
    assert_eq!(Store::migrate(&database.url).unwrap().applied.len(), all);
    assert_eq!(Store::migrate(&database.url).unwrap().applied.len(), 0);
    Store::open(&settings).unwrap();
}

fn a_full_queue_is_busy(database: &TestDatabase) {
    let mut settings = Settings::new(database.url.clone());
    settings.threads = 1;
    settings.waiting = 2;
    let store = Store::open(&settings).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (started, has_started) = std::sync::mpsc::channel();
        let (release, released) = crossbeam_channel::bounded::<()>(0);
        let blocked = store.clone();
        let first = tokio::spawn(async move {
            blocked
                .write::<_, StoreError, _>(move |_| {
                    let _ = started.send(());
                    let _ = released.recv();
                    Ok(())
                })
                .await
        });
        tokio::task::yield_now().await;
        has_started.recv().unwrap();
        let waiting: Vec<_> = (0..2)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.write::<_, StoreError, _>(|_| Ok(())).await })
            })
            .collect();
        tokio::task::yield_now().await;
        let refused = store.write::<(), StoreError, _>(|_| Ok(())).await;
        assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
        drop(release);
        first.await.unwrap().unwrap();
        for waited in waiting {
            waited.await.unwrap().unwrap();
        }
    });
}

fn a_panic_in_one_unit_of_work_harms_no_other(database: &TestDatabase) {
    let store = database.open();
    let panicked = store.write_blocking::<(), StoreError, _>(|c| {
        organizations::create(c, "o1", "one", NOW)?;
        panic!("on purpose");
    });
    assert!(matches!(panicked, Err(StoreError::Unavailable(_))), "{panicked:?}");
    assert_eq!(store.read_blocking(organizations::list).unwrap(), []);
    store.write_blocking(|c| organizations::create(c, "o1", "one", NOW)).unwrap();
}

#[test]
fn a_wrong_postgres_address_is_one_clear_line() {
    let url: DatabaseUrl = "postgres://nobody:geheim@127.0.0.1:1/none".parse().unwrap();
    let error = Store::open(&Settings::new(url)).map(drop).unwrap_err().to_string();
    assert_eq!(error, "cannot open the database postgres://nobody:***@127.0.0.1:1/none");
}
