//! What the token is for, and how the resource says whose tokens it takes: RFC 8707, RFC 9728.

use crate::support::{Reply, Server, on_sqlite};
use serde_json::{Value, json};

on_sqlite!(
    targets_must_name_this_server,
    the_resource_says_who_issues_its_tokens,
    refusals_lead_to_the_metadata
);

async fn targets_must_name_this_server(server: &mut Server) {
    let app = server.application(&[]);
    let ask = async |more: &[(&str, &str)]| {
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(more);
        let request = reqwest::Client::new()
            .post(&app.token_endpoint)
            .basic_auth(&app.client_id, Some(&app.client_secret))
            .form(&form);
        Reply::read(request.send().await.unwrap()).await
    };
    let slashed = format!("{}/", server.base);
    for good in [
        &[][..],
        &[("resource", app.tenant_url.as_str())],
        &[("audience", slashed.as_str())],
        &[("resource", &server.base), ("resource", &app.tenant_url)],
    ] {
        ask(good).await.expect(200);
    }
    for bad in ["https://elsewhere.example/scim/v2", "scim", &format!("{}#x", app.tenant_url)] {
        for name in ["resource", "audience"] {
            let reply = ask(&[("resource", &app.tenant_url), (name, bad)]).await.expect(400);
            assert_eq!(reply.body["error"], "invalid_target");
            assert!(reply.body["error_description"].as_str().unwrap().contains(&app.tenant_url));
        }
    }
}

async fn the_resource_says_who_issues_its_tokens(server: &mut Server) {
    let url = format!("{}/.well-known/oauth-protected-resource/scim/v2", server.base);
    let reply = Reply::read(reqwest::get(&url).await.unwrap()).await.expect(200);
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.body["resource"], json!(format!("{}/scim/v2", server.base)));
    assert_eq!(reply.body["authorization_servers"], json!([server.base]));
    assert_eq!(reply.body["scopes_supported"].as_array().unwrap().len(), 10);
    assert_eq!(reply.body["bearer_methods_supported"], json!(["header"]));
    let issuer: Value = reqwest::get(format!("{}/.well-known/oauth-authorization-server", server.base))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(issuer["protected_resources"], json!([reply.body["resource"]]));
    let methods = issuer["token_endpoint_auth_methods_supported"].as_array().unwrap();
    assert!(methods.contains(&json!("private_key_jwt")));
    assert!(!methods.contains(&json!("tls_client_auth")), "not without TLS of its own");
    let algorithms = issuer["token_endpoint_auth_signing_alg_values_supported"].as_array().unwrap();
    assert!(!algorithms.iter().any(|name| name == "none" || name.as_str().unwrap().starts_with("HS")));
    let post = reqwest::Client::new().post(&url).send().await.unwrap();
    assert_eq!((post.status().as_u16(), post.headers()["allow"].to_str().unwrap()), (405, "GET"));
}

async fn refusals_lead_to_the_metadata(server: &mut Server) {
    let app = server.application(&["--scope", "managed-users:read"]);
    let api = crate::support::Api::connect(&app).await;
    let metadata =
        format!("resource_metadata=\"{}/.well-known/oauth-protected-resource/scim/v2\"", server.base);
    let challenges = |reply: &Reply| -> Vec<String> {
        reply
            .headers
            .get_all("www-authenticate")
            .iter()
            .map(|value| value.to_str().unwrap().to_owned())
            .collect()
    };
    let users = format!("{}/Users", app.tenant_url);
    let nobody = Reply::read(reqwest::get(&users).await.unwrap()).await.expect(401);
    let [bearer, dpop] = &challenges(&nobody)[..] else { panic!("{:?}", nobody.headers) };
    assert_eq!(*bearer, format!("Bearer realm=\"muster\", {metadata}"));
    assert!(dpop.starts_with("DPoP ") && dpop.contains("algs=\"ES256 ") && dpop.contains(&metadata));
    let wrong = reqwest::Client::new().get(&users).bearer_auth("x").send().await.unwrap();
    let wrong = Reply::read(wrong).await.expect(401);
    assert!(
        challenges(&wrong)[0].contains("error=\"invalid_token\"")
            && challenges(&wrong)[0].contains(&metadata)
    );
    let lacking = api.get("/Users").await.expect(403);
    let [challenge] = &challenges(&lacking)[..] else { panic!("{:?}", lacking.headers) };
    assert!(
        challenge.contains("scope=\"managed-users:list\"") && challenge.ends_with(&metadata),
        "{challenge}"
    );
    assert!(challenges(&api.get("/Users/x").await.expect(404)).is_empty());
}
