//! Okta: its published SCIM 2.0 test file, its import, and what its agent sends afterwards.

use super::{USER, members, patch_whole, sorted};
use crate::support::{Api, Reply, Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases!(
    the_published_test_file_passes,
    a_person_lives_by_put,
    a_person_lives_by_patch,
    who_was_deactivated_is_assigned_again,
    groups_are_pushed,
    everybody_is_imported,
);

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

async fn ask(api: &Api, method: Method, path: &str, body: Option<Value>) -> Reply {
    let headers = [
        ("accept", "application/scim+json"),
        ("accept-charset", "utf-8"),
        ("content-type", "application/scim+json; charset=utf-8"),
        ("user-agent", "Okta SCIM Client 1.0.0"),
    ];
    api.send_with(method, path, &headers, body.map(|body| body.to_string())).await
}

fn person(name: &str) -> Value {
    json!({
        "schemas": [USER], "userName": name, "name": {"givenName": "Runa", "familyName": "Scope"},
        "emails": [{"primary": true, "value": name, "type": "work"}], "displayName": "Runa Scope",
        "locale": "en-US", "externalId": format!("00u{name}"), "groups": [], "password": "1mz050nq", "active": true
    })
}

/// The twelve requests of the file and its 52 assertions; how long answers take is the benchmark's to say.
async fn the_published_test_file_passes(server: &mut Server) {
    let api = server.api().await;
    ask(&api, Method::POST, "/Users", Some(person("first@atko.com"))).await.expect(201);

    // Test Users endpoint.
    let list = ask(&api, Method::GET, "/Users?count=1&startIndex=1", None).await.expect(200);
    assert_eq!(list.body["Resources"].as_array().unwrap().len(), 1);
    assert!(list.body["schemas"].as_array().unwrap().contains(&json!(LIST)));
    for number in ["itemsPerPage", "startIndex", "totalResults"] {
        assert!(list.body[number].is_u64(), "{number}");
    }
    let first = list.body["Resources"][0].clone();
    let is_whole = |user: &Value| {
        for text in [
            &user["id"],
            &user["name"]["familyName"],
            &user["name"]["givenName"],
            &user["userName"],
            &user["emails"][0]["value"],
        ] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{user}");
        }
        assert!(user["active"].is_boolean(), "{user}");
    };
    is_whole(&first);

    // Get Users/{{id}}.
    let read =
        ask(&api, Method::GET, &format!("/Users/{}", first["id"].as_str().unwrap()), None).await.expect(200);
    is_whole(&read.body);
    assert_eq!(read.body["id"], first["id"]);

    // Test invalid User by username.
    let none = ask(&api, Method::GET, "/Users?filter=userName%20eq%20%22abcdefgh%40atko.com%22", None)
        .await
        .expect(200);
    assert!(none.body["schemas"].as_array().unwrap().contains(&json!(LIST)));
    assert_eq!(none.body["totalResults"], 0);

    // Test invalid User by ID.
    let missing = ask(&api, Method::GET, "/Users/010101001010101011001010101011", None).await.expect(404);
    assert!(!missing.body["detail"].as_str().unwrap().is_empty());
    assert!(
        missing.body["schemas"]
            .as_array()
            .unwrap()
            .contains(&json!("urn:ietf:params:scim:api:messages:2.0:Error"))
    );

    // Make sure random user doesn't exist.
    let random = "Runscope300Feuptk@atko.com";
    let filter = format!("/Users?filter=userName%20eq%20%22{random}%22");
    let none = ask(&api, Method::GET, &filter, None).await.expect(200);
    assert_eq!(none.body["totalResults"], 0);
    assert!(none.body["schemas"].as_array().unwrap().contains(&json!(LIST)));

    // Create Okta user with realistic values, and verify that it was created.
    let made = ask(&api, Method::POST, "/Users", Some(person(random))).await.expect(201);
    let verify = |user: &Value| {
        assert_eq!(user["active"], true);
        assert_eq!(
            (&user["name"]["familyName"], &user["name"]["givenName"]),
            (&json!("Scope"), &json!("Runa"))
        );
        assert!(user["schemas"].as_array().unwrap().contains(&json!(USER)));
        assert_eq!(user["userName"], random);
    };
    verify(&made.body);
    let read = ask(&api, Method::GET, &format!("/Users/{}", made.id()), None).await.expect(200);
    verify(&read.body);
    assert_eq!(read.id(), made.id());

    // Expect failure when recreating user with same values.
    ask(&api, Method::POST, "/Users", Some(person(random))).await.refused(409, "uniqueness");

    // Username case sensitivity check.
    let capitals = format!("/Users?filter=userName%20eq%20%22{}%22", random.to_uppercase());
    let found = ask(&api, Method::GET, &capitals, None).await.expect(200);
    assert_eq!(found.each("id"), [made.id()]);

    // Verify Groups endpoint.
    ask(&api, Method::GET, "/Groups", None).await.expect(200);

    // Check status 401, and 404.
    api.with_token("none").get(&filter).await.refused(401, "");
    ask(&api, Method::GET, "/Users/00919288221112222", None).await.refused(404, "");
}

