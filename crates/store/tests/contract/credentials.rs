//! Secrets, provisioning tokens, revoked tokens, signing keys.

use crate::database::{TestDatabase, on_both_databases};
use muster_store::applications::{self, Application, Secret};
use muster_store::provisioning_tokens::{self, ProvisioningToken};
use muster_store::revoked_tokens::{self, TokenId};
use muster_store::signing_keys::{self, SigningKeyRow};
use muster_store::{Store, StoreError, Timestamp, Used, organizations};
use std::time::{Duration, Instant};

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

on_both_databases!(
    an_application_is_changed_and_its_tokens_ended,
    a_hash_is_replaced_only_when_it_is_the_one_that_was_read,
    uses_are_written_together_and_never_go_back,
    a_provisioning_token_is_found_by_its_hash_and_goes_with_its_application,
    a_revoked_token_is_known_to_every_process_until_it_expires,
    keys_retire_are_revoked_and_are_dropped,
);

fn with_application(database: &TestDatabase) -> Store {
    let store = database.open();
    store
        .write_blocking(|c| {
            organizations::create(c, "o1", "one", NOW)?;
            let application = Application {
                id: "a1".into(),
                organization_id: "o1".into(),
                name: "Entra".into(),
                description: String::new(),
                scopes: "managed-users:read".into(),
                token_lifetime_seconds: 3600,
                created_at: NOW,
                updated_at: NOW,
                user_id: None,
                signing_algorithm: "ES256".into(),
                token_generation: 0,
            };
            applications::create(c, &application)?;
            let secret = Secret {
                id: "s1".into(),
                application_id: "a1".into(),
                hash: "old".into(),
                created_at: NOW,
                expires_at: Some(later(9)),
                last_used_at: None,
            };
            applications::insert_secret(c, &secret)
        })
        .unwrap();
    store
}

fn later(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn an_application_is_changed_and_its_tokens_ended(database: &TestDatabase) {
    let store = with_application(database);
    let changed = store
        .write_blocking(|c| {
            let mut application = applications::find(c, "a1")?.unwrap();
            application.name = "Okta".into();
            application.signing_algorithm = "EdDSA".into();
            application.token_lifetime_seconds = 7200;
            application.scopes = "managed-users:list".into();
            application.updated_at = later(1);
            assert!(applications::update(c, &application)?);
            applications::end_tokens(c, "a1")?;
            Ok::<_, StoreError>(application)
        })
        .unwrap();
    let found = store.read_blocking(|c| applications::find(c, "a1")).unwrap().unwrap();
    assert_eq!(found, Application { token_generation: 1, ..changed.clone() });
    let nobody = Application { id: "nobody".into(), ..changed };
    assert!(!store.write_blocking(move |c| applications::update(c, &nobody)).unwrap());
    let expiries = store.read_blocking(applications::secret_expiries).unwrap();
    assert_eq!(expiries.len(), 1);
    assert_eq!((expiries[0].application_name.as_str(), expiries[0].expires_at), ("Okta", Some(later(9))));
}

fn a_hash_is_replaced_only_when_it_is_the_one_that_was_read(database: &TestDatabase) {
    let store = with_application(database);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let revision = || runtime.block_on(store.refresh_control_revision()).unwrap();
    let before = revision();
    let replace = |old: &'static str, new: &'static str| {
        store.write_blocking(move |c| applications::rehash_secret(c, "s1", old, new)).unwrap()
    };
    assert!(!replace("other", "new"));
    assert!(replace("old", "new"));
    assert_eq!(store.read_blocking(|c| applications::secrets(c, "a1")).unwrap()[0].hash, "new");
    assert_eq!(revision(), before, "what is remembered stays true");
}

fn uses_are_written_together_and_never_go_back(database: &TestDatabase) {
    let store = with_application(database);
    let last_used = || store.read_blocking(|c| applications::secrets(c, "a1")).unwrap()[0].last_used_at;
    store.write_uses().unwrap();
    assert_eq!(last_used(), None);
    store.note_use(Used::Secret("s1".into()), later(1));
    store.note_use(Used::Secret("s1".into()), later(2));
    store.note_use(Used::ProvisioningToken("gone".into()), later(2));
    store.write_uses().unwrap();
    assert_eq!(last_used(), Some(later(2)));
    // Another node, whose clock is behind.
    store.note_use(Used::Secret("s1".into()), later(1));
    store.write_uses().unwrap();
    assert_eq!(last_used(), Some(later(2)));
}

fn a_provisioning_token_is_found_by_its_hash_and_goes_with_its_application(database: &TestDatabase) {
    let store = with_application(database);
    let token = |id: &str, hash: u8| ProvisioningToken {
        id: id.into(),
        application_id: "a1".into(),
        name: "Okta".into(),
        hash: vec![hash; 32],
        scopes: "managed-users:read".into(),
        created_at: NOW,
        expires_at: later(9),
        last_used_at: None,
    };
    for (id, hash) in [("t1", 1), ("t2", 2)] {
        let row = token(id, hash);
        store.write_blocking(move |c| provisioning_tokens::insert(c, &row)).unwrap();
    }
    let taken = token("t3", 1);
    let taken = store.write_blocking(move |c| provisioning_tokens::insert(c, &taken));
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    let find =
        |hash: u8| store.read_blocking(move |c| provisioning_tokens::find_by_hash(c, &[hash; 32])).unwrap();
    assert_eq!(find(2), Some(token("t2", 2)));
    assert_eq!(find(3), None);
    store.note_use(Used::ProvisioningToken("t2".into()), later(1));
    store.write_uses().unwrap();
    assert_eq!(find(2).unwrap().last_used_at, Some(later(1)));
    assert!(store.write_blocking(|c| provisioning_tokens::delete(c, "t1")).unwrap());
    assert!(!store.write_blocking(|c| provisioning_tokens::delete(c, "t1")).unwrap());
    let ids = |application: Option<&'static str>| -> Vec<String> {
        let all = store.read_blocking(move |c| provisioning_tokens::list(c, application)).unwrap();
        all.into_iter().map(|token| token.id).collect()
    };
    assert_eq!((ids(None), ids(Some("a1")), ids(Some("a2"))), (vec!["t2".into()], vec!["t2".into()], vec![]));
    store.write_blocking(|c| applications::delete(c, "a1")).unwrap();
    assert_eq!(find(2), None);
}

