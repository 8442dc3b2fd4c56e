//! `/Bulk` (RFC 7644 §3.7).

use crate::support::{Api, Reply, Server, on_both_databases, on_sqlite};
use serde_json::{Value, json};
use std::time::Duration;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

on_both_databases!(
    operations_are_done_in_order,
    references_are_resolved_forward_backward_and_in_circles,
    each_operation_fails_alone,
    a_long_bulk_does_not_hold_up_others,
    requests_that_want_the_same_do_not_lock_each_other_out,
);
on_sqlite!(limits_are_kept, mistakes_of_form_are_told, scopes_count_for_each_operation);

async fn bulk(api: &Api, operations: Value) -> Reply {
    send(api, json!({ "Operations": operations })).await
}

async fn send(api: &Api, mut body: Value) -> Reply {
    body["schemas"] = json!(["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]);
    api.post("/Bulk", body).await
}

#[expect(clippy::needless_pass_by_value, reason = "callers write it in place")]
fn post(bulk_id: &str, endpoint: &str, data: Value) -> Value {
    json!({"method": "POST", "bulkId": bulk_id, "path": endpoint, "data": data})
}

/// The statuses of the operations, as they are written.
fn statuses(reply: &Reply) -> Vec<String> {
    let operations = reply.body["Operations"].as_array().unwrap_or_else(|| panic!("{}", reply.text));
    operations.iter().map(|operation| operation["status"].as_str().unwrap().to_owned()).collect()
}

/// The path of the resource that the operation with this number made.
fn path(api: &Api, reply: &Reply, number: usize) -> String {
    let location =
        reply.body["Operations"][number]["location"].as_str().unwrap_or_else(|| panic!("{}", reply.text));
    location.strip_prefix(&api.base).unwrap().to_owned()
}

async fn operations_are_done_in_order(server: &mut Server) {
    let api = server.api().await;
    let gone = api.user("gone").await;
    let kept = api.user("kept").await;
    let reply = bulk(
        &api,
        json!([
            {"method": "DELETE", "path": format!("/Users/{gone}")},
            post("one", "/Users", json!({"userName": "gone", "title": "again"})),
            {"method": "put", "path": format!("/Users/{kept}"), "data": {"userName": "kept", "title": "T"}},
            {"method": "PATCH", "path": format!("/Users/{kept}"), "version": "W/\"2\"",
                "data": {"Operations": [{"op": "add", "path": "nickName", "value": "N"}]}},
        ]),
    )
    .await
    .expect(200);
    assert_eq!(reply.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]));
    assert_eq!(statuses(&reply), ["204", "201", "200", "200"]);
    let operations = &reply.body["Operations"];
    assert_eq!(operations[1]["bulkId"], "one");
    assert_eq!(
        (&operations[1]["version"], &operations[3]["version"]),
        (&json!("W/\"1\""), &json!("W/\"3\""))
    );
    assert_eq!(api.get(&path(&api, &reply, 1)).await.expect(200).body["title"], "again");
    let user = api.get(&format!("/Users/{kept}")).await.expect(200);
    assert_eq!((&user.body["title"], &user.body["nickName"]), (&json!("T"), &json!("N")));
    api.get(&format!("/Users/{gone}")).await.refused(404, "");
}