/// Applications made by the wizard: read, merge, PUT the whole.
async fn a_person_lives_by_put(server: &mut Server) {
    let api = server.api().await;
    let made = ask(&api, Method::POST, "/Users", Some(person("put@atko.com"))).await.expect(201);
    let path = format!("/Users/{}", made.id());
    for (name, value) in [
        ("name", json!({"givenName": "Another", "familyName": "Name"})),
        ("active", json!(false)),
        ("active", json!(true)),
    ] {
        let mut whole = ask(&api, Method::GET, &path, None).await.expect(200).body;
        whole[name] = value.clone();
        // The agent sends `meta` back as it got it, and an empty list of groups.
        whole["groups"] = json!([]);
        let put = ask(&api, Method::PUT, &path, Some(whole)).await.expect(200);
        assert_eq!(put.body[name], value);
        assert_eq!((put.id(), &put.body["userName"]), (made.id(), &json!("put@atko.com")));
    }
}

/// Applications of the catalogue: PATCH without a path.
async fn a_person_lives_by_patch(server: &mut Server) {
    let api = server.api().await;
    let made = ask(&api, Method::POST, "/Users", Some(person("patch@atko.com"))).await.expect(201);
    let path = format!("/Users/{}", made.id());
    let off = patch_whole(&api, &path, "replace", json!({"active": false})).await.expect(200);
    assert_eq!(off.body["active"], false);
    assert_eq!(api.get(&path).await.expect(200).body["active"], false);
    let on = patch_whole(&api, &path, "replace", json!({"active": true})).await.expect(200);
    assert_eq!((on.id(), &on.body["active"]), (made.id(), &json!(true)));
}

/// A POST with the same `externalId`: Okta shows the 409, and matches by the filter before it.
async fn who_was_deactivated_is_assigned_again(server: &mut Server) {
    let api = server.api().await;
    let made = ask(&api, Method::POST, "/Users", Some(person("again@atko.com"))).await.expect(201);
    let path = format!("/Users/{}", made.id());
    patch_whole(&api, &path, "replace", json!({"active": false})).await.expect(200);
    let found = api.find("/Users", "userName eq \"again@atko.com\"").await.expect(200);
    assert_eq!((found.each("id"), &found.body["Resources"][0]["active"]), (vec![made.id()], &json!(false)));
    let detail =
        ask(&api, Method::POST, "/Users", Some(person("again@atko.com"))).await.refused(409, "uniqueness");
    assert!(detail.contains("again@atko.com"), "{detail}");
    let mut whole = found.body["Resources"][0].clone();
    whole["active"] = true.into();
    let back = ask(&api, Method::PUT, &path, Some(whole)).await.expect(200);
    assert_eq!((back.id(), &back.body["active"]), (made.id(), &json!(true)));
}

/// Group push, by PATCH and by PUT. A 400 would end it for good: somebody unknown does not fail it.
async fn groups_are_pushed(server: &mut Server) {
    let api = server.api().await;
    let (ada, bob) = (api.user("ada").await, api.user("bob").await);
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Sales", "members": [{"value": ada, "display": "ada"}]});
    let made = ask(&api, Method::POST, "/Groups", Some(group)).await.expect(201);
    let path = format!("/Groups/{}", made.id());
    let rename = json!([{"op": "replace", "value": {"id": made.id(), "displayName": "Sales EMEA"}}]);
    api.patch(&path, rename).await.expect(204);
    let operations = json!([
        {"op": "remove", "path": format!("members[value eq \"{ada}\"]")},
        {"op": "add", "path": "members", "value": [{"value": bob, "display": "bob"}, {"value": "00unobody", "display": "nobody"}]}
    ]);
    api.patch(&path, operations).await.expect(204);
    assert_eq!(members(&api, &path).await, std::slice::from_ref(&bob));
    let put = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": made.id(), "displayName": "Sales EMEA", "members": [{"value": ada}, {"value": bob}]});
    ask(&api, Method::PUT, &path, Some(put)).await.expect(200);
    assert_eq!(members(&api, &path).await, sorted(&[&ada, &bob]));
    assert_eq!(api.get(&path).await.body["displayName"], "Sales EMEA");
    ask(&api, Method::DELETE, &path, None).await.expect(204);
}

async fn everybody_is_imported(server: &mut Server) {
    let api = server.api().await;
    ask(&api, Method::GET, "/Users?startIndex=1&count=2", None).await.expect(200);
    for number in 0..5 {
        api.user(&format!("u{number}")).await;
        api.group(&format!("g{number}")).await;
    }
    for (endpoint, name) in [("/Users", "userName"), ("/Groups", "displayName")] {
        let mut seen = Vec::new();
        let mut start = 1;
        loop {
            let page = ask(&api, Method::GET, &format!("{endpoint}?startIndex={start}&count=2"), None)
                .await
                .expect(200);
            assert_eq!(page.body["totalResults"], 5);
            seen.extend(page.each(name));
            start += page.body["itemsPerPage"].as_u64().unwrap();
            if start > 5 {
                break;
            }
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 5, "{endpoint}");
    }
}
