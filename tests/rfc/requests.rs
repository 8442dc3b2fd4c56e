//! RFC 7644 §3: the example requests, in the order of the text.

use crate::support::{Api, Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases!(
    creating,
    querying,
    searching,
    replacing,
    patching_members,
    patching_users,
    bulk,
    removing,
    errors
);

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

fn barbara() -> Value {
    json!({
        "schemas": [USER], "userName": "bjensen", "externalId": "bjensen",
        "name": {"formatted": "Ms. Barbara J Jensen III", "familyName": "Jensen", "givenName": "Barbara"}
    })
}

/// §3.3
async fn creating(server: &mut Server) {
    let api = server.api().await;
    let headers = [("accept", "application/scim+json"), ("content-type", "application/scim+json")];
    let made = api.send_with(Method::POST, "/Users", &headers, Some(barbara().to_string())).await.expect(201);
    assert_eq!(made.header("location"), format!("{}/Users/{}", api.base, made.id()));
    for (name, value) in barbara().as_object().unwrap() {
        assert_eq!(made.body[name], *value, "{name}");
    }
    // §3.4.1
    let read = api.get(&format!("/Users/{}", made.id())).await.expect(200);
    assert_eq!(read.body, made.body);
    // §3.14
    let tagged = [("if-none-match", made.header("etag"))];
    api.send_with(Method::GET, &format!("/Users/{}", made.id()), &tagged, None).await.expect(304);
}

/// §3.4.2: every filter of table 3 and figure 2 finds the one that it describes.
async fn querying(server: &mut Server) {
    let api = server.api().await;
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let id = api
        .post(
            "/Users",
            json!({"userName": "Jbjensen", "title": "Guide", "userType": "Employee", "name": {"familyName": "O'Malley"},
                "emails": [{"type": "work", "value": "x@example.com"}], "ims": [{"type": "xmpp", "value": "x@foo.com"}],
                enterprise: {"department": "D"}}),
        )
        .await
        .expect(201)
        .id();
    api.post("/Users", json!({"userName": "other", "userType": "Robot"})).await.expect(201);
    for filter in [
        "userName eq \"jbjensen\"",
        "name.familyName co \"O'Malley\"",
        "userName sw \"J\"",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"",
        "title pr",
        "title pr and userType eq \"Employee\"",
        "title pr or userType eq \"Intern\"",
        "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
        "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")",
        "userType eq \"Employee\" and (emails.type eq \"work\")",
        "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]",
        "emails[type eq \"work\" and value co \"@example.com\"] or ims[type eq \"xmpp\" and value co \"@foo.com\"]",
    ] {
        assert_eq!(api.find("/Users", filter).await.expect(200).each("id"), [id.as_str()], "{filter}");
    }
    for operator in ["gt", "ge"] {
        let filter = format!("meta.lastModified {operator} \"2011-05-13T04:42:34Z\"");
        assert_eq!(api.find("/Users", &filter).await.expect(200).body["totalResults"], 2, "{filter}");
    }
    for operator in ["lt", "le"] {
        let filter = format!("meta.lastModified {operator} \"2011-05-13T04:42:34Z\"");
        assert_eq!(api.find("/Users", &filter).await.expect(200).body["totalResults"], 0, "{filter}");
    }
    let not =
        "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")";
    assert_eq!(api.find("/Users", not).await.expect(200).each("userName"), ["other"]);
    // §3.4.2.1: at the root, and with the resource type in the filter.
    api.group("G").await;
    let all =
        api.get("?filter=(meta.resourceType+eq+User)+or+(meta.resourceType+eq+Group)").await.expect(200).body;
    assert_eq!(all["totalResults"], 3);
    // §3.4.2.4
    let page = api.get("/Users?startIndex=1&count=10").await.expect(200).body;
    assert_eq!(
        (&page["totalResults"], &page["itemsPerPage"], &page["startIndex"]),
        (&json!(2), &json!(2), &json!(1))
    );
    let shown = api.get("?attributes=userName&filter=userName+pr").await.expect(200).body;
    assert_eq!(shown["totalResults"], 2);
}

/// §3.4.3
async fn searching(server: &mut Server) {
    let api = server.api().await;
    api.post("/Users", json!({"userName": "a", "displayName": "Smith, James"})).await.expect(201);
    api.post("/Groups", json!({"displayName": "Smith Family"})).await.expect(201);
    api.post("/Users", json!({"userName": "b", "displayName": "Jones"})).await.expect(201);
    let request = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["displayName", "userName"], "filter": "displayName sw \"smith\"", "startIndex": 1, "count": 10
    });
    let found = api.post("/.search", request).await.expect(200);
    let mut names = found.each("displayName");
    names.sort();
    assert_eq!(
        (names, &found.body["totalResults"]),
        (vec!["Smith Family".to_owned(), "Smith, James".to_owned()], &json!(2))
    );
}

