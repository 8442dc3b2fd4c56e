//! Holds every answer of the tests against what the server says of itself: `/Schemas` and `/ResourceTypes`, read once per
//! client, and the messages of RFC 7644.

use super::Reply;
use serde_json::{Map, Value};
use std::collections::HashMap;

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:";
const MESSAGE: &str = "urn:ietf:params:scim:api:messages:2.0:";

type Object = Map<String, Value>;

/// What the server says of itself.
pub(crate) struct Profile {
    base: String,
    schemas: HashMap<String, Vec<Value>>,
    /// By the core schema.
    types: HashMap<String, Value>,
}

/// What is asked of an answer besides its body.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// With its query.
    pub(crate) path: &'a str,
    pub(crate) body: Option<&'a str>,
}

impl Asked<'_> {
    /// Whether the answer may show less, or more, than by default.
    fn chooses_attributes(&self) -> bool {
        let in_query = self.path.to_ascii_lowercase().contains("attributes=");
        in_query
            || (self.path.contains(".search") && self.body.is_some_and(|body| body.contains("ttributes")))
    }
}

impl Profile {
    pub(crate) fn new(base: &str, schemas: &Value, types: &Value) -> Self {
        let list = |value: &Value| value["Resources"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            base: base.to_owned(),
            schemas: list(schemas)
                .iter()
                .map(|schema| (text(&schema["id"]), schema["attributes"].as_array().unwrap().clone()))
                .collect(),
            types: list(types).into_iter().map(|kind| (text(&kind["schema"]), kind)).collect(),
        }
    }

    /// Panics when the answer is none that the server may give.
    #[track_caller]
    pub(crate) fn check(&self, asked: &Asked<'_>, reply: &Reply) {
        if let Err(problem) = self.problem(asked, reply) {
            panic!("{} {}: {problem}\n{}", asked.method, asked.path, reply.text);
        }
    }

    fn problem(&self, asked: &Asked<'_>, reply: &Reply) -> Result<(), String> {
        if matches!(reply.status, 204 | 304) {
            return ensure(reply.text.is_empty(), || format!("{} has a body", reply.status));
        }
        ensure(reply.header("content-type") == "application/scim+json", || {
            format!("the content type is {}", reply.header("content-type"))
        })?;
        if reply.status >= 400 {
            return error(&reply.body, reply.status);
        }
        match reply.body["schemas"][0].as_str().unwrap_or_default() {
            schema if schema == format!("{MESSAGE}ListResponse") => self.list(asked, &reply.body),
            schema if schema == format!("{MESSAGE}BulkResponse") => self.bulk(&reply.body),
            schema if is_discovery(schema) => discovery(&self.base, &reply.body),
            _ => {
                self.resource(asked, &reply.body)?;
                let meta = &reply.body["meta"];
                if let Some(location) = meta["location"].as_str() {
                    ensure(reply.header("location") == location, || "Location is not meta.location".into())?;
                }
                if let Some(version) = meta["version"].as_str() {
                    ensure(reply.header("etag") == version, || "ETag is not meta.version".into())?;
                }
                ensure(reply.status != 201 || asked.method == "POST", || "201 for no POST".into())
            }
        }
    }

    /// RFC 7644 §3.4.2.
    fn list(&self, asked: &Asked<'_>, list: &Value) -> Result<(), String> {
        let object = object(list, "the list")?;
        let known = [
            "schemas",
            "totalResults",
            "startIndex",
            "itemsPerPage",
            "Resources",
            "nextCursor",
            "previousCursor",
        ];
        for name in object.keys() {
            ensure(known.contains(&name.as_str()), || format!("a list has no {name}"))?;
        }
        let resources = list["Resources"].as_array().ok_or("Resources is no list")?;
        let total = list["totalResults"].as_u64().ok_or("totalResults is no whole number")?;
        ensure(total >= resources.len() as u64, || "totalResults is less than there is".into())?;
        ensure(list["itemsPerPage"].as_u64() == Some(resources.len() as u64), || {
            "itemsPerPage is not the length of Resources".into()
        })?;
        if object.contains_key("startIndex") {
            ensure(list["startIndex"].as_u64().is_some_and(|index| index >= 1), || {
                "startIndex is wrong".into()
            })?;
        }
        for resource in resources {
            if is_discovery(resource["schemas"][0].as_str().unwrap_or_default()) {
                discovery(&self.base, resource)?;
            } else {
                self.resource(asked, resource)?;
            }
        }
        Ok(())
    }

