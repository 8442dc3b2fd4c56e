//! The pictures of the guide. The walk always runs, so that the guide shows nothing that is not there;
//! `cargo xtask screenshots` keeps what it sees.

mod half_year;
mod people;

use super::admin::{APPS, NAME, PASSWORD};
use super::driver::{Browser, Screen, Theme};
use super::front::{Front, PUBLIC};
use crate::support::{Application, Server, on_sqlite};
use people::{Directory, ENTRA};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

on_sqlite!(the_guide_has_its_pictures);

/// Where to keep the pictures; without it they are taken and forgotten.
const VARIABLE: &str = "MUSTER_TEST_SCREENSHOTS";

const ORGANIZATION: &str = "Example Corp";

/// As high as the page.
const WHOLE: Option<u32> = None;

/// Somebody who walks through the console with a camera.
struct Guide {
    browser: Browser,
    /// The names of the pictures.
    taken: BTreeSet<String>,
}

async fn the_guide_has_its_pictures(server: &mut Server) {
    let front = Front::beside(server).await;
    let mut guide = Guide { browser: Browser::behind(&front).await, taken: BTreeSet::new() };
    guide.browser.without_scrollbars().await;
    guide.become_owner(server).await;
    let application = guide.make_application(server).await;
    guide.rehearse().await;
    let directory = Directory::provision(server, &application).await;
    half_year::pass(server, ORGANIZATION, &application);
    guide.look_at_home().await;
    guide.read_log().await;
    guide.meet_people(&directory).await;
    guide.look_after(&application).await;
    assert_eq!(guide.browser.complaints().await, Vec::<String>::new());
    guide.compare_with_the_docs();
}

impl Guide {
    async fn become_owner(&mut self, server: &Server) {
        server.json(&["org", "create", ORGANIZATION]);
        let create = ["admin", "create", "--org", ORGANIZATION, "--role", "owner", "--public-url", PUBLIC];
        let link = server.json(&create)["link"].as_str().unwrap().to_owned();
        self.browser.go(&link).await;
        self.browser.fill("#name", NAME).await;
        self.browser.fill("#password", PASSWORD).await;
        self.show("welcome", WHOLE).await;
        self.browser.press("Go on").await;
        self.browser.arrive("/organization").await;
    }

    /// Step by step, as the guide tells it.
    async fn make_application(&mut self, server: &Server) -> Application {
        self.go(APPS).await;
        self.show("api-access", WHOLE).await;
        self.browser.press("Create OAuth application").await;
        self.browser.arrive("/new").await;
        self.show("grant-type", WHOLE).await;
        self.browser.press("Next").await;
        self.browser.arrive("/name").await;
        self.browser.fill("#name", ENTRA).await;
        self.browser.fill("#description", "Keeps our people and groups in sync").await;
        self.show("name", WHOLE).await;
        self.browser.press("Next").await;
        self.browser.arrive("/scopes").await;
        self.show("scopes", WHOLE).await;
        self.browser.press("Create application").await;
        self.browser.arrive("/secret").await;
        self.browser.click("#got-it").await;
        self.show("copy-secret", WHOLE).await;
        let application = self.browser.copied(server).await;
        self.browser.press("Finish").await;
        self.browser.arrive("/connect").await;
        self.show("connect", WHOLE).await;
        application
    }

    async fn rehearse(&mut self) {
        self.browser.press("Rehearse now").await;
        self.browser.arrive("/rehearsal").await;
        self.browser.says("The rehearsal went well").await;
        self.browser.says("Press Test Connection in Entra").await;
        self.show("rehearse", WHOLE).await;
    }

    async fn look_at_home(&mut self) {
        self.go("/organization").await;
        self.show("home", Some(1120)).await;
        self.browser.in_theme(Theme::Dark).await;
        self.show("home-dark", WHOLE).await;
        self.browser.in_theme(Theme::Light).await;
        self.show_on(Screen::Phone, "home-phone", Some(844)).await;
    }

    async fn read_log(&mut self) {
        self.go("/organization/log").await;
        self.show("log", Some(900)).await;
        self.browser.in_theme(Theme::Dark).await;
        self.show_on(Screen::Phone, "log-phone", Some(844)).await;
        self.browser.in_theme(Theme::Light).await;
        self.go("/organization/log?failed=1&kind=changes").await;
        self.browser.click(".row-link").await;
        self.browser.says("What the client was told").await;
        self.show("log-failed", WHOLE).await;
    }

    async fn meet_people(&mut self, directory: &Directory) {
        self.go("/organization/directory/users").await;
        self.show("users", Some(900)).await;
        self.go(&format!("/organization/directory/users/{}", directory.person("ada"))).await;
        self.browser.click("#history details > summary").await;
        self.show("user", WHOLE).await;
    }

    async fn look_after(&mut self, application: &Application) {
        self.go(&format!("{APPS}/{}", application.client_id)).await;
        self.show("application", Some(900)).await;
        self.go(&format!("{APPS}/{}/credentials", application.client_id)).await;
        self.show("credentials", Some(900)).await;
    }

    async fn go(&self, path: &str) {
        self.browser.go(&format!("{PUBLIC}{path}")).await;
    }

    async fn show(&mut self, name: &str, height: Option<u32>) {
        self.show_on(Screen::Desk, name, height).await;
    }

    async fn show_on(&mut self, screen: Screen, name: &str, height: Option<u32>) {
        assert!(self.taken.insert(name.to_owned()), "two pictures are called {name}");
        // A ring around what was pressed last is no part of the page.
        self.browser.script("document.activeElement?.blur()", &[]).await;
        let picture = self.browser.picture_on(screen, height).await;
        if let Some(directory) = std::env::var_os(VARIABLE) {
            std::fs::write(Path::new(&directory).join(format!("{name}.png")), picture).unwrap();
        }
    }

    /// Every picture is in the repository, there is no other, and each is shown somewhere.
    fn compare_with_the_docs(&self) {
        let kept: BTreeSet<String> = files(&docs().join("images"), "png")
            .iter()
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(kept, self.taken, "docs/images are other pictures: run `cargo xtask screenshots`");
        let mut pages = files(&docs(), "md");
        pages.push(docs().join("../README.md"));
        let texts: Vec<String> = pages.iter().map(|page| std::fs::read_to_string(page).unwrap()).collect();
        for name in &self.taken {
            let shown = format!("images/{name}.png)");
            assert!(texts.iter().any(|text| text.contains(&shown)), "no page shows docs/images/{name}.png");
        }
    }
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect()
}
