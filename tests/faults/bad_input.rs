//! Wrong input: a precise 400 or 413, never a 500, and nothing half done.

use crate::support::{Api, Server, on_both_databases, on_sqlite};
use reqwest::Method;
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

on_both_databases!(
    nul_is_refused_everywhere,
    texts_of_every_kind_are_kept_as_they_are,
    identifiers_of_every_kind_are_not_found,
    limits_of_indexed_values_are_told,
    numbers_beyond_measure_are_no_error_of_the_server,
);
on_sqlite!(
    a_wrong_type_names_the_attribute_and_what_was_expected,
    misspelled_attributes_are_ignored,
    read_only_attributes_cannot_be_written,
    garbage_is_a_400_everywhere,
    nesting_and_length_have_limits,
    what_is_required_stays,
    paths_that_mean_nothing_are_told_apart,
    headers_of_every_kind_are_survived,
);

/// An attribute and its sub-attributes, as `/Schemas` has them.
async fn user_attributes(api: &Api) -> Vec<Value> {
    let schemas = api.get("/Schemas").await.expect(200).body;
    schemas["Resources"][0]["attributes"].as_array().unwrap().clone()
}

fn wrong_value(attribute: &Value) -> Value {
    match attribute["type"].as_str().unwrap() {
        "string" | "reference" | "binary" => json!({"a": 1}),
        "boolean" => json!("perhaps"),
        "integer" | "decimal" => json!("many"),
        "dateTime" => json!("yesterday"),
        _ => json!(5),
    }
}

fn expected_words(attribute: &Value) -> &'static str {
    match attribute["type"].as_str().unwrap() {
        "string" | "reference" => "a text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "decimal" => "a number",
        "dateTime" => "a date and time",
        "binary" => "base64",
        _ => "an object",
    }
}

async fn a_wrong_type_names_the_attribute_and_what_was_expected(server: &mut Server) {
    let api = server.api().await;
    let path = format!("/Users/{}", api.user("ada").await);
    let before = api.get(&path).await.body;
    for attribute in user_attributes(&api).await {
        let name = attribute["name"].as_str().unwrap();
        if attribute["mutability"] == "readOnly" {
            continue;
        }
        let mut cases = vec![(wrong_value(&attribute), name.to_owned(), expected_words(&attribute))];
        for sub in attribute["subAttributes"].as_array().into_iter().flatten() {
            if sub["mutability"] != "readOnly" {
                let sub_name = sub["name"].as_str().unwrap();
                cases.push((
                    json!({sub_name: wrong_value(sub)}),
                    format!("{name}.{sub_name}"),
                    expected_words(sub),
                ));
            }
        }
        for (wrong, named, words) in cases {
            let mut body = json!({"userName": "bob"});
            body[name] = if attribute["multiValued"] == true { json!([wrong]) } else { wrong.clone() };
            for reply in [
                api.post("/Users", body.clone()).await,
                api.put(&path, body.clone()).await,
                api.patch(&path, json!([{"op": "add", "path": name, "value": body[name]}])).await,
                api.patch(&path, json!([{"op": "replace", "value": {name: body[name]}}])).await,
            ] {
                let detail = reply.refused(400, "invalidValue");
                assert!(detail.contains(&named) && detail.contains(words), "{body}: {detail}");
            }
        }
        if attribute["multiValued"] == false {
            let mut body = json!({"userName": "bob"});
            body[name] = json!([["x"], ["y"]]);
            assert!(api.post("/Users", body).await.refused(400, "invalidValue").contains(name));
        }
    }
    assert_eq!(api.get(&path).await.body, before);
    assert_eq!(api.get("/Users").await.body["totalResults"], 1);
}

