//! Who else is an admin: invited, given another role, taken away.

use super::browser::{APPS, Browser, PASSWORD};
use crate::support::{Server, on_both_databases, on_sqlite};

on_both_databases!(
    invited_given_roles_and_removed,
    an_owner_resets_no_password_that_opens_other_organizations
);
on_sqlite!(invitations_are_checked_and_withdrawn, one_account_in_two_organizations);

const ADMINS: &str = "/organization/settings/admins";

fn id_of(server: &Server, name: &str) -> String {
    let list = server.json(&["admin", "list"]);
    let admin = list.as_array().unwrap().iter().find(|admin| admin["name"] == name);
    admin.unwrap_or_else(|| panic!("no {name}: {list}"))["id"].as_str().unwrap().to_owned()
}

/// The link of an invitation.
async fn invite(owner: &mut Browser, note: &str, role: &str) -> String {
    let made = owner.post(ADMINS, &[("note", note), ("role", role)]).await.expect(200);
    made.between("<output id=\"link\">", "</output>")
}

async fn invited_given_roles_and_removed(server: &mut Server) {
    let mut owner = Browser::first_admin(server).await;
    let link = invite(&mut owner, "Grace", "auditor").await;
    owner.get(ADMINS).await.expect(200).says("Grace").hides(&link);
    let mut grace = Browser::new(&server.base);
    grace.follow_link(&link, "grace@example.com").await.expect(303);
    grace.get("/account").await.expect(200);
    let id = id_of(server, "grace@example.com");
    grace.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(403);
    // A role counts from the next request on.
    owner.post(&format!("{ADMINS}/{id}/role"), &[("role", "admin")]).await.expect(303);
    grace.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303);
    grace.post(&format!("{ADMINS}/{id}/role"), &[("role", "owner")]).await.expect(403);
    grace.get(ADMINS).await.expect(200).hides("/remove\"");
    owner.post(&format!("{ADMINS}/{id}/role"), &[("role", "root")]).await.expect(404);
    let own = id_of(server, "ada@example.com");
    owner
        .post(&format!("{ADMINS}/{own}/role"), &[("role", "admin")])
        .await
        .expect(422)
        .says("href=\"#members\"");
    owner.post(&format!("{ADMINS}/{own}/remove"), &[]).await.expect(422).says("href=\"#members\"");
    // A lost password: the link sets a new one, and ends the sessions that there are.
    let made = owner.post(&format!("{ADMINS}/{id}/reset-password"), &[]).await.expect(200);
    let link = made.says("grace@example.com").between("<output id=\"link\">", "</output>");
    grace.get("/account").await.expect(200);
    let path = link.strip_prefix(&server.base).unwrap();
    let token = path.split_once("token=").unwrap().1;
    let mut renewed = Browser::new(&server.base);
    renewed.get(path).await.expect(200);
    renewed.post("/welcome", &[("token", token), ("password", "short")]).await.expect(422);
    let new = [("token", token), ("name", "eve@example.com"), ("password", "seven violet tractors hum")];
    renewed.post("/welcome", &new).await.expect(303);
    grace.get("/account").await.expect(303);
    renewed.get("/account").await.expect(200).says("grace@example.com").hides("eve@");
    Browser::sign_in(&server.base, "grace@example.com", "seven violet tractors hum").await;
    owner.post(&format!("{ADMINS}/{id}/remove"), &[]).await.expect(303);
    renewed.get("/account").await.expect(303);
    let mut gone = Browser::new(&server.base);
    gone.get("/login").await;
    gone.post("/login", &[("name", "grace@example.com"), ("password", "seven violet tractors hum")])
        .await
        .expect(401);
    owner.post(&format!("{ADMINS}/{id}/remove"), &[]).await.expect(404);
}

async fn invitations_are_checked_and_withdrawn(server: &mut Server) {
    let mut owner = Browser::first_admin(server).await;
    let long = "x".repeat(201);
    for (note, role, field) in [
        ("", "admin", "note"),
        (&long, "admin", "note"),
        ("a\0b", "admin", "note"),
        ("Grace", "", "role"),
        ("Grace", "root", "role"),
    ] {
        owner
            .post(ADMINS, &[("note", note), ("role", role)])
            .await
            .expect(422)
            .says(&format!("href=\"#{field}\""));
    }
    let (first, second) =
        (invite(&mut owner, "First", "owner").await, invite(&mut owner, "Second", "owner").await);
    let page = owner.get(ADMINS).await.expect(200);
    let rest = page.text.split_once("<bdi>First</bdi>").unwrap().1;
    let id = rest.split_once("/organization/settings/invitations/").unwrap().1.split_once('/').unwrap().0;
    for _ in 0..2 {
        owner.post(&format!("/organization/settings/invitations/{id}/withdraw"), &[]).await.expect(303);
    }
    owner.get(ADMINS).await.expect(200).hides("<bdi>First</bdi>").says("<bdi>Second</bdi>");
    Browser::new(&server.base).follow_link(&first, "eve@example.com").await.expect(410);
    Browser::new(&server.base).follow_link(&second, "grace@example.com").await.expect(303);
}

