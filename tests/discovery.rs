//! What the server says about itself, health included.

use crate::support::{Server, on_both_databases, on_sqlite};
use serde_json::{Value, json};

on_both_databases!(health_is_told);
on_sqlite!(schemas_describe_what_is_there, resource_types_and_configuration_are_true);

async fn schemas_describe_what_is_there(server: &mut Server) {
    let api = server.api().await;
    let all = api.get("/Schemas").await.expect(200);
    assert_eq!(all.body["totalResults"], 3);
    assert_eq!(all.each("name"), ["User", "Group", "EnterpriseUser"]);
    assert!(!all.text.contains("null"));
    for schema in all.body["Resources"].as_array().unwrap() {
        let one = api.get(&format!("/Schemas/{}", schema["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(one.body, *schema);
    }
    let user = &all.body["Resources"][0];
    let emails = user["attributes"].as_array().unwrap().iter().find(|a| a["name"] == "emails").unwrap();
    let kind = emails["subAttributes"].as_array().unwrap().iter().find(|a| a["name"] == "type").unwrap();
    assert_eq!(kind["canonicalValues"], json!(["work", "home", "other"]));
    assert!(!user["attributes"].as_array().unwrap().iter().any(|a| a["name"] == "password"));
    api.get("/Schemas/urn:x").await.refused(404, "");
    api.get("/Schemas?filter=id+pr").await.refused(403, "");
}

async fn resource_types_and_configuration_are_true(server: &mut Server) {
    let api = server.api().await;
    let types = api.get("/ResourceTypes").await.expect(200);
    assert_eq!(types.each("endpoint"), ["/Users", "/Groups"]);
    assert_eq!(api.get("/ResourceTypes/User").await.expect(200).body, types.body["Resources"][0]);
    api.get("/ResourceTypes/Device").await.refused(404, "");
    // Open to all: it says how to authenticate.
    let url = format!("{}/ServiceProviderConfig", api.base);
    let configuration: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert_eq!(configuration["patch"]["supported"], true);
    assert_eq!(configuration["filter"], json!({"supported": true, "maxResults": 1000}));
    assert_eq!(
        (&configuration["etag"]["supported"], &configuration["sort"]["supported"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        configuration["bulk"],
        json!({"supported": true, "maxOperations": 1000, "maxPayloadSize": 1048576})
    );
    assert_eq!(configuration["changePassword"]["supported"], false);
    let pagination = json!({"cursor": true, "index": true, "defaultPaginationMethod": "index", "defaultPageSize": 100, "maxPageSize": 1000});
    assert_eq!(configuration["pagination"], pagination);
    assert_eq!(configuration["authenticationSchemes"][0]["type"], "oauthbearertoken");
}

async fn health_is_told(server: &mut Server) {
    let get = async |path: &str| {
        let response = reqwest::get(format!("{}{path}", server.base)).await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(get("/healthz").await.0, 200);
    assert_eq!(get("/readyz").await, (200, json!({"status": "ready"}).to_string()));
    server.api().await.get("/Users").await.expect(200);
    let (status, metrics) = get("/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("muster_tokens_issued_total 1"), "{metrics}");
    assert!(metrics.contains("muster_http_requests_total{status=\"2xx\"}"), "{metrics}");
    assert_eq!(get("/").await.0, 200);
    assert_eq!(get("/nothing").await.0, 404);
}