async fn misspelled_attributes_are_ignored(server: &mut Server) {
    let api = server.api().await;
    let body = json!({"userName": "ada", "nikcName": "x", "name": {"givenNmae": "x", "familyName": "B"}, "emails": [{"value": "a@b", "vlaue": "x"}],
        ENTERPRISE: {"departmnt": "x", "division": "D"}, "urn:unknown": {"a": 1}, "": 1});
    let made = api.post("/Users", body.clone()).await.expect(201);
    let path = format!("/Users/{}", made.id());
    assert_eq!(
        (&made.body["name"], &made.body["emails"]),
        (&json!({"familyName": "B"}), &json!([{"value": "a@b"}]))
    );
    assert_eq!(made.body[ENTERPRISE], json!({"division": "D"}));
    assert_eq!(api.put(&path, body).await.expect(200).body["meta"]["version"], made.body["meta"]["version"]);
    let after = api
        .patch(&path, json!([{"op": "replace", "value": {"nikcName": "x", "title": "T"}}]))
        .await
        .expect(200)
        .body;
    assert_eq!((after.get("nikcName"), &after["title"]), (None, &json!("T")));
    let detail = api
        .patch(&path, json!([{"op": "replace", "path": "nikcName", "value": "x"}]))
        .await
        .refused(400, "invalidPath");
    assert!(detail.contains("nikcName"), "{detail}");
}

async fn read_only_attributes_cannot_be_written(server: &mut Server) {
    let api = server.api().await;
    let sent = json!({"userName": "ada", "id": "mine", "meta": {"created": "2001-01-01T00:00:00Z", "version": "W/\"9\""}, "groups": [{"value": "g"}]});
    let made = api.post("/Users", sent.clone()).await.expect(201);
    let path = format!("/Users/{}", made.id());
    assert_ne!(made.id(), "mine");
    assert_eq!(made.body.get("groups"), None);
    assert_eq!(made.header("etag"), "W/\"1\"");
    // RFC 7644 §3.5.1: ignored in a PUT.
    assert_eq!(api.put(&path, sent).await.expect(200).body, made.body);
    // §3.5.2: an error in a PATCH that names them.
    for (name, value) in [
        ("id", json!("x")),
        ("meta", json!({"created": "x"})),
        ("meta.created", json!("2001-01-01T00:00:00Z")),
        ("groups", json!([{"value": "g"}])),
        ("groups[value eq \"g\"].display", json!("x")),
    ] {
        for op in ["add", "replace", "remove"] {
            let detail = api
                .patch(&path, json!([{"op": op, "path": name, "value": value}]))
                .await
                .refused(400, "mutability");
            assert!(detail.contains("read-only"), "{detail}");
        }
    }
    assert_eq!(api.get(&path).await.body, made.body);
}

async fn nul_is_refused_everywhere(server: &mut Server) {
    let api = server.api().await;
    let path = format!("/Users/{}", api.user("ada").await);
    let group = format!("/Groups/{}", api.group("G").await);
    for body in [
        json!({"userName": "a\0"}),
        json!({"userName": "a", "externalId": "\0"}),
        json!({"userName": "a", "name": {"givenName": "\0"}}),
        json!({"userName": "a", "emails": [{"value": "x\0y"}]}),
        json!({"userName": "a", ENTERPRISE: {"department": "\0"}}),
        json!({"userName": "a", ENTERPRISE: {"manager": "\0"}}),
        json!({"userName": "a", "roles": ["\0"]}),
        json!({"userName": "a", "photos": [{"value": "\0"}]}),
    ] {
        assert!(
            api.post("/Users", body.clone()).await.refused(400, "invalidValue").contains("NUL"),
            "{body}"
        );
        api.put(&path, body).await.refused(400, "invalidValue");
    }
    api.post("/Groups", json!({"displayName": "\0"})).await.refused(400, "invalidValue");
    for (target, operation) in [
        (&path, json!({"op": "add", "path": "title", "value": "\0"})),
        (&path, json!({"op": "replace", "value": {"name.givenName": "\0"}})),
        (&path, json!({"op": "add", "path": "emails[type eq \"work\"].value", "value": "\0"})),
        (&group, json!({"op": "replace", "path": "displayName", "value": "\0"})),
        (&group, json!({"op": "add", "path": "members", "value": [{"value": "\0"}]})),
        (&group, json!({"op": "remove", "path": "members", "value": [{"value": "\0"}]})),
    ] {
        api.patch(target, json!([operation])).await.refused(400, "invalidValue");
    }
    for (target, operation) in [
        (&path, json!({"op": "add", "path": "emails[type eq \"\\u0000\"].value", "value": "x"})),
        (&path, json!({"op": "remove", "path": "emails[value co \"\0\"]"})),
        (&group, json!({"op": "remove", "path": "members[value eq \"\\u0000\"]"})),
    ] {
        api.patch(target, json!([operation])).await.refused(400, "invalidPath");
    }
    for filter in [
        "userName eq \"\\u0000\"",
        "emails[value co \"\\u0000\"]",
        "id eq \"\\u0000\"",
        "externalId sw \"\\u0000\"",
        "groups.display eq \"\\u0000\"",
    ] {
        api.find("/Users", filter).await.refused(400, "invalidFilter");
    }
    api.find("/Groups", "members eq \"\\u0000\"").await.refused(400, "invalidFilter");
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let body = json!({"userName": "a", "Operations": [{"op": "add", "path": "title", "value": "T"}]});
        api.send(method, "/Users/a%00b", Some(body.to_string())).await.refused(404, "");
    }
    assert_eq!(api.get("/Users").await.body["totalResults"], 1);
}

