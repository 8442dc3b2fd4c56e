//! Lists: filters, pages, projections.

use crate::support::{Server, on_both_databases, on_sqlite};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

on_both_databases!(filters_find_what_they_say, pages_are_exact_and_stable, lists_are_sorted);
on_sqlite!(
    a_search_is_a_list_asked_for_in_a_body,
    mistakes_in_filters_are_pointed_at,
    answers_show_what_was_asked_for
);

async fn filters_find_what_they_say(server: &mut Server) {
    let api = server.api().await;
    let people = [
        json!({"userName": "ada@x.example", "externalId": "A", "displayName": "Ada Straße", "title": "50%_\\ \"lead\"",
            "name": {"familyName": "Byron"}, "active": true,
            "emails": [{"value": "Ada@Work.example", "type": "work", "primary": true}, {"value": "ada@home.example", "type": "home"}],
            ENTERPRISE: {"department": "R&D", "employeeNumber": "7"}}),
        json!({"userName": "bob#EXT#@x.example", "externalId": "a", "active": false, "name": {"familyName": "Employee"},
            "emails": [{"value": "ada@work.example", "type": "home"}, {"value": "bob@example.org", "type": "work"}],
            "roles": [{"value": "Admin", "primary": true}]}),
        json!({"userName": "cleo@x.example", "nickName": "Ünï"}),
    ];
    let mut ids = Vec::new();
    for person in people {
        ids.push(api.post("/Users", person).await.expect(201).id());
    }
    let manager = json!([{"op": "add", "path": format!("{ENTERPRISE}:manager"), "value": ids[0]}]);
    api.patch(&format!("/Users/{}", ids[2]), manager).await.expect(200);
    let group = api.group("Sales Team").await;
    api.patch(
        &format!("/Groups/{group}"),
        json!([{"op": "add", "path": "members", "value": [{"value": ids[1]}]}]),
    )
    .await
    .expect(204);

    let found = async |filter: &str| {
        let reply = api.find("/Users", filter).await.expect(200);
        assert_eq!(reply.body["totalResults"].as_u64().unwrap() as usize, reply.each("id").len());
        let names = reply.each("userName");
        names.iter().map(|name| name.split(['@', '#']).next().unwrap()).collect::<Vec<_>>().join(" ")
    };
    for (filter, expected) in [
        ("userName eq \"ADA@X.EXAMPLE\"".to_owned(), "ada"),
        ("userName eq \"bob#ext#@x.example\"".into(), "bob"),
        ("externalId eq \"A\"".into(), "ada"),
        ("displayName eq \"ADA STRASSE\"".into(), "ada"),
        ("displayName sw \"ada stra\"".into(), "ada"),
        ("nickName eq \"ÜNÏ\"".into(), "cleo"),
        ("title co \"50%_\\\\ \\\"\"".into(), "ada"),
        ("title co \"5_%\"".into(), ""),
        ("emails[type eq \"work\"].value eq \"ada@work.example\"".into(), "ada"),
        ("emails.value eq \"ADA@WORK.EXAMPLE\"".into(), "ada bob"),
        ("emails eq \"ada@work.example\"".into(), "ada bob"),
        ("emails[type eq \"work\" and value ew \"EXAMPLE.org\"]".into(), "bob"),
        ("emails[type eq \"home\"] and not (active eq true)".into(), "bob"),
        (
            "name.FamilyName eq Employee and (emails.Value co example.com or emails.Value co example.org)"
                .into(),
            "bob",
        ),
        ("active eq \"True\"".into(), "ada cleo"),
        ("active eq false".into(), "bob"),
        ("active ne true".into(), "bob"),
        ("roles[primary eq \"True\"].value eq \"Admin\"".into(), "bob"),
        ("not (emails pr)".into(), "cleo"),
        ("name pr".into(), "ada bob"),
        ("nickName eq null".into(), "ada bob"),
        (format!("{ENTERPRISE}:department eq \"r&d\""), "ada"),
        (format!("{ENTERPRISE}:employeeNumber eq 7"), "ada"),
        (format!("{ENTERPRISE}:manager eq \"{}\"", ids[0]), "cleo"),
        (format!("{ENTERPRISE}:manager.value pr"), "cleo"),
        (format!("{ENTERPRISE} pr"), "ada cleo"),
        (format!("schemas eq \"{ENTERPRISE}\""), "ada cleo"),
        (format!("id eq \"{}\" and {ENTERPRISE}:manager eq \"{}\"", ids[2], ids[0]), "cleo"),
        (format!("id eq \"{}\"", ids[1]), "bob"),
        (format!("groups.value eq \"{group}\""), "bob"),
        ("groups.display eq \"sales team\"".into(), "bob"),
        ("meta.created gt 2015-10-10T14:38:21.8617979-07:00".into(), "ada bob cleo"),
        ("meta.lastModified lt \"2015-10-10T14:38:21Z\"".into(), ""),
        ("meta.version eq \"W/\\\"2\\\"\"".into(), "cleo"),
        ("meta.resourceType eq \"User\" and userName co \"leo\"".into(), "cleo"),
        ("userName gt \"b\" and userName le \"cleo@x.example\"".into(), "bob cleo"),
    ] {
        assert_eq!(found(&filter).await, expected, "{filter}");
    }
    let probe = format!("id eq \"{group}\" and members eq \"{}\"", ids[1]);
    assert_eq!(api.find("/Groups", &probe).await.body["totalResults"], 1);
    let probe = format!("id eq \"{group}\" and members eq \"{}\"", ids[0]);
    assert_eq!(api.find("/Groups", &probe).await.body["totalResults"], 0);
    assert_eq!(api.find("/Groups", "displayName eq \"SALES team\"").await.body["totalResults"], 1);
}

