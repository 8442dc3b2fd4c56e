//! Entra's whole conversation, through `muster check` and `muster demo`.

use crate::support::{Application, Server, muster, on_both_databases, on_sqlite};
use serde_json::Value;
use std::process::{Child, Output, Stdio};
use std::time::Duration;

on_both_databases!(
    a_check_finds_no_difference,
    a_kill_in_mid_cycle_loses_nothing,
    a_database_that_goes_away_comes_back,
);
on_sqlite!(a_check_says_what_is_wrong, the_demo_tells_its_story, a_demo_that_was_killed_can_be_finished);

fn check(server: &Server, app: &Application, arguments: &[&str]) -> Child {
    muster(server.database.directory.path())
        .args(["check", "--json", "--tenant-url", &app.tenant_url, "--token-endpoint", &app.token_endpoint])
        .args(["--client-id", &app.client_id])
        .env("MUSTER_CLIENT_SECRET", &app.client_secret)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)))
}

fn good(output: &Output) -> Value {
    let report = report(output);
    assert!(output.status.success(), "{report:#}");
    report
}

async fn a_check_finds_no_difference(server: &mut Server) {
    let mut app = server.application(&[]);
    for (credentials, flag) in [("header", ""), ("body", "?aadOptscim062020"), ("both", "/?aadOptscim062020")]
    {
        app.tenant_url = format!("{}/scim/v2{flag}", server.base);
        let arguments = ["--cycle", "--users", "60", "--groups", "8", "--credentials", credentials];
        let report = good(&check(server, &app, &arguments).wait_with_output().unwrap());
        assert_eq!(report["cycle"]["differences"], Value::Array(Vec::new()));
        let created: Vec<u64> = report["cycle"]["cycles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cycle| cycle["created"].as_u64().unwrap())
            .collect();
        assert_eq!(created[0], 68, "all of them anew: the check before cleaned up");
    }
    let api = server.api().await;
    assert_eq!(api.get("/Users").await.body["totalResults"], 0);
    assert_eq!(api.get("/Groups").await.body["totalResults"], 0);
}

/// The server is killed again and again while a cycle runs; whatever was acknowledged is there in the end.
async fn a_kill_in_mid_cycle_loses_nothing(server: &mut Server) {
    let app = server.application(&[]);
    let arguments = ["--cycle", "--users", "400", "--groups", "20", "--keep", "--patience", "60"];
    let mut running = check(server, &app, &arguments);
    let mut kills = 0;
    while kills < 5 && running.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(150)).await;
        server.kill_and_restart();
        kills += 1;
    }
    let report = good(&running.wait_with_output().unwrap());
    assert_eq!(report["cycle"]["differences"], Value::Array(Vec::new()));
    assert!(kills > 1, "the cycle was over too soon to be disturbed");
}

async fn a_database_that_goes_away_comes_back(server: &mut Server) {
    if !server.database.is_postgres() {
        return;
    }
    let app = server.application(&[]);
    let arguments = ["--cycle", "--users", "200", "--groups", "10", "--keep", "--patience", "30"];
    let mut running = check(server, &app, &arguments);
    let mut cuts = 0;
    while cuts < 5 && running.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.database.cut_connections();
        cuts += 1;
    }
    let report = good(&running.wait_with_output().unwrap());
    assert_eq!(report["cycle"]["differences"], Value::Array(Vec::new()));
}

async fn a_check_says_what_is_wrong(server: &mut Server) {
    let app = server.application(&["--scope", "managed-users:list"]);
    let failed = |app: &Application, arguments: &[&str]| {
        let output = check(server, app, arguments).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        report(&output)["test_connection"].to_string()
    };
    assert!(failed(&app, &[]).contains("lacks the scope managed-groups:list"));
    let wrong = Application { client_secret: "wrong".into(), ..app.clone() };
    assert!(failed(&wrong, &[]).contains("client secret is wrong"));
    let wrong = Application { tenant_url: format!("{}/scim", server.base), ..app.clone() };
    assert!(failed(&wrong, &[]).contains("404"));
    let away = Application { token_endpoint: "http://127.0.0.1:9/v2/token".into(), ..app.clone() };
    assert!(failed(&away, &["--patience", "0"]).contains("cannot reach"));
}

async fn the_demo_tells_its_story(server: &mut Server) {
    let demo = |arguments: &[&str]| {
        muster(server.database.directory.path()).arg("demo").args(arguments).output().unwrap()
    };
    let output = demo(&["--once", "--json", "--users", "40", "--groups", "5"]);
    let report = good(&output);
    assert_eq!(report["differences"], Value::Array(Vec::new()));
    assert_eq!(report["cycles"].as_array().unwrap().len(), 3);
    assert!(report["tenant_url"].as_str().unwrap().ends_with("/scim/v2"));
    assert!(report["client_secret"].as_str().unwrap().starts_with("muster_secret_"));
    let output = demo(&["--once", "--users", "20", "--groups", "2"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && text.contains("0 differences") && text.contains("Client secret"),
        "{text}"
    );
}

async fn a_demo_that_was_killed_can_be_finished(server: &mut Server) {
    let directory = server.database.directory.path().join("demo");
    std::fs::create_dir(&directory).unwrap();
    let database = format!("sqlite:{}", directory.join("demo.db").display());
    let arguments =
        ["demo", "--once", "--json", "--users", "1500", "--groups", "20", "--database", &database];
    let mut killed =
        muster(&directory).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert!(killed.try_wait().unwrap().is_none(), "it was over too soon to be killed");
    killed.kill().unwrap();
    killed.wait().unwrap();
    let report = good(&muster(&directory).args(arguments).output().unwrap());
    assert!(report["cycles"][0]["updated"].as_u64().unwrap() > 0, "what was there is adopted");
    assert_eq!(report["differences"], Value::Array(Vec::new()));
}