async fn texts_of_every_kind_are_kept_as_they_are(server: &mut Server) {
    let api = server.api().await;
    for (number, text) in [
        "' OR 1=1 --",
        "\"; DROP TABLE resources; --",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "%00%0a",
        "\u{feff}bom",
        "a\u{300}",
        "\u{1d11e}",
        "ﷺ",
        "I\u{307}ıİi",
        "\u{200b}\u{202e}x",
        "tab\tnew\nline\r",
        "\u{7f}\u{80}\u{9f}",
        "\u{fffe}\u{ffff}",
        "\\u0041\\",
        " spaces ",
        "null",
        "true",
        "0",
        "ſ",
        "ǅ",
        "Ꭰꭰ",
        "ΐ",
        "ß",
        "\u{10ffff}",
    ]
    .iter()
    .enumerate()
    {
        let made = api.post("/Users", json!({"userName": text, "externalId": text, "title": text, "emails": [{"value": text, "type": text}]})).await.expect(201);
        for name in ["userName", "externalId", "title"] {
            assert_eq!(made.body[name], *text);
        }
        let quoted = Value::from(*text);
        for filter in [
            format!("userName eq {quoted}"),
            format!("externalId eq {quoted}"),
            format!("title eq {quoted}"),
            format!("title co {quoted} and title sw {quoted} and title ew {quoted}"),
            format!("emails[type eq {quoted} and value eq {quoted}]"),
            format!("emails.value eq {quoted}"),
        ] {
            let found = api.find("/Users", &filter).await;
            assert_eq!(found.status, 200, "{number} {filter}");
            assert!(found.each("id").contains(&made.id()), "{number} {filter}");
        }
        api.delete(&format!("/Users/{}", made.id())).await.expect(204);
    }
}

async fn identifiers_of_every_kind_are_not_found(server: &mut Server) {
    let api = server.api().await;
    let long = "x".repeat(3000);
    for id in [
        "x",
        "%20",
        "'",
        "%22",
        "%ff",
        // Not %2e%2e: a client makes the base address of it, before it sends anything.
        "..%2f..",
        "a%2fb",
        "%F0%9F%98%80",
        "1%20OR%201=1",
        "-1",
        long.as_str(),
    ] {
        for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
            let body = json!({"userName": "a", "displayName": "a", "Operations": [{"op": "add", "path": "displayName", "value": "T"}]});
            for endpoint in ["/Users", "/Groups"] {
                let reply =
                    api.send(method.clone(), &format!("{endpoint}/{id}"), Some(body.to_string())).await;
                assert!(reply.refused(404, "").len() < 500);
            }
        }
    }
}

