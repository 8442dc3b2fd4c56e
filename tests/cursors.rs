//! Lists by cursor (RFC 9865), and lists of several types at once.

use crate::support::{Api, Reply, Server, on_both_databases, on_sqlite};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

on_both_databases!(
    a_walk_sees_each_resource_once,
    a_walk_survives_changes,
    all_types_are_searched_at_the_root
);
on_sqlite!(cursors_that_are_none_are_told, the_root_shows_what_the_caller_may_list);

/// All pages of a query: each page's names.
async fn walk(api: &Api, query: &str, name: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = api.get(&format!("{query}&cursor={cursor}")).await.expect(200);
        assert_eq!(page.body.get("startIndex"), None);
        pages.push(page.each(name));
        match page.body.get("nextCursor") {
            Some(next) => next.as_str().unwrap().clone_into(&mut cursor),
            None => return pages,
        }
        assert!(
            cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)),
            "{cursor}"
        );
    }
}

async fn a_walk_sees_each_resource_once(server: &mut Server) {
    let api = server.api().await;
    for (number, title) in ["Zoo", "", "Ärmel", "zoo", "", "Ångström", "b"].iter().enumerate() {
        api.post(
            "/Users",
            json!({"userName": format!("u{number}"), "title": title, "active": number % 2 == 0}),
        )
        .await
        .expect(201);
    }
    for query in [
        "count=3",
        "count=3&sortBy=title",
        "count=3&sortBy=title&sortOrder=descending",
        "count=2&sortBy=active",
        "count=2&sortBy=active&sortOrder=descending",
        "count=2&sortBy=userName&sortOrder=descending",
        "count=3&sortBy=meta.created&sortOrder=descending",
        "count=1&sortBy=id",
        "count=2&sortBy=meta.version",
        "count=2&sortBy=externalId",
        "count=3&filter=userName+ne+%22u3%22&sortBy=title",
        "count=7",
    ] {
        let pages = walk(&api, &format!("/Users?{query}"), "userName").await;
        let index = query.replace("count=", "was=");
        let all = api.get(&format!("/Users?{index}")).await.expect(200).each("userName");
        assert_eq!(pages.concat(), all, "{query}");
        let count: usize = query["count=".len()..].split('&').next().unwrap().parse().unwrap();
        assert!(pages[..pages.len() - 1].iter().all(|page| page.len() == count), "{query}: {pages:?}");
        assert!(!pages.last().unwrap().is_empty(), "{query}: {pages:?}");
    }
    let first = api.get("/Users?cursor&count=3").await.expect(200).body;
    assert_eq!((&first["totalResults"], &first["itemsPerPage"]), (&json!(7), &json!(3)));
    let next = first["nextCursor"].as_str().unwrap();
    let search = json!({"cursor": next, "count": 100, "attributes": ["userName"]});
    let rest = api.post("/Users/.search", search).await.expect(200);
    assert_eq!(rest.each("userName"), ["u3", "u4", "u5", "u6"]);
    assert_eq!((&rest.body["totalResults"], rest.body.get("nextCursor")), (&json!(7), None));
    assert_eq!(
        api.get("/Users?cursor=&filter=title+eq+%22none%22").await.expect(200).body["Resources"],
        json!([])
    );
}

async fn a_walk_survives_changes(server: &mut Server) {
    let api = server.api().await;
    for number in 0..6 {
        api.user(&format!("u{number}")).await;
    }
    let page = |cursor: &str| {
        let (api, path) = (api.clone(), format!("/Users?count=2&cursor={cursor}&sortBy=userName"));
        async move { api.get(&path).await.expect(200) }
    };
    let next = |reply: &Reply| reply.body["nextCursor"].as_str().unwrap().to_owned();
    let first = page("").await;
    // The one that the cursor stands at goes, and one comes that is before it.
    let id = first.body["Resources"][1]["id"].as_str().unwrap();
    api.delete(&format!("/Users/{id}")).await.expect(204);
    api.user("u00").await;
    let second = page(&next(&first)).await;
    assert_eq!(second.each("userName"), ["u2", "u3"]);
    assert_eq!(page(&next(&second)).await.each("userName"), ["u4", "u5"]);
}

