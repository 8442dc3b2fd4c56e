//! Two requests at the same moment.

use super::browser::{APPS, Browser};
use crate::support::{Server, on_both_databases};
use futures_util::future::join_all;
use std::time::Duration;

on_both_databases!(
    the_last_form_sent_five_times_makes_one_application,
    a_link_makes_one_admin,
    of_two_last_owners_one_stays,
    saved_while_it_is_deleted,
);

/// Sends the same form so many times at once: the statuses.
async fn at_once(browser: &Browser, times: usize, path: &str, fields: &[(&str, &str)]) -> Vec<(u16, String)> {
    join_all((0..times).map(|_| {
        let mut browser = browser.clone();
        async move {
            let page = browser.post(path, fields).await;
            (page.status, page.text)
        }
    }))
    .await
}

async fn the_last_form_sent_five_times_makes_one_application(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let step = browser.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303);
    let named = browser.post(&step.location, &[("name", "Once")]).await.expect(303);
    let sent = at_once(&browser, 5, &named.location, &[("scope", "managed-users:read")]).await;
    assert!(sent.iter().all(|(status, _)| *status == 303), "{sent:?}");
    // All were led to the same secret, which is shown to one of them.
    let secret = named.location.replace("/scopes", "/secret");
    let shown = join_all((0..3).map(|_| {
        let (mut browser, secret) = (browser.clone(), secret.clone());
        async move { browser.get(&secret).await.expect(200).text.contains("muster_secret_") }
    }));
    assert_eq!(shown.await.into_iter().filter(|shown| *shown).count(), 1);
    let page = browser.get("/applications/oauth").await.expect(200);
    let draft = page.between("name=\"draft\" value=\"", "\"");
    let fields = [("draft", draft.as_str()), ("name", "Plain"), ("scope", "managed-users:read")];
    let sent = at_once(&browser, 5, "/applications/oauth", &fields).await;
    assert!(sent.iter().all(|(status, _)| *status == 200), "{sent:?}");
    assert_eq!(sent.iter().filter(|(_, text)| text.contains("muster_secret_")).count(), 1);
    let all = server.json(&["app", "list"]);
    let names: Vec<&str> = all.as_array().unwrap().iter().map(|app| app["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Once", "Plain"]);
}

async fn a_link_makes_one_admin(server: &mut Server) {
    let link = server.set_up_link();
    let statuses = join_all((0..4).map(|number| {
        let (base, link) = (server.base.clone(), link.clone());
        async move { Browser::new(&base).follow_link(&link, &format!("admin{number}")).await.status }
    }))
    .await;
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 410).count(), 3, "{statuses:?}");
    assert_eq!(server.json(&["admin", "list"]).as_array().unwrap().len(), 1);
    // Two links, one name.
    let create = ["admin", "create", "--public-url", &server.base];
    let links: Vec<_> = (0..2).map(|_| server.json(&create)["link"].as_str().unwrap().to_owned()).collect();
    let statuses = join_all(links.iter().map(|link| {
        let base = server.base.clone();
        async move { Browser::new(&base).follow_link(link, "same@example.com").await.status }
    }))
    .await;
    assert!(
        statuses.contains(&303) && statuses.iter().all(|status| [303, 422].contains(status)),
        "{statuses:?}"
    );
    assert_eq!(server.json(&["admin", "list"]).as_array().unwrap().len(), 2);
}

/// Holds the rows of roles, so that both requests have read them before either writes. SQLite has one writer anyway.
async fn hold_roles(server: &Server) -> Option<tokio_postgres::Client> {
    if !server.database.is_postgres() {
        return None;
    }
    let (client, connection) =
        tokio_postgres::connect(&server.database.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("BEGIN; SELECT role FROM admin_roles FOR UPDATE").await.unwrap();
    Some(client)
}

async fn of_two_last_owners_one_stays(server: &mut Server) {
    let ada = Browser::first_admin(server).await;
    let grace = Browser::admin(server, "default", "owner", "grace@example.com").await;
    let list = server.json(&["admin", "list"]);
    let ids = [0, 1].map(|number| list[number]["id"].as_str().unwrap().to_owned());
    for round in 0..4 {
        let deed = if round == 3 { "remove" } else { "role" };
        let held = hold_roles(server).await;
        let sent = [&ada, &grace].into_iter().zip(&ids).map(|(browser, id)| {
            let (mut browser, path) = (browser.clone(), format!("/organization/settings/admins/{id}/{deed}"));
            tokio::spawn(async move { browser.post(&path, &[("role", "auditor")]).await.status })
        });
        let sent: Vec<_> = sent.collect();
        if let Some(held) = held {
            tokio::time::sleep(Duration::from_millis(300)).await;
            held.batch_execute("COMMIT").await.unwrap();
        }
        let sent: Vec<u16> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
        let list = server.json(&["admin", "list"]);
        let owners = list.as_array().unwrap().iter().filter(|admin| admin["role"] == "owner").count();
        assert_eq!(owners, 1, "{sent:?} {list}");
        assert!(sent.contains(&303) && sent.contains(&422), "{sent:?}");
        server.database.execute("UPDATE admin_roles SET role = 'owner'");
    }
}

async fn saved_while_it_is_deleted(server: &mut Server) {
    let browser = Browser::first_admin(server).await;
    for _ in 0..5 {
        let id = server.application(&[]).client_id;
        let (mut one, mut other) = (browser.clone(), browser.clone());
        let (page, delete) = (format!("{APPS}/{id}"), format!("{APPS}/{id}/delete"));
        let fields = [("name", "Saved"), ("minutes", "60")];
        let (secrets, grace) = (format!("{APPS}/{id}/secrets"), [("grace", "0")]);
        let mut third = browser.clone();
        let (saved, deleted, rotated) = tokio::join!(
            one.post(&page, &fields),
            other.post(&delete, &[("confirm", "Test")]),
            third.post(&secrets, &grace)
        );
        assert!([303, 404].contains(&saved.status), "{}", saved.status);
        assert!([200, 404].contains(&rotated.status), "{}", rotated.status);
        // Renamed in between, what was typed is not its name any more.
        assert!([303, 422].contains(&deleted.status), "{}", deleted.status);
    }
}
