//! Schemas and resource types that are not built in; passwords, which are switched on.

use crate::support::{Api, Server, on_both_databases, on_sqlite};
use serde_json::{Value, json};

const BADGE: &str = "urn:example:params:scim:schemas:extension:Badge";
const DEVICE: &str = "urn:example:params:scim:schemas:Device";

on_both_databases!(
    a_folder_of_schemas_serves_new_types,
    an_organization_has_its_own,
    passwords_are_written_and_never_shown
);
on_sqlite!(definitions_that_cannot_be_used_are_explained, definitions_in_use_stay);

fn device() -> Value {
    json!([
        {"id": DEVICE, "name": "Device", "attributes": [
            {"name": "serial", "required": true, "uniqueness": "server", "mutability": "immutable", "caseExact": true},
            {"name": "number", "type": "integer", "uniqueness": "server"},
            {"name": "weight", "type": "decimal"},
            {"name": "bought", "type": "dateTime"},
            {"name": "pin", "returned": "never"},
            {"name": "note", "returned": "request"},
            {"name": "tags", "multiValued": true},
            {"name": "origin", "type": "complex", "subAttributes": [
                {"name": "plant", "mutability": "immutable"}, {"name": "line"}, {"name": "code", "returned": "never"}
            ]},
            {"name": "keys", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "value", "returned": "never"}, {"name": "label"}
            ]},
            {"name": "owner", "type": "complex", "subAttributes": [
                {"name": "value"}, {"name": "$ref", "type": "reference", "referenceTypes": ["User"]},
                {"name": "display", "mutability": "readOnly"}
            ]},
            {"name": "parts", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "name", "required": true}, {"name": "count", "type": "integer"}, {"name": "primary", "type": "boolean"}
            ]}
        ]},
        {"name": "Device", "endpoint": "/Devices", "schema": DEVICE}
    ])
}

fn badge() -> Value {
    json!([
        {"id": BADGE, "name": "Badge", "attributes": [
            {"name": "number", "type": "integer", "indexed": false}, {"name": "doors", "multiValued": true}
        ]},
        {"name": "User", "endpoint": "/Users", "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
            "schemaExtensions": [{"schema": BADGE, "required": false}]}
    ])
}

fn write(server: &Server, name: &str, content: &Value) -> String {
    let path = server.database.directory.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content.to_string()).unwrap();
    path.display().to_string()
}

