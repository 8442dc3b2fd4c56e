//! The Rust crate `oauth2` as a client: by each method that it has.

use crate::support::{Api, Server, on_sqlite};
use oauth2::basic::{BasicClient, BasicTokenType};
use oauth2::{AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, Scope, TokenResponse, TokenUrl};
use std::time::Duration;

on_sqlite!(the_oauth2_crate_gets_tokens, the_oauth2_crate_reads_a_refusal);

async fn send(request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (parts, body) = request.into_parts();
    let request = reqwest::Client::new().request(parts.method, parts.uri.to_string());
    let response = request.headers(parts.headers).body(body).send().await?;
    let mut answer = HttpResponse::new(Vec::new());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    *answer.body_mut() = response.bytes().await?.to_vec();
    Ok(answer)
}

async fn the_oauth2_crate_gets_tokens(server: &mut Server) {
    let app = server.application(&[]);
    for method in [AuthType::BasicAuth, AuthType::RequestBody] {
        let client = BasicClient::new(ClientId::new(app.client_id.clone()))
            .set_client_secret(ClientSecret::new(app.client_secret.clone()))
            .set_token_uri(TokenUrl::new(app.token_endpoint.clone()).unwrap())
            .set_auth_type(method);
        let token = client
            .exchange_client_credentials()
            .add_scope(Scope::new("managed-users:list".into()))
            .add_extra_param("resource", &app.tenant_url)
            .request_async(&send)
            .await
            .unwrap();
        assert_eq!(*token.token_type(), BasicTokenType::Bearer);
        assert_eq!(token.expires_in(), Some(Duration::from_secs(3600)));
        assert_eq!(token.scopes().unwrap()[0].as_str(), "managed-users:list");
        let api = Api::connect(&app).await.with_token(token.access_token().secret());
        api.get("/Users").await.expect(200);
        api.get("/Groups").await.refused(403, "");
    }
}

async fn the_oauth2_crate_reads_a_refusal(server: &mut Server) {
    let app = server.application(&[]);
    let client = BasicClient::new(ClientId::new(app.client_id.clone()))
        .set_client_secret(ClientSecret::new("wrong".into()))
        .set_token_uri(TokenUrl::new(app.token_endpoint.clone()).unwrap());
    let error = client.exchange_client_credentials().request_async(&send).await.unwrap_err();
    let oauth2::RequestTokenError::ServerResponse(error) = error else { panic!("{error:?}") };
    assert_eq!(*error.error(), oauth2::basic::BasicErrorResponseType::InvalidClient);
    assert!(error.error_description().unwrap().contains("is wrong"));
}