fn a_revoked_token_is_known_to_every_process_until_it_expires(database: &TestDatabase) {
    let (here, there) = (database.open(), database.open());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let far = Timestamp::now().plus(Duration::from_secs(3600));
    let before = runtime.block_on(here.refresh_control_revision()).unwrap();
    for jti in ["one", "two", "one"] {
        here.write_blocking(move |c| revoked_tokens::revoke(c, jti, far)).unwrap();
    }
    runtime.block_on(here.refresh_revoked_tokens()).unwrap();
    assert!(here.is_revoked(TokenId::of("one")) && here.is_revoked(TokenId::of("two")));
    assert!(!here.is_revoked(TokenId::of("three")));
    let written = Instant::now();
    while !there.is_revoked(TokenId::of("two")) {
        assert!(written.elapsed() < Duration::from_secs(10), "the revocation was not noticed");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(there.is_revoked(TokenId::of("one")));
    let after = runtime.block_on(here.refresh_control_revision()).unwrap();
    assert_eq!(after, before, "nothing else is looked up anew");
    // Who opens the database later knows them too; those that have expired are dropped.
    here.write_blocking(|c| revoked_tokens::revoke(c, "old", NOW)).unwrap();
    assert_eq!(here.write_blocking(|c| revoked_tokens::prune(c, Timestamp::now())).unwrap(), 1);
    let late = database.open();
    assert!(late.is_revoked(TokenId::of("one")) && !late.is_revoked(TokenId::of("old")));
}

fn keys_retire_are_revoked_and_are_dropped(database: &TestDatabase) {
    let store = database.open();
    let key = |id: &str| SigningKeyRow {
        id: id.into(),
        algorithm: "ES256".into(),
        sealed_private_key: vec![1, 2, 3],
        public_jwk: "{}".into(),
        created_at: NOW,
        active_from: NOW,
        retired_at: None,
        revoked_at: None,
    };
    for id in ["k1", "k2", "k3", "k4"] {
        let row = key(id);
        store.write_blocking(move |c| signing_keys::insert(c, &row)).unwrap();
    }
    store
        .write_blocking(|c| {
            signing_keys::set_retirement(c, "k1", Some(later(1)))?;
            signing_keys::set_retirement(c, "k2", Some(later(9)))?;
            signing_keys::revoke(c, "k3", later(1))?;
            signing_keys::set_sealed(c, "k4", &[7])
        })
        .unwrap();
    assert_eq!(store.write_blocking(|c| signing_keys::delete_retired(c, later(5))).unwrap(), 1);
    let find = |id: &'static str| store.read_blocking(move |c| signing_keys::find(c, id)).unwrap();
    assert_eq!(find("k1"), None);
    assert_eq!(find("k2").unwrap().retired_at, Some(later(9)));
    let revoked = find("k3").unwrap();
    assert_eq!((revoked.revoked_at, revoked.retired_at), (Some(later(1)), Some(later(1))));
    assert_eq!(revoked.sealed_private_key, Vec::<u8>::new(), "its private half is gone");
    assert_eq!(find("k4").unwrap().sealed_private_key, [7]);
    store.write_blocking(|c| signing_keys::delete(c, "k4")).unwrap();
    assert_eq!(find("k4"), None);
}
