//! Search requests over a small directory: answered by a list whose figures are right, or refused.

use super::server;
use actix_web::http::Method;
use serde_json::{Value, json};
use std::sync::LazyLock;

static DIRECTORY: LazyLock<()> = LazyLock::new(|| {
    let post = |path: &str, body: &Value| {
        let made = server::send(&Method::POST, path, body.to_string().as_bytes());
        // Another target may have made it.
        assert!(matches!(made.status, 201 | 409), "{}", made.body);
        made.body["id"].as_str().unwrap_or("nobody").to_owned()
    };
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let ada = post(
        "/Users",
        &json!({"userName": "search ada", "displayName": "Ada \"q\" \\", "active": true, "externalId": "E",
            "emails": [{"value": "a@b", "type": "work", "primary": true}, {"value": "c@d"}], enterprise: {"department": "D"}}),
    );
    let bob = post(
        "/Users",
        &json!({"userName": "search bob", "active": false, "name": {"familyName": "Straße"}, enterprise: {"manager": ada}}),
    );
    post("/Groups", &json!({"displayName": "search group", "members": [{"value": ada}, {"value": bob}]}));
});

pub(super) fn run(data: &[u8]) {
    LazyLock::force(&DIRECTORY);
    for path in ["/.search", "/Users/.search", "/Groups/.search"] {
        let answer = server::send(&Method::POST, path, data);
        if answer.status != 200 {
            continue;
        }
        let list = answer.body;
        let resources = list["Resources"].as_array().expect("Resources").len() as u64;
        assert!(list["totalResults"].as_u64().expect("a total") >= resources, "{list}");
        assert_eq!(list["itemsPerPage"].as_u64(), Some(resources), "{list}");
        // A cursor that was given is taken.
        if let (Some(cursor), Ok(Value::Object(mut request))) =
            (list["nextCursor"].as_str(), serde_json::from_slice(data))
        {
            request.retain(|name, _| !name.eq_ignore_ascii_case("cursor"));
            request.insert("cursor".to_owned(), cursor.into());
            let next = server::send(&Method::POST, path, Value::Object(request).to_string().as_bytes());
            assert_eq!(next.status, 200, "{}", next.body);
        }
    }
}
