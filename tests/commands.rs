//! Commands: what they print, and one clear line when they cannot work.

use crate::support::{Database, Server, muster, on_both_databases, on_sqlite};
use std::process::Output;

on_both_databases!(applications_are_managed, migrations_are_told);
on_sqlite!(mistakes_are_one_clear_line, help_explains_every_command, a_stop_signal_ends_the_server);

#[track_caller]
fn one_line(output: &Output, part: &str) {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("muster: ")).collect();
    assert_eq!(lines.len(), 1, "{text}");
    assert!(lines[0].contains(part), "{text}");
    assert!(!text.contains("backtrace") && !text.contains("panicked"), "{text}");
}

async fn applications_are_managed(server: &mut Server) {
    let app = server.application(&["--scope", "managed-users:read", "--description", "For tests"]);
    let shown = server.json(&["app", "show", &app.client_id]);
    assert_eq!(shown["scopes"], serde_json::json!(["managed-users:read"]));
    assert_eq!(
        (shown["organization"].as_str(), shown["description"].as_str()),
        (Some("default"), Some("For tests"))
    );
    assert!(!shown.to_string().contains("argon2"), "hashes are not shown");
    assert_eq!(server.json(&["app", "list"]).as_array().unwrap().len(), 1);
    assert_eq!(server.json(&["app", "list", "--org", "DEFAULT"]).as_array().unwrap().len(), 1);
    assert_eq!(server.json(&["app", "delete", &app.client_id])["deleted"], app.client_id.as_str());
    let refused = server.command(&["app", "show", &app.client_id]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains(r#"{"error":"there is no application"#));
    for arguments in [
        &["app", "create", "--name", "x"][..],
        &["app", "create", "--name", " ", "--all-scopes"],
        &["app", "create", "--name", "x", "--scope", "everything"],
        &["app", "create", "--name", "x", "--all-scopes", "--org", "nobody"],
        &["app", "create", "--name", "x", "--all-scopes", "--secret-ttl-days", "4000"],
        &["app", "create", "--name", "x", "--all-scopes", "--token-lifetime-minutes", "5"],
        &["app", "delete", "nobody"],
        &["app", "list", "--org", "nobody"],
        &["org", "create", " "],
    ] {
        assert_eq!(server.command(arguments).status.code(), Some(1), "{arguments:?}");
    }
}

async fn migrations_are_told(server: &mut Server) {
    let status = server.json(&["migrate", "--check"]);
    assert_eq!(status, serde_json::json!({"applied": [], "pending": []}));
    let fresh = if server.database.is_postgres() { Database::postgres() } else { Database::sqlite() };
    let migrate = |arguments: &[&str]| {
        muster(fresh.directory.path())
            .arg("migrate")
            .args(arguments)
            .args(["--database", &fresh.url])
            .output()
            .unwrap()
    };
    let output = migrate(&["--check"]);
    assert_eq!(output.status.code(), Some(1), "pending is a failure for scripts");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("Pending: 0001_initial"), "{output:?}");
    assert!(String::from_utf8_lossy(&migrate(&[]).stdout).starts_with("Applied: 0001_initial"));
    assert!(migrate(&["--check"]).status.success());
}

async fn mistakes_are_one_clear_line(server: &mut Server) {
    let directory = server.database.directory.path();
    let run = |arguments: &[&str]| muster(directory).args(arguments).output().unwrap();
    let listen = ["serve", "--listen", "127.0.0.1:0"];
    let with = |database: &str| run(&[&listen[..], &["--database", database]].concat());
    one_line(&with("sqllite:x.db"), "its scheme is neither sqlite nor postgres");
    one_line(&with("postgres://127.0.0.1"), "it names no database");
    one_line(&with("postgres://nobody@127.0.0.1:9/x"), "cannot open the database");
    one_line(&with("sqlite::memory:"), "name a file");
    let file = directory.join("file");
    std::fs::write(&file, "no database").unwrap();
    one_line(&with(&format!("sqlite:{}", file.display())), "cannot open the database");
    one_line(&with(&format!("sqlite:{}/x.db", file.display())), "cannot create the directory");
    let taken = server.base.trim_start_matches("http://");
    one_line(&run(&["serve", "--listen", taken, "--database", "sqlite:other.db"]), "cannot listen on");
    one_line(&run(&["serve", "--listen", "nowhere"]), "server.listen");
    one_line(&run(&["serve", "--public-url", "id.example.com"]), "server.public_url");
    one_line(&run(&["--config", "nothing.toml", "serve"]), "does not exist");
    std::fs::write(directory.join("bad.toml"), "[server]\nlissten = \"x\"\n").unwrap();
    one_line(&run(&["--config", "bad.toml", "serve"]), "lissten");
    let output = muster(directory).args(["org", "list"]).env("MUSTER_SERVER__LISSTEN", "x").output().unwrap();
    one_line(&output, "lissten");
    // Another key-encryption key than the one that sealed.
    let output = muster(directory)
        .args(["serve", "--listen", "127.0.0.1:0", "--database", &server.database.url])
        .env("MUSTER_KEYS__ENCRYPTION_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        .output()
        .unwrap();
    one_line(&output, "is the key-encryption key the right one?");
}

async fn help_explains_every_command(server: &mut Server) {
    let directory = server.database.directory.path();
    let help = |arguments: &[&str]| {
        let output = muster(directory).args(arguments).arg("--help").output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let all = help(&[]);
    for command in ["serve", "demo", "check", "org", "app", "key", "migrate"] {
        assert!(all.contains(command));
        assert!(help(&[command]).contains("Usage: muster"));
    }
    assert!(help(&["app", "create"]).contains("--all-scopes"));
    assert!(help(&["app", "rotate-secret"]).contains("--grace-days"));
}

async fn a_stop_signal_ends_the_server(server: &mut Server) {
    assert!(server.stop().success());
    assert!(reqwest::get(format!("{}/healthz", server.base)).await.is_err());
}
