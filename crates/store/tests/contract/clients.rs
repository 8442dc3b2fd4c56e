//! How applications prove themselves beside a secret; assertions that are used once; registrations.

use crate::database::{TestDatabase, on_both_databases};
use muster_store::applications::{self, Application};
use muster_store::client_proofs::{self, CertificateRow, KeySetRow, Proofs, TrustRow};
use muster_store::registrations::{self, Registration, RegistrationToken};
use muster_store::{Connection, Store, StoreError, Timestamp, organizations, used_assertions};

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

on_both_databases!(
    proofs_live_and_die_with_their_application,
    a_proof_is_removed_by_its_own_application_alone,
    an_assertion_is_noted_once,
    two_nodes_agree_on_who_used_an_assertion_first,
    registration_tokens_are_found_by_their_hash,
);

fn make(connection: &mut Connection) -> Result<(), StoreError> {
    organizations::create(connection, "o1", "one", NOW)?;
    for id in ["a1", "a2"] {
        let application = Application {
            id: id.into(),
            organization_id: "o1".into(),
            name: "Entra".into(),
            description: String::new(),
            scopes: "managed-users:read".into(),
            token_lifetime_seconds: 3600,
            signing_algorithm: "ES256".into(),
            token_generation: 0,
            created_at: NOW,
            updated_at: NOW,
            user_id: None,
        };
        applications::create(connection, &application)?;
    }
    Ok(())
}

fn proofs() -> Proofs {
    let application_id = "a1".to_owned();
    Proofs {
        key_sets: vec![KeySetRow {
            id: "k1".into(),
            application_id: application_id.clone(),
            jwks: Some("{}".into()),
            jwks_uri: None,
            created_at: NOW,
        }],
        trusts: vec![TrustRow {
            id: "t1".into(),
            application_id: application_id.clone(),
            issuer: "https://login.example".into(),
            subject: "s".into(),
            audiences: r#"["api://x"]"#.into(),
            jwks_uri: Some("https://login.example/keys".into()),
            created_at: NOW,
        }],
        certificates: vec![CertificateRow {
            id: "c1".into(),
            application_id,
            kind: "san_dns".into(),
            value: "sync.example".into(),
            created_at: NOW,
        }],
        binding: Some("dpop".into()),
    }
}

fn open(database: &TestDatabase) -> Store {
    let store = database.open();
    store
        .write_blocking(|c| -> Result<_, StoreError> {
            make(c)?;
            let proofs = proofs();
            client_proofs::insert_key_set(c, &proofs.key_sets[0])?;
            client_proofs::insert_trust(c, &proofs.trusts[0])?;
            client_proofs::insert_certificate(c, &proofs.certificates[0])?;
            client_proofs::set_binding(c, "a1", Some("certificate"))?;
            client_proofs::set_binding(c, "a1", proofs.binding.as_deref())
        })
        .unwrap();
    store
}

fn proofs_live_and_die_with_their_application(database: &TestDatabase) {
    let store = open(database);
    assert_eq!(store.read_blocking(|c| client_proofs::list(c, "a1")).unwrap(), proofs());
    assert_eq!(store.read_blocking(|c| client_proofs::list(c, "a2")).unwrap(), Proofs::default());
    store.write_blocking(|c| client_proofs::set_binding(c, "a1", None)).unwrap();
    assert_eq!(store.read_blocking(|c| client_proofs::list(c, "a1")).unwrap().binding, None);
    store.write_blocking(|c| applications::delete(c, "a1")).unwrap();
    assert_eq!(store.read_blocking(|c| client_proofs::list(c, "a1")).unwrap(), Proofs::default());
}

fn a_proof_is_removed_by_its_own_application_alone(database: &TestDatabase) {
    let store = open(database);
    for (application, removed) in [("a2", false), ("a1", true), ("a1", false)] {
        assert_eq!(
            store.write_blocking(move |c| client_proofs::delete_key_set(c, application, "k1")).unwrap(),
            removed
        );
        assert_eq!(
            store.write_blocking(move |c| client_proofs::delete_trust(c, application, "t1")).unwrap(),
            removed
        );
        assert_eq!(
            store.write_blocking(move |c| client_proofs::delete_certificate(c, application, "c1")).unwrap(),
            removed
        );
    }
}

fn an_assertion_is_noted_once(database: &TestDatabase) {
    let store = database.open();
    let note = |digest: &'static str| store.write_blocking(move |c| used_assertions::note(c, digest, NOW));
    assert!(note("a").unwrap());
    assert!(!note("a").unwrap());
    assert!(note("b").unwrap());
    assert_eq!(store.write_blocking(|c| used_assertions::prune(c, NOW)).unwrap(), 0, "not expired yet");
    let later = Timestamp::from_micros(NOW.micros() + 1);
    assert_eq!(store.write_blocking(move |c| used_assertions::prune(c, later)).unwrap(), 2);
    assert!(note("a").unwrap());
}

fn two_nodes_agree_on_who_used_an_assertion_first(database: &TestDatabase) {
    let nodes = [database.open(), database.open()];
    for round in 0..20 {
        let digest = format!("round {round}");
        let firsts: usize = std::thread::scope(|scope| {
            let runs: Vec<_> = nodes
                .iter()
                .map(|node| {
                    let digest = digest.clone();
                    scope.spawn(move || {
                        node.write_blocking(move |c| used_assertions::note(c, &digest, NOW)).unwrap()
                    })
                })
                .collect();
            runs.into_iter().map(|run| usize::from(run.join().unwrap())).sum()
        });
        assert_eq!(firsts, 1);
    }
}

fn registration_tokens_are_found_by_their_hash(database: &TestDatabase) {
    let store = database.open();
    let token = RegistrationToken {
        id: "r1".into(),
        organization_id: "o1".into(),
        hash: "h1".into(),
        created_at: NOW,
        expires_at: NOW,
    };
    let (stored, again) = (token.clone(), RegistrationToken { id: "r2".into(), ..token.clone() });
    store
        .write_blocking(move |c| -> Result<_, StoreError> {
            make(c)?;
            registrations::insert_token(c, &stored)
        })
        .unwrap();
    let taken = store.write_blocking(move |c| registrations::insert_token(c, &again));
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    assert_eq!(store.read_blocking(|c| registrations::find_token(c, "h1")).unwrap(), Some(token.clone()));
    assert_eq!(store.read_blocking(|c| registrations::find_token(c, "h2")).unwrap(), None);
    assert_eq!(store.read_blocking(registrations::list_tokens).unwrap(), [token]);
    assert!(store.write_blocking(|c| registrations::delete_token(c, "r1")).unwrap());
    assert!(!store.write_blocking(|c| registrations::delete_token(c, "r1")).unwrap());
    let registration = Registration {
        application_id: "a1".into(),
        hash: "h".into(),
        authentication_method: "private_key_jwt".into(),
    };
    let stored = registration.clone();
    store.write_blocking(move |c| registrations::insert(c, &stored)).unwrap();
    assert_eq!(store.read_blocking(|c| registrations::find(c, "a1")).unwrap(), Some(registration));
    assert_eq!(store.read_blocking(|c| registrations::find(c, "a2")).unwrap(), None);
}
