//! Microsoft's Postman collection for SCIM endpoints, request by request where one says more than another.

use crate::support::{Api, Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

on_both_databases!(
    endpoints_describe_the_server,
    users_are_made_read_changed_and_deleted,
    groups_are_made_read_changed_and_deleted,
    complex_attributes_are_asked_for,
    garbage_users_are_taken_or_refused,
    garbage_filters_and_pages_are_answered,
    garbage_groups_are_taken,
);

fn core_user(name: &str) -> Value {
    json!({
        "schemas": [USER], "UserName": name, "Active": true, "DisplayName": name,
        "externalId": format!("ext {name}"),
        "name": {"formatted": "Ryan Leenay", "familyName": "Leenay", "givenName": "Ryan"},
        "emails": [{"Primary": true, "type": "work", "value": format!("{name}@example.com")},
                   {"Primary": false, "type": "home", "value": format!("{name}@home.example.com")}]
    })
}

async fn made(api: &Api, name: &str) -> String {
    api.post("/Users", core_user(name)).await.expect(201).id()
}

async fn endpoints_describe_the_server(server: &mut Server) {
    let api = server.api().await;
    let types = api.get("/ResourceTypes").await.expect(200);
    assert_eq!(types.body["Resources"][0]["endpoint"], "/Users");
    assert!(api.get("/Schemas").await.expect(200).body["totalResults"].as_u64().unwrap() >= 3);
    let configuration = api.get("/ServiceProviderConfig").await.expect(200).body;
    assert_eq!(configuration["patch"]["supported"], true);
}

async fn users_are_made_read_changed_and_deleted(server: &mut Server) {
    let api = server.api().await;
    let ryan = made(&api, "ryan3").await;
    let mut enterprise = core_user("aspen");
    enterprise["schemas"] = json!([USER, ENTERPRISE]);
    enterprise[ENTERPRISE] =
        json!({"Department": "some department", "Manager": {"Value": "m"}, "employeeNumber": "701984"});
    let aspen = api.post("/Users", enterprise).await.expect(201);
    assert_eq!(aspen.body[ENTERPRISE]["department"], "some department");

    let path = format!("/Users/{ryan}");
    let read = api.get(&path).await.expect(200).body;
    assert_eq!((&read["userName"], &read["name"]["familyName"]), (&json!("ryan3"), &json!("Leenay")));
    assert_eq!(api.get("/Users").await.expect(200).body["totalResults"], 2);
    let shown = api.get(&format!("{path}?attributes=userName,emails")).await.expect(200).body;
    let mut names: Vec<&String> = shown.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["emails", "id", "schemas", "userName"]);
    // A slash behind the collection, a capital letter.
    let found = api.get("/Users/?filter=DisplayName+eq+%22ryan3%22").await.expect(200);
    assert_eq!(found.each("id"), [ryan.as_str()]);

    let renamed = api.patch(&path, json!([{"op": "replace", "path": "userName", "value": "5b50642d"}])).await;
    assert_eq!(renamed.expect(200).body["userName"], "5b50642d");
    let put = api
        .put(&path, json!({"schemas": [USER], "userName": "UserNameReplace2", "active": true, "emails": []}))
        .await
        .expect(200);
    assert_eq!((&put.body["userName"], put.body.get("emails")), (&json!("UserNameReplace2"), None));
    api.delete(&path).await.expect(204);
    api.get(&path).await.refused(404, "");
}

async fn groups_are_made_read_changed_and_deleted(server: &mut Server) {
    let api = server.api().await;
    let (one, two) = (made(&api, "one").await, made(&api, "two").await);
    let empty = api
        .post("/Groups", json!({"schemas": [GROUP], "displayName": "GroupDisplayName1", "members": []}))
        .await
        .expect(201);
    let with = json!({"schemas": [GROUP], "displayName": "GroupDisplayName2", "members": [{"value": one, "display": "VP"}]});
    let with = api.post("/Groups", with).await.expect(201);
    assert_eq!(with.body["members"][0]["value"], one);
    assert_eq!(api.get("/Groups").await.expect(200).body["totalResults"], 2);

    let path = format!("/Groups/{}", empty.id());
    let put = json!({"schemas": [GROUP], "displayName": "putName", "members": [{"value": one, "display": "VP"}, {"value": two, "display": "SO"}]});
    assert_eq!(api.put(&path, put).await.expect(200).body["members"].as_array().unwrap().len(), 2);
    api.patch(&path, json!([{"op": "remove", "path": format!("members[value eq \"{one}\"]")}]))
        .await
        .expect(204);
    let operation = json!({"name": "addMember", "op": "add", "path": "members", "value": [{"displayName": "new User", "value": one}]});
    api.patch(&path, json!([operation])).await.expect(204);
    assert_eq!(api.get(&path).await.body["members"].as_array().unwrap().len(), 2);
    // Without a value, all go.
    api.patch(&path, json!([{"op": "remove", "path": "members"}])).await.expect(204);
    assert_eq!(api.get(&path).await.body.get("members"), None);
    api.delete(&path).await.expect(204);
    api.delete(&format!("/Groups/{}", with.id())).await.expect(204);
    assert_eq!(api.get("/Groups").await.body["totalResults"], 0);
}

