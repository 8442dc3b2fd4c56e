//! SCIM with tokens of another issuer, and with Entra's own.

use crate::support::{Api, OtherIssuer, Server, TestKey, now, on_both_databases, on_sqlite};
use jsonwebtoken::Header;
use serde_json::{Value, json};

on_both_databases!(a_trusted_issuers_tokens_open_its_organizations);
on_sqlite!(only_what_is_configured_is_trusted, entras_own_token_is_refused_with_the_way_out);

fn configuration(issuer: &OtherIssuer, more: &str) -> String {
    format!(
        "[[scim.trusted_issuers]]\nissuer = {:?}\naudiences = [\"https://product.example/scim\"]\n\
         organization_claim = \"tenant\"\nscope_claim = \"realm_access.roles\"\n{more}\n\
         [scim.trusted_issuers.scopes]\nscim-admin = [\"*\"]\nscim-reader = [\"managed-users:list\"]\n",
        issuer.issuer
    )
}

fn claims(issuer: &OtherIssuer) -> Value {
    json!({
        "iss": issuer.issuer, "sub": "service-7", "aud": ["account", "https://product.example/scim"],
        "exp": now() + 300, "tenant": "Acme", "realm_access": {"roles": ["offline_access", "scim-admin"]}
    })
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

async fn api(server: &Server, token: String) -> Api {
    server.api().await.with_token(&token)
}

async fn a_trusted_issuers_tokens_open_its_organizations(server: &mut Server) {
    let key = TestKey::rs256("k1");
    let issuer = OtherIssuer::start(&[&key]);
    server.reconfigure(&configuration(&issuer, "")).unwrap();
    server.json(&["org", "create", "acme"]);
    let theirs = api(server, key.sign(&claims(&issuer))).await;
    theirs.user("ada").await;
    assert_eq!(theirs.get("/Users").await.expect(200).body["totalResults"], 1);
    assert_eq!(
        server.api().await.get("/Users").await.expect(200).body["totalResults"],
        0,
        "our own, in default"
    );
    let reader = json!({"roles": ["scim-reader"]});
    let reader = api(server, key.sign(&with(claims(&issuer), "realm_access", reader))).await;
    reader.get("/Users").await.expect(200);
    let detail = reader.get("/Groups").await.refused(403, "");
    assert!(detail.contains("managed-groups:list"), "{detail}");
    for _ in 0..5 {
        theirs.get("/Users").await.expect(200);
    }
    assert_eq!(issuer.asked(), 1, "keys and verdicts are kept");
    let metadata = format!("{}/.well-known/oauth-protected-resource/scim/v2", server.base);
    let metadata: Value = reqwest::get(metadata).await.unwrap().json().await.unwrap();
    assert_eq!(metadata["authorization_servers"], json!([server.base, issuer.issuer]));
}

async fn only_what_is_configured_is_trusted(server: &mut Server) {
    let (key, stranger) = (TestKey::rs256("k1"), TestKey::rs256("k1"));
    let (issuer, evil) = (OtherIssuer::start(&[&key]), OtherIssuer::start(&[&stranger]));
    let error = server.reconfigure("[[scim.trusted_issuers]]\nissuer = \"http://x.example\"\naudiences = [\"a\"]\norganization = \"a\"\n");
    assert!(error.unwrap_err().contains("not an https address"));
    server.reconfigure(&configuration(&issuer, "algorithms = [\"RS256\"]")).unwrap();
    server.json(&["org", "create", "acme"]);
    let ours = server.api().await;
    let refused = async |token: String| ours.with_token(&token).get("/Users").await.refused(401, "");
    for (name, value, expected) in [
        ("aud", json!("account"), "for another server (aud)"),
        ("iss", json!(evil.issuer), "another issuer"),
        ("tenant", json!("nobody"), "organization \"nobody\" that does not exist"),
        ("tenant", Value::Null, "lacks the claim tenant"),
        ("exp", json!(now() - 120), "has expired"),
        ("cnf", json!({"x": 1}), "lacks the claim cnf"),
        ("sub", Value::Null, "lacks the claim sub"),
    ] {
        let detail = refused(key.sign(&with(claims(&issuer), name, value))).await;
        // Another issuer's token is verified as one of our own, and is none.
        let expected = if name == "iss" { "another kind" } else { expected };
        assert!(detail.contains(expected), "{name}: {detail}");
    }
    assert!(refused(stranger.sign(&claims(&issuer))).await.contains("signature is wrong"));
    let ec = TestKey::es256("k2");
    issuer.publish(&[&key, &ec]);
    assert!(
        refused(ec.sign(&claims(&issuer))).await.contains("signature is wrong"),
        "the algorithm is not allowed"
    );
    let unknown = Header { kid: Some("k9".into()), ..Header::new(key.algorithm) };
    assert!(
        refused(key.sign_with(&unknown, &claims(&issuer)))
            .await
            .contains("key that this server does not have")
    );
    let proof = Header { typ: Some("dpop+jwt".into()), kid: Some("k1".into()), ..Header::new(key.algorithm) };
    assert!(refused(key.sign_with(&proof, &claims(&issuer))).await.contains("another kind"));
    assert_eq!(evil.asked(), 0);
    // Such a token opens SCIM and nothing of ours besides.
    api(server, key.sign(&claims(&issuer))).await.get("/Users").await.expect(200);
}

async fn entras_own_token_is_refused_with_the_way_out(server: &mut Server) {
    let key = TestKey::rs256("entra");
    let token = key.sign(&json!({
        "iss": "https://sts.windows.net/2d1dd6a5-0b5c-4e3a-9c5d-000000000001/",
        "aud": "8adf8e6e-67b2-4cf2-a259-e3dc5476c621", "sub": "x", "exp": now() + 300, "ver": "1.0"
    }));
    let detail = api(server, token).await.get("/Users?filter=userName+eq+%22x%22").await.refused(401, "");
    assert!(detail.contains("OAuth2 client credentials grant") && detail.contains("four values"), "{detail}");
}
