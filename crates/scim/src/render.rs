//! Answers: stored documents, and what is derived spliced in.

use crate::error::SCIM_JSON;
use crate::preconditions::etag;
use crate::relations::Relations;
use crate::server::Inner;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use muster_scim_core::{Object, Projection, ResourceType};
use muster_store::memberships::Member;
use muster_store::resources::Resource;
use serde_json::{Value, json};
use std::fmt::Write;

/// One resource, with its location and version in the headers too.
pub(crate) fn resource(
    server: &Inner,
    resource_type: &ResourceType,
    status: StatusCode,
    resource: &Resource,
    relations: &Relations,
    projection: &Projection,
) -> HttpResponse {
    let mut body = String::with_capacity(resource.document.len() + 512);
    push_resource(&mut body, server, resource_type, resource, relations, projection);
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, SCIM_JSON))
        .insert_header((LOCATION, location(server, resource_type, &resource.id)))
        .insert_header((ETAG, etag(resource.version)))
        .body(body)
}

/// A list (RFC 7644 §3.4.2). `Resources` is there even when it is empty: Entra's test breaks on null (entra-facts 2).
pub(crate) fn list(
    server: &Inner,
    resource_type: &ResourceType,
    page: &muster_store::resources::Page,
    start_index: i64,
    relations: &Relations,
    projection: &Projection,
) -> HttpResponse {
    let length: usize = page.resources.iter().map(|resource| resource.document.len() + 512).sum();
    let mut body = String::with_capacity(length + 256);
    let _ = write!(
        body,
        "{{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":{},\"startIndex\":{},\"itemsPerPage\":{},\"Resources\":[",
        page.total,
        start_index,
        page.resources.len()
    );
    for (number, resource) in page.resources.iter().enumerate() {
        if number > 0 {
            body.push(',');
        }
        push_resource(&mut body, server, resource_type, resource, relations, projection);
    }
    body.push_str("]}");
    HttpResponse::Ok().insert_header((CONTENT_TYPE, SCIM_JSON)).body(body)
}

/// Any other JSON.
pub(crate) fn json(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status).insert_header((CONTENT_TYPE, SCIM_JSON)).body(body.to_string())
}

pub(crate) fn location(server: &Inner, resource_type: &ResourceType, id: &str) -> String {
    format!("{}{}/{id}", server.settings.base_url, resource_type.endpoint)
}

fn push_resource(
    out: &mut String,
    server: &Inner,
    resource_type: &ResourceType,
    resource: &Resource,
    relations: &Relations,
    projection: &Projection,
) {
    if projection.is_default() {
        splice(out, server, resource_type, resource, relations);
        return;
    }
    let mut whole = String::with_capacity(resource.document.len() + 512);
    splice(&mut whole, server, resource_type, resource, relations);
    // What was written here is JSON.
    let mut object: Object = serde_json::from_str(&whole).unwrap_or_default();
    projection.apply(resource_type, &mut object);
    out.push_str(&Value::Object(object).to_string());
}

/// The stored text, less its closing brace, and what is derived.
fn splice(
    out: &mut String,
    server: &Inner,
    resource_type: &ResourceType,
    resource: &Resource,
    relations: &Relations,
) {
    out.push_str(resource.document.strip_suffix('}').unwrap_or(&resource.document));
    push_relations(out, server, "groups", relations.groups_of(resource.key), |_| "direct");
    push_relations(out, server, "members", relations.members_of(resource.key), |member| {
        &member.resource_type
    });
    let _ = write!(
        out,
        ",\"meta\":{{\"resourceType\":\"{}\",\"created\":\"{}\",\"lastModified\":\"{}\",\"location\":\"{}{}/{}\",\"version\":\"W/\\\"{}\\\"\"}}}}",
        resource_type.name,
        resource.created_at,
        resource.modified_at,
        server.settings.base_url,
        resource_type.endpoint,
        resource.id,
        resource.version
    );
}

fn push_relations<'a>(
    out: &mut String,
    server: &Inner,
    name: &str,
    relations: &'a [Member],
    kind: impl Fn(&'a Member) -> &'a str,
) {
    if relations.is_empty() {
        return;
    }
    let _ = write!(out, ",\"{name}\":[");
    for (number, member) in relations.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        let endpoint = server.catalog.resource_type(&member.resource_type).map_or("", |kind| &kind.endpoint);
        let _ = write!(
            out,
            "{{\"value\":\"{}\",\"$ref\":\"{}{endpoint}/{}\",\"type\":\"{}\"",
            member.id,
            server.settings.base_url,
            member.id,
            kind(member)
        );
        if let Some(display) = &member.display {
            let _ = write!(out, ",\"display\":{}", json!(display));
        }
        out.push('}');
    }
    out.push(']');
}