async fn complex_attributes_are_asked_for(server: &mut Server) {
    let api = server.api().await;
    let id = made(&api, "complex").await;
    for query in ["attributes=emails%5Btype+eq+%22work%22%5D", "attributes=emails%5Bvalue+eq+%22x%22%5D"] {
        for path in [format!("/Users?{query}"), format!("/Users/{id}?{query}")] {
            let body = api.get(&path).await.expect(200).body;
            let user = if body["Resources"].is_array() { &body["Resources"][0] } else { &body };
            assert_eq!((&user["id"], user.get("userName")), (&json!(id), None), "{path}");
            assert!(user["emails"].is_array(), "{path}");
        }
    }
}

async fn garbage_users_are_taken_or_refused(server: &mut Server) {
    let api = server.api().await;
    let mut text = core_user("text");
    text["Active"] = "True".into();
    let user = api.post("/Users", text).await.expect(201);
    assert_eq!(user.body["active"], true);
    let path = format!("/Users/{}", user.id());
    let detail = api.post("/Users", core_user("TEXT")).await.refused(409, "uniqueness");
    assert!(detail.contains("userName"), "{detail}");
    let mut nameless = core_user("x");
    nameless.as_object_mut().unwrap().remove("UserName");
    api.post("/Users", nameless.clone()).await.refused(400, "invalidValue");
    api.put(&path, nameless).await.refused(400, "invalidValue");
    for broken in
        ["{\"schemas\": [\"x\"], \"userName\": \"a\"", "{\"userName\": \"a\",, }", "\"userName\": \"a\""]
    {
        api.send(Method::POST, "/Users", Some(broken.to_owned())).await.refused(400, "invalidSyntax");
    }
    let misspelled =
        json!({"schemas": [USER], "userName": "text", "acctive": true, "nmae": {"formatted": "x"}});
    assert_eq!(api.put(&path, misspelled).await.expect(200).body.get("name"), None);
    // The collection asserts 204 here and takes 200, which the RFC's text begins with.
    let both = json!([{"op": "replace", "path": "userName", "value": "newName"}, {"op": "replace", "path": "active", "value": false}]);
    let after = api.patch(&path, both).await.expect(200).body;
    assert_eq!((&after["userName"], &after["active"]), (&json!("newName"), &json!(false)));
}

async fn garbage_filters_and_pages_are_answered(server: &mut Server) {
    let api = server.api().await;
    for name in ["OMalley", "Omar", "Ann", "Bea"] {
        made(&api, name).await;
    }
    let employee = json!({"userName": "Orla", "name": {"familyName": "Employee"}, "emails": [{"value": "orla@example.org", "type": "work"}]});
    let orla = api.post("/Users", employee).await.expect(201).id();
    let page = api.get("/Users?startIndex=1&count=2").await.expect(200).body;
    assert_eq!(
        (&page["itemsPerPage"], &page["totalResults"], &page["startIndex"]),
        (&json!(2), &json!(5), &json!(1))
    );
    // Without quotes, in mixed case.
    let found = api
        .find(
            "/Users",
            "name.FamilyName eq Employee and (emails.Value co example.com or emails.Value co example.org)",
        )
        .await;
    assert_eq!(found.expect(200).each("id"), [orla.as_str()]);
    assert_eq!(api.find("/Users", "userName sw O").await.expect(200).body["totalResults"], 3);
    assert_eq!(
        api.find("/Users", "meta.Created gt 2015-10-10T14:38:21.8617979-07:00").await.expect(200).body["totalResults"],
        5
    );
    assert_eq!(api.find("/Users", "userName eq \"nobody\"").await.expect(200).body["totalResults"], 0);
}

async fn garbage_groups_are_taken(server: &mut Server) {
    let api = server.api().await;
    let user = made(&api, "member").await;
    let group = api
        .post("/Groups", json!({"schemas": [GROUP], "displayName": "G", "members": [{"value": user}]}))
        .await
        .expect(201);
    let path = format!("/Groups/{}", group.id());
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "id": group.id(), "Operations": [{"op": "add", "path": "members", "value": "string id 1"}]});
    api.send(Method::PATCH, &path, Some(body.to_string())).await.expect(204);
    let whole = api.get(&path).await.expect(200).body;
    assert_eq!(whole["members"].as_array().unwrap().len(), 1, "who does not exist is no member");
    assert_eq!(
        api.get(&format!("{path}?excludedAttributes=members")).await.expect(200).body.get("members"),
        None
    );
    let put =
        api.put(&path, json!({"schemas": [GROUP], "id": "other", "displayName": "H"})).await.expect(200);
    assert_eq!(
        (put.id(), &put.body["displayName"], put.body.get("members")),
        (group.id(), &json!("H"), None)
    );
}
