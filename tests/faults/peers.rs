//! Known faults of other servers, each of which must not be ours.

use crate::support::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ADSCIM_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

on_both_databases!(
    ordering_booleans_is_a_400,
    an_array_added_to_a_list_keeps_what_was_there,
    a_change_of_nothing_keeps_last_modified,
    total_results_is_not_the_length_of_the_page,
    discovery_endpoints_answer_405,
    replacing_members_replaces_them,
    filters_take_value_paths_and_urns,
    the_extra_urn_of_groups_is_taken,
    a_filter_in_brackets_is_met_by_one_value,
    a_wildcard_is_a_character,
    a_second_page_is_not_the_first,
    removing_one_value_leaves_the_others,
);

async fn ordering_booleans_is_a_400(server: &mut Server) {
    let api = server.api().await;
    api.user("a").await;
    for filter in [
        "active gt true",
        "active ge \"True\"",
        "active co \"tr\"",
        "emails[primary lt true]",
        "active sw true",
    ] {
        let detail = api.find("/Users", filter).await.refused(400, "invalidFilter");
        assert!(detail.contains("boolean"), "{detail}");
    }
}

async fn an_array_added_to_a_list_keeps_what_was_there(server: &mut Server) {
    let api = server.api().await;
    let made = api
        .post(
            "/Users",
            json!({"userName": "a", "emails": [{"value": "a@x", "type": "work", "primary": true}]}),
        )
        .await;
    let path = format!("/Users/{}", made.expect(201).id());
    let add = json!([{"op": "add", "path": "emails", "value": [{"value": "b@x", "type": "home"}, {"value": "c@x", "type": "other", "primary": true}]}]);
    let after = api.patch(&path, add).await.expect(200).body;
    let expected = json!([
        {"value": "a@x", "type": "work", "primary": false}, {"value": "b@x", "type": "home"},
        {"value": "c@x", "type": "other", "primary": true}
    ]);
    assert_eq!(after["emails"], expected);
    let without_path = json!([{"op": "add", "value": {"emails": [{"value": "d@x"}]}}]);
    assert_eq!(api.patch(&path, without_path).await.expect(200).body["emails"].as_array().unwrap().len(), 4);
}

async fn a_change_of_nothing_keeps_last_modified(server: &mut Server) {
    let api = server.api().await;
    let body = json!({"userName": "a", "title": "T", "emails": [{"value": "a@x", "type": "work"}], ENTERPRISE: {"department": "D"}});
    let made = api.post("/Users", body.clone()).await.expect(201);
    let path = format!("/Users/{}", made.id());
    let group =
        api.post("/Groups", json!({"displayName": "G", "members": [{"value": made.id()}]})).await.expect(201);
    let group_path = format!("/Groups/{}", group.id());
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let operations = [
        json!({"op": "replace", "path": "title", "value": "T"}),
        json!({"op": "add", "path": "emails", "value": [{"value": "a@x", "type": "work"}]}),
        json!({"op": "remove", "path": "nickName"}),
        json!({"op": "remove", "path": "emails[type eq \"home\"]"}),
        json!({"op": "replace", "value": {"title": "T", format!("{ENTERPRISE}:department"): "D"}}),
        json!({"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@x"}),
    ];
    for operation in operations {
        let after = api.patch(&path, json!([operation])).await.expect(200).body;
        assert_eq!(after["meta"], made.body["meta"], "{operation}");
    }
    assert_eq!(api.put(&path, body).await.expect(200).body["meta"], made.body["meta"]);
    for operation in [
        json!({"op": "add", "path": "members", "value": [{"value": made.id()}]}),
        json!({"op": "replace", "path": "members", "value": [{"value": made.id()}]}),
        json!({"op": "remove", "path": "members", "value": [{"value": "nobody"}]}),
        json!({"op": "replace", "path": "displayName", "value": "G"}),
    ] {
        api.patch(&group_path, json!([operation])).await.expect(204);
        assert_eq!(api.get(&group_path).await.expect(200).body["meta"], group.body["meta"], "{operation}");
    }
}

async fn total_results_is_not_the_length_of_the_page(server: &mut Server) {
    let api = server.api().await;
    for number in 0..7 {
        api.user(&format!("user{number}")).await;
    }
    for query in [
        "count=3",
        "count=3&startIndex=6",
        "count=0",
        "filter=userName+sw+%22user%22&count=2",
        "sortBy=userName&count=1",
    ] {
        assert_eq!(api.get(&format!("/Users?{query}")).await.expect(200).body["totalResults"], 7, "{query}");
    }
    let search = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": "userName pr", "count": 2});
    assert_eq!(api.post("/Users/.search", search).await.expect(200).body["totalResults"], 7);
}

async fn discovery_endpoints_answer_405(server: &mut Server) {
    let api = server.api().await;
    for path in [
        "/Schemas",
        "/ResourceTypes",
        "/ServiceProviderConfig",
        "/ResourceTypes/User",
        "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
    ] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let reply = api.send(method.clone(), path, Some("{}".to_owned())).await;
            assert!(reply.header("allow").contains("GET"), "{method} {path}");
            reply.refused(405, "");
        }
    }
}

