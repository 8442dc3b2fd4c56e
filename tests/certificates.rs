//! Muster's own TLS, and clients that show certificates (RFC 8705).

use crate::support::{Application, Reply, Server, on_sqlite};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use reqwest::{Certificate, Client, Identity};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

on_sqlite!(
    files_that_cannot_be_used_refuse_to_start,
    both_versions_are_spoken_and_a_new_certificate_is_noticed,
    a_certificate_proves_a_client,
    tokens_are_bound_to_the_certificate,
);

/// A certificate and its private key, as PEM.
struct Pair {
    certificate: String,
    key: String,
    der: Vec<u8>,
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "Test authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn params(common_name: &str, names: &[&str]) -> CertificateParams {
    let mut params =
        CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Acme");
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

fn signed_by(authority: &CertifiedIssuer<'static, KeyPair>, common_name: &str, names: &[&str]) -> Pair {
    let key = KeyPair::generate().unwrap();
    let certificate = params(common_name, names).signed_by(&key, authority).unwrap();
    Pair { certificate: certificate.pem(), key: key.serialize_pem(), der: certificate.der().to_vec() }
}

fn self_signed(common_name: &str) -> Pair {
    let key = KeyPair::generate().unwrap();
    let certificate = params(common_name, &["client.example"]).self_signed(&key).unwrap();
    Pair { certificate: certificate.pem(), key: key.serialize_pem(), der: certificate.der().to_vec() }
}

fn write(directory: &Path, name: &str, text: &str) -> String {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Starts the server with a certificate of the authority, which also vouches for clients.
fn start(server: &mut Server, authority: &CertifiedIssuer<'static, KeyPair>) {
    let directory = server.database.directory.path().to_owned();
    let pair = signed_by(authority, "muster", &["127.0.0.1"]);
    let certificate = write(&directory, "server.pem", &pair.certificate);
    let key = write(&directory, "server.key", &pair.key);
    let authorities = write(&directory, "authorities.pem", &authority.pem());
    server
        .reconfigure(&format!(
            "[tls]\ncertificate_file = {certificate:?}\nprivate_key_file = {key:?}\nclient_ca_file = {authorities:?}\n"
        ))
        .unwrap();
    assert!(server.base.starts_with("https://127.0.0.1:"), "{}", server.base);
}

fn client(authority: &CertifiedIssuer<'static, KeyPair>, pair: Option<&Pair>) -> Client {
    let mut builder =
        Client::builder().tls_certs_only([Certificate::from_pem(authority.pem().as_bytes()).unwrap()]);
    if let Some(pair) = pair {
        let pem = format!("{}{}", pair.certificate, pair.key);
        builder = builder.identity(Identity::from_pem(pem.as_bytes()).unwrap());
    }
    builder.build().unwrap()
}

async fn ask(client: &Client, app: &Application) -> Reply {
    let form = [("grant_type", "client_credentials"), ("client_id", &app.client_id)];
    Reply::read(client.post(&app.token_endpoint).form(&form).send().await.unwrap()).await
}

#[track_caller]
fn refused(reply: &Reply) -> String {
    assert_eq!((reply.status, &reply.body["error"]), (401, &json!("invalid_client")), "{}", reply.text);
    reply.body["error_description"].as_str().unwrap().to_owned()
}

fn register(server: &Server, app: &Application, arguments: &[&str]) {
    server.json(&[&["app", "certificate", "add", &app.client_id][..], arguments].concat());
}

async fn files_that_cannot_be_used_refuse_to_start(server: &mut Server) {
    let directory = server.database.directory.path().to_owned();
    let (one, other) = (self_signed("one"), self_signed("other"));
    let good = write(&directory, "one.pem", &one.certificate);
    let key = write(&directory, "one.key", &one.key);
    let wrong = write(&directory, "other.key", &other.key);
    let rubbish = write(&directory, "rubbish.pem", "rubbish");
    for (certificate, key, authorities, expected) in [
        ("/none.pem", key.as_str(), "", "tls.certificate_file"),
        (&rubbish, &key, "", "there is no certificate in"),
        (&good, "/none.key", "", "tls.private_key_file"),
        (&good, &rubbish, "", "tls.private_key_file"),
        (&good, &wrong, "", "does not fit"),
        (&good, &key, "/none.pem", "tls.client_ca_file"),
        (&good, &key, &rubbish, "tls.client_ca_file"),
    ] {
        let said = server
            .reconfigure(&format!(
                "[tls]\ncertificate_file = {certificate:?}\nprivate_key_file = {key:?}\nclient_ca_file = {authorities:?}\n"
            ))
            .unwrap_err();
        assert!(said.contains(expected), "{said}");
        assert_eq!(said.trim().lines().count(), 1, "one line: {said}");
    }
}

async fn both_versions_are_spoken_and_a_new_certificate_is_noticed(server: &mut Server) {
    let (before, after) = (authority(), authority());
    start(server, &before);
    let health = format!("{}/healthz", server.base);
    for version in [reqwest::tls::Version::TLS_1_2, reqwest::tls::Version::TLS_1_3] {
        let roots = [Certificate::from_pem(before.pem().as_bytes()).unwrap()];
        let only = Client::builder()
            .tls_certs_only(roots)
            .tls_version_min(version)
            .tls_version_max(version)
            .build()
            .unwrap();
        assert_eq!(only.get(&health).send().await.unwrap().status(), 200, "{version:?}");
    }
    assert!(client(&after, None).get(&health).send().await.is_err());
    let directory = server.database.directory.path().to_owned();
    let pair = signed_by(&after, "muster", &["127.0.0.1"]);
    write(&directory, "server.key", &pair.key);
    write(&directory, "server.pem", &pair.certificate);
    let began = std::time::Instant::now();
    while client(&after, None).get(&health).send().await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "the new certificate was not noticed");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // A broken file changes nothing.
    write(&directory, "server.pem", "rubbish");
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(client(&after, None).get(&health).send().await.unwrap().status(), 200);
}

async fn a_certificate_proves_a_client(server: &mut Server) {
    let (ours, theirs) = (authority(), authority());
    start(server, &ours);
    let metadata: Value = client(&ours, None)
        .get(format!("{}/.well-known/oauth-authorization-server", server.base))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let methods = metadata["token_endpoint_auth_methods_supported"].as_array().unwrap();
    assert!(
        methods.contains(&json!("tls_client_auth"))
            && methods.contains(&json!("self_signed_tls_client_auth"))
    );
    assert_eq!(metadata["tls_client_certificate_bound_access_tokens"], true);

    let pair = signed_by(&ours, "sync", &["sync.acme.example"]);
    let forged = signed_by(&theirs, "sync", &["sync.acme.example"]);
    let own = self_signed("own");
    let file = write(server.database.directory.path(), "own.pem", &own.certificate);
    for (arguments, good, bad) in [
        (["--subject-dn", "cn=sync, o=acme"], &pair, &forged),
        (["--san-dns", "sync.acme.example"], &pair, &forged),
        (["--file", &file], &own, &pair),
    ] {
        let app = server.application(&[]);
        assert!(refused(&ask(&client(&ours, Some(good)), &app).await).contains("none of its application's"));
        register(server, &app, &arguments);
        ask(&client(&ours, Some(good)), &app).await.expect(200);
        assert!(refused(&ask(&client(&ours, Some(bad)), &app).await).contains("none of its application's"));
        assert!(refused(&ask(&client(&ours, None), &app).await).contains("no client secret"));
        let listed = server.json(&["app", "certificate", "list", &app.client_id]);
        server.json(&["app", "certificate", "remove", &app.client_id, listed[0]["id"].as_str().unwrap()]);
        tokio::time::sleep(Duration::from_secs(1)).await;
        refused(&ask(&client(&ours, Some(good)), &app).await);
    }
    // In a registered key set: x5c (RFC 8705 §2.2.2).
    let app = server.application(&[]);
    let mut jwk = crate::support::TestKey::es256("k").jwk();
    jwk["x5c"] = json!([base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &own.der)]);
    let path = write(server.database.directory.path(), "jwks.json", &json!({"keys": [jwk]}).to_string());
    server.json(&["app", "key", "add", &app.client_id, "--jwks", &path]);
    ask(&client(&ours, Some(&own)), &app).await.expect(200);
    refused(&ask(&client(&ours, Some(&pair)), &app).await);
}

