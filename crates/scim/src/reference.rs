//! References in a stored document's text: a user's manager, found and completed without reading the whole document.

use muster_scim_core::{Reference, ResourceType};
use serde::Deserialize;
use std::borrow::Cow;
use std::ops::Range;

/// A reference as a document has it.
#[derive(Debug, Deserialize)]
pub(crate) struct Referred<'d> {
    /// The `id` of what is referred to.
    #[serde(borrow)]
    pub(crate) value: Cow<'d, str>,
    /// Where it is, when the client said it.
    #[serde(rename = "$ref", borrow)]
    pub(crate) location: Option<Cow<'d, str>>,
}

/// Where in the text the object of a reference is that has one value.
pub(crate) fn place(document: &str, kind: &ResourceType, reference: &Reference) -> Option<Range<usize>> {
    let region = region(document, kind, reference.extension.as_deref())?;
    let begin = region.start + after(&document[region.clone()], &reference.attribute)? - 1;
    let end = end_of_object(&document.as_bytes()[begin..])?;
    Some(begin..begin + end)
}

/// Where the attributes of an extension are, or those of the core schema, which come before all extensions.
fn region(document: &str, kind: &ResourceType, extension: Option<&str>) -> Option<Range<usize>> {
    let start = match extension {
        Some(urn) => after(document, urn)?,
        None => 0,
    };
    let others = kind.extensions.iter().map(|other| other.schema.id.as_str());
    let end = others
        .filter(|urn| Some(*urn) != extension)
        .filter_map(|urn| after(&document[start..], urn))
        .min()
        .map_or(document.len(), |end| start + end);
    Some(start..end)
}

/// What the object at the place says.
pub(crate) fn read(object: &str) -> Option<Referred<'_>> {
    serde_json::from_str(object).ok()
}

/// Where the object that is the value of this member begins: behind its brace. Inside a JSON string a quote is
/// escaped: what is found can only be a member's name.
fn after(text: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + text[at..].find(name)?;
        let end = found + name.len();
        if text[..found].ends_with('"') && !text[..found].ends_with("\\\"") && text[end..].starts_with("\":{")
        {
            return Some(end + 3);
        }
        at = end;
    }
}

/// How long an object is that holds no other.
fn end_of_object(text: &[u8]) -> Option<usize> {
    let (mut in_string, mut escaped) = (false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b'}' if !in_string => return Some(at + 1),
            _ => (),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_scim_core::Catalog;

    const URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn manager(document: &str) -> Option<String> {
        let catalog = Catalog::built_in();
        let user = catalog.resource_type("User").unwrap();
        let object = &document[place(document, user, &user.references()[0])?];
        read(object).map(|referred| referred.value.into_owned())
    }

    #[test]
    fn a_manager_is_found() {
        let document = format!(
            r#"{{"schemas":["{URN}"],"title":"\"manager\":{{\"value\":\"x\"}}","{URN}":{{"department":"manager","manager":{{"value":"m\"1}}","$ref":"a}}b"}}}}}}"#
        );
        assert_eq!(manager(&document).as_deref(), Some("m\"1}"));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(manager(r#"{"schemas":[],"userName":"manager"}"#), None);
        assert_eq!(manager(&format!(r#"{{"schemas":["{URN}"],"{URN}":{{"department":"manager"}}}}"#)), None);
        assert_eq!(manager(r#"{"manager":{"value":"x"}}"#), None);
    }
}