async fn a_folder_of_schemas_serves_new_types(server: &mut Server) {
    write(server, "schemas/device.json", &device());
    write(server, "schemas/user.json", &badge());
    let folder = server.database.directory.path().join("schemas").display().to_string();
    server.reconfigure(&format!("[scim]\nschemas = {folder:?}\n")).unwrap();
    let api = server.api().await;
    assert_eq!(
        api.get("/ResourceTypes").await.expect(200).each("endpoint"),
        ["/Users", "/Groups", "/Devices"]
    );
    assert_eq!(
        api.get(&format!("/Schemas/{DEVICE}")).await.expect(200).body["attributes"][0]["name"],
        "serial"
    );

    let ada = api
        .post(
            "/Users",
            json!({"userName": "ada", "displayName": "Ada", BADGE: {"number": "7", "doors": ["A", "b"]}}),
        )
        .await
        .expect(201);
    assert_eq!(ada.body[BADGE], json!({"number": 7, "doors": ["A", "b"]}));
    assert_eq!(ada.body["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User", BADGE]));
    for filter in [format!("{BADGE}:number gt 6"), format!("{BADGE}:doors eq \"B\""), format!("{BADGE} pr")] {
        assert_eq!(api.find("/Users", &filter).await.expect(200).each("id"), [ada.id()], "{filter}");
    }

    let body = json!({"serial": "S1", "number": 1, "weight": 1.5, "bought": "2024-02-29T10:00:00Z", "pin": "0000",
        "note": "n", "tags": ["x", "Y"], "owner": ada.id(), "parts": [{"name": "wheel", "count": 4}]});
    let made = api.post("/Devices", body).await.expect(201);
    let path = format!("/Devices/{}", made.id());
    assert_eq!(made.header("location"), format!("{}{path}", api.base));
    assert_eq!((made.body.get("pin"), made.body.get("note")), (None, None));
    let owner =
        json!({"value": ada.id(), "$ref": format!("{}/Users/{}", api.base, ada.id()), "display": "Ada"});
    assert_eq!(made.body["owner"], owner);
    assert_eq!(api.get(&format!("{path}?attributes=note,pin")).await.expect(200).body["note"], "n");
    for filter in [
        "number eq 1",
        "weight ge 1.5",
        "bought lt \"2024-03-01T00:00:00+01:00\"",
        "tags eq \"y\"",
        "note sw \"N\"",
        "parts[name eq \"WHEEL\" and count gt 3]",
        "owner.value pr",
    ] {
        assert_eq!(api.find("/Devices", filter).await.expect(200).each("id"), [made.id()], "{filter}");
    }
    api.find("/Devices", "pin eq \"0000\"").await.refused(400, "invalidFilter");
    hidden_values_are_not_found_out(&api).await;
    immutable_values_do_not_change_through_their_parents(&api).await;

    // Unique, immutable and required are what they say.
    assert!(api.post("/Devices", json!({"serial": "S1"})).await.refused(409, "uniqueness").contains("S1"));
    assert!(
        api.post("/Devices", json!({"serial": "S2", "number": 1}))
            .await
            .refused(409, "uniqueness")
            .contains("number")
    );
    api.post("/Devices", json!({"serial": "s1", "number": 2})).await.expect(201);
    api.post("/Devices", json!({"number": 3})).await.refused(400, "invalidValue");
    api.post("/Devices", json!({"serial": "S3", "parts": [{"count": 1}]})).await.refused(400, "invalidValue");
    api.patch(&path, json!([{"op": "replace", "path": "serial", "value": "S9"}]))
        .await
        .refused(400, "mutability");
    api.put(&path, json!({"serial": "S9"})).await.refused(400, "mutability");
    assert!(
        api.patch(&path, json!([{"op": "replace", "path": "number", "value": 2}]))
            .await
            .refused(409, "uniqueness")
            .contains("number")
    );
    let replaced = api.put(&path, json!({"number": 5})).await;
    assert_eq!(replaced.refused(400, "invalidValue"), "serial is required.");
    let replaced =
        api.put(&path, json!({"serial": "S1", "number": 5, "owner": {"value": ada.id()}})).await.expect(200);
    assert_eq!((&replaced.body["number"], replaced.body.get("tags")), (&json!(5), None));
    api.post("/Devices", json!({"serial": "S4", "number": 1})).await.expect(201);

    // Who owned it is gone.
    api.delete(&format!("/Users/{}", ada.id())).await.expect(204);
    assert_eq!(api.get(&path).await.expect(200).body.get("owner"), None);
    let found = api.post("/.search", json!({"filter": "serial pr", "sortBy": "serial"})).await.expect(200);
    assert_eq!(found.each("serial"), ["S1", "S4", "s1"]);
    api.delete(&path).await.expect(204);
}

async fn hidden_values_are_not_found_out(api: &Api) {
    let body = json!({"serial": "H", "origin": {"code": "c0de", "line": "l"}, "keys": [{"value": "k3y", "label": "l"}]});
    let made = api.post("/Devices", body).await.expect(201);
    let shown =
        api.get(&format!("/Devices/{}?attributes=origin,keys,keys.value", made.id())).await.expect(200);
    for reply in [&made, &shown] {
        assert!(!reply.text.contains("c0de") && !reply.text.contains("k3y"), "{}", reply.text);
    }
    for sort in ["origin.code", "keys.value", "keys", "pin"] {
        api.get(&format!("/Devices?sortBy={sort}&count=1&cursor=")).await.refused(400, "invalidValue");
    }
    for filter in [
        "origin.code pr",
        "origin[code eq \"c0de\"]",
        "keys eq \"k3y\"",
        "keys[value sw \"k\"]",
        "keys.value pr",
    ] {
        api.find("/Devices", filter).await.refused(400, "invalidFilter");
    }
    api.delete(&format!("/Devices/{}", made.id())).await.expect(204);
}

