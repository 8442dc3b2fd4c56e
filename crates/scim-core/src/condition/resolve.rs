//! From a filter to a condition.

use super::{Condition, Field, Operand, RelationField, RelationKind};
use crate::schema::{Attribute, AttributeType, Located, ResourceType, Returned};
use crate::value::time_in_micros;
use crate::{Filter, Literal, Operator, ScimError, ScimType, fold};

impl Condition {
    /// What the filter means for resources of the type.
    ///
    /// # Errors
    ///
    /// `invalidFilter` when the type has no such attribute, or the attribute, the operator and the value do not go
    /// together.
    pub fn of_resource(filter: &Filter, resource_type: &ResourceType) -> Result<Self, ScimError> {
        resolve(filter, &Scope::Resource(resource_type))
    }

    /// What the filter means for each of several types, as in a search at the server's root. An attribute that a type
    /// does not have is one without a value there (RFC 7644 §3.4.2.2).
    ///
    /// # Errors
    ///
    /// As [`Condition::of_resource`]; when none of the types has an attribute.
    pub fn of_each(filter: &Filter, types: &[&ResourceType]) -> Result<Vec<Self>, ScimError> {
        if let Some(notation) = notations(filter)
            .into_iter()
            .find(|notation| types.iter().all(|resource_type| resource_type.locate(notation).is_none()))
        {
            return Err(unknown(notation));
        }
        types.iter().map(|resource_type| resolve(filter, &Scope::OneOfMany(resource_type))).collect()
    }

    /// What the filter means for one value of the attribute, as in `emails[…]`.
    ///
    /// # Errors
    ///
    /// As [`Condition::of_resource`].
    pub fn of_element(filter: &Filter, attribute: &Attribute) -> Result<Self, ScimError> {
        resolve(filter, &Scope::Value { attribute, place: Place::Element })
    }
}

/// Where attribute names are looked up.
enum Scope<'a> {
    Resource(&'a ResourceType),
    /// One of the types of a search over several.
    OneOfMany(&'a ResourceType),
    /// The sub-attributes of one value of an attribute.
    Value {
        attribute: &'a Attribute,
        place: Place,
    },
}

impl<'a> Scope<'a> {
    const fn resource_type(&self) -> Option<&'a ResourceType> {
        match self {
            Self::Resource(resource_type) | Self::OneOfMany(resource_type) => Some(resource_type),
            Self::Value { .. } => None,
        }
    }

    /// Whether the attribute counts as one without a value.
    fn lacks(&self, notation: &str) -> bool {
        matches!(self, Self::OneOfMany(resource_type) if resource_type.locate(notation).is_none())
    }
}

/// The attributes that the filter names at its top level.
fn notations(filter: &Filter) -> Vec<&str> {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().flat_map(notations).collect(),
        Filter::Not(part) => notations(part),
        Filter::Present(attribute)
        | Filter::Compare { attribute, .. }
        | Filter::ValuePath { attribute, .. } => {
            vec![attribute]
        }
    }
}

/// Where values of an attribute are.
#[derive(Clone)]
enum Place {
    /// In the document, at this path.
    Document(Vec<String>),
    /// In a list's value.
    Element,
    /// They are relations, not part of the document.
    Relations(RelationKind),
    /// In one relation.
    Related(RelationKind),
}

/// An attribute whose values can be compared, found by its notation.
struct Found<'a> {
    attribute: &'a Attribute,
    field: Field,
    /// The list or the relations that must be gone through to reach it.
    through: Through,
    special: Special,
}

/// What one value of which must meet a condition.
enum Through {
    Nothing,
    List(Vec<String>),
    Relations(RelationKind),
}

impl Through {
    fn any(self, condition: Condition) -> Condition {
        match self {
            Self::Nothing => condition,
            Self::List(list) => Condition::Any { list, condition: Box::new(condition) },
            Self::Relations(relation) => Condition::Related { relation, condition: Box::new(condition) },
        }
    }
}

/// Attributes that are not stored as they are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Special {
    None,
    /// A location: the last segment is the id.
    Location,
    /// The name of the resource type, the same for all.
    ResourceType,
    /// `groups.type`
    Directness,
}