async fn limits_of_indexed_values_are_told(server: &mut Server) {
    let api = server.api().await;
    // Four bytes each, no two alike: the longest that an index must hold, however well it is packed.
    let longest: String = (0..512).map(|number| char::from_u32(0x2_0000 + number * 37).unwrap()).collect();
    let made = api.post("/Users", json!({"userName": longest, "externalId": longest, "displayName": longest, "emails": [{"value": longest}]})).await.expect(201);
    for filter in ["userName", "externalId", "displayName", "emails.value"] {
        let filter = format!("{filter} eq \"{longest}\"");
        assert_eq!(api.find("/Users", &filter).await.expect(200).each("id"), [made.id()]);
    }
    let too_long = "x".repeat(1025);
    for body in [
        json!({"userName": too_long}),
        json!({"userName": "a", "externalId": too_long}),
        json!({"userName": "a", "emails": [{"value": too_long}]}),
    ] {
        assert!(api.post("/Users", body).await.refused(400, "invalidValue").contains("1024 characters"));
    }
    api.post("/Groups", json!({"displayName": too_long})).await.refused(400, "invalidValue");
    let too_large = format!("{longest}x");
    let detail = api.post("/Users", json!({"userName": too_large})).await.refused(400, "invalidValue");
    assert!(detail.contains("2048 bytes"), "{detail}");
    // What no index holds may be long.
    let essay = "word ".repeat(100_000);
    let made = api.post("/Users", json!({"userName": "essay", "title": essay})).await.expect(201);
    assert_eq!(made.body["title"], essay);
    assert_eq!(api.find("/Users", "title co \"rd wo\"").await.expect(200).each("id"), [made.id()]);
}

async fn numbers_beyond_measure_are_no_error_of_the_server(server: &mut Server) {
    let api = server.api().await;
    api.user("a").await;
    for body in [
        "{\"userName\":1e400}",
        "{\"userName\":-1e999}",
        "{\"userName\":1e}",
        "{\"userName\":01}",
        "{\"userName\":NaN}",
        "{\"userName\":Infinity}",
    ] {
        api.send(Method::POST, "/Users", Some(body.to_owned())).await.refused(400, "invalidSyntax");
    }
    for filter in [
        "meta.version eq 99999999999999999999",
        "meta.version eq 1e400",
        "meta.created gt \"9999-12-31T23:59:59Z\"",
        "meta.created lt \"-009999-01-01T00:00:00Z\"",
        "userName eq 1e400",
    ] {
        api.find("/Users", filter).await.expect(200);
    }
    for filter in ["meta.created gt \"9999-13-31T23:59:59Z\"", "meta.created gt 5", "meta.created gt \"\""] {
        api.find("/Users", filter).await.refused(400, "invalidFilter");
    }
    for query in [
        "startIndex=9223372036854775807",
        "startIndex=9223372036854775807&count=9223372036854775807",
        "count=2147483648",
        "startIndex=-9223372036854775808",
    ] {
        api.get(&format!("/Users?{query}")).await.expect(200);
    }
    for query in [
        "startIndex=99999999999999999999",
        "count=1e3",
        "count=0x10",
        "startIndex=1.0",
        "count=%2b%2b1",
        "count=١",
    ] {
        api.get(&format!("/Users?{query}")).await.refused(400, "invalidValue");
    }
}