async fn immutable_values_do_not_change_through_their_parents(api: &Api) {
    let made = api.post("/Devices", json!({"serial": "I", "origin": {"plant": "one"}})).await.expect(201);
    let path = format!("/Devices/{}", made.id());
    for operation in [
        json!({"op": "replace", "path": "origin.plant", "value": "two"}),
        json!({"op": "replace", "path": "origin", "value": {"plant": "two"}}),
        json!({"op": "add", "value": {"origin": {"plant": "two"}}}),
        json!({"op": "remove", "path": "origin"}),
        json!({"op": "remove", "path": "origin.plant"}),
    ] {
        api.patch(&path, json!([operation])).await.refused(400, "mutability");
    }
    let more = json!([{"op": "replace", "path": "origin", "value": {"plant": "one", "line": "l"}}]);
    assert_eq!(api.patch(&path, more).await.expect(200).body["origin"], json!({"plant": "one", "line": "l"}));
    api.delete(&path).await.expect(204);
}

async fn an_organization_has_its_own(server: &mut Server) {
    server.json(&["org", "create", "Other"]);
    let file = write(server, "definitions.json", &json!([device(), badge()]));
    let ours = server.api().await;
    let theirs = Api::connect(&server.application(&["--org", "Other", "--all-scopes"])).await;
    ours.get("/Devices").await.refused(404, "");
    assert_eq!(server.json(&["schema", "add", &file])["added"].as_array().unwrap().len(), 4);
    // A running server notices.
    let mut tries = 0;
    while ours.get("/Devices").await.status != 200 {
        tries += 1;
        assert!(tries < 50, "it is not noticed");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    // Reads the schemas anew, which its answers are held against.
    let ours = server.api().await;
    ours.post("/Devices", json!({"serial": "S1"})).await.expect(201);
    let user = ours.post("/Users", json!({"userName": "ada", BADGE: {"number": 7}})).await.expect(201);
    assert_eq!(user.body[BADGE]["number"], 7);
    theirs.get("/Devices").await.refused(404, "");
    assert_eq!(theirs.get("/Schemas").await.expect(200).body["totalResults"], 3);
    assert_eq!(
        theirs
            .post("/Users", json!({"userName": "ada", BADGE: {"number": 7}}))
            .await
            .expect(201)
            .body
            .get(BADGE),
        None
    );
    let listed = server.json(&["schema", "list"]);
    let kinds: Vec<&str> =
        listed.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!((kinds.len(), kinds.iter().filter(|kind| **kind == "Schema").count()), (4, 2));
    assert_eq!(server.json(&["schema", "list", "--org", "Other"]), json!([]));
}

async fn definitions_in_use_stay(server: &mut Server) {
    let file = write(server, "definitions.json", &json!([device(), badge()]));
    server.json(&["schema", "add", &file]);
    let api = server.api().await;
    let device = api.post("/Devices", json!({"serial": "S1"})).await.expect(201).id();
    api.post("/Users", json!({"userName": "ada", BADGE: {"number": 7}})).await.expect(201);
    let refused = |id: &str| {
        let output = server.command(&["schema", "remove", id]);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused("Device").contains("1 resources use Device"));
    assert!(refused("User").contains("1 resources use User"));
    assert!(refused(DEVICE).contains("cannot be used"));
    assert!(refused("Nothing").contains("schema list"));
    api.delete(&format!("/Devices/{device}")).await.expect(204);
    server.json(&["schema", "remove", "Device"]);
    server.json(&["schema", "remove", DEVICE]);
    assert_eq!(server.json(&["schema", "list"]).as_array().unwrap().len(), 2);
}

async fn definitions_that_cannot_be_used_are_explained(server: &mut Server) {
    for (name, content, expected) in [
        ("form.json", json!({"id": "urn:x", "attributes": [{"name": 5}]}), "RFC 7643"),
        ("none.json", json!({"id": "urn:x"}), "neither a schema"),
        ("taken.json", json!({"name": "X", "endpoint": "/Users", "schema": DEVICE}), "/Users is taken"),
        ("missing.json", json!({"name": "X", "endpoint": "/Xs", "schema": "urn:missing"}), "urn:missing"),
    ] {
        let file = write(server, name, &content);
        for command in ["check", "add"] {
            let output = server.command(&["schema", command, &file]);
            let error = String::from_utf8(output.stderr).unwrap();
            assert!(!output.status.success() && error.contains(expected), "{name}: {error}");
        }
    }
    let file = write(server, "schemas/broken.json", &json!({"id": "urn:x", "attributes": [{"name": "a b"}]}));
    std::fs::write(&file, "{").unwrap();
    let folder = std::path::Path::new(&file).parent().unwrap().display().to_string();
    let error = server.reconfigure(&format!("[scim]\nschemas = {folder:?}\n")).unwrap_err();
    assert!(error.contains("broken.json"), "{error}");
}

async fn passwords_are_written_and_never_shown(server: &mut Server) {
    let api = server.api().await;
    let ignored = api.post("/Users", json!({"userName": "zoe", "password": "s3cret"})).await.expect(201);
    assert!(!ignored.text.contains("s3cret"), "off by default");
    server.reconfigure("[scim]\npasswords = true\n").unwrap();
    let api = server.api().await;
    let schema = api.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User").await.expect(200).body;
    let password = schema["attributes"].as_array().unwrap().iter().find(|a| a["name"] == "password").unwrap();
    assert_eq!((&password["mutability"], &password["returned"]), (&json!("writeOnly"), &json!("never")));
    let url = format!("{}/ServiceProviderConfig", api.base);
    let features: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert_eq!(features["changePassword"]["supported"], true);

    let made = api.post("/Users", json!({"userName": "ada", "Password": "s3cret-1"})).await.expect(201);
    let path = format!("/Users/{}", made.id());
    let version = |reply: &crate::support::Reply| reply.header("etag").to_owned();
    let patched = api
        .patch(&path, json!([{"op": "replace", "path": "password", "value": "s3cret-2"}]))
        .await
        .expect(200);
    assert_eq!((version(&made), version(&patched)), ("W/\"1\"".into(), "W/\"2\"".into()));
    let both = json!([{"op": "add", "value": {"title": "T", "password": "s3cret-3"}}]);
    let patched = api.patch(&path, both).await.expect(200);
    assert_eq!(patched.body["title"], "T");
    let replaced = api.put(&path, json!({"userName": "ada", "password": "s3cret-4"})).await.expect(200);
    for text in [
        made.text,
        patched.text,
        replaced.text,
        api.get(&path).await.expect(200).text,
        api.get(&format!("{path}?attributes=password,userName")).await.expect(200).text,
        api.get("/Users").await.expect(200).text,
    ] {
        assert!(
            !text.contains("s3cret")
                && !text.to_lowercase().contains("\"password\"")
                && !text.contains("argon2"),
            "{text}"
        );
    }
    api.find("/Users", "password eq \"s3cret-4\"").await.refused(400, "invalidFilter");
    api.find("/Users", "password pr").await.refused(400, "invalidFilter");
    api.get("/Users?sortBy=password").await.refused(400, "invalidValue");
    api.patch(&path, json!([{"op": "replace", "path": "password", "value": {"a": 1}}]))
        .await
        .refused(400, "invalidValue");
    let long = json!({"userName": "x", "password": "x".repeat(2000)});
    assert!(api.post("/Users", long).await.refused(400, "invalidValue").contains("1024 bytes"));
    let cleared = api.patch(&path, json!([{"op": "remove", "path": "password"}])).await.expect(200);
    let again = api.patch(&path, json!([{"op": "remove", "path": "password"}])).await.expect(200);
    assert_eq!(version(&cleared), version(&again), "what is not there cannot go");
}