async fn references_are_resolved_forward_backward_and_in_circles(server: &mut Server) {
    let api = server.api().await;
    let reply = bulk(
        &api,
        json!([
            post("all", "/Groups", json!({"displayName": "All", "members": [
                {"value": "bulkId:ada"}, {"value": "bulkId:team"}]})),
            post("team", "/Groups", json!({"displayName": "Team", "members": [{"value": "bulkId:all"}, {"value": "bulkId:bob"}]})),
            post("ada", "/Users", json!({"userName": "ada", ENTERPRISE: {"manager": {"value": "bulkId:bob"}}})),
            post("bob", "/Users", json!({"userName": "bob", "displayName": "Bob", ENTERPRISE: {"manager": "bulkId:ada"}})),
            {"method": "PATCH", "path": "/Users/bulkId:bob", "data": {"Operations": [
                {"op": "replace", "path": "title", "value": "T"}]}},
            post("cleo", "/Users", json!({"userName": "cleo"})),
            {"method": "PATCH", "path": "/Groups/bulkId:team", "data": {"Operations": [
                {"op": "add", "path": "members", "value": [{"value": "bulkId:cleo"}]},
                {"op": "remove", "path": "members[value eq \"bulkId:bob\"]"}]}},
        ]),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&reply), ["201", "201", "201", "201", "200", "201", "200"], "{}", reply.text);
    assert!(!reply.text.contains("bulkId:"));
    let members = async |number: usize| {
        let group = api.get(&path(&api, &reply, number)).await.expect(200).body;
        let mut ids: Vec<String> = group["members"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["value"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let id = |number: usize| path(&api, &reply, number).rsplit('/').next().unwrap().to_owned();
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!(members(0).await, sorted(vec![id(1), id(2)]));
    assert_eq!(members(1).await, sorted(vec![id(0), id(5)]));
    let ada = api.get(&path(&api, &reply, 2)).await.expect(200).body;
    assert_eq!(
        (&ada[ENTERPRISE]["manager"]["value"], &ada[ENTERPRISE]["manager"]["displayName"]),
        (&json!(id(3)), &json!("Bob"))
    );
    let bob = api.get(&path(&api, &reply, 3)).await.expect(200).body;
    assert_eq!((&bob[ENTERPRISE]["manager"]["value"], &bob["title"]), (&json!(id(2)), &json!("T")));
    assert_eq!(
        reply.body["Operations"][3]["version"].as_str(),
        bob["meta"]["version"].as_str().map(|_| "W/\"1\"")
    );
}

async fn each_operation_fails_alone(server: &mut Server) {
    let api = server.api().await;
    api.user("taken").await;
    let operations = json!([
        post("a", "/Users", json!({"userName": "TAKEN"})),
        post("b", "/Users", json!({"userName": "b"})),
        post("c", "/Groups", json!({"displayName": "C", "members": [{"value": "bulkId:a"}]})),
        post("d", "/Users", json!({"userName": "d", ENTERPRISE: {"manager": "bulkId:nobody"}})),
        {"method": "PATCH", "path": "/Users/none", "data": {"Operations": [{"op": "add", "path": "title", "value": "T"}]}},
        {"method": "DELETE", "path": "/Devices/1"},
        post("e", "/Users", json!({"userName": ["x"]})),
        // A circle of which one half cannot be made leaves nothing behind.
        post("f", "/Groups", json!({"displayName": "F", "members": [{"value": "bulkId:g"}]})),
        post("g", "/Groups", json!({"displayName": ["x"], "members": [{"value": "bulkId:f"}]})),
    ]);
    let reply = bulk(&api, operations.clone()).await.expect(200);
    assert_eq!(statuses(&reply), ["409", "201", "409", "409", "404", "404", "400", "409", "400"]);
    let operation = |number: usize| &reply.body["Operations"][number];
    assert_eq!(operation(0)["response"]["scimType"], "uniqueness");
    assert_eq!(operation(0).get("location"), None);
    assert!(operation(2)["response"]["detail"].as_str().unwrap().contains("bulkId:a"));
    assert!(operation(3)["response"]["detail"].as_str().unwrap().contains("bulkId:nobody"));
    assert_eq!(operation(4)["location"], format!("{}/Users/none", api.base));
    assert_eq!(operation(6)["response"]["scimType"], "invalidValue");
    assert_eq!(api.get("/Groups").await.expect(200).body["totalResults"], 0);
    assert_eq!(api.get("/Users").await.expect(200).each("userName"), ["taken", "b"]);

    // After as many errors as allowed, nothing more is done.
    let reply = send(
        &api,
        json!({"failOnErrors": 2, "Operations": [
            post("a", "/Users", json!({"userName": "taken"})),
            post("n", "/Users", json!({"userName": "n"})),
            post("b", "/Users", json!({"userName": "b"})),
            post("m", "/Users", json!({"userName": "m"})),
        ]}),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&reply), ["409", "201", "409"]);
    assert_eq!(api.get("/Users").await.expect(200).each("userName"), ["taken", "b", "n"]);

    // A circle that cannot be closed before the request ends leaves nothing behind either.
    api.group("Taken").await;
    let circle = [
        post("a", "/Groups", json!({"displayName": "A", "members": [{"value": "bulkId:b"}]})),
        post("b", "/Groups", json!({"displayName": "taken", "members": [{"value": "bulkId:a"}]})),
    ];
    for body in [json!({"Operations": circle}), json!({"failOnErrors": 1, "Operations": circle})] {
        assert_eq!(statuses(&send(&api, body).await.expect(200)), ["409", "409"]);
        assert_eq!(api.get("/Groups").await.expect(200).each("displayName"), ["Taken"]);
    }
}

/// Requests that change the same resources in opposite orders wait for each other, and none is refused.
async fn requests_that_want_the_same_do_not_lock_each_other_out(server: &mut Server) {
    let api = server.api().await;
    let mut groups = Vec::new();
    for number in 0..10 {
        groups.push(api.group(&format!("g{number}")).await);
    }
    let requests = (0..12).map(|client| {
        let (api, mut groups) = (api.clone(), groups.clone());
        if client % 2 == 0 {
            groups.reverse();
        }
        async move {
            let operations: Vec<Value> = groups
                .iter()
                .map(|id| {
                    let value = format!("{client}");
                    json!({"method": "PATCH", "path": format!("/Groups/{id}"), "data": {"Operations": [
                        {"op": "replace", "path": "externalId", "value": value}]}})
                })
                .collect();
            bulk(&api, json!(operations)).await.expect(200)
        }
    });
    for reply in futures_util::future::join_all(requests).await {
        assert!(statuses(&reply).iter().all(|status| status == "200"), "{}", reply.text);
    }
}

async fn a_long_bulk_does_not_hold_up_others(server: &mut Server) {
    let api = server.api().await;
    let operations: Vec<Value> = (0..1000)
        .map(|number| post(&number.to_string(), "/Users", json!({"userName": format!("user{number}")})))
        .collect();
    let (running, other) = (api.clone(), api.clone());
    let long = tokio::spawn(async move { bulk(&running, json!(operations)).await });
    // Writes of another client come in between: they are seen before the bulk is done.
    let mut between = 0;
    while !long.is_finished() {
        other.user(&format!("other{between}")).await;
        between += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let reply = long.await.unwrap().expect(200);
    assert!(statuses(&reply).iter().all(|status| status == "201"));
    assert!(between > 3, "{between}");
    assert_eq!(api.get("/Users?count=0").await.body["totalResults"], 1000 + between);
}

async fn limits_are_kept(server: &mut Server) {
    let api = server.api().await;
    let delete = json!({"method": "DELETE", "path": "/Users/x"});
    let detail = bulk(&api, json!(vec![delete.clone(); 1001])).await.refused(413, "");
    assert!(detail.contains("1000 operations"), "{detail}");
    assert_eq!(statuses(&bulk(&api, json!(vec![delete; 1000])).await.expect(200)).len(), 1000);
    let large = post("a", "/Users", json!({"userName": "a", "title": "x".repeat(1 << 20)}));
    assert!(bulk(&api, json!([large])).await.refused(413, "").contains("1048576 bytes"));
    assert_eq!(statuses(&bulk(&api, json!([])).await.expect(200)), Vec::<String>::new());
}

async fn mistakes_of_form_are_told(server: &mut Server) {
    let api = server.api().await;
    for (body, expected) in [
        (json!([]), "JSON object"),
        (json!({}), "Operations"),
        (json!({"Operations": [{"method": "GET", "path": "/Users"}]}), "method"),
        (json!({"Operations": [{"method": "POST", "path": "/Users", "data": {}}]}), "bulkId"),
        (json!({"Operations": [], "failOnErrors": -1}), "failOnErrors"),
    ] {
        let detail = api.post("/Bulk", body).await.refused(400, "invalidSyntax");
        assert!(detail.contains(expected), "{detail}");
    }
    let reply = bulk(
        &api,
        json!([
            {"method": "POST", "bulkId": "a", "path": "/Users/1", "data": {"userName": "a"}},
            {"method": "DELETE", "path": "/Users"},
            {"method": "PUT", "path": "/Users/1"},
        ]),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&reply), ["400", "400", "400"]);
    api.get("/Bulk").await.refused(405, "");
}

async fn scopes_count_for_each_operation(server: &mut Server) {
    let app = server.application(&["--scope", "managed-users:create"]);
    let api = Api::connect(&app).await;
    let reply = bulk(
        &api,
        json!([
            post("a", "/Users", json!({"userName": "a"})),
            post("b", "/Groups", json!({"displayName": "b"})),
            {"method": "DELETE", "path": "/Users/bulkId:a"},
        ]),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&reply), ["201", "403", "403"]);
}