/// §3.5.1
async fn replacing(server: &mut Server) {
    let api = server.api().await;
    let id = api.post("/Users", barbara()).await.expect(201).id();
    let mut new = barbara();
    new["id"] = id.as_str().into();
    new["name"]["middleName"] = "Jane".into();
    new["roles"] = json!([]);
    new["emails"] = json!([{"value": "bjensen@example.com"}, {"value": "babs@jensen.org"}]);
    let put = api.put(&format!("/Users/{id}"), new.clone()).await.expect(200).body;
    for name in ["userName", "externalId", "name", "emails"] {
        assert_eq!(put[name], new[name], "{name}");
    }
    assert_eq!(put.get("roles"), None, "an empty list is no value");
}

async fn two_users(api: &Api) -> (String, String) {
    (api.user("bjensen").await, api.user("jsmith").await)
}

/// §3.5.2.1 to §3.5.2.3, of groups
async fn patching_members(server: &mut Server) {
    let api = server.api().await;
    let (babs, james) = two_users(&api).await;
    let path = format!("/Groups/{}", api.group("Tour Guides").await);
    let count = async || api.get(&path).await.expect(200).body["members"].as_array().map_or(0, Vec::len);
    let member = |id: &str, name: &str| json!({"display": name, "$ref": format!("https://example.com/v2/Users/{id}"), "value": id});
    api.patch(&path, json!([{"op": "add", "path": "members", "value": [member(&babs, "Babs Jensen")]}]))
        .await
        .expect(204);
    assert_eq!(count().await, 1);
    api.patch(&path, json!([{"op": "remove", "path": format!("members[value eq \"{babs}\"]")}]))
        .await
        .expect(204);
    assert_eq!(count().await, 0);
    let swap = json!([
        {"op": "remove", "path": format!("members[value eq \"{babs}\"]")},
        {"op": "add", "path": "members", "value": [member(&james, "James Smith")]}
    ]);
    api.patch(&path, swap).await.expect(204);
    api.patch(&path, json!([{"op": "remove", "path": "members"}])).await.expect(204);
    assert_eq!(count().await, 0);
    let both = json!([{"op": "replace", "path": "members", "value": [member(&babs, "Babs Jensen"), member(&james, "James Smith")]}]);
    api.patch(&path, both).await.expect(204);
    assert_eq!(count().await, 2);
}

/// §3.5.2.1 to §3.5.2.3, of users
async fn patching_users(server: &mut Server) {
    let api = server.api().await;
    let mut body = barbara();
    body["addresses"] =
        json!([{"type": "work", "streetAddress": "1 Way"}, {"type": "home", "streetAddress": "2 Way"}]);
    body["emails"] =
        json!([{"type": "work", "value": "b@example.com"}, {"type": "home", "value": "b@jensen.org"}]);
    let path = format!("/Users/{}", api.post("/Users", body).await.expect(201).id());
    let patch = async |operation: Value| api.patch(&path, json!([operation])).await.expect(200).body;
    let added = patch(json!({"op": "add", "value": {"emails": [{"value": "babs@jensen.org", "type": "home"}], "nickname": "Babs"}})).await;
    assert_eq!((added["emails"].as_array().unwrap().len(), &added["nickName"]), (3, &json!("Babs")));
    let removed =
        patch(json!({"op": "remove", "path": "emails[type eq \"work\" and value ew \"example.com\"]"})).await;
    assert_eq!(removed["emails"].as_array().unwrap().len(), 2);
    let address = json!({"type": "work", "streetAddress": "911 Universal City Plaza", "locality": "Hollywood", "region": "CA",
        "postalCode": "91608", "country": "US", "formatted": "911 Universal City Plaza\nHollywood, CA 91608 US", "primary": true});
    let replaced =
        patch(json!({"op": "replace", "path": "addresses[type eq \"work\"]", "value": address})).await;
    let work = |user: &Value| {
        user["addresses"].as_array().unwrap().iter().find(|a| a["type"] == "work").unwrap().clone()
    };
    assert_eq!(work(&replaced), address);
    let street = patch(json!({"op": "replace", "path": "addresses[type eq \"work\"].streetAddress", "value": "1010 Broadway Ave"})).await;
    assert_eq!(work(&street)["streetAddress"], "1010 Broadway Ave");
    let emails = json!([{"value": "bjensen@example.com", "type": "work", "primary": true}, {"value": "babs@jensen.org", "type": "home"}]);
    let whole = patch(json!({"op": "replace", "value": {"emails": emails, "nickname": "Barbs"}})).await;
    assert_eq!((&whole["emails"], &whole["nickName"]), (&emails, &json!("Barbs")));
}