async fn pages_are_exact_and_stable(server: &mut Server) {
    let api = server.api().await;
    let empty = api.get("/Users").await.expect(200).body;
    let expected = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []
    });
    assert_eq!(empty, expected);
    for number in 0..11 {
        api.user(&format!("user{number:02}")).await;
    }
    let page = async |query: &str| api.get(&format!("/Users?{query}")).await.expect(200);
    let shape = |body: &Value| {
        ["totalResults", "startIndex", "itemsPerPage"].map(|name| body[name].as_u64().unwrap())
    };
    let mut seen = Vec::new();
    for (start, items) in [(1, 5), (6, 5), (11, 1), (16, 0)] {
        let reply = page(&format!("startIndex={start}&count=5")).await;
        assert_eq!(shape(&reply.body), [11, start, items]);
        seen.extend(reply.each("userName"));
    }
    assert_eq!(seen, (0..11).map(|number| format!("user{number:02}")).collect::<Vec<_>>());
    assert_eq!(shape(&page("count=0").await.body), [11, 1, 0]);
    assert_eq!(shape(&page("startIndex=-3&count=-1").await.body), [11, 1, 0]);
    assert_eq!(shape(&page("startIndex=0&count=100000").await.body), [11, 1, 11]);
    assert_eq!(shape(&page("filter=userName+sw+%22user0%22&count=3&startIndex=9").await.body), [10, 9, 2]);
    api.get("/Users?count=many").await.refused(400, "invalidValue");
    api.get("/Users?startIndex=1.5").await.refused(400, "invalidValue");
}

async fn mistakes_in_filters_are_pointed_at(server: &mut Server) {
    let api = server.api().await;
    let detail = api.find("/Users", "userName eq").await.refused(400, "invalidFilter");
    assert!(detail.contains("character 12"), "{detail}");
    for filter in [
        "userName",
        "colour eq \"x\"",
        "active gt true",
        "(userName pr",
        "meta.created co \"2\"",
        "name eq \"x\"",
    ] {
        api.find("/Users", filter).await.refused(400, "invalidFilter");
    }
    api.find("/Users", &"(".repeat(3000)).await.refused(400, "invalidFilter");
    api.find("/Users", &["userName pr"; 300].join(" or ")).await.refused(400, "invalidFilter");
}

