//! PingOne and PingFederate: client credentials with scopes, a filter of the admin's own, disable or delete.

use super::USER;
use crate::support::{Api, Reply, Server, on_both_databases};
use serde_json::json;

on_both_databases!(people_are_provisioned_with_client_credentials);

async fn people_are_provisioned_with_client_credentials(server: &mut Server) {
    let application = server.application(&[]);
    // Credentials in the form, with the scopes that the admin listed.
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", application.client_id.as_str()),
        ("client_secret", application.client_secret.as_str()),
        (
            "scope",
            "managed-users:list managed-users:create managed-users:update managed-users:delete managed-users:read",
        ),
    ];
    let answer = reqwest::Client::new().post(&application.token_endpoint).form(&form).send().await.unwrap();
    let token = Reply::read(answer).await.expect(200).body["access_token"].as_str().unwrap().to_owned();
    let api = Api::connect(&application).await.with_token(&token);

    for filter in [
        "userName eq \"ada@example.com\"",
        "emails.value eq \"ada@example.com\"",
        "externalId eq \"p1\" and active eq true",
    ] {
        assert_eq!(api.find("/Users", filter).await.expect(200).body["totalResults"], 0, "{filter}");
    }
    let user = json!({
        "schemas": [USER], "externalId": "p1", "userName": "ada@example.com", "active": true,
        "name": {"givenName": "Ada", "familyName": "Byron"}, "emails": [{"value": "ada@example.com", "type": "work"}]
    });
    let made = api.post("/Users", user.clone()).await.expect(201);
    for filter in [
        "userName eq \"ada@example.com\"",
        "emails.value eq \"ada@example.com\"",
        "externalId eq \"p1\" and active eq true",
    ] {
        assert_eq!(api.find("/Users", filter).await.expect(200).each("id"), [made.id()], "{filter}");
    }
    let path = format!("/Users/{}", made.id());
    let mut disabled = user;
    disabled["active"] = false.into();
    assert_eq!(api.put(&path, disabled).await.expect(200).body["active"], false);
    assert_eq!(
        api.find("/Users", "externalId eq \"p1\" and active eq true").await.expect(200).body["totalResults"],
        0
    );
    api.delete(&path).await.expect(204);
    // The token has no scope for groups.
    api.get("/Groups").await.refused(403, "");
}
