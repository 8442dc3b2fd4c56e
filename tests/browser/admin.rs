//! What an admin does over and over: becomes one, makes an application.

use super::driver::Browser;
use crate::support::{Application, Server};

pub(super) const NAME: &str = "ada@example.com";
pub(super) const PASSWORD: &str = "seven orange bicycles asleep";

pub(super) const APPS: &str = "/organization/settings/oauth/apps";

impl Browser {
    /// Follows the link of the first start and becomes the first admin.
    pub(super) async fn set_up(&self, server: &Server) {
        self.go(&server.set_up_link()).await;
        self.fill("#name", NAME).await;
        self.fill("#password", PASSWORD).await;
        self.press("Go on").await;
        self.arrive("/organization").await;
    }

    pub(super) async fn sign_in(&self) {
        self.fill("#name", NAME).await;
        self.fill("#password", PASSWORD).await;
        self.press("Sign in").await;
    }

    /// As far as the page with the secret.
    pub(super) async fn make_application(&self, server: &Server, name: &str) {
        self.go(&format!("{}{APPS}/new", server.base)).await;
        self.press("Next").await;
        self.arrive("/name").await;
        // Typing knows no characters beyond the first plane.
        self.paste("#name", name).await;
        self.press("Next").await;
        self.arrive("/scopes").await;
        self.press("Create application").await;
        self.arrive("/secret").await;
    }

    /// As far as the page after it.
    pub(super) async fn finish_application(&self, server: &Server, name: &str) {
        self.make_application(server, name).await;
        self.click("#got-it").await;
        self.press("Finish").await;
        self.arrive("/connect").await;
    }

    /// What stands on the page with the secret; the addresses are said by the page after it.
    pub(super) async fn copied(&self, server: &Server) -> Application {
        Application {
            client_id: self.text("#client-id").await,
            client_secret: self.text("#client-secret").await,
            tenant_url: format!("{}/scim/v2", server.base),
            token_endpoint: format!("{}/v2/token", server.base),
        }
    }
}
