//! Clients that prove themselves by an assertion: their own (RFC 7523), or one of an issuer that they trust (workload
//! identity federation, entra-facts 1.9).

use crate::support::{
    Api, Application, OtherIssuer, Reply, Server, TestKey, now, on_both_databases, on_sqlite,
};
use jsonwebtoken::Header;
use serde_json::{Value, json};
use std::time::Duration;

on_both_databases!(an_assertion_of_its_own_proves_a_client, entras_assertion_proves_a_client);
on_sqlite!(
    each_claim_of_an_own_assertion_is_checked,
    an_assertion_is_used_once,
    one_client_may_have_several_ways,
    each_mistake_of_federation_has_its_own_sentence,
    a_rotated_key_of_a_trusted_issuer_is_fetched,
    keys_that_are_away_do_not_stop_another_trust,
    keys_behind_a_url_prove_a_client,
    what_cannot_be_registered_is_explained,
);

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ENTRA_SUBJECT: &str = "2d1dd6a5-0b5c-4e3a-9c5d-000000000001";

async fn ask(app: &Application, form: &[(&str, &str)]) -> Reply {
    let mut all = vec![("grant_type", "client_credentials")];
    all.extend(form);
    Reply::read(reqwest::Client::new().post(&app.token_endpoint).form(&all).send().await.unwrap()).await
}

async fn assert_with(app: &Application, assertion: &str) -> Reply {
    ask(app, &[("client_assertion_type", JWT_BEARER), ("client_assertion", assertion)]).await
}

async fn federate(app: &Application, assertion: &str) -> Reply {
    let form = [
        ("client_id", app.client_id.as_str()),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
    ];
    ask(app, &form).await
}

#[track_caller]
fn refused(reply: &Reply) -> String {
    assert_eq!((reply.status, &reply.body["error"]), (401, &json!("invalid_client")), "{}", reply.text);
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.body["error_description"].as_str().unwrap().to_owned()
}

fn register(server: &Server, app: &Application, keys: &[&TestKey]) {
    let path = server.database.directory.path().join("jwks.json");
    let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
    std::fs::write(&path, json!({ "keys": keys }).to_string()).unwrap();
    server.json(&["app", "key", "add", &app.client_id, "--jwks", path.to_str().unwrap()]);
}

