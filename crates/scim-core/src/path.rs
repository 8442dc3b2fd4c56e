//! Paths of PATCH operations (RFC 7644 §3.5.2 figure 7).

use crate::filter::value_filter;
use crate::schema::{Attribute, Extension, Located, ResourceType};
use crate::{Condition, Filter, ScimError, ScimType};
use std::fmt;
use std::str::FromStr;

/// A path as it is written: `attribute`, `attribute.sub`, `attribute[filter]` or `attribute[filter].sub`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The attribute's notation, with its URN and, where there is no filter, its sub-attribute.
    pub attribute: String,
    /// Which values of it.
    pub filter: Option<Filter>,
    /// The sub-attribute behind the filter.
    pub sub_attribute: Option<String>,
}

/// What a path means for a resource type.
#[derive(Clone, Debug)]
pub enum Target<'c> {
    /// A whole schema extension.
    Extension(&'c Extension),
    /// An attribute or a sub-attribute.
    Attribute {
        /// The extension whose attribute it is.
        extension: Option<&'c Extension>,
        /// The attribute.
        attribute: &'c Attribute,
        /// The sub-attribute.
        sub_attribute: Option<&'c Attribute>,
        /// Which values of a list.
        selection: Option<Selection>,
    },
}

/// Which values of a list a path selects.
#[derive(Clone, Debug)]
pub struct Selection {
    /// As it is written.
    pub filter: Filter,
    /// What it means for one value.
    pub condition: Condition,
}

impl FromStr for Path {
    type Err = ScimError;

    fn from_str(text: &str) -> Result<Self, ScimError> {
        let text = text.trim();
        let Some(at) = text.find('[') else {
            return Ok(Self { attribute: text.to_owned(), filter: None, sub_attribute: None });
        };
        let (filter, rest) = value_filter(&text[at..])
            .map_err(|error| invalid(format!("The path {} cannot be read. {error}", short(text))))?;
        let sub_attribute = match rest.strip_prefix('.') {
            Some(sub) if !sub.is_empty() => Some(sub.to_owned()),
            None if rest.is_empty() => None,
            _ => return Err(invalid(format!("The path {} has {rest:?} behind its bracket.", short(text)))),
        };
        Ok(Self { attribute: text[..at].trim_end().to_owned(), filter: Some(filter), sub_attribute })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.attribute)?;
        if let Some(filter) = &self.filter {
            write!(out, "[{filter}]")?;
        }
        if let Some(sub) = &self.sub_attribute {
            write!(out, ".{sub}")?;
        }
        Ok(())
    }
}

impl Path {
    /// Finds what the path means; `None` when the resource type has no such attribute.
    ///
    /// # Errors
    ///
    /// `invalidPath` when its filter does not fit the attribute.
    pub fn resolve<'c>(&self, resource_type: &'c ResourceType) -> Result<Option<Target<'c>>, ScimError> {
        let Some(located) = resource_type.locate(&self.attribute) else { return Ok(None) };
        let (extension, attribute, sub_attribute) = match located {
            Located::Extension(extension) if self.filter.is_none() => {
                return Ok(Some(Target::Extension(extension)));
            }
            Located::Extension(_) => return Ok(None),
            Located::Attribute { extension, attribute, sub_attribute } => {
                (extension, attribute, sub_attribute)
            }
        };
        let Some(filter) = &self.filter else {
            return Ok(Some(Target::Attribute { extension, attribute, sub_attribute, selection: None }));
        };
        if sub_attribute.is_some() || !attribute.multi_valued {
            return Err(invalid(format!(
                "In the path {self}, brackets can only follow an attribute with many values."
            )));
        }
        let sub_attribute = match &self.sub_attribute {
            None => None,
            Some(sub) => match attribute.sub_attribute(sub) {
                None => return Ok(None),
                found => found,
            },
        };
        let condition = Condition::of_element(filter, attribute)
            .map_err(|error| invalid(format!("In the path {self}: {error}")))?;
        let selection = Some(Selection { filter: filter.clone(), condition });
        Ok(Some(Target::Attribute { extension, attribute, sub_attribute, selection }))
    }
}

fn invalid(detail: String) -> ScimError {
    ScimError::bad_request(ScimType::InvalidPath, detail)
}

/// A text to repeat in an error, not at any length.
fn short(text: &str) -> String {
    let start: String = text.chars().take(200).collect();
    if start.len() < text.len() { format!("{start:?}…") } else { format!("{start:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn prints_what_it_reads() {
        for text in [
            "members",
            "name.familyName",
            r#"addresses[type eq "work"]"#,
            r#"members[value eq "2819c223-7f76-453a-919d-413861904646"]"#,
            r#"members[value eq "2819c223-7f76-453a-919d-413861904646"].display"#,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        ] {
            assert_eq!(text.parse::<Path>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn each_mistake_is_told_apart() {
        let catalog = Catalog::built_in();
        let user = catalog.resource_type("User").unwrap();
        for text in ["emails[", "emails[type eq]", r#"emails[type eq "a"]value"#, r#"emails[type eq "a"]."#] {
            assert_eq!(text.parse::<Path>().unwrap_err().scim_type, Some(ScimType::InvalidPath), "{text}");
        }
        for text in [r#"name[givenName eq "x"]"#, r#"emails[colour eq "x"]"#, r#"emails[primary gt true]"#] {
            let error = text.parse::<Path>().unwrap().resolve(user).unwrap_err();
            assert_eq!(error.scim_type, Some(ScimType::InvalidPath), "{text}");
        }
        for text in ["", "nickname.x", "colour", r#"emails[type eq "a"].colour"#] {
            assert!(text.parse::<Path>().unwrap().resolve(user).unwrap().is_none(), "{text}");
        }
    }
}