    /// RFC 7644 §3.7.
    fn bulk(&self, body: &Value) -> Result<(), String> {
        for operation in body["Operations"].as_array().ok_or("Operations is no list")? {
            let shown = object(operation, "an operation")?;
            for name in shown.keys() {
                let known = ["method", "bulkId", "version", "location", "status", "response"];
                ensure(known.contains(&name.as_str()), || format!("an operation has no {name}"))?;
            }
            let status = operation["status"].as_str().and_then(|status| status.parse::<u16>().ok());
            let status = status.ok_or("an operation's status is no text of digits")?;
            ensure(operation["method"].is_string(), || "an operation has no method".into())?;
            if status >= 400 {
                error(&operation["response"], status)?;
            } else {
                let location = operation["location"].as_str().unwrap_or_default();
                ensure(location.starts_with(&self.base), || format!("{location:?} is no location"))?;
            }
        }
        Ok(())
    }

    fn resource(&self, asked: &Asked<'_>, resource: &Value) -> Result<(), String> {
        let shown = object(resource, "the resource")?;
        let urns: Vec<&str> = resource["schemas"]
            .as_array()
            .ok_or("there are no schemas")?
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let (core, kind) = urns
            .iter()
            .find_map(|urn| self.types.get_key_value(*urn))
            .ok_or_else(|| format!("none of {urns:?} is a resource type's"))?;
        let extensions: Vec<&str> = kind["schemaExtensions"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(|extension| extension["schema"].as_str())
            .collect();
        let chosen = asked.chooses_attributes();
        let mut attributes = common();
        attributes.extend(self.schemas[core].iter().cloned());
        for (name, value) in shown {
            if let Some(attribute) = attributes.iter().find(|attribute| attribute["name"] == name.as_str()) {
                value_of(attribute, value, name, chosen)?;
            } else if extensions.contains(&name.as_str()) {
                ensure(urns.contains(&name.as_str()), || format!("schemas does not name {name}"))?;
                let inner = object(value, name)?;
                ensure(!inner.is_empty(), || format!("{name} is empty"))?;
                let known = &self.schemas[name];
                for (sub, value) in inner {
                    let attribute = known.iter().find(|attribute| attribute["name"] == sub.as_str());
                    let attribute = attribute.ok_or_else(|| format!("{name} has no attribute {sub}"))?;
                    value_of(attribute, value, &format!("{name}:{sub}"), chosen)?;
                }
                required(known, inner, chosen)?;
            } else {
                return Err(format!("{} has no attribute {name}", kind["name"]));
            }
        }
        for urn in &urns {
            let is_there = *urn == core || shown.contains_key(*urn) || chosen;
            ensure(is_there, || format!("schemas names {urn}, of which nothing is there"))?;
        }
        required(&attributes, shown, chosen)?;
        self.meta(kind, shown)
    }

    fn meta(&self, kind: &Value, shown: &Object) -> Result<(), String> {
        let id = shown["id"].as_str().unwrap_or_default();
        ensure(!id.is_empty() && !id.contains('/'), || format!("{id:?} is no id"))?;
        let Some(meta) = shown.get("meta") else { return Ok(()) };
        if let Some(name) = meta.get("resourceType") {
            ensure(*name == kind["name"], || format!("meta.resourceType is {name}"))?;
        }
        if let Some(location) = meta.get("location") {
            let expected = format!("{}{}/{id}", self.base, kind["endpoint"].as_str().unwrap_or_default());
            ensure(*location == expected, || format!("meta.location is not {expected}"))?;
        }
        Ok(())
    }
}

/// RFC 7643 §3.1.
fn common() -> Vec<Value> {
    let meta = ["resourceType", "created", "lastModified", "location", "version"].map(|name| {
        let kind = match name {
            "created" | "lastModified" => "dateTime",
            _ => "string",
        };
        serde_json::json!({"name": name, "type": kind, "multiValued": false, "required": false, "returned": "default"})
    });
    serde_json::from_value(serde_json::json!([
        {"name": "schemas", "type": "string", "multiValued": true, "required": true, "returned": "always"},
        {"name": "id", "type": "string", "multiValued": false, "required": true, "returned": "always"},
        {"name": "externalId", "type": "string", "multiValued": false, "required": false, "returned": "default"},
        {"name": "meta", "type": "complex", "multiValued": false, "required": true, "returned": "default", "subAttributes": meta}
    ]))
    .unwrap()
}

fn required(attributes: &[Value], shown: &Object, chosen: bool) -> Result<(), String> {
    for attribute in attributes {
        let needed = attribute["returned"] == "always"
            || (attribute["required"] == true && attribute["returned"] == "default" && !chosen);
        let name = attribute["name"].as_str().unwrap_or_default();
        ensure(!needed || shown.contains_key(name), || format!("{name} is missing"))?;
    }
    Ok(())
}

/// A value against its attribute's characteristics (RFC 7643 §2.2 to §2.5, §7).
fn value_of(attribute: &Value, value: &Value, path: &str, chosen: bool) -> Result<(), String> {
    ensure(attribute["returned"] != "never", || format!("{path} is never returned"))?;
    ensure(chosen || attribute["returned"] != "request", || format!("{path} was not asked for"))?;
    if attribute["multiValued"] != true {
        return one_value(attribute, value, path, chosen);
    }
    let list = value.as_array().ok_or_else(|| format!("{path} is no list"))?;
    ensure(!list.is_empty(), || format!("{path} is an empty list"))?;
    for value in list {
        one_value(attribute, value, path, chosen)?;
    }
    let primary = list.iter().filter(|value| value["primary"] == true).count();
    ensure(primary <= 1, || format!("{primary} values of {path} are primary"))
}

fn one_value(attribute: &Value, value: &Value, path: &str, chosen: bool) -> Result<(), String> {
    let wrong = || format!("{path} is not of the type {}: {value}", attribute["type"]);
    match attribute["type"].as_str().unwrap_or_default() {
        "complex" => {
            let inner = object(value, path)?;
            ensure(!inner.is_empty(), || format!("{path} is empty"))?;
            let known =
                attribute["subAttributes"].as_array().ok_or_else(|| format!("{path} has no parts"))?;
            for (name, value) in inner {
                let sub = known.iter().find(|sub| sub["name"] == name.as_str());
                let sub = sub.ok_or_else(|| format!("{path} has no sub-attribute {name}"))?;
                value_of(sub, value, &format!("{path}.{name}"), chosen)?;
            }
            required(known, inner, chosen)
        }
        "boolean" => ensure(value.is_boolean(), wrong),
        "integer" => ensure(value.is_i64() || value.is_u64(), wrong),
        "decimal" => ensure(value.is_number(), wrong),
        "dateTime" => {
            ensure(value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()), wrong)
        }
        "string" | "reference" | "binary" => {
            ensure(value.as_str().is_some_and(|text| !text.is_empty() && !text.contains('\0')), wrong)
        }
        _ => Err(wrong()),
    }
}

