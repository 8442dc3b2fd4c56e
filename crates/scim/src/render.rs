//! Answers: stored documents, and what is derived spliced in.

use crate::error::SCIM_JSON;
use crate::preconditions::etag;
use crate::reference;
use crate::relations::Relations;
use crate::server::Inner;
use crate::view::View;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use muster_scim_core::{Object, ResourceType};
use muster_store::resources::Resource;
use serde_json::{Value, json};
use std::fmt::Write;

/// How much is added to a document, roughly.
const DERIVED: usize = 512;

/// What a list's answer says of the page.
pub(crate) struct PageShown {
    pub(crate) total: i64,
    /// From 1 on; none with a cursor.
    pub(crate) start_index: Option<i64>,
    pub(crate) next_cursor: Option<String>,
}

/// One resource, with its location and version in the headers too.
pub(crate) fn resource(
    server: &Inner,
    status: StatusCode,
    resource: &Resource,
    relations: &Relations,
    view: &View,
) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, SCIM_JSON))
        .insert_header((LOCATION, location(server, view.endpoint(&resource.resource_type), &resource.id)))
        .insert_header((ETAG, etag(resource.version)))
        .body(text(server, resource, relations, view))
}

/// The text of one resource's answer.
pub(crate) fn text(server: &Inner, resource: &Resource, relations: &Relations, view: &View) -> String {
    let mut body = String::with_capacity(resource.document.len() + DERIVED);
    push_resource(&mut body, server, resource, relations, view);
    body
}

/// A list (RFC 7644 §3.4.2, RFC 9865 §2). `Resources` is there even when it is empty: Entra's test breaks on null
/// (entra-facts 2).
pub(crate) fn list(
    server: &Inner,
    resources: &[Resource],
    page: &PageShown,
    relations: &Relations,
    view: &View,
) -> HttpResponse {
    let length: usize = resources.iter().map(|resource| resource.document.len() + DERIVED).sum();
    let mut body = String::with_capacity(length + 256);
    let _ = write!(
        body,
        "{{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":{}",
        page.total
    );
    if let Some(start_index) = page.start_index {
        let _ = write!(body, ",\"startIndex\":{start_index}");
    }
    let _ = write!(body, ",\"itemsPerPage\":{}", resources.len());
    if let Some(cursor) = &page.next_cursor {
        let _ = write!(body, ",\"nextCursor\":\"{cursor}\"");
    }
    body.push_str(",\"Resources\":[");
    for (number, resource) in resources.iter().enumerate() {
        if number > 0 {
            body.push(',');
        }
        push_resource(&mut body, server, resource, relations, view);
    }
    body.push_str("]}");
    HttpResponse::Ok().insert_header((CONTENT_TYPE, SCIM_JSON)).body(body)
}

/// Any other JSON.
pub(crate) fn json(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status).insert_header((CONTENT_TYPE, SCIM_JSON)).body(body.to_string())
}

/// Where a resource is.
pub(crate) fn location(server: &Inner, endpoint: &str, id: &str) -> String {
    format!("{}{endpoint}/{id}", server.settings.base_url)
}

fn push_resource(out: &mut String, server: &Inner, resource: &Resource, relations: &Relations, view: &View) {
    // A view has every type that its query asked for.
    let Some((kind, projection)) = view.of(&resource.resource_type) else { return };
    if projection.shows_all_of(kind) {
        splice(out, server, kind, resource, relations, view);
        return;
    }
    let mut whole = String::with_capacity(resource.document.len() + DERIVED);
    splice(&mut whole, server, kind, resource, relations, view);
    // What was written here is JSON.
    let mut object: Object = serde_json::from_str(&whole).unwrap_or_default();
    projection.apply(kind, &mut object);
    out.push_str(&Value::Object(object).to_string());
}

/// The stored text, less its closing brace, and what is derived.
fn splice(
    out: &mut String,
    server: &Inner,
    kind: &ResourceType,
    resource: &Resource,
    relations: &Relations,
    view: &View,
) {
    push_document(out, server, kind, resource, relations, view);
    let groups = relations.groups_of(resource.key).iter();
    let groups = groups.map(|membership| {
        let directness = if membership.direct { "direct" } else { "indirect" };
        Related {
            id: &membership.group.id,
            endpoint: view.endpoint(&membership.group.resource_type),
            kind: directness,
            display: membership.group.display.as_deref(),
        }
    });
    push_relations(out, server, "groups", groups);
    let members = relations.members_of(resource.key).iter();
    let members = members.map(|member| Related {
        id: &member.id,
        endpoint: view.endpoint(&member.resource_type),
        kind: &member.resource_type,
        display: member.display.as_deref(),
    });
    push_relations(out, server, "members", members);
    let _ = write!(
        out,
        ",\"meta\":{{\"resourceType\":\"{}\",\"created\":\"{}\",\"lastModified\":\"{}\",\"location\":\"{}{}/{}\",\"version\":\"W/\\\"{}\\\"\"}}}}",
        kind.name,
        resource.created_at,
        resource.modified_at,
        server.settings.base_url,
        kind.endpoint,
        resource.id,
        resource.version
    );
}

/// The stored text, less its closing brace; references get their `$ref` and the name of what they refer to.
fn push_document(
    out: &mut String,
    server: &Inner,
    kind: &ResourceType,
    resource: &Resource,
    relations: &Relations,
    view: &View,
) {
    let document = resource.document.strip_suffix('}').unwrap_or(&resource.document);
    let mut written = 0;
    for reference in kind.references().iter().filter(|reference| !reference.multi_valued) {
        let Some(place) = reference::place(document, kind, reference) else { continue };
        let Some(referred) = reference::read(&document[place.clone()]) else { continue };
        let Some(named) = relations.named(&referred.value) else { continue };
        // References are in the order of the document; what is not is left as it is.
        if place.start < written {
            continue;
        }
        out.push_str(&document[written..place.end - 1]);
        written = place.end - 1;
        if referred.location.is_none() {
            let endpoint = view.endpoint(&named.resource_type);
            let _ = write!(out, ",\"$ref\":\"{}{endpoint}/{}\"", server.settings.base_url, referred.value);
        }
        if let (Some(name), Some(display)) = (&reference.display, &named.display) {
            let _ = write!(out, ",\"{name}\":{}", json!(display));
        }
    }
    out.push_str(&document[written..]);
}

struct Related<'a> {
    id: &'a str,
    endpoint: &'a str,
    kind: &'a str,
    display: Option<&'a str>,
}

fn push_relations<'a>(
    out: &mut String,
    server: &Inner,
    name: &str,
    relations: impl ExactSizeIterator<Item = Related<'a>>,
) {
    if relations.len() == 0 {
        return;
    }
    let _ = write!(out, ",\"{name}\":[");
    for (number, related) in relations.enumerate() {
        if number > 0 {
            out.push(',');
        }
        let Related { id, endpoint, kind, display } = related;
        let base = &server.settings.base_url;
        let _ = write!(out, "{{\"value\":\"{id}\",\"$ref\":\"{base}{endpoint}/{id}\",\"type\":\"{kind}\"");
        if let Some(display) = display {
            let _ = write!(out, ",\"display\":{}", json!(display));
        }
        out.push('}');
    }
    out.push(']');
}