async fn garbage_is_a_400_everywhere(server: &mut Server) {
    let api = server.api().await;
    let user = format!("/Users/{}", api.user("ada").await);
    let group = format!("/Groups/{}", api.group("G").await);
    let before = (api.get(&user).await.body, api.get(&group).await.body);
    let bodies: [&str; 22] = [
        "",
        " ",
        "{",
        "}",
        "[",
        "[]",
        "null",
        "true",
        "1",
        "\"x\"",
        "{\"a\":}",
        "{'userName':'a'}",
        "{\"userName\":\"\\ud800\"}",
        "{\"userName\":\"\\udc00\\ud800\"}",
        "{\"userName\":\"\\x\"}",
        "{\"userName\":\"a\" \"b\"}",
        "<xml/>",
        "userName=a",
        "\u{feff}",
        "{\"Operations\":5}",
        "{\"Operations\":[5]}",
        "{\"Operations\":[{\"op\":5}]}",
    ];
    for body in bodies {
        for (method, path) in [
            (Method::POST, "/Users"),
            (Method::POST, "/Groups"),
            (Method::PUT, user.as_str()),
            (Method::PUT, group.as_str()),
            (Method::PATCH, user.as_str()),
            (Method::PATCH, group.as_str()),
            (Method::POST, "/Users/.search"),
            (Method::POST, "/Groups/.search"),
        ] {
            let reply = api.send(method.clone(), path, Some(body.to_owned())).await;
            // A search request for nothing in particular is a list.
            let is_search = path.ends_with(".search") && body.starts_with("{\"Op");
            assert_eq!(
                reply.status,
                if is_search { 200 } else { 400 },
                "{method} {path} {body}: {}",
                reply.text
            );
        }
    }
    for bytes in [
        vec![0xff, 0xfe],
        b"{\"userName\":\"\xc3\x28\"}".to_vec(),
        vec![0; 100],
        b"{\"userName\":\"\xed\xa0\x80\"}".to_vec(),
    ] {
        let request = api.http.post(format!("{}/Users", api.base)).bearer_auth(&api.token).body(bytes);
        assert_eq!(request.send().await.unwrap().status(), 400);
    }
    assert_eq!((api.get(&user).await.body, api.get(&group).await.body), before);
    assert_eq!(api.get("/Users").await.body["totalResults"], 1);
}

async fn nesting_and_length_have_limits(server: &mut Server) {
    let api = server.api().await;
    let path = format!("/Users/{}", api.user("ada").await);
    for depth in [200, 5_000, 200_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let body = format!("{{\"userName\":\"a\",\"x\":{}1{}}}", open.repeat(depth), close.repeat(depth));
            api.send(Method::POST, "/Users", Some(body)).await.refused(400, "invalidSyntax");
        }
    }
    let role = format!("{{\"value\":{}}}", "{\\\"value\\\":".repeat(200));
    api.post("/Users", json!({"userName": "deep role", "roles": [{"value": role}]})).await.expect(201);
    let operations = json!(vec![json!({"op": "add", "path": "title", "value": "x"}); 10_001]);
    api.patch(&path, operations).await.refused(400, "tooMany");
    for filter in [
        "(".repeat(2000),
        "not ".repeat(2000) + "userName pr",
        format!("userName eq \"{}\"", "x".repeat(20_000)),
        ["userName pr"; 300].join(" and "),
        format!("emails[{}type pr{}]", "(".repeat(100), ")".repeat(100)),
    ] {
        let reply = api.post("/Users/.search", json!({"filter": filter})).await;
        reply.refused(400, "invalidFilter");
    }
    let deep_path = format!("emails[{}type pr{}]", "(".repeat(100), ")".repeat(100));
    api.patch(&path, json!([{"op": "remove", "path": deep_path}])).await.refused(400, "invalidPath");
    let many: Vec<Value> = (0..1001).map(|number| json!({"value": number.to_string()})).collect();
    assert!(
        api.post("/Users", json!({"userName": "many", "roles": many}))
            .await
            .refused(400, "invalidValue")
            .contains("roles")
    );
    let large = json!({"userName": "large", "title": "x".repeat(4 * 1024 * 1024)});
    api.post("/Users", large.clone()).await.refused(413, "");
    api.put(&path, large).await.refused(413, "");
    let long = "x".repeat(60_000);
    let reply = api.get(&format!("/Users?attributes={long}")).await;
    assert!(reply.status == 200 || reply.status == 414, "{}", reply.status);
}

