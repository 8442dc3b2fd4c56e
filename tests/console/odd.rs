//! What no browser sends: never a failure of the server, never a wait without end.

use super::browser::{APPS, Browser};
use crate::support::{Server, on_both_databases};
use std::time::Duration;

on_both_databases!(odd_forms_are_refused, odd_addresses_lead_nowhere);

async fn odd_forms_are_refused(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let app = format!("{APPS}/{}", server.application(&[]).client_id);
    let token = browser.form_token.clone();
    let many: String = (0..10_000).map(|number| format!("&f{number}=x")).collect();
    let many = format!("form_token={token}{many}");
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\nabc\r\n--x--\r\n";
    let large = format!("form_token={token}&name={}", "x".repeat(1_000_000));
    let not_text =
        [b"form_token=", token.as_bytes(), b"&name=\xff\xfe%ff%fe&minutes=60&grant=%c3%28"].concat();
    let paths = [
        format!("{APPS}/new"),
        app.clone(),
        format!("{app}/scopes"),
        format!("{app}/delete"),
        format!("{app}/secrets"),
        format!("{app}/tokens"),
        format!("{app}/trusts"),
        "/applications/oauth".into(),
        "/organization/settings/admins".into(),
        "/organization/switch".into(),
        "/account/password".into(),
        "/language".into(),
        "/login".into(),
        "/welcome".into(),
    ];
    for path in &paths {
        let wait = async |body: Vec<u8>, kind: &str| {
            let mut browser = browser.clone();
            let sent = async { browser.post_body(path, body, &[("content-type", kind)]).await.status };
            tokio::time::timeout(Duration::from_secs(10), sent)
                .await
                .unwrap_or_else(|_| panic!("{path} does not answer"))
        };
        let form = "application/x-www-form-urlencoded";
        assert!((300..500).contains(&wait(many.clone().into_bytes(), form).await) || path == "/login");
        assert!(
            (300..500).contains(&wait(multipart.into(), "multipart/form-data; boundary=x").await),
            "{path}"
        );
        assert!(
            (300..500).contains(&wait(b"{\"form_token\":1}".to_vec(), "application/json").await),
            "{path}"
        );
        assert!((200..500).contains(&wait(not_text.clone(), form).await), "{path}");
        assert!((300..500).contains(&wait(Vec::new(), form).await), "{path}");
        assert_eq!(wait(large.clone().into_bytes(), form).await, 413, "{path}");
    }
    assert_eq!(server.json(&["app", "list"]).as_array().unwrap().len(), 1);
    browser.get(&app).await.expect(200);
}

async fn odd_addresses_lead_nowhere(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let app = server.application(&[]).client_id;
    let long = "x".repeat(6_000);
    for id in [
        "%00",
        "a%00b",
        "%ff",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "'%20OR%201=1--",
        "%F0%9F%98%80",
        &long,
        "%0d%0ax",
        "-1",
        "9223372036854775808",
    ] {
        for page in [
            format!("{APPS}/{id}"),
            format!("{APPS}/{id}/credentials"),
            format!("{APPS}/{id}/connect"),
            format!("{APPS}/{id}/rehearsal"),
            format!("{APPS}/{app}/rehearsal/{id}"),
            format!("{APPS}/new/{id}/name"),
            format!("{APPS}/new/{id}/secret"),
            format!("/organization/directory/users/{id}"),
            format!("/organization/directory/groups/{id}/members"),
            format!("/organization/directory/users/{id}/delete"),
            format!("/organization/directory/{id}"),
            format!("/organization/log/{id}"),
        ] {
            let status = browser.get(&page).await.status;
            assert!([404, 400, 303].contains(&status), "{page}: {status}");
        }
        for form in [
            format!("{APPS}/{id}"),
            format!("{APPS}/{id}/scopes"),
            format!("{APPS}/{id}/secrets"),
            format!("{APPS}/{id}/tokens"),
            format!("{APPS}/{id}/trusts"),
            format!("{APPS}/{id}/delete"),
            format!("{APPS}/{id}/rehearsal"),
            format!("{APPS}/new/{id}/name"),
            format!("{APPS}/new/{id}/scopes"),
            format!("{APPS}/new/{id}/secret"),
            format!("{APPS}/{app}/secrets/{id}/revoke"),
            format!("{APPS}/{app}/tokens/{id}/revoke"),
            format!("{APPS}/{app}/trusts/{id}/remove"),
            format!("/organization/settings/admins/{id}/role"),
            format!("/organization/settings/admins/{id}/remove"),
            format!("/organization/settings/admins/{id}/reset-password"),
            format!("/organization/settings/invitations/{id}/withdraw"),
            format!("/organization/directory/users/{id}/delete"),
            format!("/organization/directory/users/{id}/disable"),
            format!("/account/sessions/{id}/end"),
        ] {
            let status = browser
                .post(
                    &form,
                    &[
                        ("name", "x"),
                        ("role", "admin"),
                        ("scope", "managed-users:read"),
                        ("minutes", "60"),
                        ("grace", "1"),
                        ("token-days", "1"),
                    ],
                )
                .await
                .status;
            assert!([404, 400, 303].contains(&status), "{form}: {status}");
        }
    }
    let pages = [
        "/organization",
        APPS,
        "/organization/directory/users",
        "/organization/directory/groups",
        "/organization/log",
        "/organization/log/export.csv",
        "/organization/settings/admins",
        "/account",
        "/login",
        "/welcome",
    ];
    for page in pages {
        for value in [
            "%00",
            "%ff",
            "a%00b",
            "%F0%9F%98%80",
            "%25%25%5C_",
            "%27%22",
            "-1",
            "99999999999999999999",
            &"y".repeat(30_000),
        ] {
            for name in [
                "q", "filter", "sort", "order", "after", "before", "kind", "app", "failed", "client", "back",
                "token", "history",
            ] {
                let mut browser = browser.clone();
                let address = format!("{page}?{name}={value}");
                let answer = tokio::time::timeout(Duration::from_secs(10), async {
                    browser.get(&address).await.status
                });
                let status = answer.await.unwrap_or_else(|_| panic!("{page}?{name} does not answer"));
                assert!(status < 500, "{page}?{name}: {status}");
            }
        }
    }
    for path in [
        "//",
        "/organization/",
        "/organization/../login",
        "/console/../login",
        "/console/x/console.css",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/Organization",
    ] {
        let status = browser.get(path).await.status;
        assert!([200, 303, 400, 404].contains(&status), "{path}: {status}");
    }
}