async fn one_account_in_two_organizations(server: &mut Server) {
    let mut ada = Browser::first_admin(server).await;
    server.json(&["org", "create", "Acme"]);
    let mut acme = Browser::admin(server, "Acme", "owner", "acme@example.com").await;
    let link = invite(&mut acme, "Ada", "auditor").await;
    // The name is enough for nobody.
    let path = link.strip_prefix(&server.base).unwrap().to_owned();
    let token = path.split_once("token=").unwrap().1;
    let mut eve = Browser::new(&server.base);
    eve.get(&path).await.expect(200);
    let fields = [("token", token), ("name", "ADA@example.com"), ("password", "seven violet tractors hum")];
    eve.post("/welcome", &fields).await.expect(422).says("href=\"#name\"");
    let mut both = Browser::new(&server.base);
    both.follow_link(&link, "Ada@Example.com").await.expect(303);
    let page = both.get("/account").await.expect(200);
    // It looks at the organization that it was invited into, as an auditor, and may turn to the other.
    both.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(403);
    let organizations = server.json(&["org", "list"]);
    let id = |name: &str| {
        let all = organizations.as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let page = page.says(&id("Acme")).says(&id("default"));
    drop(page);
    both.post("/organization/switch", &[("organization", &id("default"))]).await.expect(303);
    both.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303);
    // The other browser looks where it looked.
    ada.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303);
    acme.post("/organization/switch", &[("organization", &id("default"))]).await.expect(404);
    // Taken away there, the account goes on here.
    let list = server.json(&["admin", "list", "--org", "Acme"]);
    let ada_id =
        list.as_array().unwrap().iter().find(|one| one["name"] == "ada@example.com").unwrap()["id"].clone();
    both.post("/organization/switch", &[("organization", &id("Acme"))]).await.expect(303);
    acme.post(&format!("{ADMINS}/{}/remove", ada_id.as_str().unwrap()), &[]).await.expect(303);
    both.get("/account").await.expect(200).hides(&id("Acme"));
    both.post("/organization/switch", &[("organization", &id("Acme"))]).await.expect(404);
    Browser::sign_in(&server.base, "ada@example.com", PASSWORD).await;
}

async fn an_owner_resets_no_password_that_opens_other_organizations(server: &mut Server) {
    Browser::first_admin(server).await;
    server.json(&["org", "create", "Acme"]);
    let mut acme = Browser::admin(server, "Acme", "owner", "acme@example.com").await;
    let mut grace = Browser::new(&server.base);
    let link = invite(&mut acme, "Grace", "auditor").await;
    grace.follow_link(&link, "grace@example.com").await.expect(303);
    grace.get("/account").await.expect(200);
    let list = server.json(&["admin", "list", "--org", "Acme"]);
    let grace_id =
        list.as_array().unwrap().iter().find(|one| one["name"] == "grace@example.com").unwrap()["id"].clone();
    let reset = format!("{ADMINS}/{}/reset-password", grace_id.as_str().unwrap());
    let early = acme.post(&reset, &[]).await.expect(200).between("<output id=\"link\">", "</output>");
    // From now on, whoever sets Grace's password looks into another organization as well.
    let create = ["admin", "create", "--role", "owner", "--public-url", &server.base];
    let link = server.json(&create)["link"].as_str().unwrap().to_owned();
    grace.follow_link(&link, "grace@example.com").await.expect(303);
    acme.post(&reset, &[]).await.expect(422).says("href=\"#members\"").hides("<output id=\"link\">");
    Browser::new(&server.base).follow_link(&early, "").await.expect(410);
    // Who runs the server may.
    let made = server.json(&["admin", "reset-password", "grace@example.com", "--public-url", &server.base]);
    Browser::new(&server.base).follow_link(made["link"].as_str().unwrap(), "").await.expect(303);
}
