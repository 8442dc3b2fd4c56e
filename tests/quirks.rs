//! The 35 known quirks of provisioning clients, one test each, named by its row in the list of facts about Entra.

use crate::support::{Api, Server, on_both_databases};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

on_both_databases!(
    row_01_op_is_capitalised,
    row_02_booleans_are_texts,
    row_03_add_on_a_single_value_replaces,
    row_04_remove_members_with_a_list_removes_only_those,
    row_05_a_filtered_path_on_an_absent_element_makes_it,
    row_05b_siblings_stay_and_the_same_filter_is_the_same_element,
    row_06_keys_without_a_path_may_be_dotted_or_urns,
    row_07_replace_of_a_complex_attribute_merges,
    row_08_urn_paths_hold_dots_and_colons,
    row_09_a_manager_may_be_a_text,
    row_10_a_manager_is_answered_as_an_object,
    row_11_roles_come_in_every_form,
    row_12_external_id_can_be_filtered,
    row_13_no_match_is_an_empty_list,
    row_14_resources_are_never_null,
    row_15_content_types_are_not_minded,
    row_16_groups_can_be_patched,
    row_17_case_does_not_matter_in_names,
    row_18_who_is_disabled_stays_and_comes_back_the_same,
    row_19_a_rename_keeps_the_id,
    row_20_get_works_after_a_disable,
    row_21_concurrent_member_patches_lose_nothing,
    row_22_repeats_of_adds_and_removes_succeed,
    row_23_an_unknown_member_does_not_fail_the_patch,
    row_24_a_group_may_be_a_member,
    row_25_a_patch_of_a_group_does_not_answer_its_members,
    row_26_a_group_is_matched_exactly,
    row_27_typos_nulls_and_extra_members_are_ignored,
    row_28_no_element_is_invented_for_a_type,
    row_29_ref_may_be_null,
    row_30_detail_is_a_text,
    row_31_the_token_endpoint_minds_no_scim_media_type,
    row_32_credentials_in_the_header_and_in_the_body,
    row_33_groups_can_be_probed,
    row_34_who_is_made_without_active_is_active,
    row_35_a_trailing_slash_is_no_matter,
);

async fn user_with(api: &Api, attributes: Value) -> String {
    let mut body = json!({"userName": "ada"});
    body.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
    format!("/Users/{}", api.post("/Users", body).await.expect(201).id())
}

/// A user, patched: what it became.
async fn patched(server: &Server, before: Value, operations: Value) -> Value {
    let api = server.api().await;
    let path = user_with(&api, before).await;
    api.patch(&path, operations).await.expect(200);
    api.get(&path).await.expect(200).body
}

async fn row_01_op_is_capitalised(server: &mut Server) {
    let operations = json!([{"op": "Add", "path": "title", "value": "T"}, {"Op": "REPLACE", "Path": "nickName", "Value": "N"}, {"op": "Remove", "path": "displayName"}]);
    let user = patched(server, json!({"displayName": "D"}), operations).await;
    assert_eq!(
        (&user["title"], &user["nickName"], user.get("displayName")),
        (&json!("T"), &json!("N"), None)
    );
}

async fn row_02_booleans_are_texts(server: &mut Server) {
    let user = patched(
        server,
        json!({"active": "True"}),
        json!([{"op": "Replace", "path": "active", "value": "False"}]),
    )
    .await;
    assert_eq!(user["active"], false);
    let api = server.api().await;
    assert_eq!(api.find("/Users", "active eq \"False\"").await.body["totalResults"], 1);
}

async fn row_03_add_on_a_single_value_replaces(server: &mut Server) {
    let user = patched(server, json!({"title": "old"}), json!([{"op": "Add", "path": "title", "value": "new"}, {"op": "Add", "path": "active", "value": false}])).await;
    assert_eq!((&user["title"], &user["active"]), (&json!("new"), &json!(false)));
}