/// RFC 7644 §3.12.
fn error(body: &Value, status: u16) -> Result<(), String> {
    let shown = object(body, "the error")?;
    for name in shown.keys() {
        let known = ["schemas", "status", "scimType", "detail"];
        ensure(known.contains(&name.as_str()), || format!("an error has no {name}"))?;
    }
    ensure(body["schemas"] == serde_json::json!([format!("{MESSAGE}Error")]), || "schemas is wrong".into())?;
    ensure(body["status"].as_str() == Some(status.to_string().as_str()), || {
        "status is not the status, as a text".into()
    })?;
    let detail = body["detail"].as_str().unwrap_or_default();
    ensure(detail.ends_with(['.', '…']) && detail.contains(' '), || format!("{detail:?} is no sentence"))?;
    let Some(scim_type) = shown.get("scimType") else { return Ok(()) };
    // Table 9, and RFC 9865 §2.
    let known: &[&str] = match status {
        409 => &["uniqueness"],
        400 => &[
            "invalidFilter",
            "tooMany",
            "mutability",
            "invalidSyntax",
            "invalidPath",
            "noTarget",
            "invalidValue",
            "invalidVers",
            "sensitive",
            "invalidCursor",
            "expiredCursor",
            "invalidCount",
            "uniqueness",
        ],
        _ => &[],
    };
    ensure(known.iter().any(|known| *scim_type == **known), || {
        format!("{scim_type} does not go with {status}")
    })
}

fn is_discovery(schema: &str) -> bool {
    ["Schema", "ResourceType", "ServiceProviderConfig"].iter().any(|name| schema == format!("{CORE}{name}"))
}

