//! Users: made, read, found, changed, deleted.

use crate::support::{Api, Reply, Server, on_both_databases, on_sqlite};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

on_both_databases!(
    a_user_lives_from_post_to_delete,
    put_replaces_what_is_there,
    a_user_name_is_unique_without_regard_to_case,
    what_is_not_utf_8_clean_is_refused,
    versions_guard_changes,
);
on_sqlite!(
    scopes_are_checked_for_each_method,
    tokens_are_asked_for,
    bodies_that_are_no_resources_are_refused,
    a_patch_is_all_or_nothing,
    a_patch_that_would_take_long_is_refused,
    what_changes_nothing_keeps_the_version,
    methods_that_are_not_there_are_named,
);

fn full() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "externalId": "0a21f0f2", "userName": "Ada.Byron@Example.com", "active": true,
        "name": {"formatted": "Ada Byron", "familyName": "Byron", "givenName": "Ada"},
        "displayName": "Ada Byron",
        "emails": [{"value": "ada@example.com", "type": "work", "primary": true}],
        ENTERPRISE: {"department": "Engines"}
    })
}

async fn a_user_lives_from_post_to_delete(server: &mut Server) {
    let api = server.api().await;
    let made = api.post("/Users", full()).await.expect(201);
    let id = made.id();
    let path = format!("/Users/{id}");
    assert_eq!(made.header("content-type"), "application/scim+json");
    assert_eq!(made.header("location"), format!("{}{path}", api.base));
    assert_eq!(made.header("etag"), "W/\"1\"");
    let meta = &made.body["meta"];
    assert_eq!(meta["resourceType"], "User");
    assert_eq!(meta["location"], format!("{}{path}", api.base));
    assert_eq!(meta["created"], meta["lastModified"]);
    meta["created"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let read = api.get(&path).await.expect(200);
    assert_eq!(read.body, made.body);
    for (name, value) in full().as_object().unwrap() {
        assert_eq!(read.body[name], *value, "{name} is as it was sent");
    }
    let found = api.find("/Users", "userName eq \"ADA.BYRON@example.COM\"").await.expect(200);
    assert_eq!(found.body["totalResults"], 1);
    assert_eq!(found.body["Resources"][0], made.body);

    let patched =
        api.patch(&path, json!([{"op": "Replace", "path": "active", "value": "False"}])).await.expect(200);
    assert_eq!(patched.body["active"], false);
    assert_eq!(patched.header("etag"), "W/\"2\"");
    assert!(patched.body["meta"]["lastModified"].as_str() >= meta["lastModified"].as_str());
    assert_eq!(api.get(&path).await.expect(200).body, patched.body, "who is disabled is still there");

    api.delete(&path).await.expect(204);
    assert!(api.get(&path).await.refused(404, "").contains(&id));
    api.delete(&path).await.refused(404, "");
    api.patch(&path, json!([{"op": "replace", "path": "active", "value": true}])).await.refused(404, "");
    assert_eq!(api.find("/Users", "userName eq \"ada.byron@example.com\"").await.body["totalResults"], 0);
}

async fn put_replaces_what_is_there(server: &mut Server) {
    let api = server.api().await;
    let id = api.post("/Users", full()).await.expect(201).id();
    let path = format!("/Users/{id}");
    let new = json!({"id": "other", "userName": "ada", "nickName": "Countess", "misspeled": 1, "meta": {"version": "x"}});
    let put = api.put(&path, new).await.expect(200);
    assert_eq!(
        (&put.body["id"], &put.body["userName"], &put.body["nickName"]),
        (&json!(id), &json!("ada"), &json!("Countess"))
    );
    for gone in ["externalId", "emails", "name", ENTERPRISE] {
        assert_eq!(put.body.get(gone), None, "{gone}");
    }
    assert_eq!(put.body["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
    assert_eq!(api.find("/Users", "emails.value eq \"ada@example.com\"").await.body["totalResults"], 0);
    assert_eq!(api.get(&path).await.body, put.body);
    api.put(&path, json!({"nickName": "x"})).await.refused(400, "invalidValue");
    api.put("/Users/nobody", json!({"userName": "x"})).await.refused(404, "");
}

async fn a_user_name_is_unique_without_regard_to_case(server: &mut Server) {
    let api = server.api().await;
    let first = api.user("Jürgen").await;
    let detail = api.post("/Users", json!({"userName": "JÜRGEN"})).await.refused(409, "uniqueness");
    assert!(detail.contains("userName") && detail.contains("JÜRGEN"), "{detail}");
    let second = api.user("other").await;
    let rename = json!([{"op": "replace", "path": "userName", "value": "jürgen"}]);
    api.patch(&format!("/Users/{second}"), rename.clone()).await.refused(409, "uniqueness");
    api.put(&format!("/Users/{second}"), json!({"userName": "jürgen"})).await.refused(409, "uniqueness");
    api.patch(&format!("/Users/{first}"), rename).await.expect(200);
    api.delete(&format!("/Users/{first}")).await.expect(204);
    api.patch(&format!("/Users/{second}"), json!([{"op": "replace", "path": "userName", "value": "JÜRGEN"}]))
        .await
        .expect(200);
}

async fn what_is_not_utf_8_clean_is_refused(server: &mut Server) {
    let api = server.api().await;
    api.send(Method::POST, "/Users", Some(r#"{"userName":"a\u0000b"}"#.into()))
        .await
        .refused(400, "invalidValue");
    api.send(Method::POST, "/Users", Some(r#"{"userName":"\ud800"}"#.into()))
        .await
        .refused(400, "invalidSyntax");
    api.get("/Users/%00").await.refused(404, "");
    api.get("/Users/%ff").await.refused(404, "");
    api.get("/Users?filter=userName+eq+%22%00%22").await.refused(400, "invalidFilter");
    api.get("/Users?filter=userName+eq+%22%ff%22").await.refused(400, "invalidValue");
    let emoji = "👩🏽‍💻 \u{202e}rtl <script>";
    let id = api.user(emoji).await;
    assert_eq!(api.get(&format!("/Users/{id}")).await.body["userName"], emoji);
    assert_eq!(api.find("/Users", &format!("userName eq \"{emoji}\"")).await.body["totalResults"], 1);
}

async fn scopes_are_checked_for_each_method(server: &mut Server) {
    let all = server.api().await;
    let user = all.user("ada").await;
    let group = all.group("Sales").await;
    for (kind, endpoint, id) in [("users", "/Users", &user), ("groups", "/Groups", &group)] {
        for held in ["read", "list", "create", "update", "delete"] {
            let app = server.application(&["--scope", &format!("managed-{kind}:{held}")]);
            let api = Api::connect(&app).await;
            for (needed, method, path) in [
                ("read", Method::GET, format!("{endpoint}/{id}")),
                ("list", Method::GET, endpoint.to_owned()),
                ("create", Method::POST, endpoint.to_owned()),
                ("update", Method::PUT, format!("{endpoint}/nobody")),
                ("update", Method::PATCH, format!("{endpoint}/nobody")),
                ("delete", Method::DELETE, format!("{endpoint}/nobody")),
            ] {
                let reply = api.send(method.clone(), &path, None).await;
                if needed == held {
                    assert_ne!(reply.status, 403, "{held} allows {method} {path}");
                } else {
                    let scope = format!("managed-{kind}:{needed}");
                    assert!(reply.header("www-authenticate").contains(&format!("scope=\"{scope}\"")));
                    assert!(reply.refused(403, "").contains(&scope), "{held} does not allow {method} {path}");
                }
            }
        }
    }
}

async fn tokens_are_asked_for(server: &mut Server) {
    let api = server.api().await;
    for path in ["/Users", "/Users/x", "/Groups", "/Schemas", "/ResourceTypes"] {
        let without = api.http.get(format!("{}{path}", api.base)).send().await.unwrap();
        let reply = Reply::read(without).await;
        assert!(reply.header("www-authenticate").starts_with("Bearer realm=\"muster\", resource_metadata="));
        assert!(reply.refused(401, "").contains("bearer token"));
        for token in ["x", "eyJ.eyJ.eyJ", &api.token[..api.token.len() - 4]] {
            let reply = api.with_token(token).get(path).await;
            assert!(reply.header("www-authenticate").contains("invalid_token"), "{path} {token}");
            reply.refused(401, "");
        }
    }
}

async fn bodies_that_are_no_resources_are_refused(server: &mut Server) {
    let api = server.api().await;
    let post = async |body: &str| api.send(Method::POST, "/Users", Some(body.to_owned())).await;
    for body in ["", "{", "null", "[]", "\"x\"", "{\"userName\": \"a\"", "{\"userName\": 1e400}", "{'a': 1}"]
    {
        post(body).await.refused(400, "invalidSyntax");
    }
    let deep = format!("{{\"userName\":\"a\",\"name\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    post(&deep).await.refused(400, "invalidSyntax");
    assert!(post("{}").await.refused(400, "invalidValue").contains("userName"));
    assert!(post(r#"{"userName":5}"#).await.refused(400, "invalidValue").contains("userName must be a text"));
    assert!(post(r#"{"userName":"a","active":"yes"}"#).await.refused(400, "invalidValue").contains("active"));
    let large = format!("{{\"userName\":\"a\",\"title\":\"{}\"}}", "x".repeat(5_000_000));
    assert!(post(&large).await.refused(413, "").contains("larger"));
    // Any media type, and none, is read.
    for media_type in ["application/json", "application/json; charset=utf-8", "text/plain", ""] {
        let request = api.http.post(format!("{}/Users", api.base)).bearer_auth(&api.token);
        let body = json!({"userName": format!("by {media_type}")}).to_string();
        let reply = request.header(CONTENT_TYPE, media_type).body(body).send().await.unwrap();
        assert_eq!(reply.status(), 201, "{media_type}");
    }
}

/// A resource is held while it is changed, and on SQLite all writes wait.
async fn a_patch_that_would_take_long_is_refused(server: &mut Server) {
    let api = server.api().await;
    let emails: Vec<Value> =
        (0..1000).map(|number| json!({"value": format!("{number}@x.example")})).collect();
    let id = api.post("/Users", json!({"userName": "a", "emails": emails})).await.expect(201).id();
    let operations = |count: usize| -> Value {
        let operation = |number: usize| {
            let path = format!("emails[value eq \"{number}@x.example\"].display");
            json!({"op": "replace", "path": path, "value": "d"})
        };
        (0..count).map(operation).collect()
    };
    api.patch(&format!("/Users/{id}"), operations(150)).await.expect(200);
    let detail = api.patch(&format!("/Users/{id}"), operations(1000)).await.refused(400, "tooMany");
    assert!(detail.contains("fewer operations"), "{detail}");
}

async fn a_patch_is_all_or_nothing(server: &mut Server) {
    let api = server.api().await;
    let made = api.post("/Users", full()).await.expect(201);
    let path = format!("/Users/{}", made.id());
    let refused = [
        ("invalidPath", json!({"op": "replace", "path": "colour", "value": "x"})),
        ("invalidPath", json!({"op": "replace", "path": "emails[type eq", "value": "x"})),
        ("noTarget", json!({"op": "remove"})),
        ("mutability", json!({"op": "replace", "path": "id", "value": "x"})),
        ("mutability", json!({"op": "remove", "path": "userName"})),
        ("invalidValue", json!({"op": "replace", "path": "userName", "value": ""})),
        ("invalidSyntax", json!({"op": "destroy", "path": "title"})),
    ];
    for (scim_type, operation) in refused {
        let first = json!({"op": "replace", "path": "title", "value": "changed"});
        api.patch(&path, json!([first, operation])).await.refused(400, scim_type);
    }
    assert_eq!(api.get(&path).await.body, made.body);
}

async fn what_changes_nothing_keeps_the_version(server: &mut Server) {
    let api = server.api().await;
    let made = api.post("/Users", full()).await.expect(201);
    let path = format!("/Users/{}", made.id());
    let same = json!([
        {"op": "Replace", "path": "active", "value": "True"},
        {"op": "Add", "path": "emails", "value": [{"value": "ada@example.com", "type": "work", "primary": true}]},
        {"op": "Remove", "path": "nickName"}
    ]);
    assert_eq!(api.patch(&path, same).await.expect(200).body, made.body);
    assert_eq!(api.put(&path, full()).await.expect(200).body, made.body);
}

async fn methods_that_are_not_there_are_named(server: &mut Server) {
    let api = server.api().await;
    for (method, path, allowed) in [
        (Method::DELETE, "/Users", "GET, POST"),
        (Method::PUT, "/Groups/", "GET, POST"),
        (Method::POST, "/Users/x", "GET, PUT, PATCH, DELETE"),
        (Method::POST, "/Schemas", "GET"),
        (Method::DELETE, "/ServiceProviderConfig", "GET"),
    ] {
        let reply = api.send(method, path, None).await;
        assert_eq!(reply.header("allow"), allowed);
        reply.refused(405, "");
    }
    assert!(api.get("/Userz").await.refused(404, "").contains("/Users"));
}

async fn versions_guard_changes(server: &mut Server) {
    let api = server.api().await;
    let made = api.post("/Users", full()).await.expect(201);
    let path = format!("{}/Users/{}", api.base, made.id());
    let send = async |method: Method, name: &str, tag: &str, body: Value| {
        let request = api.http.request(method, &path).bearer_auth(&api.token).header(name, tag);
        Reply::read(request.body(body.to_string()).send().await.unwrap()).await
    };
    let fresh = send(Method::GET, "If-None-Match", made.header("etag"), Value::Null).await.expect(304);
    assert_eq!((fresh.text.as_str(), fresh.header("etag")), ("", "W/\"1\""));
    send(Method::GET, "If-None-Match", "W/\"9\"", Value::Null).await.expect(200);

    let change = json!({"Operations": [{"op": "replace", "path": "title", "value": "T"}]});
    send(Method::PATCH, "If-Match", "W/\"1\"", change.clone()).await.expect(200);
    let detail = send(Method::PATCH, "If-Match", "W/\"1\"", change).await.refused(412, "");
    assert!(detail.contains("W/\"2\""), "{detail}");
    send(Method::PUT, "If-Match", "W/\"1\"", full()).await.refused(412, "");
    send(Method::DELETE, "If-Match", "W/\"1\"", Value::Null).await.refused(412, "");
    send(Method::PUT, "If-Match", "*", full()).await.expect(200);
    send(Method::DELETE, "If-Match", "W/\"3\"", Value::Null).await.expect(204);
}