async fn row_04_remove_members_with_a_list_removes_only_those(server: &mut Server) {
    let api = server.api().await;
    let (ada, bob) = (api.user("ada").await, api.user("bob").await);
    let group = api
        .post("/Groups", json!({"displayName": "G", "members": [{"value": ada}, {"value": bob}]}))
        .await
        .id();
    let path = format!("/Groups/{group}");
    api.patch(&path, json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": ada}]}]))
        .await
        .expect(204);
    let left = api.get(&path).await.body["members"].clone();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["value"]), (1, &json!(bob)));
    api.patch(&path, json!([{"op": "remove", "path": "members"}])).await.expect(204);
    assert_eq!(api.get(&path).await.body.get("members"), None, "without a value, all go");
}

async fn row_05_a_filtered_path_on_an_absent_element_makes_it(server: &mut Server) {
    let operations = json!([{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "a@b"}]);
    let user = patched(server, json!({}), operations).await;
    assert_eq!(user["emails"], json!([{"value": "a@b", "type": "work"}]));
}

async fn row_05b_siblings_stay_and_the_same_filter_is_the_same_element(server: &mut Server) {
    let operations = json!([
        {"op": "Replace", "path": "addresses[type eq \"work\"].locality", "value": "Bonn"},
        {"op": "Replace", "path": "addresses[type eq \"work\"].country", "value": "DE"}
    ]);
    let user = patched(server, json!({"addresses": [{"type": "home", "locality": "Ulm"}]}), operations).await;
    let expected =
        json!([{"locality": "Ulm", "type": "home"}, {"locality": "Bonn", "country": "DE", "type": "work"}]);
    assert_eq!(user["addresses"], expected);
}

async fn row_06_keys_without_a_path_may_be_dotted_or_urns(server: &mut Server) {
    let value = json!({"name.givenName": "K", format!("{ENTERPRISE}:department"): "D", "displayName": "X"});
    let user = patched(server, json!({}), json!([{"op": "replace", "value": value}])).await;
    assert_eq!(
        (&user["name"]["givenName"], &user[ENTERPRISE]["department"], &user["displayName"]),
        (&json!("K"), &json!("D"), &json!("X"))
    );
}

async fn row_07_replace_of_a_complex_attribute_merges(server: &mut Server) {
    let user = patched(
        server,
        json!({"name": {"givenName": "A", "familyName": "B"}}),
        json!([{"op": "replace", "path": "name", "value": {"givenName": "C"}}]),
    )
    .await;
    assert_eq!(user["name"], json!({"familyName": "B", "givenName": "C"}));
}

