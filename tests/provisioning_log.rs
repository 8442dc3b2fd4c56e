//! What requests leave in the provisioning log, as `muster log` shows it.

use crate::support::{Api, Reply, Server, on_both_databases};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

on_both_databases!(
    changes_are_told_with_what_was_before,
    members_are_told_by_who_came_and_who_went,
    what_a_delete_leads_to_is_told_too,
    a_bulk_request_is_told_as_a_whole_and_in_parts,
    passwords_are_never_told,
    refusals_are_told_without_secrets,
    a_token_that_was_believed_is_told_when_it_is_not,
    an_acknowledged_change_is_in_the_log_after_a_kill,
    every_way_to_change_something_is_in_its_history,
    organizations_see_their_own,
    practice_is_told_apart,
    all_reads_are_counted,
    reads_need_not_be_listed,
);

/// The log, once it has an entry of this request.
async fn log_with(server: &Server, request_id: &str, arguments: &[&str]) -> Vec<Value> {
    assert_eq!(request_id.len(), 16, "{request_id:?}");
    let began = Instant::now();
    loop {
        let entries = log(server, arguments);
        if entries.iter().any(|entry| entry["request_id"] == request_id) {
            return entries;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "no entry of {request_id}: {entries:#?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn log(server: &Server, arguments: &[&str]) -> Vec<Value> {
    let all: Vec<&str> = ["log"].iter().chain(arguments).copied().collect();
    server.json(&all).as_array().unwrap().clone()
}

/// Those of one request, oldest first.
fn of(entries: &[Value], request_id: &str) -> Vec<Value> {
    entries.iter().rev().filter(|entry| entry["request_id"] == request_id).cloned().collect()
}

fn id_of(reply: &Reply) -> String {
    reply.header("x-request-id").to_owned()
}

async fn changes_are_told_with_what_was_before(server: &mut Server) {
    let application = server.application(&[]);
    let api = Api::connect(&application).await;
    let made =
        api.post("/Users", json!({"userName": "ada@example.com", "title": "Engineer"})).await.expect(201);
    let user = made.id();
    let path = format!("/Users/{user}");
    let patched = api
        .patch(&path, json!([
            {"op": "replace", "path": "title", "value": "Countess"},
            {"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Engines"},
        ]))
        .await
        .expect(200);
    let disabled =
        api.patch(&path, json!([{"op": "replace", "path": "active", "value": false}])).await.expect(200);
    let restored = api.put(&path, json!({"userName": "ada@example.com", "active": true})).await.expect(200);
    let same = api.put(&path, json!({"userName": "ada@example.com", "active": true})).await.expect(200);
    let read = api.get(&path).await.expect(200);
    let found = api.find("/Users", "userName eq \"Ada@example.com\"").await.expect(200);
    let missing = api.get("/Users/nobody").await;
    let taken = api.post("/Users", json!({"userName": "ADA@example.com"})).await;
    let deleted = api.delete(&path).await.expect(204);

    let entries = log_with(server, &id_of(&missing), &["--limit", "100"]).await;
    let only = |reply: &Reply| {
        let found = of(&entries, &id_of(reply));
        assert_eq!(found.len(), 1, "{found:#?}");
        let entry = found[0].clone();
        assert_eq!(entry["application"], application.client_id.as_str());
        assert_eq!(entry["status"], reply.status);
        entry
    };
    let entry = only(&made);
    assert_eq!((entry["action"].as_str(), entry["method"].as_str()), (Some("create"), Some("POST")));
    assert_eq!(entry["path"], "/scim/v2/Users");
    assert_eq!(entry["resource_type"], "User");
    assert_eq!(entry["resource_id"], user.as_str());
    assert_eq!(entry["resource_name"], "ada@example.com");
    assert_eq!((&entry["before"], &entry["after"]["title"]), (&Value::Null, &json!("Engineer")));
    assert_eq!(entry["after"]["id"], user.as_str());
    assert_eq!(entry["change"], true);
    let entry = only(&patched);
    assert_eq!(entry["action"], "update");
    assert_eq!(entry["path"], format!("/scim/v2{path}"));
    assert_eq!(entry["before"], json!({"title": "Engineer"}));
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    assert_eq!(entry["after"], json!({"title": "Countess", enterprise: {"department": "Engines"}}));
    let entry = only(&disabled);
    assert_eq!((&entry["action"], &entry["after"]), (&json!("disable"), &json!({"active": false})));
    let entry = only(&restored);
    assert_eq!((&entry["action"], &entry["after"]), (&json!("restore"), &json!({"active": true})));
    assert_eq!(entry["before"]["title"], "Countess");
    let entry = only(&same);
    assert_eq!((&entry["action"], &entry["change"]), (&json!("update"), &json!(false)));
    assert_eq!((&entry["before"], &entry["after"]), (&Value::Null, &Value::Null));
    let entry = only(&read);
    assert_eq!((&entry["action"], &entry["resource_id"]), (&json!("read"), &json!(user)));
    let entry = only(&found);
    assert_eq!(
        (&entry["action"], &entry["query"]),
        (&json!("find"), &json!("userName eq \"Ada@example.com\""))
    );
    let entry = only(&missing);
    assert!(entry["error"].as_str().unwrap().contains("no User with the id"), "{entry}");
    let entry = only(&taken);
    assert_eq!((&entry["action"], &entry["error_kind"]), (&json!("create"), &json!("uniqueness")));
    let entry = only(&deleted);
    assert_eq!(
        (&entry["action"], &entry["before"]["userName"]),
        (&json!("delete"), &json!("ada@example.com"))
    );

    let history = log(server, &["--resource", &user, "--changes"]);
    let actions: Vec<_> = history.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["delete", "restore", "disable", "update", "create"]);
    let failed = log(server, &["--failed"]);
    assert_eq!(failed.len(), 2, "{failed:#?}");
    assert_eq!(log(server, &["--text", "COUNTESS"]).len(), 0, "values are not looked through");
    assert_eq!(log(server, &["--text", "ADA@Example"]).len(), 7);
}

async fn members_are_told_by_who_came_and_who_went(server: &mut Server) {
    let api = server.api().await;
    let (ada, bob, cleo) = (api.user("ada").await, api.user("bob").await, api.user("cleo").await);
    let made =
        api.post("/Groups", json!({"displayName": "Sales", "members": [{"value": ada}]})).await.expect(201);
    let path = format!("/Groups/{}", made.id());
    let added = api
        .patch(&path, json!([{"op": "add", "path": "members", "value": [{"value": ada}, {"value": bob}, {"value": "nobody"}]}]))
        .await
        .expect(204);
    let again = api
        .patch(&path, json!([{"op": "add", "path": "members", "value": [{"value": bob}]}]))
        .await
        .expect(204);
    let removed = api
        .patch(&path, json!([{"op": "remove", "path": format!("members[value eq \"{ada}\"]")}]))
        .await
        .expect(204);
    let replaced =
        api.put(&path, json!({"displayName": "Buying", "members": [{"value": cleo}]})).await.expect(200);
    let emptied = api.patch(&path, json!([{"op": "remove", "path": "members"}])).await.expect(204);
    let entries = log_with(server, &id_of(&again), &[]).await;
    let told = |reply: &Reply| {
        let entry = of(&entries, &id_of(reply)).remove(0);
        (entry["action"].as_str().unwrap().to_owned(), entry["after"].clone(), entry["status"].clone())
    };
    let members = |added: &[&String], removed: &[&String]| json!({"added": added, "removed": removed, "addedCount": added.len(), "removedCount": removed.len()});
    let (action, after, _) = told(&made);
    assert_eq!((action.as_str(), &after["members"]), ("create", &members(&[&ada], &[])));
    assert_eq!(told(&added), ("members".into(), json!({"members": members(&[&bob], &[])}), json!(204)));
    assert_eq!(told(&again), ("update".into(), Value::Null, json!(204)));
    assert_eq!(told(&removed), ("members".into(), json!({"members": members(&[], &[&ada])}), json!(204)));
    let both = json!({"displayName": "Buying", "members": members(&[&cleo], &[&bob])});
    assert_eq!(told(&replaced), ("update".into(), both, json!(200)));
    assert_eq!(told(&emptied), ("members".into(), json!({"members": members(&[], &[&cleo])}), json!(204)));
}

async fn what_a_delete_leads_to_is_told_too(server: &mut Server) {
    let api = server.api().await;
    let boss = api.user("boss").await;
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let report = api
        .post("/Users", json!({"userName": "ada", enterprise: {"manager": {"value": boss}}}))
        .await
        .expect(201)
        .id();
    let group = api
        .post("/Groups", json!({"displayName": "All", "members": [{"value": boss}]}))
        .await
        .expect(201)
        .id();
    let deleted = api.delete(&format!("/Users/{boss}")).await.expect(204);
    let entries = log_with(server, &id_of(&deleted), &[]).await;
    let told: BTreeSet<(String, String)> = of(&entries, &id_of(&deleted))
        .iter()
        .map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            (text("action"), text("resource_id"))
        })
        .collect();
    let expected = [("update", &report), ("members", &group), ("delete", &boss)]
        .map(|(action, id)| (action.to_owned(), id.clone()));
    assert_eq!(told, BTreeSet::from(expected));
    let gone = api.delete(&format!("/Groups/{group}")).await.expect(204);
    assert_eq!(of(&log(server, &[]), &id_of(&gone))[0]["before"]["displayName"], "All");
}