async fn what_is_required_stays(server: &mut Server) {
    let api = server.api().await;
    let user = format!("/Users/{}", api.user("ada").await);
    let group = format!("/Groups/{}", api.group("G").await);
    for (path, name) in [(&user, "userName"), (&group, "displayName")] {
        for (operation, scim_type) in [
            (json!({"op": "remove", "path": name}), "mutability"),
            (json!({"op": "replace", "path": name, "value": ""}), "invalidValue"),
            (json!({"op": "replace", "path": name, "value": null}), "invalidValue"),
            (json!({"op": "replace", "value": {name: null}}), "invalidValue"),
        ] {
            let detail = api.patch(path, json!([operation])).await.refused(400, scim_type);
            assert!(detail.contains(name), "{detail}");
        }
        assert!(api.put(path, json!({"title": "x"})).await.refused(400, "invalidValue").contains(name));
    }
    for (endpoint, name) in [("/Users", "userName"), ("/Groups", "displayName")] {
        for body in [json!({}), json!({name: null}), json!({name: ""}), json!({name: []})] {
            let reply = api.post(endpoint, body.clone()).await;
            assert!(reply.refused(400, "invalidValue").contains(name), "{body}");
        }
    }
}

async fn paths_that_mean_nothing_are_told_apart(server: &mut Server) {
    let api = server.api().await;
    let path = format!(
        "/Users/{}",
        api.post("/Users", json!({"userName": "a", "emails": [{"value": "a@x", "type": "work"}]}))
            .await
            .expect(201)
            .id()
    );
    for (operation, scim_type) in [
        (json!({"op": "add", "path": "emails[", "value": "x"}), "invalidPath"),
        (json!({"op": "add", "path": "emails[type eq \"work\"", "value": "x"}), "invalidPath"),
        (json!({"op": "add", "path": "emails[type eq \"work\"].", "value": "x"}), "invalidPath"),
        (json!({"op": "add", "path": "emails[type eq \"work\"].colour", "value": "x"}), "invalidPath"),
        (json!({"op": "add", "path": "userName[type eq \"work\"]", "value": "x"}), "invalidPath"),
        (json!({"op": "add", "path": "urn:x:y:z", "value": "x"}), "invalidPath"),
        (json!({"op": "add", "path": 5, "value": "x"}), "invalidPath"),
        (json!({"op": "add", "path": ["title"], "value": "x"}), "invalidPath"),
        (json!({"op": "replace", "path": "emails[type sw \"h\"].value", "value": "x"}), "noTarget"),
        (json!({"op": "remove"}), "noTarget"),
        (json!({"op": "add", "value": "x"}), "invalidValue"),
        (json!({"op": "replace", "value": ["x"]}), "invalidValue"),
        (json!({"op": "move", "path": "title"}), "invalidSyntax"),
        (json!({"path": "title", "value": "x"}), "invalidSyntax"),
        (json!({"op": "add", "path": "emails[type eq \"work\"].value", "value": {"a": 1}}), "invalidValue"),
    ] {
        api.patch(&path, json!([{"op": "add", "path": "title", "value": "half done"}, operation]))
            .await
            .refused(400, scim_type);
    }
    api.patch(&path, json!([])).await.refused(400, "invalidSyntax");
    assert_eq!(api.get(&path).await.expect(200).body.get("title"), None);
}

async fn headers_of_every_kind_are_survived(server: &mut Server) {
    let api = server.api().await;
    let path = format!("/Users/{}", api.user("ada").await);
    for (name, value) in [
        ("accept", "image/png"),
        ("accept", ";;;"),
        ("content-type", "\u{7f}"),
        ("content-type", "application/json; charset=utf-16"),
        ("if-none-match", "W/\"nonsense\""),
        ("if-none-match", "\""),
        ("prefer", "respond-async"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
        ("accept-encoding", "br;q=x"),
        ("range", "bytes=0-1"),
    ] {
        if value.chars().all(|c| c != '\u{7f}') {
            let reply = api.send_with(Method::GET, &path, &[(name, value)], None).await.expect(200);
            assert!(!reply.text.contains("evil.example"), "{name}");
        }
    }
    for value in ["W/\"nonsense\"", "\"\"", "W/", ",,,", "W/\"99999999999999999999\""] {
        let reply = api.send_with(Method::DELETE, &path, &[("if-match", value)], None).await;
        assert!(matches!(reply.status, 412), "{value}: {}", reply.status);
    }
    api.get(&path).await.expect(200);
}