async fn answers_show_what_was_asked_for(server: &mut Server) {
    let api = server.api().await;
    let body = json!({"userName": "a", "name": {"givenName": "A", "familyName": "B"}, "emails": [{"value": "a@b", "type": "work"}]});
    let made = api.post("/Users?attributes=userName", body).await.expect(201);
    assert_eq!(made.body.as_object().unwrap().keys().collect::<Vec<_>>(), ["schemas", "id", "userName"]);
    let path = format!("/Users/{}", made.id());
    let keys = async |query: &str| {
        let reply = api.get(&format!("{path}?{query}")).await.expect(200);
        let mut keys: Vec<String> = reply.body.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(keys("attributes=userName,emails").await, "emails id schemas userName");
    assert_eq!(keys("attributes=emails%5Btype+eq+%22work%22%5D").await, "emails id schemas");
    assert_eq!(keys("attributes=colour").await, "id schemas");
    assert_eq!(keys("excludedAttributes=name,meta,id").await, "active emails id schemas userName");
    let listed = api.get("/Users?attributes=name.givenName").await.expect(200);
    assert_eq!(listed.body["Resources"][0]["name"], json!({"givenName": "A"}));
    let patched = api
        .patch(
            &format!("{path}?excludedAttributes=emails"),
            json!([{"op": "add", "path": "title", "value": "T"}]),
        )
        .await;
    assert_eq!(patched.expect(200).body.get("emails"), None);
}

async fn lists_are_sorted(server: &mut Server) {
    let api = server.api().await;
    for person in [
        json!({"userName": "b", "name": {"familyName": "Ärmel"}, "active": true,
            "emails": [{"value": "z@x"}, {"value": "a@x", "primary": true}]}),
        json!({"userName": "A", "name": {"familyName": "zoo"}, "active": false, "emails": [{"value": "M@x"}]}),
        json!({"userName": "c", "active": true, ENTERPRISE: {"department": "D"}}),
    ] {
        api.post("/Users", person).await.expect(201);
    }
    for (query, expected) in [
        ("sortBy=userName", "A b c"),
        ("sortBy=userName&sortOrder=descending", "c b A"),
        ("sortBy=name.familyName", "A b c"),
        ("sortBy=name.familyName&sortOrder=Descending", "c b A"),
        ("sortBy=emails", "b A c"),
        ("sortBy=emails.value&sortOrder=descending", "c A b"),
        ("sortBy=active", "A b c"),
        ("sortBy=meta.created&sortOrder=descending", "c A b"),
        ("sortBy=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "c b A"),
        ("sortBy=title", "b A c"),
        ("sortBy=userName&startIndex=2&count=1", "b"),
        ("sortBy=userName&filter=userName+ge+%22b%22", "b c"),
    ] {
        assert_eq!(
            api.get(&format!("/Users?{query}")).await.expect(200).each("userName").join(" "),
            expected,
            "{query}"
        );
    }
    for query in ["sortBy=colour", "sortBy=name", "sortBy=userName&sortOrder=up"] {
        api.get(&format!("/Users?{query}")).await.refused(400, "invalidValue");
    }
}

async fn a_search_is_a_list_asked_for_in_a_body(server: &mut Server) {
    let api = server.api().await;
    for name in ["a", "b", "c"] {
        api.user(name).await;
    }
    let request = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "attributes": ["userName", "displayName"],
        "filter": "userName sw \"b\" or userName sw \"c\"", "sortBy": "userName", "sortOrder": "descending",
        "startIndex": 1, "count": 1
    });
    let found = api.post("/Users/.search", request).await.expect(200);
    assert_eq!((found.each("userName"), &found.body["totalResults"]), (vec!["c".to_owned()], &json!(2)));
    assert_eq!(found.body["Resources"][0].get("meta"), None);
    assert_eq!(api.post("/Groups/.search", json!({})).await.expect(200).body["totalResults"], 0);
    api.post("/Users/.search", json!({"filter": "x"})).await.refused(400, "invalidFilter");
    api.post("/Users/.search", json!({"count": {}})).await.refused(400, "invalidValue");
    api.post("/Users/.search", json!([])).await.refused(400, "invalidSyntax");
}
