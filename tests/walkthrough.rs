//! The README's walk-through with curl, typed as it stands there.

use crate::support::{Server, on_sqlite};
use std::process::Command;

on_sqlite!(curl_follows_the_readme);

async fn curl_follows_the_readme(server: &mut Server) {
    let readme = include_str!("../README.md");
    let (_, section) = readme.split_once("<!-- walk-through -->").unwrap();
    let (section, _) = section.split_once("<!-- end of walk-through -->").unwrap();
    let mut script = String::from("set -e\n");
    for block in section.split("```sh\n").skip(1) {
        let (block, _) = block.split_once("```").unwrap();
        script.push_str(block);
    }
    let script = script.replace("http://127.0.0.1:8080", &server.base);
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_muster"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(server.database.directory.path())
        .env("PATH", path)
        .env("MUSTER_DATABASE__URL", &server.database.url)
        .env("MUSTER_SERVER__PUBLIC_URL", &server.base)
        .output()
        .unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}\n{out}\n{error}");
    for said in ["\"token_type\":\"Bearer\"", "\"totalResults\":1", "\"active\":false", "204"] {
        assert!(out.contains(said), "{said}\n{out}\n{error}");
    }
}