async fn row_08_urn_paths_hold_dots_and_colons(server: &mut Server) {
    let operations = json!([
        {"op": "add", "path": format!("{ENTERPRISE}:costCenter"), "value": "1"},
        {"op": "add", "path": format!("{ENTERPRISE}:manager.value"), "value": "m"},
        {"op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "value": "G"}
    ]);
    let user = patched(server, json!({}), operations).await;
    assert_eq!(user[ENTERPRISE], json!({"costCenter": "1", "manager": {"value": "m"}}));
    assert_eq!(user["name"]["givenName"], "G");
}

async fn row_09_a_manager_may_be_a_text(server: &mut Server) {
    let user = patched(
        server,
        json!({}),
        json!([{"op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "m1"}]),
    )
    .await;
    assert_eq!(user[ENTERPRISE]["manager"]["value"], "m1");
}

async fn row_10_a_manager_is_answered_as_an_object(server: &mut Server) {
    let user = patched(
        server,
        json!({ENTERPRISE: {"manager": "m1"}}),
        json!([{"op": "add", "path": "title", "value": "T"}]),
    )
    .await;
    assert_eq!(user[ENTERPRISE]["manager"], json!({"value": "m1"}));
}

async fn row_11_roles_come_in_every_form(server: &mut Server) {
    let inside = r#"{"id":"18d","value":"Reader","displayName":"A reader"}"#;
    let operations = json!([
        {"op": "Add", "path": "roles", "value": [{"value": inside}]},
        {"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "Admin"},
        {"op": "Add", "path": "roles[primary eq \"True\"].display", "value": "An admin"}
    ]);
    let user = patched(server, json!({}), operations).await;
    let expected = json!([{"value": "Reader", "display": "A reader"}, {"value": "Admin", "display": "An admin", "primary": true}]);
    assert_eq!(user["roles"], expected);
    let api = server.api().await;
    let made = api.post("/Users", json!({"userName": "r", "roles": [{"primary": "False", "type": "T", "displayName": "D", "value": "V"}]})).await;
    assert_eq!(made.body["roles"], json!([{"value": "V", "display": "D", "type": "T", "primary": false}]));
}

async fn row_12_external_id_can_be_filtered(server: &mut Server) {
    let api = server.api().await;
    user_with(&api, json!({"externalId": "e1"})).await;
    assert_eq!(api.find("/Users", "externalId eq \"e1\"").await.each("userName"), ["ada"]);
}

async fn row_13_no_match_is_an_empty_list(server: &mut Server) {
    let api = server.api().await;
    for endpoint in ["/Users", "/Groups"] {
        let reply = api.find(endpoint, "displayName eq \"nobody\"").await.expect(200);
        assert_eq!((&reply.body["totalResults"], &reply.body["Resources"]), (&json!(0), &json!([])));
    }
}

async fn row_14_resources_are_never_null(server: &mut Server) {
    let api = server.api().await;
    for path in ["/Users", "/Groups", "/Users?count=0", "/Users?startIndex=9"] {
        assert_eq!(api.get(path).await.expect(200).body["Resources"], json!([]), "{path}");
    }
}

async fn row_15_content_types_are_not_minded(server: &mut Server) {
    let api = server.api().await;
    for (number, media_type) in
        ["application/json", "application/scim+json; charset=utf-8", "text/json", "x"].iter().enumerate()
    {
        let body = json!({"userName": format!("u{number}")}).to_string();
        let request = api.http.post(format!("{}/Users", api.base)).bearer_auth(&api.token);
        let reply = request
            .header("content-type", *media_type)
            .header("accept", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 201, "{media_type}");
        assert_eq!(reply.headers()["content-type"], "application/scim+json");
    }
}

async fn row_16_groups_can_be_patched(server: &mut Server) {
    let api = server.api().await;
    let path = format!("/Groups/{}", api.group("G").await);
    api.patch(&path, json!([{"op": "replace", "path": "displayName", "value": "H"}])).await.expect(204);
    assert_eq!(api.get(&path).await.body["displayName"], "H");
}

async fn row_17_case_does_not_matter_in_names(server: &mut Server) {
    let api = server.api().await;
    let body = json!({"USERNAME": "Ada", "Emails": [{"Value": "a@b", "TYPE": "work"}], ENTERPRISE.to_uppercase(): {"Department": "D"}});
    let user = api.post("/Users", body).await.expect(201).body;
    assert_eq!(
        (&user["userName"], &user["emails"][0]["value"], &user[ENTERPRISE]["department"]),
        (&json!("Ada"), &json!("a@b"), &json!("D"))
    );
    for filter in ["USERNAME EQ \"ADA\"", "Emails[Type Eq \"WORK\"].Value eq \"A@B\""] {
        assert_eq!(api.find("/Users", filter).await.body["totalResults"], 1, "{filter}");
    }
}

async fn row_18_who_is_disabled_stays_and_comes_back_the_same(server: &mut Server) {
    let api = server.api().await;
    let path = user_with(&api, json!({"externalId": "e"})).await;
    let id = path.trim_start_matches("/Users/").to_owned();
    let group = api.post("/Groups", json!({"displayName": "G", "members": [{"value": id}]})).await.id();
    let active = |value: bool| json!([{"op": "replace", "path": "active", "value": value}]);
    api.patch(&path, active(false)).await.expect(200);
    assert_eq!(api.find("/Users", "userName eq \"ada\"").await.each("id"), [id.as_str()]);
    assert!(
        api.post("/Users", json!({"userName": "ADA"})).await.refused(409, "uniqueness").contains("userName")
    );
    let back = api.patch(&path, active(true)).await.expect(200).body;
    assert_eq!(
        (&back["id"], &back["groups"][0]["value"]),
        (&json!(id), &json!(group)),
        "memberships are kept"
    );
}

async fn row_19_a_rename_keeps_the_id(server: &mut Server) {
    let api = server.api().await;
    let path = user_with(&api, json!({})).await;
    api.patch(&path, json!([{"op": "Replace", "path": "userName", "value": "ada.byron"}])).await.expect(200);
    assert_eq!(
        api.find("/Users", "userName eq \"ada.byron\"").await.each("id"),
        [path.trim_start_matches("/Users/")]
    );
    assert_eq!(api.find("/Users", "userName eq \"ada\"").await.body["totalResults"], 0);
}

async fn row_20_get_works_after_a_disable(server: &mut Server) {
    let api = server.api().await;
    let path = user_with(&api, json!({})).await;
    api.patch(&path, json!([{"op": "replace", "value": {"active": false}}])).await.expect(200);
    assert_eq!(api.get(&path).await.expect(200).body["active"], false);
}

async fn row_21_concurrent_member_patches_lose_nothing(server: &mut Server) {
    let api = server.api().await;
    let users = join_all((0..30).map(|number| {
        let api = api.clone();
        async move { api.user(&format!("u{number}")).await }
    }))
    .await;
    let group = format!("/Groups/{}", api.group("G").await);
    let replies = join_all(users.iter().map(|user| {
        let (api, group) = (api.clone(), group.clone());
        async move {
            api.patch(&group, json!([{"op": "Add", "path": "members", "value": [{"value": user}]}]))
                .await
                .status
        }
    }))
    .await;
    assert_eq!(replies, [204; 30]);
    assert_eq!(api.get(&group).await.body["members"].as_array().unwrap().len(), 30);
}

async fn row_22_repeats_of_adds_and_removes_succeed(server: &mut Server) {
    let api = server.api().await;
    let user = api.user("ada").await;
    let group = format!("/Groups/{}", api.group("G").await);
    for op in ["Add", "Add", "Remove", "Remove"] {
        api.patch(&group, json!([{"op": op, "path": "members", "value": [{"value": user}]}]))
            .await
            .expect(204);
    }
}

async fn row_23_an_unknown_member_does_not_fail_the_patch(server: &mut Server) {
    let api = server.api().await;
    let user = api.user("ada").await;
    let group = format!("/Groups/{}", api.group("G").await);
    api.patch(
        &group,
        json!([{"op": "Add", "path": "members", "value": [{"value": "gone"}, {"value": user}]}]),
    )
    .await
    .expect(204);
    assert_eq!(api.get(&group).await.body["members"][0]["value"], user);
}

async fn row_24_a_group_may_be_a_member(server: &mut Server) {
    let api = server.api().await;
    let (inner, outer) = (api.group("Inner").await, api.group("Outer").await);
    let path = format!("/Groups/{outer}");
    api.patch(&path, json!([{"op": "Add", "path": "members", "value": [{"value": inner, "type": "Group"}]}]))
        .await
        .expect(204);
    assert_eq!(api.get(&path).await.body["members"][0]["type"], "Group");
}

async fn row_25_a_patch_of_a_group_does_not_answer_its_members(server: &mut Server) {
    let api = server.api().await;
    let user = api.user("ada").await;
    let group = format!("/Groups/{}", api.group("G").await);
    let reply = api
        .patch(&group, json!([{"op": "Add", "path": "members", "value": [{"value": user}]}]))
        .await
        .expect(204);
    assert_eq!(reply.text, "");
}

async fn row_26_a_group_is_matched_exactly(server: &mut Server) {
    let api = server.api().await;
    let sales = api.group("Sales").await;
    api.group("Sales EMEA").await;
    assert_eq!(api.find("/Groups", "displayName eq \"sales\"").await.each("id"), [sales.as_str()]);
    api.post("/Groups", json!({"displayName": "sales"})).await.refused(409, "uniqueness");
}

async fn row_27_typos_nulls_and_extra_members_are_ignored(server: &mut Server) {
    let api = server.api().await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"],
        "id": "x", "meta": {"resourceType": "User"}, "userName": "a", "addresses": null, "phoneNumbers": null, "manager": null,
        "naem": 1, "name": {"givenName": null}, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User": {"department": "D"}
    });
    let user = api.post("/Users", body).await.expect(201).body;
    assert_ne!(user["id"], "x");
    let keys: Vec<&String> = user.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["schemas", "id", "userName", "active", "meta"]);
    api.post("/Groups", json!({"displayName": "G", "schemas": ["http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]})).await.expect(201);
}

async fn row_28_no_element_is_invented_for_a_type(server: &mut Server) {
    let user = patched(
        server,
        json!({"emails": [{"type": "work", "value": "a"}]}),
        json!([{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "b"}]),
    )
    .await;
    assert_eq!(user["emails"], json!([{"value": "b", "type": "work"}]));
}

async fn row_29_ref_may_be_null(server: &mut Server) {
    let api = server.api().await;
    let user = api.user("ada").await;
    let group = api
        .post("/Groups", json!({"displayName": "G", "members": [{"$ref": null, "value": user}]}))
        .await
        .expect(201);
    assert_eq!(group.body["members"][0]["$ref"], format!("{}/Users/{user}", api.base));
}

async fn row_30_detail_is_a_text(server: &mut Server) {
    let api = server.api().await;
    for reply in
        [api.get("/Users/x").await, api.post("/Users", json!({})).await, api.find("/Users", "x").await]
    {
        assert!(reply.body["detail"].is_string() && reply.body["status"].is_string(), "{}", reply.text);
    }
}

async fn row_31_the_token_endpoint_minds_no_scim_media_type(server: &mut Server) {
    let app = server.application(&[]);
    let request =
        reqwest::Client::new().post(&app.token_endpoint).basic_auth(&app.client_id, Some(&app.client_secret));
    let reply =
        request.header("accept", "application/scim+json").form(&[("grant_type", "client_credentials")]);
    assert_eq!(reply.send().await.unwrap().status(), 200);
}

async fn row_32_credentials_in_the_header_and_in_the_body(server: &mut Server) {
    let app = server.application(&[]);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &app.client_id),
        ("client_secret", &app.client_secret),
    ];
    let in_body = reqwest::Client::new().post(&app.token_endpoint).form(&form);
    assert_eq!(in_body.send().await.unwrap().status(), 200);
    let both = reqwest::Client::new()
        .post(&app.token_endpoint)
        .basic_auth(&app.client_id, Some(&app.client_secret))
        .form(&form);
    assert_eq!(both.send().await.unwrap().status(), 200);
}

async fn row_33_groups_can_be_probed(server: &mut Server) {
    let reply = server.api().await.find("/Groups", "displayName eq \"0f9a\"").await.expect(200);
    assert_eq!(reply.body["totalResults"], 0);
}

async fn row_34_who_is_made_without_active_is_active(server: &mut Server) {
    let api = server.api().await;
    let path = user_with(&api, json!({})).await;
    assert_eq!(api.get(&path).await.body["active"], true);
    assert_eq!(api.find("/Users", "active eq true").await.body["totalResults"], 1);
}

async fn row_35_a_trailing_slash_is_no_matter(server: &mut Server) {
    let api = server.api().await;
    let user =
        api.send(Method::POST, "/Users/", Some(json!({"userName": "a"}).to_string())).await.expect(201).id();
    assert_eq!(api.get("/Users/?filter=UserName+eq+%22a%22").await.expect(200).body["totalResults"], 1);
    api.get(&format!("/Users/{user}/")).await.expect(200);
    api.get("/Groups/").await.expect(200);
    // A tenant URL with a flag, to which a client appends the path as a text.
    let reply = api.get(&format!("?aadOptscim062020/Users/{user}")).await.expect(200);
    assert_eq!(reply.id(), user);
    assert_eq!(
        api.get("?aadOptscim062020/Users?filter=userName+eq+%22a%22").await.expect(200).body["totalResults"],
        1
    );
}
