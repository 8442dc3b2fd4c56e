//! `If-Match` and `If-None-Match` (RFC 7644 §3.14, RFC 9110 §13.1).

use crate::error::ApiError;
use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use muster_scim_core::ScimError;
use muster_store::resources::Resource;

/// What a client demands of the resource's version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preconditions {
    wanted: Option<Tags>,
    unwanted: Option<Tags>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    /// `*`: any version.
    Any,
    /// The versions named; a tag that is none of ours names none.
    Listed(Vec<i64>),
}

/// The entity tag of a version.
pub(crate) fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

impl Preconditions {
    pub(crate) fn of(http: &HttpRequest) -> Self {
        Self { wanted: tags(http, IF_MATCH), unwanted: tags(http, IF_NONE_MATCH) }
    }

    /// As `If-Match` with this entity tag would say.
    pub(crate) fn wanting(tag: &str) -> Self {
        let mut listed = Vec::new();
        let wanted = if read_tags(tag, &mut listed) { Tags::Any } else { Tags::Listed(listed) };
        Self { wanted: Some(wanted), unwanted: None }
    }

    /// For a change: 412 when the version is another than the client has seen. Checked where the row is held, so that no
    /// other change comes in between.
    pub(crate) fn check(&self, resource: &Resource) -> Result<(), ApiError> {
        let has = |tags: &Tags| tags.include(resource.version);
        if self.wanted.as_ref().is_none_or(has) && !self.unwanted.as_ref().is_some_and(has) {
            return Ok(());
        }
        let now = etag(resource.version);
        Err(ScimError::new(412, format!("The resource has changed: its version is {now} now.")).into())
    }

    /// For a GET: whether the client has this version already.
    pub(crate) fn is_not_modified(&self, resource: &Resource) -> bool {
        self.unwanted.as_ref().is_some_and(|tags| tags.include(resource.version))
    }
}

impl Tags {
    fn include(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(versions) => versions.contains(&version),
        }
    }
}

/// Tags are compared weakly: ours are weak, and some clients strip the `W/`.
fn tags(http: &HttpRequest, name: HeaderName) -> Option<Tags> {
    let mut listed = Vec::new();
    let mut is_there = false;
    for value in http.headers().get_all(name) {
        is_there = true;
        if read_tags(value.to_str().unwrap_or_default(), &mut listed) {
            return Some(Tags::Any);
        }
    }
    is_there.then_some(Tags::Listed(listed))
}

/// Adds the versions of a list of tags; whether it says any.
fn read_tags(list: &str, versions: &mut Vec<i64>) -> bool {
    for tag in list.split(',') {
        let tag = tag.trim();
        if tag == "*" {
            return true;
        }
        let quoted = tag.strip_prefix("W/").unwrap_or(tag);
        versions.extend(quoted.trim_matches('"').parse::<i64>().ok());
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use muster_store::Timestamp;

    fn verdict(name: &'static str, value: &str) -> (bool, bool) {
        let http = TestRequest::get().insert_header((name, value)).to_http_request();
        let resource = Resource {
            key: 1,
            id: "x".into(),
            resource_type: "User".into(),
            version: 3,
            created_at: Timestamp::from_seconds(0),
            modified_at: Timestamp::from_seconds(0),
            document: "{}".into(),
            last_entry: None,
        };
        let preconditions = Preconditions::of(&http);
        (preconditions.check(&resource).is_ok(), preconditions.is_not_modified(&resource))
    }

    #[test]
    fn versions_are_compared_weakly() {
        for value in ["W/\"3\"", "\"3\"", "*", "\"9\", W/\"3\"", "3"] {
            assert_eq!(verdict("If-Match", value), (true, false), "{value}");
            assert_eq!(verdict("If-None-Match", value), (false, true), "{value}");
        }
        for value in ["W/\"2\"", "\"etag\"", ""] {
            assert_eq!(verdict("If-Match", value), (false, false), "{value}");
            assert_eq!(verdict("If-None-Match", value), (true, false), "{value}");
        }
        assert_eq!(verdict("Accept", "x"), (true, false));
    }
}