async fn a_bulk_request_is_told_as_a_whole_and_in_parts(server: &mut Server) {
    let api = server.api().await;
    api.user("taken").await;
    let reply = api
        .post(
            "/Bulk",
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                "Operations": [
                    {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "ada"}},
                    {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"userName": "TAKEN"}},
                    {"method": "POST", "path": "/Groups", "bulkId": "g", "data": {"displayName": "G", "members": [{"value": "bulkId:a"}]}}
                ]
            }),
        )
        .await
        .expect(200);
    // What changed nothing is written later, in order.
    let last = api.get("/Users/nobody").await;
    let entries = of(&log_with(server, &id_of(&last), &[]).await, &id_of(&reply));
    let told: Vec<_> =
        entries.iter().map(|e| (e["action"].as_str().unwrap(), e["status"].as_i64().unwrap())).collect();
    assert_eq!(told.len(), 4, "{entries:#?}");
    for expected in [("create", 201), ("create", 409), ("bulk", 200)] {
        assert!(told.contains(&expected), "{told:?}");
    }
    let whole = entries.iter().find(|entry| entry["action"] == "bulk").unwrap();
    assert_eq!(whole["path"], "/scim/v2/Bulk");
}

async fn passwords_are_never_told(server: &mut Server) {
    server.reconfigure("[scim]\npasswords = true\n").unwrap();
    let api = server.api().await;
    let made = api.post("/Users", json!({"userName": "ada", "password": "Correct-Horse"})).await.expect(201);
    let path = format!("/Users/{}", made.id());
    let patched =
        api.patch(&path, json!([{"op": "replace", "path": "password", "value": "Battery-Staple"}])).await;
    let entries = log(server, &[]);
    assert_eq!(of(&entries, &id_of(&made))[0]["after"]["password"], "changed");
    let entry = &of(&entries, &id_of(&patched))[0];
    assert_eq!((&entry["action"], &entry["after"]), (&json!("update"), &json!({"password": "changed"})));
    let text = serde_json::to_string(&entries).unwrap();
    for secret in ["Correct-Horse", "Battery-Staple", "argon2"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

/// A token request; its request's identifier.
async fn ask(endpoint: &str, id: &str, secret: &str, scope: &str) -> (u16, String) {
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    let reply = Client::new().post(endpoint).basic_auth(id, Some(secret)).form(&form).send().await.unwrap();
    let reply = Reply::read(reply).await;
    (reply.status, id_of(&reply))
}

async fn refusals_are_told_without_secrets(server: &mut Server) {
    let application = server.application(&["--scope", "managed-users:read"]);
    let (endpoint, id) = (&application.token_endpoint, &application.client_id);
    let wrong = ask(endpoint, id, "muster_secret_wrong", "managed-users:read").await;
    let unknown = ask(endpoint, &"who-is-this".repeat(20), "muster_secret_wrong", "").await;
    let too_much = ask(endpoint, id, &application.client_secret, "managed-users:delete").await;
    let issued = ask(endpoint, id, &application.client_secret, "managed-users:read").await;
    assert_eq!((wrong.0, unknown.0, too_much.0, issued.0), (401, 401, 400, 200));
    let api = Api::connect(&application).await;
    let forbidden = api.post("/Users", json!({"userName": "ada"})).await;
    let bogus = api.with_token("abc.def.ghi").get("/Users").await;
    assert_eq!((forbidden.status, bogus.status), (403, 401));

    let entries = log_with(server, &id_of(&bogus), &["--unknown"]).await;
    let one = |id: &str| of(&entries, id).remove(0);
    let entry = one(&wrong.1);
    assert_eq!((&entry["action"], &entry["status"]), (&json!("token.refuse"), &json!(401)));
    assert_eq!((&entry["application"], &entry["error_kind"]), (&json!(id), &json!("invalid_client")));
    assert_eq!(entry["query"], "managed-users:read");
    assert!(entry["error"].as_str().unwrap().contains("client secret is wrong"), "{entry}");
    let entry = one(&unknown.1);
    assert_eq!(entry["application"], Value::Null);
    assert_eq!(entry["resource_name"].as_str().unwrap().len(), 100);
    assert_eq!(one(&too_much.1)["error_kind"], "invalid_scope");
    let entry = one(&issued.1);
    assert_eq!((&entry["action"], &entry["application"]), (&json!("token.issue"), &json!(id)));
    let entry = one(&id_of(&forbidden));
    assert_eq!((&entry["action"], &entry["application"]), (&json!("create"), &json!(id)));
    assert!(entry["error"].as_str().unwrap().contains("managed-users:create"), "{entry}");
    let entry = one(&id_of(&bogus));
    assert_eq!((&entry["action"], &entry["application"]), (&json!("unauthorized"), &Value::Null));

    let text = serde_json::to_string(&entries).unwrap();
    for secret in [application.client_secret.as_str(), "muster_secret", "abc.def", &api.token] {
        assert!(!text.contains(secret), "{secret}");
    }
    let known = log(server, &[]);
    assert!(of(&known, &unknown.1).is_empty() && of(&known, &id_of(&bogus)).is_empty());
}

async fn a_token_that_was_believed_is_told_when_it_is_not(server: &mut Server) {
    let application = server.application(&[]);
    let api = Api::connect(&application).await;
    api.get("/Users").await.expect(200);
    let revoke = Client::new()
        .post(format!("{}/v2/revoke", server.base))
        .basic_auth(&application.client_id, Some(&application.client_secret))
        .form(&[("token", &api.token)]);
    assert_eq!(revoke.send().await.unwrap().status(), 200);
    let refused = api.get("/Users").await;
    assert_eq!(refused.status, 401);
    let entries = log_with(server, &id_of(&refused), &["--failed"]).await;
    let entry = &of(&entries, &id_of(&refused))[0];
    assert_eq!(
        (&entry["action"], &entry["application"]),
        (&json!("unauthorized"), &json!(application.client_id))
    );
}

async fn an_acknowledged_change_is_in_the_log_after_a_kill(server: &mut Server) {
    let api = server.api().await;
    let mut told = Vec::new();
    for number in 0..20 {
        told.push(api.post("/Users", json!({"userName": format!("u{number}")})).await.expect(201));
    }
    server.kill_and_restart();
    let entries = log(server, &["--changes"]);
    assert_eq!(entries.len(), told.len());
    for reply in &told {
        assert_eq!(of(&entries, &id_of(reply))[0]["resource_id"], reply.id());
    }
}

/// A history is a chain: whatever changes a resource must add its link.
async fn every_way_to_change_something_is_in_its_history(server: &mut Server) {
    let api = server.api().await;
    let history = |id: &str| -> Vec<String> {
        let entries = log(server, &["--resource", id, "--changes"]);
        entries.iter().map(|entry| format!("{} {}", entry["method"], entry["action"])).collect()
    };
    let (ada, grace) = (api.user("ada@example.com").await, api.user("grace@example.com").await);
    let group = json!({"displayName": "Navy", "members": [{"value": grace}]});
    let group = api.post("/Groups", group).await.expect(201).id();
    let path = format!("/Groups/{group}");
    api.patch(&path, json!([{"op": "add", "path": "members", "value": [{"value": ada}]}])).await;
    let all = json!({"displayName": "Fleet", "members": [{"value": ada}, {"value": grace}]});
    api.put(&path, all).await.expect(200);
    let step = json!({"op": "replace", "path": "displayName", "value": "Harbour"});
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
        {"method": "PATCH", "path": path, "data":
            {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [step]}}]});
    api.post("/Bulk", bulk).await.expect(200);
    // Ada is Grace's manager; who refers to her, and the group, change with her.
    let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
    let boss = json!([{"op": "add", "path": manager, "value": {"value": ada}}]);
    api.patch(&format!("/Users/{grace}"), boss).await.expect(200);
    api.delete(&format!("/Users/{ada}")).await.expect(204);
    assert_eq!(history(&ada), [r#""DELETE" "delete""#, r#""POST" "create""#]);
    assert_eq!(history(&grace), [r#""DELETE" "update""#, r#""PATCH" "update""#, r#""POST" "create""#]);
    let of_group = history(&group);
    let (delete, put) = (r#""DELETE" "members""#, r#""PUT" "update""#);
    let (patch, add, post) = (r#""PATCH" "update""#, r#""PATCH" "members""#, r#""POST" "create""#);
    assert_eq!(of_group, [delete, patch, put, add, post]);
    api.delete(&path).await.expect(204);
    assert_eq!(history(&group).len(), of_group.len() + 1);
}

async fn organizations_see_their_own(server: &mut Server) {
    server.json(&["org", "create", "Acme"]);
    let ours = server.api().await;
    let theirs = Api::connect(&server.application(&["--all-scopes", "--org", "acme"])).await;
    let user = ours.user("ada").await;
    let missed = theirs.get(&format!("/Users/{user}")).await;
    let their_entries = log_with(server, &id_of(&missed), &["--org", "acme"]).await;
    let our_entries = log(server, &["--changes"]);
    assert_eq!(our_entries.len(), 1);
    assert!(of(&our_entries, &id_of(&missed)).is_empty());
    assert!(of(&log(server, &[]), &id_of(&missed)).is_empty());
    assert!(their_entries.iter().all(|entry| entry["request_id"] != our_entries[0]["request_id"]));
    assert!(log(server, &["--org", "acme", "--resource", &user, "--changes"]).is_empty());
    assert!(!server.command(&["log", "--org", "nobody"]).status.success());
}

async fn practice_is_told_apart(server: &mut Server) {
    const MARK: [(&str, &str); 2] = [("muster-rehearsal", "?1"), ("content-type", "application/scim+json")];
    let application = server.application(&[]);
    let api = Api::connect(&application).await;
    let send = async |method: Method, path: &str, body: Value| {
        api.send_with(method, path, &MARK, Some(body.to_string())).await
    };
    let made = send(Method::POST, "/Users", json!({"userName": "ada"})).await.expect(201);
    let taken = send(Method::POST, "/Users", json!({"userName": "Ada"})).await.expect(409);
    let operation = json!({"method": "POST", "path": "/Users", "bulkId": "1", "data": {"userName": "Ada"}});
    let bulk =
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation]});
    let bulk = send(Method::POST, "/Bulk", bulk).await.expect(200);
    let missing = send(Method::GET, "/Users/nobody", Value::Null).await.expect(404);
    let real = api.get("/Users/nobody").await.expect(404);
    let bogus = api.with_token("abc.def.ghi").send_with(Method::GET, "/Users", &MARK, None).await.expect(401);
    let ask = async |secret: &str| {
        let request = Client::new().post(&application.token_endpoint).header(MARK[0].0, MARK[0].1);
        let form = [("grant_type", "client_credentials")];
        Reply::read(
            request.basic_auth(&application.client_id, Some(secret)).form(&form).send().await.unwrap(),
        )
        .await
    };
    let (issued, refused) = (ask(&application.client_secret).await, ask("muster_secret_wrong").await);
    assert_eq!((issued.status, refused.status), (200, 401));
    // A token that was believed a moment ago, and is not any more.
    let revoke = Client::new().post(format!("{}/v2/revoke", server.base));
    let revoke = revoke.basic_auth(&application.client_id, Some(&application.client_secret));
    let revoked = revoke.form(&[("token", &api.token)]).send().await.unwrap();
    assert_eq!(revoked.status(), 200);
    let ended = send(Method::GET, "/Users/nobody", Value::Null).await.expect(401);

    let entries = log_with(server, &id_of(&ended), &["--unknown", "--limit", "100"]).await;
    let marks = |reply: &Reply| -> Vec<bool> {
        of(&entries, &id_of(reply)).iter().map(|entry| entry["rehearsal"].as_bool().unwrap()).collect()
    };
    for practice in [&made, &taken, &missing, &issued] {
        assert_eq!(marks(practice), [true]);
    }
    assert_eq!(marks(&bulk), [true, true]);
    // Guessing cannot be hidden by calling it practice.
    for other in [&real, &bogus, &refused, &ended] {
        assert_eq!(marks(other), [false]);
    }
    assert!(server.stop().success());
    let summary = server.json(&["log", "--summary"]);
    let hour = &summary["hours"][0];
    assert_eq!((&hour["tokens"], &hour["tokens_refused"]), (&json!(1), &json!(1)));
    assert_eq!((&hour["created"], &hour["failed"]), (&json!(0), &json!(2)));
    let cycles = summary["cycles"].as_array().unwrap();
    let practice = cycles.iter().find(|cycle| cycle["rehearsal"] == true).unwrap();
    assert_eq!((cycles.len(), &practice["created"]), (2, &json!(1)));
    let actions: Vec<_> =
        summary["failures"].as_array().unwrap().iter().map(|kind| &kind["action"]).collect();
    assert_eq!(actions.len(), 3, "{actions:?}");
}

async fn all_reads_are_counted(server: &mut Server) {
    const READS: i64 = 5_000;
    let application = server.application(&[]);
    let api = Api::connect(&application).await;
    let user = api.user("ada").await;
    let url = format!("{}/Users/{user}", api.base);
    let mut tasks = Vec::new();
    for _ in 0..10 {
        let (http, url, token) = (api.http.clone(), url.clone(), api.token.clone());
        tasks.push(tokio::spawn(async move {
            for _ in 0..READS / 10 {
                assert_eq!(http.get(&url).bearer_auth(&token).send().await.unwrap().status(), 200);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert!(server.stop().success(), "the last of them are written at the end");
    let summary = server.json(&["log", "--summary", "--app", &application.client_id]);
    let sum = |list: &str, count: &str| -> i64 {
        summary[list].as_array().unwrap().iter().map(|hour| hour[count].as_i64().unwrap()).sum()
    };
    // Two more: the test's client reads the schemas first.
    assert_eq!(sum("hours", "reads"), READS + 2);
    assert_eq!((sum("hours", "created"), sum("hours", "tokens"), sum("hours", "failed")), (1, 1, 0));
    assert_eq!((sum("cycles", "requests"), sum("cycles", "created")), (READS + 3, 1));
    let listed = log(server, &["--limit", "10000"]);
    let reads = listed.iter().filter(|entry| entry["action"] == "read");
    assert_eq!(reads.clone().map(|entry| entry["requests"].as_i64().unwrap()).sum::<i64>(), READS);
    assert!(reads.count() < 5_000, "not one by one");
}

async fn reads_need_not_be_listed(server: &mut Server) {
    server.reconfigure("[provisioning_log]\nreads = false\n").unwrap();
    let api = server.api().await;
    api.user("ada").await;
    api.get("/Users").await.expect(200);
    api.get("/Users/nobody").await.refused(404, "");
    assert!(server.stop().success());
    let actions: Vec<_> =
        log(server, &[]).iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect();
    assert_eq!(actions, ["read", "create"], "the one that failed and the change");
    assert_eq!(server.json(&["log", "--summary"])["hours"][0]["reads"], 3);
}