fn resolve(filter: &Filter, scope: &Scope<'_>) -> Result<Condition, ScimError> {
    match filter {
        Filter::And(parts) => Ok(Condition::And(resolve_all(parts, scope)?)),
        Filter::Or(parts) => Ok(Condition::Or(resolve_all(parts, scope)?)),
        Filter::Not(part) => Ok(Condition::Not(Box::new(resolve(part, scope)?))),
        Filter::Present(notation) => present(notation, scope),
        Filter::Compare { attribute, operator, value } => compare(attribute, *operator, value, scope),
        Filter::ValuePath { attribute, filter } => value_path(attribute, filter, scope),
    }
}

fn resolve_all(parts: &[Filter], scope: &Scope<'_>) -> Result<Vec<Condition>, ScimError> {
    parts.iter().map(|part| resolve(part, scope)).collect()
}

fn present(notation: &str, scope: &Scope<'_>) -> Result<Condition, ScimError> {
    if scope.lacks(notation) {
        return Ok(Condition::Constant(false));
    }
    if let Some(resource_type) = scope.resource_type()
        && let Some(Located::Extension(extension)) = resource_type.locate(notation)
    {
        return Ok(Condition::Present(Field::Document(vec![extension.schema.id.clone()])));
    }
    let (attribute, place, sub) = find(notation, scope)?;
    // A complex attribute is present when it has any value (RFC 7644 §3.4.2.2 `pr`).
    if attribute.is_complex()
        && sub.is_none()
        && let Place::Document(path) = &place
        && path.first().is_none_or(|name| name != "meta")
    {
        return Ok(Condition::Present(Field::Document(path.clone())));
    }
    let found = found(attribute, place, sub, scope)?;
    let condition = match found.special {
        Special::ResourceType | Special::Location | Special::Directness => Condition::Constant(true),
        Special::None => Condition::Present(found.field),
    };
    Ok(found.through.any(condition))
}

fn compare(
    notation: &str,
    operator: Operator,
    value: &Literal,
    scope: &Scope<'_>,
) -> Result<Condition, ScimError> {
    if *value == Literal::Null {
        return match operator {
            Operator::Equal => Ok(Condition::Not(Box::new(present(notation, scope)?))),
            Operator::NotEqual => present(notation, scope),
            _ => Err(invalid(format!(
                "The filter compares {notation} with null by {}; only eq and ne can.",
                operator.as_str()
            ))),
        };
    }
    if scope.lacks(notation) {
        return Ok(Condition::Constant(operator == Operator::NotEqual));
    }
    let (attribute, place, sub) = find(notation, scope)?;
    let found = found(attribute, place, sub, scope)?;
    let operand = operand(notation, found.attribute, operator, value)?;
    let comparison = match found.special {
        Special::None => Condition::Compare { field: found.field, operator, operand },
        _ => special(notation, &found, operator, operand, scope)?,
    };
    Ok(found.through.any(comparison))
}

fn special(
    notation: &str,
    found: &Found<'_>,
    operator: Operator,
    operand: Operand,
    scope: &Scope<'_>,
) -> Result<Condition, ScimError> {
    let Operand::Text(text) = operand else { return Ok(Condition::Constant(false)) };
    match (found.special, scope.resource_type()) {
        (Special::ResourceType, Some(resource_type)) => {
            Ok(Condition::Constant(super::evaluate::compare_texts(&resource_type.name, operator, &text)))
        }
        _ if !matches!(operator, Operator::Equal | Operator::NotEqual) => {
            Err(invalid(format!("{notation} can only be compared by eq, ne and pr.")))
        }
        (Special::Directness, _) => {
            let is = |direct| Condition::Compare {
                field: found.field.clone(),
                operator: Operator::Equal,
                operand: Operand::Boolean(direct),
            };
            let equal = match text.as_str() {
                "direct" => is(true),
                "indirect" => is(false),
                _ => Condition::Constant(false),
            };
            Ok(if operator == Operator::Equal { equal } else { Condition::Not(Box::new(equal)) })
        }
        _ => {
            let id = text.rsplit('/').next().unwrap_or_default().to_owned();
            Ok(Condition::Compare { field: found.field.clone(), operator, operand: Operand::Text(id) })
        }
    }
}