/// §3.7.1 to §3.7.3
async fn bulk(server: &mut Server) {
    let api = server.api().await;
    let request = |operations: Value| json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "failOnErrors": 1, "Operations": operations});
    // A user and a group that has it.
    let operations = json!([
        {"method": "POST", "path": "/Users", "bulkId": "qwerty", "data": {"schemas": [USER], "userName": "Alice"}},
        {"method": "POST", "path": "/Groups", "bulkId": "ytrewq", "data": {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Tour Guides", "members": [{"type": "User", "value": "bulkId:qwerty"}]}}
    ]);
    let done = api.post("/Bulk", request(operations)).await.expect(200).body["Operations"].clone();
    assert_eq!((&done[0]["status"], &done[1]["status"]), (&json!("201"), &json!("201")));
    let path = |operation: &Value| {
        operation["location"].as_str().unwrap().strip_prefix(&api.base).unwrap().to_owned()
    };
    let (alice, guides) = (path(&done[0]), path(&done[1]));
    assert_eq!(
        api.get(&guides).await.expect(200).body["members"][0]["value"],
        alice.trim_start_matches("/Users/")
    );
    // Two groups, each a member of the other.
    let circle = json!([
        {"method": "POST", "path": "/Groups", "bulkId": "qwerty", "data": {"displayName": "Group A", "members": [{"type": "Group", "value": "bulkId:ytrewq"}]}},
        {"method": "POST", "path": "/Groups", "bulkId": "ytrewq", "data": {"displayName": "Group B", "members": [{"type": "Group", "value": "bulkId:qwerty"}]}}
    ]);
    let done = api.post("/Bulk", request(circle)).await.expect(200).body["Operations"].clone();
    let (a, b) = (path(&done[0]), path(&done[1]));
    assert_eq!(api.get(&a).await.expect(200).body["members"][0]["value"], b.trim_start_matches("/Groups/"));
    assert_eq!(api.get(&b).await.expect(200).body["members"][0]["value"], a.trim_start_matches("/Groups/"));
    // All four methods.
    let jim = api.user("Jim").await;
    let four = json!([
        {"method": "POST", "path": "/Users", "bulkId": "new", "data": {"schemas": [USER], "userName": "Alice2"}},
        {"method": "PUT", "path": format!("/Users/{jim}"), "version": "W/\"1\"", "data": {"schemas": [USER], "id": jim, "userName": "Bob"}},
        {"method": "PATCH", "path": format!("/Users/{jim}"), "data": {"Operations": [
            {"op": "remove", "path": "nickName"}, {"op": "add", "path": "userName", "value": "Dave"}]}},
        {"method": "DELETE", "path": alice}
    ]);
    let done = api.post("/Bulk", request(four)).await.expect(200).body["Operations"].clone();
    let statuses: Vec<&str> =
        done.as_array().unwrap().iter().map(|operation| operation["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["201", "200", "200", "204"]);
    assert_eq!(api.get(&format!("/Users/{jim}")).await.expect(200).body["userName"], "Dave");
    // §3.7.3: the first error ends it.
    let failing = json!([
        {"method": "POST", "path": "/Users", "bulkId": "1", "data": {"schemas": [USER], "userName": "dave"}},
        {"method": "POST", "path": "/Users", "bulkId": "2", "data": {"schemas": [USER], "userName": "never"}}
    ]);
    let done = api.post("/Bulk", request(failing)).await.expect(200).body["Operations"].clone();
    assert_eq!(
        (done.as_array().unwrap().len(), &done[0]["status"], &done[0]["response"]["scimType"]),
        (1, &json!("409"), &json!("uniqueness"))
    );
}

/// §3.6
async fn removing(server: &mut Server) {
    let api = server.api().await;
    let made = api.post("/Users", barbara()).await.expect(201);
    let path = format!("/Users/{}", made.id());
    let stale = [("if-match", "W/\"c310cd84f0281b7\"")];
    api.send_with(Method::DELETE, &path, &stale, None).await.refused(412, "");
    let fresh = [("if-match", made.header("etag"))];
    api.send_with(Method::DELETE, &path, &fresh, None).await.expect(204);
    api.get(&path).await.refused(404, "");
    // The name is free again.
    api.post("/Users", barbara()).await.expect(201);
}

/// §3.12, §4
async fn errors(server: &mut Server) {
    let api = server.api().await;
    api.get("/Users/2819c223-7f76-453a-919d-413861904646").await.refused(404, "");
    let path = format!("/Users/{}", api.user("a").await);
    let detail = api
        .patch(&path, json!([{"op": "replace", "path": "id", "value": "x"}]))
        .await
        .refused(400, "mutability");
    assert!(detail.contains("id"), "{detail}");
    api.get("/Schemas?filter=id+pr").await.refused(403, "");
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes", "/ResourceTypes/User"] {
        api.get(path).await.expect(200);
    }
}