async fn replacing_members_replaces_them(server: &mut Server) {
    let api = server.api().await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(api.user(name).await);
    }
    let group = api
        .post("/Groups", json!({"displayName": "G", "members": [{"value": ids[0]}, {"value": ids[1]}]}))
        .await
        .expect(201);
    let path = format!("/Groups/{}", group.id());
    let member = async |expected: &[&String]| {
        let body = api.get(&path).await.expect(200).body;
        let mut found: Vec<String> = body["members"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|m| m["value"].as_str().unwrap().to_owned())
            .collect();
        found.sort();
        let mut expected: Vec<String> = expected.iter().map(|id| (*id).clone()).collect();
        expected.sort();
        assert_eq!(found, expected);
    };
    api.patch(&path, json!([{"op": "Replace", "path": "members", "value": [{"value": ids[2]}]}]))
        .await
        .expect(204);
    member(&[&ids[2]]).await;
    api.patch(
        &path,
        json!([{"op": "replace", "value": {"members": [{"value": ids[0]}, {"value": ids[2]}]}}]),
    )
    .await
    .expect(204);
    member(&[&ids[0], &ids[2]]).await;
    api.patch(&path, json!([{"op": "replace", "path": "members", "value": []}])).await.expect(204);
    member(&[]).await;
}

async fn filters_take_value_paths_and_urns(server: &mut Server) {
    let api = server.api().await;
    let body = json!({"userName": "a", "emails": [{"value": "a@x", "type": "work"}], "name": {"familyName": "F"}, ENTERPRISE: {"department": "D"}});
    let id = api.post("/Users", body).await.expect(201).id();
    for filter in [
        "emails[type eq \"work\"].value eq \"a@x\"".to_owned(),
        "emails[type eq \"work\" and value eq \"a@x\"]".to_owned(),
        "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"a\"".to_owned(),
        "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName eq \"f\"".to_owned(),
        "urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq \"work\"].value eq \"a@x\"".to_owned(),
        format!("{ENTERPRISE}:department eq \"d\""),
        format!("userName eq \"a\" and {ENTERPRISE}:department sw \"d\""),
    ] {
        assert_eq!(api.find("/Users", &filter).await.expect(200).each("id"), [id.as_str()], "{filter}");
    }
}

async fn the_extra_urn_of_groups_is_taken(server: &mut Server) {
    let api = server.api().await;
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", ADSCIM_GROUP], "displayName": "G", "externalId": "e", "members": []});
    let made = api.post("/Groups", group.clone()).await.expect(201);
    let path = format!("/Groups/{}", made.id());
    assert_eq!(made.body["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:Group"]));
    api.put(&path, group).await.expect(200);
    api.patch(&path, json!([{"op": "add", "path": "schemas", "value": [ADSCIM_GROUP]}, {"op": "replace", "path": "displayName", "value": "H"}])).await.expect(204);
    assert_eq!(api.get(&path).await.expect(200).body["displayName"], "H");
}

async fn a_filter_in_brackets_is_met_by_one_value(server: &mut Server) {
    let api = server.api().await;
    api.post("/Users", json!({"userName": "a", "emails": [{"value": "a@x", "type": "home"}, {"value": "b@x", "type": "work"}]})).await.expect(201);
    for (filter, total) in [
        ("emails[type eq \"work\" and value eq \"a@x\"]", 0),
        ("emails.type eq \"work\" and emails.value eq \"a@x\"", 1),
        ("not (emails[type eq \"work\" and value eq \"a@x\"])", 1),
        ("emails[not (type eq \"work\")]", 1),
        ("emails[type eq \"other\" or value eq \"b@x\"]", 1),
    ] {
        assert_eq!(api.find("/Users", filter).await.expect(200).body["totalResults"], total, "{filter}");
    }
}

async fn a_wildcard_is_a_character(server: &mut Server) {
    let api = server.api().await;
    for name in ["100%", "100x", "a_b", "axb", "a*b", "[a]"] {
        api.user(name).await;
    }
    for (filter, expected) in [
        ("userName sw \"100%\"", vec!["100%"]),
        ("userName co \"_\"", vec!["a_b"]),
        ("userName co \"*\"", vec!["a*b"]),
        ("userName sw \"[\"", vec!["[a]"]),
        ("userName ew \"%\"", vec!["100%"]),
    ] {
        assert_eq!(api.find("/Users", filter).await.expect(200).each("userName"), expected, "{filter}");
    }
}

async fn a_second_page_is_not_the_first(server: &mut Server) {
    let api = server.api().await;
    for number in 0..9 {
        api.post("/Users", json!({"userName": format!("u{number}"), "title": "same"})).await.expect(201);
    }
    for order in [
        "",
        "&sortBy=title",
        "&sortBy=title&sortOrder=descending",
        "&filter=title+eq+%22same%22",
        "&sortBy=nickName",
    ] {
        let mut seen = Vec::new();
        for start in [1, 4, 7] {
            seen.extend(
                api.get(&format!("/Users?startIndex={start}&count=3{order}")).await.expect(200).each("id"),
            );
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 9, "{order:?}");
    }
}

async fn removing_one_value_leaves_the_others(server: &mut Server) {
    let api = server.api().await;
    let emails = json!([{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x", "type": "home"}, {"value": "c@x", "type": "other"}]);
    let cases: [(Value, &[&str]); 5] = [
        (json!({"op": "remove", "path": "emails[type eq \"work\"]"}), &["b@x", "c@x"]),
        (json!({"op": "remove", "path": "emails[value ew \"x\" and type ne \"home\"]"}), &["b@x"]),
        (json!({"op": "Remove", "path": "emails", "value": [{"value": "B@X"}]}), &["a@x", "c@x"]),
        (json!({"op": "remove", "path": "emails", "value": {"type": "other"}}), &["a@x", "b@x"]),
        (json!({"op": "remove", "path": "emails"}), &[]),
    ];
    for (number, (operation, expected)) in cases.into_iter().enumerate() {
        let made =
            api.post("/Users", json!({"userName": format!("u{number}"), "emails": emails})).await.expect(201);
        let after = api.patch(&format!("/Users/{}", made.id()), json!([operation])).await.expect(200).body;
        let left: Vec<&str> = after["emails"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|email| email["value"].as_str().unwrap())
            .collect();
        assert_eq!(left, expected, "{operation}");
    }
}