async fn all_types_are_searched_at_the_root(server: &mut Server) {
    let api = server.api().await;
    let ada = api.post("/Users", json!({"userName": "ada", "displayName": "Ada"})).await.expect(201).id();
    let team = api
        .post("/Groups", json!({"displayName": "Team", "members": [{"value": ada}]}))
        .await
        .expect(201)
        .id();
    let bob = api.post("/Users", json!({"userName": "bob"})).await.expect(201).id();
    let found = async |request: Value| api.post("/.search", request).await.expect(200).each("id");
    assert_eq!(found(json!({})).await, [ada.clone(), team.clone(), bob.clone()]);
    for (filter, expected) in [
        ("displayName pr", vec![&ada, &team]),
        ("displayName sw \"t\" or userName eq \"BOB\"", vec![&team, &bob]),
        ("meta.resourceType eq \"Group\"", vec![&team]),
        ("not (userName pr)", vec![&team]),
        ("userName ne \"ada\"", vec![&team, &bob]),
        ("members.value pr", vec![&team]),
        ("groups.display eq \"team\"", vec![&ada]),
        ("members[type eq \"Group\"]", vec![]),
    ] {
        assert_eq!(found(json!({ "filter": filter })).await.iter().collect::<Vec<_>>(), expected, "{filter}");
    }
    let request = json!({"sortBy": "displayName", "sortOrder": "descending", "attributes": ["displayName"]});
    let sorted = api.post("/.search", request).await.expect(200);
    assert_eq!(sorted.each("id"), [bob.clone(), team.clone(), ada.clone()]);
    assert_eq!(sorted.body["Resources"][2].get("userName"), None);
    let page = api.post("/.search", json!({"startIndex": 2, "count": 1})).await.expect(200);
    assert_eq!((page.each("id"), &page.body["totalResults"]), (vec![team.clone()], &json!(3)));
    assert_eq!(walk(&api, "/?count=1&sortBy=displayName", "id").await.concat(), [&*ada, &*team, &*bob]);
    // Groups have no userName, though a name that is unique: they come last, and first when the order descends.
    assert_eq!(walk(&api, "/?count=1&sortBy=userName", "id").await.concat(), [&*ada, &*bob, &*team]);
    let descending = walk(&api, "/?count=1&sortBy=userName&sortOrder=descending", "id").await.concat();
    assert_eq!(descending, [team, bob, ada]);
    let team = &api.get("?filter=displayName+eq+%22team%22").await.expect(200).body["Resources"][0];
    assert_eq!(team["members"][0]["display"], "Ada");
    api.post("/.search", json!({"filter": "colour pr"})).await.refused(400, "invalidFilter");
    api.post("/.search", json!({"sortBy": "colour"})).await.refused(400, "invalidValue");
    api.get("/.search").await.refused(405, "");
}

async fn cursors_that_are_none_are_told(server: &mut Server) {
    let api = server.api().await;
    for number in 0..3 {
        api.user(&format!("u{number}")).await;
    }
    let page = api.get("/Users?cursor=&count=1").await.expect(200);
    let cursor = page.body["nextCursor"].as_str().unwrap();
    for query in [
        "cursor=x".to_owned(),
        "cursor=AAAA".into(),
        format!("cursor={cursor}x"),
        format!("cursor={cursor}&filter=userName+pr"),
        format!("cursor={cursor}&sortBy=userName"),
        format!("cursor={cursor}&startIndex=1"),
    ] {
        api.get(&format!("/Users?{query}")).await.refused(400, "invalidCursor");
    }
    api.get(&format!("/Groups?cursor={cursor}")).await.refused(400, "invalidCursor");
    for count in ["0", "-1", "x"] {
        api.get(&format!("/Users?cursor=&count={count}")).await.refused(400, "invalidCount");
    }
    // One that says another kind of value than the order has.
    for (sort, value) in [
        ("userName", "{\"b\":true}"),
        ("active", "{\"t\":\"x\"}"),
        ("meta.created", "{\"t\":\"x\"}"),
        ("id", "{\"i\":3}"),
    ] {
        let page = api.get(&format!("/Users?cursor=&count=1&sortBy={sort}")).await.expect(200);
        let bytes = URL_SAFE_NO_PAD.decode(page.body["nextCursor"].as_str().unwrap()).unwrap();
        let mut written: Value = serde_json::from_slice(&bytes).unwrap();
        written[3] = serde_json::from_str(value).unwrap();
        let forged = URL_SAFE_NO_PAD.encode(written.to_string());
        api.get(&format!("/Users?cursor={forged}&sortBy={sort}")).await.refused(400, "invalidCursor");
    }
    let other = server.json(&["org", "create", "Other"])["name"].as_str().unwrap().to_owned();
    let stranger = Api::connect(&server.application(&["--org", &other, "--all-scopes"])).await;
    stranger.get(&format!("/Users?cursor={cursor}")).await.refused(400, "invalidCursor");
}

async fn the_root_shows_what_the_caller_may_list(server: &mut Server) {
    let api = server.api().await;
    api.user("ada").await;
    api.group("Team").await;
    let only = async |scope: &str| Api::connect(&server.application(&["--scope", scope])).await;
    let groups = only("managed-groups:list").await.get("/").await.expect(200);
    assert_eq!(
        (groups.each("displayName"), &groups.body["totalResults"]),
        (vec!["Team".to_owned()], &json!(1))
    );
    only("managed-users:read").await.get("/").await.refused(403, "");
}
