//! Tokens that are bound to a key: DPoP (RFC 9449).

use crate::support::{Api, Application, Reply, Server, TestKey, now, on_both_databases, on_sqlite};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

on_both_databases!(a_proof_binds_the_token);
on_sqlite!(
    each_mistake_in_a_proof_at_the_token_endpoint,
    each_mistake_in_a_proof_at_a_resource,
    an_application_may_demand_proofs,
);

fn unique() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("proof-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

fn claims(method: &str, url: &str) -> Value {
    json!({"jti": unique(), "htm": method, "htu": url, "iat": now()})
}

fn for_token(method: &str, url: &str, token: &str) -> Value {
    let mut claims = claims(method, url);
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    claims["ath"] = json!(BASE64_URL_SAFE_NO_PAD.encode(sum));
    claims
}

async fn ask(app: &Application, proofs: &[&str]) -> Reply {
    let mut request = reqwest::Client::new()
        .post(&app.token_endpoint)
        .basic_auth(&app.client_id, Some(&app.client_secret))
        .form(&[("grant_type", "client_credentials")]);
    for proof in proofs {
        request = request.header("DPoP", *proof);
    }
    Reply::read(request.send().await.unwrap()).await
}

async fn send(url: &str, scheme: &str, token: &str, proofs: &[&str]) -> Reply {
    let mut request = reqwest::Client::new().get(url).header(AUTHORIZATION, format!("{scheme} {token}"));
    for proof in proofs {
        request = request.header("DPoP", *proof);
    }
    Reply::read(request.send().await.unwrap()).await
}

async fn bound(app: &Application, key: &TestKey) -> String {
    let reply = ask(app, &[&key.proof(&claims("POST", &app.token_endpoint))]).await.expect(200);
    assert_eq!(reply.body["token_type"], "DPoP");
    reply.body["access_token"].as_str().unwrap().to_owned()
}

async fn a_proof_binds_the_token(server: &mut Server) {
    let app = server.application(&[]);
    let users = format!("{}/Users", app.tenant_url);
    for key in [TestKey::es256("x"), TestKey::rs256("x")] {
        let token = bound(&app, &key).await;
        let part = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let said: Value = serde_json::from_slice(&part).unwrap();
        let jwk: Jwk = serde_json::from_value(key.jwk()).unwrap();
        assert_eq!(said["cnf"], json!({"jkt": jwk.thumbprint(ThumbprintHash::SHA256).unwrap()}));
        for address in [users.clone(), format!("{users}?count=1")] {
            let proof = key.proof(&for_token("GET", &users, &token));
            send(&address, "DPoP", &token, &[&proof]).await.expect(200);
        }
        let detail = send(&users, "Bearer", &token, &[]).await.refused(401, "");
        assert!(detail.contains("bound to a DPoP key"), "{detail}");
    }
}

async fn each_mistake_in_a_proof_at_the_token_endpoint(server: &mut Server) {
    let app = server.application(&[]);
    let key = TestKey::es256("x");
    let good = || claims("POST", &app.token_endpoint);
    let with = |name: &str, value: Value| {
        let mut claims = good();
        claims[name] = value;
        key.proof(&claims)
    };
    let one = key.proof(&good());
    ask(&app, &[&one]).await.expect(200);
    for (proofs, expected) in [
        (vec![one.as_str()], "used before"),
        (vec![&key.proof(&good()), &key.proof(&good())], "more than one"),
        (vec!["x"], "not a JSON Web Token of the type dpop+jwt"),
        (vec![&key.sign(&good())], "of the type dpop+jwt"),
        (vec![&with("htm", json!("GET"))], "another method"),
        (vec![&with("htu", json!(app.tenant_url))], "another address"),
        (vec![&with("iat", json!(now() - 300))], "another time"),
        (vec![&with("jti", Value::Null)], "lacks a claim"),
    ] {
        let reply = ask(&app, &proofs).await.expect(400);
        assert_eq!(reply.body["error"], "invalid_dpop_proof", "{}", reply.text);
        assert!(reply.body["error_description"].as_str().unwrap().contains(expected), "{}", reply.text);
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

async fn each_mistake_in_a_proof_at_a_resource(server: &mut Server) {
    let app = server.application(&[]);
    let users = format!("{}/Users", app.tenant_url);
    let (key, other) = (TestKey::es256("x"), TestKey::es256("x"));
    let token = bound(&app, &key).await;
    let good = key.proof(&for_token("GET", &users, &token));
    send(&users, "DPoP", &token, &[&good]).await.expect(200);
    let groups = format!("{}/Groups", app.tenant_url);
    for (proofs, expected) in [
        (vec![], "has no DPoP proof"),
        (vec![good.as_str()], "used before"),
        (vec![&key.proof(&for_token("GET", &groups, &token))], "another address"),
        (vec![&key.proof(&for_token("POST", &users, &token))], "another method"),
        (vec![&key.proof(&for_token("GET", &users, "other"))], "another access token"),
        (vec![&key.proof(&claims("GET", &users))], "another access token"),
        (vec![&other.proof(&for_token("GET", &users, &token))], "another key"),
    ] {
        let reply = send(&users, "DPoP", &token, &proofs).await;
        let challenge = reply.header("www-authenticate").to_owned();
        let detail = reply.refused(401, "");
        assert!(detail.contains(expected), "{expected}: {detail}");
        assert!(
            challenge.starts_with("DPoP ") && challenge.contains("error=\"invalid_dpop_proof\""),
            "{challenge}"
        );
    }
    let plain = Api::connect(&app).await.token;
    let proof = key.proof(&for_token("GET", &users, &plain));
    let detail = send(&users, "DPoP", &plain, &[&proof]).await.refused(401, "");
    assert!(detail.contains("not bound"), "{detail}");
}

async fn an_application_may_demand_proofs(server: &mut Server) {
    let app = server.application(&[]);
    ask(&app, &[]).await.expect(200);
    server.json(&["app", "bind", &app.client_id, "--to", "dpop"]);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(ask(&app, &[]).await.expect(400).body["error"], "invalid_dpop_proof");
    bound(&app, &TestKey::es256("x")).await;
    server.json(&["app", "bind", &app.client_id, "--to", "nothing"]);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(ask(&app, &[]).await.expect(200).body["token_type"], "Bearer");
}