async fn tokens_are_bound_to_the_certificate(server: &mut Server) {
    let ours = authority();
    start(server, &ours);
    let (pair, other) = (signed_by(&ours, "sync", &["a.example"]), signed_by(&ours, "other", &["b.example"]));
    let app = server.application(&[]);
    register(server, &app, &["--subject-dn", "CN=sync,O=Acme"]);
    let holder = client(&ours, Some(&pair));
    let token = async |client: &Client| {
        let reply = ask(client, &app).await.expect(200);
        reply.body["access_token"].as_str().unwrap().to_owned()
    };
    let users = format!("{}/Users", app.tenant_url);
    let get = async |client: &Client, token: &str| {
        Reply::read(client.get(&users).bearer_auth(token).send().await.unwrap()).await
    };
    let plain = token(&holder).await;
    get(&client(&ours, None), &plain).await.expect(200);
    server.json(&["app", "bind", &app.client_id, "--to", "certificate"]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let bound = token(&holder).await;
    for _ in 0..2 {
        get(&holder, &bound).await.expect(200);
        for thief in [client(&ours, None), client(&ours, Some(&other))] {
            let detail = get(&thief, &bound).await.refused(401, "");
            assert!(detail.contains("bound to a TLS client certificate"), "{detail}");
        }
    }
    // With a secret and without a certificate there is nothing to bind to.
    let form = [("grant_type", "client_credentials")];
    let request = client(&ours, None).post(&app.token_endpoint).form(&form);
    let request = request.basic_auth(&app.client_id, Some(&app.client_secret));
    assert_eq!(Reply::read(request.send().await.unwrap()).await.expect(400).body["error"], "invalid_request");
}