/// RFC 7643 §5 to §7: no nulls, and a location that is there.
fn discovery(base: &str, resource: &Value) -> Result<(), String> {
    ensure(!contains_null(resource), || "something is null".into())?;
    let location = resource["meta"]["location"].as_str().unwrap_or_default();
    ensure(location.starts_with(base), || format!("{location:?} is no location"))?;
    if resource["schemas"][0] == format!("{CORE}Schema") {
        for attribute in resource["attributes"].as_array().ok_or("a schema has no attributes")? {
            for name in ["name", "type", "multiValued", "required", "mutability", "returned", "description"] {
                ensure(attribute.get(name).is_some(), || format!("an attribute has no {name}: {attribute}"))?;
            }
        }
    }
    Ok(())
}

fn contains_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().any(contains_null),
        Value::Object(object) => object.values().any(contains_null),
        _ => false,
    }
}

fn object<'v>(value: &'v Value, name: &str) -> Result<&'v Object, String> {
    value.as_object().ok_or_else(|| format!("{name} is no object"))
}

fn ensure(holds: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem()) }
}

mod wrong_answers_are_seen {
    use super::*;
    use serde_json::json;

    fn problem(status: u16, body: &Value) -> Option<String> {
        let base = "http://x/scim/v2";
        let attributes = json!([
            {"name": "userName", "type": "string", "multiValued": false, "required": true, "returned": "default"},
            {"name": "active", "type": "boolean", "multiValued": false, "required": false, "returned": "default"},
            {"name": "password", "type": "string", "multiValued": false, "required": false, "returned": "never"},
            {"name": "emails", "type": "complex", "multiValued": true, "required": false, "returned": "default",
             "subAttributes": [{"name": "value", "type": "string", "multiValued": false, "required": false, "returned": "default"}]}
        ]);
        let schemas = json!({"Resources": [{"id": "urn:u", "attributes": attributes}]});
        let types = json!({"Resources": [{"name": "User", "endpoint": "/Users", "schema": "urn:u"}]});
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("content-type", "application/scim+json".parse().unwrap());
        headers.insert("location", "http://x/scim/v2/Users/1".parse().unwrap());
        headers.insert("etag", "W/\"1\"".parse().unwrap());
        let reply = Reply { status, headers, text: body.to_string(), body: body.clone() };
        let asked = Asked { method: "GET", path: "/Users/1", body: None };
        Profile::new(base, &schemas, &types).problem(&asked, &reply).err()
    }

    fn user(name: &str, value: Value) -> Value {
        let mut user = json!({"schemas": ["urn:u"], "id": "1", "userName": "a", "active": true,
            "meta": {"resourceType": "User", "location": "http://x/scim/v2/Users/1", "version": "W/\"1\""}});
        user[name] = value;
        user
    }

    #[test]
    fn in_resources() {
        assert_eq!(problem(200, &user("active", json!(false))), None);
        for (name, value) in [
            ("active", json!("True")),
            ("userName", json!(null)),
            ("userName", json!("")),
            ("password", json!("secret")),
            ("colour", json!("red")),
            ("emails", json!([])),
            ("emails", json!({"value": "a"})),
            ("emails", json!([{"value": "a", "primary": true}])),
            ("id", json!("a/b")),
            ("schemas", json!(["urn:x"])),
            ("schemas", json!(["urn:u", "urn:e"])),
            ("meta", json!({"resourceType": "user"})),
            ("meta", json!({"resourceType": "User", "location": "http://y/Users/1"})),
            ("meta", json!({"resourceType": "User", "version": "W/\"2\""})),
        ] {
            assert!(problem(200, &user(name, value.clone())).is_some(), "{name} {value}");
        }
        let mut nameless = user("active", json!(true));
        nameless.as_object_mut().unwrap().remove("userName");
        assert!(problem(200, &nameless).is_some());
    }

    #[test]
    fn in_messages() {
        let list = |total: Value, resources: Value| {
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": total,
                "startIndex": 1, "itemsPerPage": 1, "Resources": resources})
        };
        let one = json!([user("active", json!(true))]);
        assert_eq!(problem(200, &list(json!(1), one.clone())), None);
        assert!(problem(200, &list(json!("1"), one.clone())).is_some());
        assert!(problem(200, &list(json!(0), one)).is_some());
        assert!(problem(200, &list(json!(1), json!(null))).is_some());
        let error = |status: Value, scim_type: &str| {
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": status,
                "scimType": scim_type, "detail": "It is so."})
        };
        assert_eq!(problem(400, &error(json!("400"), "invalidValue")), None);
        assert!(problem(400, &error(json!(400), "invalidValue")).is_some());
        assert!(problem(409, &error(json!("409"), "invalidValue")).is_some());
        assert!(problem(404, &json!({"error": "not found"})).is_some());
        assert!(problem(204, &json!({})).is_some());
    }
}
