//! Whether a resource in memory, or one value of a list, meets a condition.

use super::{Condition, Field, Operand, RelationField, RelationKind};
use crate::Operator;
use serde_json::Value;
use std::cmp::Ordering;

/// A resource as a condition sees it.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    /// `id`
    pub id: &'a str,
    /// `meta.created`, in microseconds since the epoch.
    pub created: i64,
    /// `meta.lastModified`, in microseconds since the epoch.
    pub last_modified: i64,
    /// The number in `meta.version`.
    pub version: i64,
    /// The search document.
    pub search: &'a Value,
    /// Its members.
    pub members: &'a [Relation],
    /// The groups that it is a member of.
    pub groups: &'a [Relation],
}

/// The other side of a membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Its `id`.
    pub value: String,
    /// Its resource type.
    pub resource_type: String,
    /// Its name.
    pub display: Option<String>,
    /// Whether the membership is direct, and not through another group.
    pub direct: bool,
}

#[derive(Clone, Copy, Default)]
struct Scene<'a> {
    resource: Option<Resource<'a>>,
    element: Option<&'a Value>,
    related: Option<&'a Relation>,
}

impl Condition {
    /// Whether the resource meets it.
    #[must_use]
    pub fn matches(&self, resource: &Resource<'_>) -> bool {
        meets(self, Scene { resource: Some(*resource), ..Scene::default() })
    }

    /// Whether one value of a list, normalised as in a search document, meets it.
    #[must_use]
    pub fn matches_element(&self, element: &Value) -> bool {
        meets(self, Scene { element: Some(element), ..Scene::default() })
    }
}

fn meets(condition: &Condition, scene: Scene<'_>) -> bool {
    match condition {
        Condition::And(parts) => parts.iter().all(|part| meets(part, scene)),
        Condition::Or(parts) => parts.iter().any(|part| meets(part, scene)),
        Condition::Not(part) => !meets(part, scene),
        Condition::Constant(value) => *value,
        Condition::Compare { field, operator: Operator::NotEqual, operand } => {
            !holds(field, scene, |value| compare(value, Operator::Equal, operand))
        }
        Condition::Compare { field, operator, operand } => {
            holds(field, scene, |value| compare(value, *operator, operand))
        }
        Condition::Present(field) => holds(field, scene, |_| true),
        Condition::Any { list, condition } => {
            let list = scene.resource.and_then(|resource| at(resource.search, list));
            list.and_then(Value::as_array).is_some_and(|list| {
                list.iter().any(|element| meets(condition, Scene { element: Some(element), ..scene }))
            })
        }
        Condition::Related { relation, condition } => {
            let related = scene.resource.map_or(&[][..], |resource| match relation {
                RelationKind::Members => resource.members,
                RelationKind::Groups => resource.groups,
            });
            related.iter().any(|related| meets(condition, Scene { related: Some(related), ..scene }))
        }
    }
}

/// Whether some value of the field passes the test.
fn holds(field: &Field, scene: Scene<'_>, test: impl Fn(&Value) -> bool) -> bool {
    match field {
        Field::Element(path) => return scene.element.and_then(|element| at(element, path)).is_some_and(test),
        Field::Related(field) => return scene.related.is_some_and(|related| relates(related, *field, test)),
        _ => (),
    }
    let Some(resource) = scene.resource else { return false };
    match field {
        Field::Id => test(&resource.id.into()),
        Field::Created => test(&resource.created.into()),
        Field::LastModified => test(&resource.last_modified.into()),
        Field::Version => test(&resource.version.into()),
        Field::Document(path) => at(resource.search, path).is_some_and(test),
        Field::Element(_) | Field::Related(_) => false,
    }
}

fn relates(relation: &Relation, field: RelationField, test: impl Fn(&Value) -> bool) -> bool {
    match field {
        RelationField::Value => test(&relation.value.as_str().into()),
        RelationField::Type => test(&crate::fold(&relation.resource_type).into()),
        RelationField::Display => {
            relation.display.as_ref().is_some_and(|display| test(&crate::fold(display).into()))
        }
        RelationField::Direct => test(&relation.direct.into()),
    }
}

fn at<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| value.get(name)).filter(|value| !value.is_null())
}

fn compare(value: &Value, operator: Operator, operand: &Operand) -> bool {
    match (value, operand) {
        (Value::String(value), Operand::Text(operand)) => compare_texts(value, operator, operand),
        (Value::Bool(value), Operand::Boolean(operand)) => operator == Operator::Equal && value == operand,
        (Value::Number(value), Operand::Integer(operand)) => match value.as_i64() {
            Some(value) => ordered(value.cmp(operand), operator),
            #[expect(clippy::cast_precision_loss, reason = "one side has no exact form anyway")]
            None => compare_decimals(value.as_f64(), *operand as f64, operator),
        },
        (Value::Number(value), Operand::Decimal(operand)) => {
            compare_decimals(value.as_f64(), *operand, operator)
        }
        _ => false,
    }
}

fn compare_decimals(value: Option<f64>, operand: f64, operator: Operator) -> bool {
    value.and_then(|value| value.partial_cmp(&operand)).is_some_and(|order| ordered(order, operator))
}

