//! RFC 7643 §8: the example resources, as they are printed there.

use crate::support::{Api, Server, on_both_databases};
use serde_json::{Value, json};

on_both_databases!(minimal_user, full_user, enterprise_user, group);

/// What a server shows otherwise than it was sent: what it alone may say, and what it does not show.
const NOT_THE_CLIENTS: &[&str] = &["id", "meta", "groups", "password"];

/// Sends it by POST, again by PUT, and as a PATCH; each time it reads back as it was sent.
async fn round_trips(api: &Api, endpoint: &str, example: &Value) {
    let made = api.post(endpoint, example.clone()).await.expect(201);
    let path = format!("{endpoint}/{}", made.id());
    same(example, &made.body);
    let put = api.put(&path, example.clone()).await.expect(200);
    assert_eq!(put.body, made.body, "a PUT of the same changes nothing");
    let patched = api.patch(&path, json!([{"op": "replace", "value": example}])).await;
    assert!(matches!(patched.status, 200 | 204), "{}", patched.text);
    same(example, &api.get(&path).await.expect(200).body);
    api.delete(&path).await.expect(204);
}

fn same(example: &Value, shown: &Value) {
    for (name, value) in example.as_object().unwrap() {
        if !NOT_THE_CLIENTS.contains(&name.as_str()) {
            assert_eq!(shown[name], *value, "{name}");
        }
    }
}

/// §8.1
async fn minimal_user(server: &mut Server) {
    let example = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "userName": "bjensen@example.com",
        "meta": {
            "resourceType": "User",
            "created": "2010-01-23T04:56:22Z",
            "lastModified": "2011-05-13T04:42:34Z",
            "version": "W/\"3694e05e9dff590\"",
            "location": "https://example.com/v2/Users/2819c223-7f76-453a-919d-413861904646"
        }
    });
    round_trips(&server.api().await, "/Users", &example).await;
}

/// §8.2; the certificate is another, for the RFC's is shortened.
fn full() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "externalId": "701984",
        "userName": "bjensen@example.com",
        "name": {
            "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara",
            "middleName": "Jane", "honorificPrefix": "Ms.", "honorificSuffix": "III"
        },
        "displayName": "Babs Jensen",
        "nickName": "Babs",
        "profileUrl": "https://login.example.com/bjensen",
        "emails": [
            {"value": "bjensen@example.com", "type": "work", "primary": true},
            {"value": "babs@jensen.org", "type": "home"}
        ],
        "addresses": [
            {"formatted": "100 Universal City Plaza\nHollywood, CA 91608 USA", "streetAddress": "100 Universal City Plaza",
             "locality": "Hollywood", "region": "CA", "postalCode": "91608", "country": "USA", "type": "work", "primary": true},
            {"formatted": "456 Hollywood Blvd\nHollywood, CA 91608 USA", "streetAddress": "456 Hollywood Blvd",
             "locality": "Hollywood", "region": "CA", "postalCode": "91608", "country": "USA", "type": "home"}
        ],
        "phoneNumbers": [{"value": "555-555-5555", "type": "work"}, {"value": "555-555-4444", "type": "mobile"}],
        "ims": [{"value": "someaimhandle", "type": "aim"}],
        "photos": [
            {"value": "https://photos.example.com/profilephoto/72930000000Ccne/F", "type": "photo"},
            {"value": "https://photos.example.com/profilephoto/72930000000Ccne/T", "type": "thumbnail"}
        ],
        "userType": "Employee",
        "title": "Tour Guide",
        "preferredLanguage": "en-US",
        "locale": "en-US",
        "timezone": "America/Los_Angeles",
        "active": true,
        "password": "t1meMa$heen",
        "groups": [
            {"value": "e9e30dba-f08f-4109-8486-d5c6a331660a", "$ref": "https://example.com/v2/Groups/e9e30dba-f08f-4109-8486-d5c6a331660a", "display": "Tour Guides"},
            {"value": "fc348aa8-3835-40eb-a20b-c726e15c55b5", "$ref": "https://example.com/v2/Groups/fc348aa8-3835-40eb-a20b-c726e15c55b5", "display": "Employees"}
        ],
        "x509Certificates": [{"value": "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVM="}],
        "meta": {
            "resourceType": "User", "created": "2010-01-23T04:56:22Z", "lastModified": "2011-05-13T04:42:34Z",
            "version": "W/\"a330bc54f0671c9\"", "location": "https://example.com/v2/Users/2819c223-7f76-453a-919d-413861904646"
        }
    })
}

async fn full_user(server: &mut Server) {
    round_trips(&server.api().await, "/Users", &full()).await;
}

/// §8.3; the manager is one that is there, for its `$ref` is the server's to say.
async fn enterprise_user(server: &mut Server) {
    let api = server.api().await;
    let manager =
        api.post("/Users", json!({"userName": "jsmith", "displayName": "John Smith"})).await.expect(201).id();
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let mut example = full();
    example["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:User", enterprise]);
    example[enterprise] = json!({
        "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios",
        "division": "Theme Park", "department": "Tour Operations",
        "manager": {"value": manager, "$ref": format!("{}/Users/{manager}", api.base), "displayName": "John Smith"}
    });
    round_trips(&api, "/Users", &example).await;
}

/// §8.4; the members are such as are there.
async fn group(server: &mut Server) {
    let api = server.api().await;
    let mut members = Vec::new();
    for (user_name, display) in [("bjensen", "Babs Jensen"), ("mpepperidge", "Mandy Pepperidge")] {
        let id =
            api.post("/Users", json!({"userName": user_name, "displayName": display})).await.expect(201).id();
        members.push(json!({"value": id, "$ref": format!("{}/Users/{id}", api.base), "type": "User", "display": display}));
    }
    let example = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": "e9e30dba-f08f-4109-8486-d5c6a331660a",
        "displayName": "Tour Guides",
        "members": members,
        "meta": {"resourceType": "Group", "created": "2010-01-23T04:56:22Z", "lastModified": "2011-05-13T04:42:34Z",
            "version": "W/\"3694e05e9dff592\"", "location": "https://example.com/v2/Groups/e9e30dba-f08f-4109-8486-d5c6a331660a"}
    });
    round_trips(&api, "/Groups", &example).await;
}
