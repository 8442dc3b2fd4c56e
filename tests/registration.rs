//! Applications that register and manage themselves: RFC 7591, RFC 7592.

use crate::support::{Api, Application, Reply, Server, TestKey, now, on_both_databases, on_sqlite};
use reqwest::{Client, Method};
use serde_json::{Value, json};

on_both_databases!(an_application_registers_uses_changes_and_deletes_itself);
on_sqlite!(registration_is_off_by_default, each_mistake_has_its_own_error, keys_are_registered_too);

const ON: &str = "[oauth]\ndynamic_registration = true\n";

async fn send(method: Method, url: &str, token: &str, body: &Value) -> Reply {
    let request = Client::new().request(method, url).bearer_auth(token).json(body);
    Reply::read(request.send().await.unwrap()).await
}

fn token(server: &Server, org: &str) -> String {
    let made = server.json(&["registration-token", "create", "--org", org, "--days", "1"]);
    made["token"].as_str().unwrap().to_owned()
}

async fn register(server: &Server, token: &str, metadata: &Value) -> Reply {
    send(Method::POST, &format!("{}/v2/register", server.base), token, metadata).await
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name}: {body}")).to_owned()
}

async fn metadata(server: &Server) -> Value {
    let url = format!("{}/.well-known/oauth-authorization-server", server.base);
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

async fn registration_is_off_by_default(server: &mut Server) {
    let token = token(server, "default");
    assert_eq!(register(server, &token, &json!({})).await.status, 404);
    assert_eq!(metadata(server).await.get("registration_endpoint"), None);
}

async fn an_application_registers_uses_changes_and_deletes_itself(server: &mut Server) {
    server.reconfigure(ON).unwrap();
    server.json(&["org", "create", "Acme"]);
    assert_eq!(
        text(&metadata(server).await, "registration_endpoint"),
        format!("{}/v2/register", server.base)
    );
    let initial = token(server, "acme");
    let asked =
        json!({"client_name": "Sync", "scope": "managed-users:list managed-users:read", "redirect_uris": []});
    let made = register(server, &initial, &asked).await.expect(201);
    assert_eq!(made.header("cache-control"), "no-store");
    assert_eq!(made.body["grant_types"], json!(["client_credentials"]));
    assert_eq!(made.body["token_endpoint_auth_method"], "client_secret_basic");
    assert!(made.body["client_secret_expires_at"].as_u64().unwrap() > now());
    let app = Application {
        client_id: text(&made.body, "client_id"),
        client_secret: text(&made.body, "client_secret"),
        tenant_url: format!("{}/scim/v2", server.base),
        token_endpoint: format!("{}/v2/token", server.base),
    };
    let api = Api::connect(&app).await;
    assert_eq!(api.get("/Users").await.expect(200).body["totalResults"], 0);
    api.get("/Groups").await.refused(403, "");
    assert_eq!(server.json(&["app", "show", &app.client_id])["organization"], "Acme");

    let (url, own) =
        (text(&made.body, "registration_client_uri"), text(&made.body, "registration_access_token"));
    let read = send(Method::GET, &url, &own, &json!({})).await.expect(200);
    assert_eq!(
        (&read.body["client_name"], &read.body["scope"]),
        (&json!("Sync"), &json!("managed-users:read managed-users:list"))
    );
    assert_eq!(read.body.get("client_secret"), None, "shown once");
    assert_eq!(text(&read.body, "registration_access_token"), own);
    let change = json!({"client_id": app.client_id, "client_name": "Sync 2", "scope": "managed-groups:list"});
    let changed = send(Method::PUT, &url, &own, &change).await.expect(200);
    assert_eq!(changed.body["scope"], "managed-groups:list");
    assert_eq!(changed.body.get("client_secret"), None, "the secret stays");
    Api::connect(&app).await.get("/Groups").await.expect(200);

    // Another's token manages nothing, the initial one neither.
    let other = register(server, &initial, &json!({})).await.expect(201);
    for wrong in [text(&other.body, "registration_access_token"), initial.clone(), "x".into()] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let reply = send(method, &url, &wrong, &change).await.expect(401);
            assert_eq!(reply.body["error"], "invalid_token");
            assert!(reply.header("www-authenticate").starts_with("Bearer "));
        }
    }
    send(Method::DELETE, &url, &own, &json!({})).await.expect(204);
    send(Method::GET, &url, &own, &json!({})).await.expect(401);
    assert!(!server.command(&["app", "show", &app.client_id]).status.success());

    let listed = server.json(&["registration-token", "list"]);
    assert_eq!(listed[0]["organization"], "Acme");
    server.json(&["registration-token", "revoke", listed[0]["id"].as_str().unwrap()]);
    register(server, &initial, &json!({})).await.expect(401);
}

async fn each_mistake_has_its_own_error(server: &mut Server) {
    server.reconfigure(ON).unwrap();
    let initial = token(server, "default");
    register(server, "wrong", &json!({})).await.expect(401);
    let without =
        Client::new().post(format!("{}/v2/register", server.base)).json(&json!({})).send().await.unwrap();
    assert_eq!(without.status(), 401);
    for (metadata, expected) in [
        (json!({"grant_types": ["authorization_code"]}), "Grant_types may have client_credentials alone"),
        (json!({"token_endpoint_auth_method": "private_key_jwt"}), "needs jwks or jwks_uri"),
        (json!({"jwks_uri": "http://127.0.0.1:1/keys"}), "public host name"),
        (json!({"client_name": 7}), "no client metadata"),
        (json!([]), "no client metadata"),
        (json!({"scope": "everything"}), "everything"),
    ] {
        let reply = register(server, &initial, &metadata).await.expect(400);
        assert_eq!(reply.body["error"], "invalid_client_metadata");
        assert!(text(&reply.body, "error_description").contains(expected), "{}", reply.text);
    }
    let large = json!({"client_name": "x".repeat(200_000)});
    register(server, &initial, &large).await.expect(413);
    let get = reqwest::get(format!("{}/v2/register", server.base)).await.unwrap();
    assert_eq!((get.status().as_u16(), get.headers()["allow"].to_str().unwrap()), (405, "POST"));
    assert_eq!(server.json(&["app", "list"]), json!([]), "nothing was made");
}

async fn keys_are_registered_too(server: &mut Server) {
    server.reconfigure(ON).unwrap();
    let initial = token(server, "default");
    let key = TestKey::es256("k");
    let asked = json!({
        "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key.jwk()]}, "dpop_bound_access_tokens": false
    });
    let made = register(server, &initial, &asked).await.expect(201);
    assert_eq!(made.body.get("client_secret"), None, "it needs none");
    let id = text(&made.body, "client_id");
    let ask = async |jti: &str| {
        let endpoint = format!("{}/v2/token", server.base);
        let claims = json!({"iss": id, "sub": id, "aud": endpoint, "exp": now() + 60, "jti": jti});
        let assertion = key.sign(&claims);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        Reply::read(Client::new().post(endpoint).form(&form).send().await.unwrap()).await
    };
    ask("1").await.expect(200);
    // To a secret: the keys end, a secret is made.
    let (url, own) =
        (text(&made.body, "registration_client_uri"), text(&made.body, "registration_access_token"));
    let changed = send(Method::PUT, &url, &own, &json!({"client_id": id})).await.expect(200);
    assert!(text(&changed.body, "client_secret").starts_with("muster_secret_"));
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    ask("2").await.expect(401);
    let mismatch = send(Method::PUT, &url, &own, &json!({"client_id": "other"})).await.expect(400);
    assert_eq!(mismatch.body["error"], "invalid_client_metadata");
}