pub(super) fn compare_texts(value: &str, operator: Operator, operand: &str) -> bool {
    match operator {
        Operator::Contains => value.contains(operand),
        Operator::StartsWith => value.starts_with(operand),
        Operator::EndsWith => value.ends_with(operand),
        operator => ordered(value.cmp(operand), operator),
    }
}

fn ordered(order: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalog, ScimError, ScimType, resource, search_content};
    use serde_json::json;

    fn condition(filter: &str) -> Result<Condition, ScimError> {
        let catalog = Catalog::built_in();
        Condition::of_resource(&filter.parse().unwrap(), catalog.resource_type("User").unwrap())
    }

    fn matches(filter: &str) -> bool {
        let catalog = Catalog::built_in();
        let user = catalog.resource_type("User").unwrap();
        let body = json!({
            "userName": "Ada@Example.com", "externalId": "Ext1", "active": true,
            "name": {"familyName": "Byron"},
            "emails": [
                {"type": "work", "value": "ada@work.example", "primary": true},
                {"type": "home", "value": "ada@home.example"}
            ],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
                {"department": "Straße", "manager": {"value": "M1"}}
        });
        let parsed = resource::parse(user, &body).unwrap();
        let search = search_content(user, &parsed.document).search;
        let group = |id: &str, display: &str, direct| Relation {
            value: id.into(),
            resource_type: "Group".into(),
            display: Some(display.into()),
            direct,
        };
        let groups = [group("g1", "Sales", true), group("g2", "Everybody", false)];
        let resource = Resource {
            id: "id1",
            created: 1_000_000,
            last_modified: 2_000_000,
            version: 3,
            search: &search,
            members: &[],
            groups: &groups,
        };
        condition(filter).unwrap_or_else(|error| panic!("{filter}: {error}")).matches(&resource)
    }

    #[test]
    fn compares_by_each_attributes_own_rules() {
        for filter in [
            r#"userName eq "ADA@example.COM""#,
            r#"externalId eq "Ext1""#,
            r#"id eq "id1" and manager eq "M1""#.replace("manager", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager").as_str(),
            r#"emails[type eq "work" and value ew "work.EXAMPLE"]"#,
            r#"emails co "home""#,
            r#"emails.type eq "HOME""#,
            r#"emails[primary eq "True"].value sw "ada""#,
            "active eq true",
            r#"active eq "True""#,
            "active ne false",
            "name pr",
            "nickName eq null",
            "not (nickName pr)",
            r#"nickName ne "x""#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "STRASSE""#,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr",
            r#"schemas eq "urn:ietf:params:scim:schemas:core:2.0:User""#,
            r#"meta.created lt "1970-01-01T00:00:02Z""#,
            "meta.lastModified ge 1970-01-01T02:00:02+02:00",
            r#"meta.version eq "W/\"3\"""#,
            r#"meta.resourceType eq "User""#,
            r#"meta.location eq "https://x.example/scim/v2/Users/id1""#,
            r#"groups eq "g1" and groups.display eq "sales" and groups.type eq "direct""#,
            r#"groups[value eq "g2" and type eq "indirect"]"#,
            r#"groups.$ref eq "https://x.example/scim/v2/Groups/g1" and groups pr and groups.type pr"#,
            r#"groups.type ne "direct" and groups[type eq "Indirect" and not (value eq "g1")]"#,
            r#"userName gt "ad" and userName lt "ae""#,
        ] {
            assert!(matches(filter), "{filter}");
        }
        for filter in [
            r#"externalId eq "ext1""#,
            r#"emails[type eq "work" and value co "home"]"#,
            "active eq false",
            "nickName pr",
            r#"nickName eq "x""#,
            r#"nickName lt "x""#,
            r#"emails[type eq "fax"]"#,
            r#"meta.version eq "etag""#,
            r#"groups[value eq "g1" and type eq "indirect"]"#,
            r#"groups[display eq "sales" and value eq "g2"]"#,
            r#"groups.type eq "other""#,
        ] {
            assert!(!matches(filter), "{filter}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_an_invalid_filter() {
        for filter in [
            "active gt true",
            "active co \"tr\"",
            "active eq \"yes\"",
            "meta.created co \"2011\"",
            "meta.created gt \"yesterday\"",
            "name eq \"x\"",
            "colour eq \"x\"",
            "userName[value eq \"x\"]",
            "userName gt null",
            "emails[colour eq \"x\"]",
        ] {
            assert_eq!(condition(filter).unwrap_err().scim_type, Some(ScimType::InvalidFilter), "{filter}");
        }
    }

    #[test]
    fn of_several_types_each_has_its_own_meaning() {
        let catalog = Catalog::built_in();
        let types: Vec<_> = catalog.resource_types().iter().collect();
        let each = |filter: &str| Condition::of_each(&filter.parse().unwrap(), &types);
        let conditions = each(r#"userName eq "a" or displayName eq "a""#).unwrap();
        assert!(matches!(&conditions[1], Condition::Or(parts) if parts[0] == Condition::Constant(false)));
        assert_eq!(each(r#"userName ne "a""#).unwrap()[1], Condition::Constant(true));
        assert_eq!(each(r#"meta.resourceType eq "Group""#).unwrap()[0], Condition::Constant(false));
        assert_eq!(each("colour pr").unwrap_err().scim_type, Some(ScimType::InvalidFilter));
    }
}