fn own(app: &Application) -> Value {
    let id = &app.client_id;
    let jti = format!("{}-{}", now(), std::process::id());
    json!({"iss": id, "sub": id, "aud": app.token_endpoint, "exp": now() + 300, "iat": now(), "jti": jti})
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

async fn an_assertion_of_its_own_proves_a_client(server: &mut Server) {
    let app = server.application(&[]);
    let (ec, rsa) = (TestKey::es256("ec"), TestKey::rs256("rsa"));
    register(server, &app, &[&ec, &rsa]);
    for (number, key) in [&ec, &rsa].into_iter().enumerate() {
        let assertion = key.sign(&with(own(&app), "jti", json!(format!("first-{number}"))));
        let token = assert_with(&app, &assertion).await.expect(200);
        assert_eq!(token.body["token_type"], "Bearer");
        assert_eq!(token.body["expires_in"], 3_600, "the application's, whatever the assertion's is");
        let api = Api::connect(&app).await.with_token(token.body["access_token"].as_str().unwrap());
        api.get("/Users").await.expect(200);
    }
    let listed = server.json(&["app", "key", "list", &app.client_id]);
    assert_eq!(listed[0]["keys"], json!(["ec", "rsa"]));
    server.json(&["app", "key", "remove", &app.client_id, listed[0]["id"].as_str().unwrap()]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let late = ec.sign(&with(own(&app), "jti", json!("late")));
    assert!(refused(&assert_with(&app, &late).await).contains("neither keys nor a trust"));
}

async fn each_claim_of_an_own_assertion_is_checked(server: &mut Server) {
    let app = server.application(&[]);
    let other = server.application(&[]);
    let (key, stranger) = (TestKey::es256("k"), TestKey::es256("k"));
    register(server, &app, &[&key]);
    let mut number = 0;
    let mut claims = |name: &str, value: Value| {
        number += 1;
        with(with(own(&app), "jti", json!(format!("claim-{number}"))), name, value)
    };
    for (name, value) in [
        ("aud", json!(server.base)),
        ("aud", json!(["https://elsewhere.example", app.token_endpoint])),
        ("exp", json!(now() + 3_600)),
        ("nbf", json!(now())),
    ] {
        assert_with(&app, &key.sign(&claims(name, value))).await.expect(200);
    }
    for (name, value, expected) in [
        ("aud", json!("https://elsewhere.example"), "another audience"),
        ("aud", json!(app.tenant_url), "another audience"),
        ("exp", json!(now() - 120), "has expired"),
        ("exp", json!(now() + 7_200), "more than an hour ahead"),
        ("exp", Value::Null, "lacks the claim exp"),
        ("nbf", json!(now() + 600), "not valid yet"),
        ("jti", json!(7), "lacks the claim jti"),
        ("sub", json!(other.client_id), "send the client id"),
    ] {
        let text = refused(&assert_with(&app, &key.sign(&claims(name, value.clone()))).await);
        assert!(text.contains(expected), "{name} {value}: {text}");
    }
    let good = claims("x", json!(1));
    assert!(refused(&assert_with(&app, &stranger.sign(&good)).await).contains("wrong signature"));
    let theirs = Application { client_id: other.client_id.clone(), ..app.clone() };
    assert!(
        refused(&federate(&theirs, &key.sign(&good)).await).contains("neither keys nor a trust"),
        "one client's assertion is not another's"
    );
    let typed = Header { typ: Some("at+jwt".into()), kid: Some("k".into()), ..Header::new(key.algorithm) };
    assert!(refused(&assert_with(&app, &key.sign_with(&typed, &good)).await).contains("of another kind"));
    for rubbish in ["x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0."] {
        refused(&assert_with(&app, rubbish).await);
    }
    // What was refused is not used up.
    assert_with(&app, &key.sign(&good)).await.expect(200);
    let both = [
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", "x"),
        ("client_id", app.client_id.as_str()),
        ("client_secret", app.client_secret.as_str()),
    ];
    assert_eq!(ask(&app, &both).await.expect(400).body["error"], "invalid_request");
}

async fn an_assertion_is_used_once(server: &mut Server) {
    let app = server.application(&[]);
    let key = TestKey::es256("k");
    register(server, &app, &[&key]);
    let assertion = key.sign(&own(&app));
    // What the database could not note was not used.
    server.database.execute("ALTER TABLE used_assertions RENAME TO hidden");
    assert_with(&app, &assertion).await.expect(500);
    server.database.execute("ALTER TABLE hidden RENAME TO used_assertions");
    assert_with(&app, &assertion).await.expect(200);
    assert!(refused(&assert_with(&app, &assertion).await).contains("used before"));
    // Another node, and this one after a restart, knows it from the store.
    server.kill_and_restart();
    assert!(refused(&assert_with(&app, &assertion).await).contains("used before"));
    let without = key.sign(&with(own(&app), "jti", Value::Null));
    assert!(refused(&assert_with(&app, &without).await).contains("jti"));
    let mut claims = own(&app);
    claims.as_object_mut().unwrap().remove("jti");
    let without = key.sign(&claims);
    for _ in 0..2 {
        assert_with(&app, &without).await.expect(200);
    }
}

fn trust(server: &Server, app: &Application, issuer: &OtherIssuer, more: &[&str]) -> Value {
    let mut arguments = vec![
        "app",
        "trust",
        "add",
        &app.client_id,
        "--issuer",
        &issuer.issuer,
        "--subject",
        ENTRA_SUBJECT,
        "--audience",
        "api://muster",
        "--audience",
        "api://muster/.default",
    ];
    arguments.extend(more);
    server.json(&arguments)
}

/// As Entra makes it: `uti` but no `jti`, the tenant and the application beside the subject.
fn entra(issuer: &OtherIssuer) -> Value {
    json!({
        "iss": issuer.issuer, "sub": ENTRA_SUBJECT, "oid": ENTRA_SUBJECT, "aud": "api://muster/.default",
        "azp": "00000000-0000-0000-0000-0000000000aa", "tid": "tenant", "uti": "abc", "ver": "2.0",
        "iat": now() - 300, "nbf": now() - 300, "exp": now() + 5_400
    })
}

async fn entras_assertion_proves_a_client(server: &mut Server) {
    let app = server.application(&["--all-scopes", "--token-lifetime-minutes", "120"]);
    let key = TestKey::rs256("entra-1");
    let issuer = OtherIssuer::start(&[&key]);
    let assertion = key.sign(&entra(&issuer));
    assert!(
        refused(&federate(&app, &assertion).await).contains("neither keys nor a trust"),
        "nothing is trusted yet"
    );
    trust(server, &app, &issuer, &[]);
    let token = federate(&app, &assertion).await.expect(200);
    let lives = token.body["expires_in"].as_u64().unwrap();
    assert!((5_390..=5_400).contains(&lives), "no longer than the assertion: {lives}");
    for _ in 0..3 {
        federate(&app, &assertion).await.expect(200);
    }
    assert_eq!(issuer.asked(), 1, "keys are kept");
    let api = Api::connect(&app).await.with_token(token.body["access_token"].as_str().unwrap());
    api.get("/Users").await.expect(200);
    let scoped = [
        ("client_id", app.client_id.as_str()),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion.as_str()),
        ("scope", "managed-users:list"),
    ];
    assert_eq!(ask(&app, &scoped).await.expect(200).body["scope"], "managed-users:list");
    let listed = server.json(&["app", "trust", "list", &app.client_id]);
    assert_eq!(listed[0]["audiences"], json!(["api://muster", "api://muster/.default"]));
    server.json(&["app", "trust", "remove", &app.client_id, listed[0]["id"].as_str().unwrap()]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    refused(&federate(&app, &assertion).await);
}

async fn each_mistake_of_federation_has_its_own_sentence(server: &mut Server) {
    let (app, other) = (server.application(&[]), server.application(&[]));
    let (key, stranger) = (TestKey::rs256("entra-1"), TestKey::rs256("entra-1"));
    let issuer = OtherIssuer::start(&[&key]);
    trust(server, &app, &issuer, &[]);
    let evil = OtherIssuer::start(&[&stranger]);
    federate(&app, &key.sign(&entra(&issuer))).await.expect(200);
    for (name, value, expected) in [
        ("aud", json!("api://other"), "api://muster, api://muster/.default"),
        ("sub", json!("somebody"), "about the subject \"somebody\""),
        ("iss", json!(evil.issuer), "neither keys nor a trust"),
        ("iss", json!("https://login.microsoftonline.com/other/v2.0"), "neither keys nor a trust"),
        ("exp", json!(now() - 90), "has expired"),
        ("exp", json!(now() - 10), "has expired"),
        ("nbf", json!(now() + 900), "not valid yet"),
    ] {
        let text = refused(&federate(&app, &key.sign(&with(entra(&issuer), name, value))).await);
        assert!(text.contains(expected), "{name}: {text}");
    }
    assert!(refused(&federate(&app, &stranger.sign(&entra(&issuer))).await).contains("wrong signature"));
    let pointing = Header {
        jku: Some(evil.jwks_url.clone()),
        kid: Some("entra-1".into()),
        ..Header::new(stranger.algorithm)
    };
    refused(&federate(&app, &stranger.sign_with(&pointing, &entra(&issuer))).await);
    assert_eq!(evil.asked(), 0, "keys are never fetched from where an assertion says");
    // Of another client there is nothing that says whether it exists.
    let (good, nobody) =
        (key.sign(&entra(&issuer)), Application { client_id: "mapp_nobody".into(), ..app.clone() });
    assert_eq!(refused(&federate(&other, &good).await), refused(&federate(&nobody, &good).await));
    assert!(refused(&assert_with(&app, &good).await).contains("send the client id"));
    // An issuer that is away: not the client's mistake, and worth another try.
    let away = server.application(&[]);
    let gone = evil.away();
    trust(server, &away, &gone, &[]);
    let reply = federate(&away, &key.sign(&entra(&gone))).await.expect(503);
    assert_eq!(reply.body["error"], "temporarily_unavailable");
    assert!(!reply.header("retry-after").is_empty());
    let text = reply.body["error_description"].as_str().unwrap();
    assert!(text.contains(&gone.issuer) && text.contains("cannot be fetched"), "{text}");
    assert!(!text.contains("well-known") && !text.contains("reached"), "why is for the log: {text}");
}

async fn keys_that_are_away_do_not_stop_another_trust(server: &mut Server) {
    let app = server.application(&[]);
    let (key, other) = (TestKey::rs256("entra-1"), TestKey::rs256("entra-2"));
    let issuer = OtherIssuer::start(&[&key]);
    trust(server, &app, &issuer, &["--jwks-url", "http://127.0.0.1:1/before"]);
    trust(server, &app, &issuer, &[]);
    trust(server, &app, &issuer, &["--jwks-url", "http://127.0.0.1:1/after"]);
    federate(&app, &key.sign(&entra(&issuer))).await.expect(200);
    // A key that the reachable ones lack may be among those that are away.
    federate(&app, &other.sign(&entra(&issuer))).await.expect(503);
}

async fn a_rotated_key_of_a_trusted_issuer_is_fetched(server: &mut Server) {
    let app = server.application(&[]);
    let (old, new) = (TestKey::rs256("old"), TestKey::rs256("new"));
    let issuer = OtherIssuer::start(&[&old]);
    trust(server, &app, &issuer, &["--jwks-url", &issuer.jwks_url]);
    federate(&app, &old.sign(&entra(&issuer))).await.expect(200);
    issuer.publish(&[&new]);
    let assertion = new.sign(&entra(&issuer));
    let soon = refused(&federate(&app, &assertion).await);
    assert!(soon.contains("not among its issuer's keys"), "asked at most once in ten seconds: {soon}");
    assert_eq!(issuer.asked(), 1);
    tokio::time::sleep(Duration::from_secs(10)).await;
    federate(&app, &assertion).await.expect(200);
    assert_eq!(issuer.asked(), 2);
    refused(&federate(&app, &old.sign(&entra(&issuer))).await);
}

async fn one_client_may_have_several_ways(server: &mut Server) {
    let app = server.application(&[]);
    let (key, entra_key) = (TestKey::es256("k"), TestKey::rs256("entra-1"));
    let issuer = OtherIssuer::start(&[&entra_key]);
    register(server, &app, &[&key]);
    trust(server, &app, &issuer, &[]);
    Api::connect(&app).await.get("/Users").await.expect(200);
    assert_with(&app, &key.sign(&own(&app))).await.expect(200);
    federate(&app, &entra_key.sign(&entra(&issuer))).await.expect(200);
}

async fn keys_behind_a_url_prove_a_client(server: &mut Server) {
    let app = server.application(&[]);
    let key = TestKey::es256("k");
    let host = OtherIssuer::start(&[&key]);
    server.json(&["app", "key", "add", &app.client_id, "--jwks-url", &host.jwks_url]);
    assert_with(&app, &key.sign(&own(&app))).await.expect(200);
    assert_eq!(server.json(&["app", "key", "list", &app.client_id])[0]["jwks_url"], json!(host.jwks_url));
}

async fn what_cannot_be_registered_is_explained(server: &mut Server) {
    let app = server.application(&[]);
    let id = app.client_id.as_str();
    let path = server.database.directory.path().join("bad.json");
    let file = path.to_str().unwrap();
    let said = |arguments: &[&str]| {
        let output = server.command(arguments);
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    for (text, expected) in [
        ("{}", "no JWK set"),
        (r#"{"keys": []}"#, "no key of it can verify"),
        (r#"{"keys": [{"kty": "oct", "k": "AAAA"}]}"#, "private or symmetric"),
    ] {
        std::fs::write(&path, text).unwrap();
        assert!(said(&["app", "key", "add", id, "--jwks", file]).contains(expected), "{text}");
    }
    assert!(
        said(&["app", "key", "add", id, "--jwks-url", "http://keys.example"])
            .contains("not an https address")
    );
    let trust = ["app", "trust", "add", id, "--subject", "s", "--audience", "a", "--issuer"];
    assert!(said(&[&trust[..], &["http://login.example"]].concat()).contains("not an https address"));
    let keys = ["app", "key", "add", "mapp_none", "--jwks-url", "https://keys.example"];
    assert!(said(&keys).contains("no application"));
    assert!(said(&["app", "trust", "remove", id, "x"]).contains("no trust"));
}