fn value_path(notation: &str, filter: &Filter, scope: &Scope<'_>) -> Result<Condition, ScimError> {
    if scope.lacks(notation) {
        return Ok(Condition::Constant(false));
    }
    let (attribute, place, sub) = find(notation, scope)?;
    if sub.is_some() {
        return Err(invalid(format!("In the filter, brackets cannot follow the sub-attribute {notation}.")));
    }
    match place {
        Place::Document(list) if attribute.multi_valued => {
            let condition = resolve(filter, &Scope::Value { attribute, place: Place::Element })?;
            Ok(Condition::Any { list, condition: Box::new(condition) })
        }
        Place::Relations(relation) => {
            let condition = resolve(filter, &Scope::Value { attribute, place: Place::Related(relation) })?;
            Ok(Condition::Related { relation, condition: Box::new(condition) })
        }
        place if attribute.is_complex() => resolve(filter, &Scope::Value { attribute, place }),
        _ => Err(invalid(format!(
            "In the filter, brackets cannot follow {notation}: it has one simple value."
        ))),
    }
}

/// The attribute of that notation, where its values are, and its sub-attribute where one is named.
fn find<'a>(
    notation: &str,
    scope: &Scope<'a>,
) -> Result<(&'a Attribute, Place, Option<&'a Attribute>), ScimError> {
    let found = match scope {
        Scope::Resource(resource_type) | Scope::OneOfMany(resource_type) => {
            match resource_type.locate(notation) {
                Some(Located::Attribute { extension, attribute, sub_attribute }) => {
                    let mut path = Vec::new();
                    path.extend(extension.map(|extension| extension.schema.id.clone()));
                    path.push(attribute.name.clone());
                    let place = match attribute.name.as_str() {
                        "members" if extension.is_none() && resource_type.has_members() => {
                            Place::Relations(RelationKind::Members)
                        }
                        "groups" if extension.is_none() && resource_type.shows_groups() => {
                            Place::Relations(RelationKind::Groups)
                        }
                        _ => Place::Document(path),
                    };
                    (attribute, place, sub_attribute)
                }
                _ => return Err(unknown(notation)),
            }
        }
        Scope::Value { attribute, place } => {
            // The value of a list of simple values goes by the name `value`.
            if !attribute.is_complex() && notation.eq_ignore_ascii_case("value") {
                return Ok((attribute, place.clone(), None));
            }
            let sub = attribute.sub_attribute(notation).ok_or_else(|| unknown(notation))?;
            (*attribute, place.clone(), Some(sub))
        }
    };
    if found.0.returned == Returned::Never || found.2.is_some_and(|sub| sub.returned == Returned::Never) {
        return Err(invalid(format!("{notation} cannot be used in a filter.")));
    }
    Ok(found)
}

/// The field that a notation compares: a complex attribute stands for its `value`.
fn found<'a>(
    attribute: &'a Attribute,
    place: Place,
    sub: Option<&'a Attribute>,
    scope: &Scope<'_>,
) -> Result<Found<'a>, ScimError> {
    let compared = match sub {
        Some(sub) => sub,
        None if attribute.is_complex() => attribute.sub_attribute("value").ok_or_else(|| {
            let names: Vec<&str> = attribute.sub_attributes.iter().map(|sub| sub.name.as_str()).collect();
            invalid(format!(
                "{} has no single value to compare: name one of {}.",
                attribute.name,
                names.join(", ")
            ))
        })?,
        None => attribute,
    };
    if compared.returned == Returned::Never {
        return Err(invalid(format!("{} cannot be used in a filter.", attribute.name)));
    }
    let in_element = matches!(place, Place::Element);
    let is_resource = scope.resource_type().is_some();
    let (field, through, special) = match place {
        Place::Relations(kind) => {
            let (field, special) = related(kind, compared);
            (field, Through::Relations(kind), special)
        }
        Place::Related(kind) => {
            let (field, special) = related(kind, compared);
            (field, Through::Nothing, special)
        }
        Place::Element if attribute.is_complex() => {
            (Field::Element(vec![compared.name.clone()]), Through::Nothing, Special::None)
        }
        Place::Element => (Field::Element(Vec::new()), Through::Nothing, Special::None),
        Place::Document(path) if attribute.multi_valued && !in_element => {
            let element = if attribute.is_complex() { vec![compared.name.clone()] } else { Vec::new() };
            (Field::Element(element), Through::List(path), Special::None)
        }
        Place::Document(mut path) => {
            if attribute.is_complex() {
                path.push(compared.name.clone());
            }
            let path: Vec<String> = path;
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            let special = match names.as_slice() {
                ["id"] => (Field::Id, Special::None),
                ["meta", "created"] => (Field::Created, Special::None),
                ["meta", "lastModified"] => (Field::LastModified, Special::None),
                ["meta", "version"] => (Field::Version, Special::None),
                ["meta", "location"] => (Field::Id, Special::Location),
                ["meta", "resourceType"] if is_resource => (Field::Id, Special::ResourceType),
                _ => (Field::Document(path), Special::None),
            };
            (special.0, Through::Nothing, special.1)
        }
    };
    Ok(Found { attribute: compared, field, through, special })
}

