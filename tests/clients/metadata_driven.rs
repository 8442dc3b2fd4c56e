//! Clients that do what `/ServiceProviderConfig` says and nothing else: PATCH where it is declared, PUT where it is not,
//! filters and sorting where they are. So what it says must be so.

use super::{PATCH_OP, USER};
use crate::support::{Api, Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases!(what_is_declared_is_done, put_alone_is_enough);

async fn made(api: &Api) -> String {
    format!("/Users/{}", api.user("ada").await)
}

async fn what_is_declared_is_done(server: &mut Server) {
    let api = server.api().await;
    let declared = api.get("/ServiceProviderConfig").await.expect(200).body;
    let says = |name: &str| declared[name]["supported"].as_bool().unwrap();
    let path = made(&api).await;

    let body = json!({"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "title", "value": "T"}]});
    let patched = api.send(Method::PATCH, &path, Some(body.to_string())).await;
    assert_eq!(patched.status == 200, says("patch"), "{}", patched.text);

    let most = declared["filter"]["maxResults"].as_u64().unwrap();
    assert!(says("filter") && most > 0);
    assert_eq!(api.find("/Users", "title eq \"t\"").await.expect(200).body["totalResults"], 1);
    api.get(&format!("/Users?count={}", most + 1)).await.expect(200);

    api.user("Bob").await;
    let sorted = api.get("/Users?sortBy=userName&sortOrder=descending").await.expect(200);
    assert_eq!(sorted.each("userName") == ["Bob", "ada"], says("sort"));

    let tagged = api.get(&path).await.expect(200);
    assert_eq!(!tagged.header("etag").is_empty(), says("etag"));
    let stale = api.send_with(Method::DELETE, &path, &[("if-match", "W/\"999\"")], None).await;
    assert_eq!(stale.status == 412, says("etag"), "{}", stale.text);

    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
        {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"schemas": [USER], "userName": "bulk"}}]});
    let bulk = api.send(Method::POST, "/Bulk", Some(bulk.to_string())).await;
    assert_eq!(bulk.status == 200, says("bulk"), "{}", bulk.text);
    for limit in ["maxOperations", "maxPayloadSize"] {
        assert_eq!(declared["bulk"][limit].as_u64().unwrap() > 0, says("bulk"), "{limit}");
    }
    let schemes: Vec<&Value> = declared["authenticationSchemes"].as_array().unwrap().iter().collect();
    assert!(schemes.iter().any(|scheme| scheme["type"] == "oauthbearertoken"));
}

async fn put_alone_is_enough(server: &mut Server) {
    let api = server.api().await;
    let path = made(&api).await;
    let whole = api.get(&path).await.expect(200).body;
    for (name, value) in
        [("title", json!("T")), ("active", json!(false)), ("title", Value::Null), ("active", json!(true))]
    {
        let mut changed = whole.clone();
        changed[name] = value.clone();
        let put = api.put(&path, changed).await.expect(200).body;
        assert_eq!(put.get(name).unwrap_or(&Value::Null), &value, "{name}");
    }
}
