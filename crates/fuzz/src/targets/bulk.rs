//! Bulk requests: each operation says what became of it, and that is what became of it.

use super::server;
use actix_web::http::Method;
use std::collections::BTreeSet;

pub(super) fn run(data: &[u8]) {
    let before: BTreeSet<String> = server::all().into_iter().collect();
    let answer = server::send(&Method::POST, "/Bulk", data);
    let after: BTreeSet<String> = server::all().into_iter().collect();
    if answer.status != 200 {
        assert_eq!(before, after, "a request that is refused does nothing");
        return;
    }
    let mut expected = before.clone();
    for operation in answer.body["Operations"].as_array().expect("Operations") {
        let status: u16 = operation["status"].as_str().and_then(|text| text.parse().ok()).expect("a status");
        assert!((200..500).contains(&status), "{operation}");
        if status >= 400 {
            server::check_error(status, &operation["response"]);
            continue;
        }
        let location = operation["location"].as_str().expect("a location");
        let path = location.split_once("/scim/v2").expect("a location").1.to_owned();
        match status {
            201 => assert!(expected.insert(path), "{operation}"),
            204 if operation["method"]
                .as_str()
                .is_some_and(|method| method.eq_ignore_ascii_case("DELETE")) =>
            {
                expected.remove(&path);
            }
            _ => (),
        }
    }
    assert_eq!(after, expected, "{}", answer.body);
    for path in after.difference(&before) {
        assert_eq!(server::send(&Method::DELETE, path, b"").status, 204);
    }
}