/// A sub-attribute of `members` or `groups`.
fn related(kind: RelationKind, compared: &Attribute) -> (Field, Special) {
    match (compared.name.as_str(), kind) {
        ("type", RelationKind::Groups) => (Field::Related(RelationField::Direct), Special::Directness),
        ("type", RelationKind::Members) => (Field::Related(RelationField::Type), Special::None),
        ("display", _) => (Field::Related(RelationField::Display), Special::None),
        ("$ref", _) => (Field::Related(RelationField::Value), Special::Location),
        _ => (Field::Related(RelationField::Value), Special::None),
    }
}

/// The value as one of the attribute's type.
fn operand(
    notation: &str,
    attribute: &Attribute,
    operator: Operator,
    value: &Literal,
) -> Result<Operand, ScimError> {
    let kind = attribute.kind;
    let ordered = matches!(
        operator,
        Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual
    );
    let partial = matches!(operator, Operator::Contains | Operator::StartsWith | Operator::EndsWith);
    let refused = match kind {
        AttributeType::Boolean => ordered || partial,
        AttributeType::Binary => ordered,
        AttributeType::Integer | AttributeType::Decimal | AttributeType::DateTime => partial,
        _ => false,
    };
    if refused {
        let operator = operator.as_str();
        return Err(invalid(format!(
            "{notation} is a {} and cannot be compared by {operator}.",
            kind.as_str()
        )));
    }
    let wrong = || invalid(format!("{notation} is a {} and cannot be compared with {value}.", kind.as_str()));
    let text = match value {
        Literal::String(text) => text.clone(),
        other => other.to_string(),
    };
    if notation.eq_ignore_ascii_case("meta.version") || attribute.name == "version" {
        return version_number(&text).map(Operand::Integer).ok_or_else(wrong);
    }
    match kind {
        AttributeType::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Operand::Boolean(true)),
            "false" => Ok(Operand::Boolean(false)),
            _ => Err(wrong()),
        },
        AttributeType::Integer => text.parse().map(Operand::Integer).map_err(|_| wrong()),
        AttributeType::Decimal => text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(Operand::Decimal)
            .ok_or_else(wrong),
        AttributeType::DateTime => time_in_micros(&text).map(Operand::Integer).ok_or_else(wrong),
        AttributeType::String | AttributeType::Reference | AttributeType::Binary | AttributeType::Complex => {
            if text.contains('\0') {
                return Err(invalid(format!(
                    "The value that {notation} is compared with holds a NUL character."
                )));
            }
            Ok(Operand::Text(if attribute.case_exact { text } else { fold(&text).into_owned() }))
        }
    }
}

/// The number in a weak entity tag such as `W/"3"`; -1, which no resource has, when it is none of ours.
fn version_number(text: &str) -> Option<i64> {
    let number = text.trim_start_matches("W/").trim_matches('"');
    Some(number.parse().unwrap_or(-1))
}

fn unknown(notation: &str) -> ScimError {
    let short: String = notation.chars().take(200).collect();
    invalid(format!("The filter names the attribute {short:?}, which does not exist here."))
}

fn invalid(detail: String) -> ScimError {
    ScimError::bad_request(ScimType::InvalidFilter, detail)
}
