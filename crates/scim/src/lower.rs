//! From what a filter means to what the store is asked.

use muster_scim_core::{
    Attribute, Catalog, Condition, Field, Operand, Operator, RelationField, RelationKind, ResourceType, fold,
};
use muster_scim_core::{AttributeType, SortKey};
use muster_store::resources as store;
use std::collections::HashSet;

/// What of a resource type has a column or an index of its own.
pub(crate) struct Lowering {
    unique_attribute: Option<String>,
    /// Paths of indexed attributes, joined by dots.
    indexed: HashSet<String>,
    /// The names of all resource types, for members.
    type_names: Vec<String>,
}

impl Lowering {
    pub(crate) fn new(resource_type: &ResourceType, catalog: &Catalog) -> Self {
        let mut indexed = HashSet::new();
        collect_indexed(&resource_type.attributes, "", &mut indexed);
        for extension in &resource_type.extensions {
            let prefix = format!("{}.", extension.schema.id);
            collect_indexed(&extension.schema.attributes, &prefix, &mut indexed);
        }
        Self {
            unique_attribute: resource_type.unique_attribute().map(|attribute| attribute.name.clone()),
            indexed,
            type_names: catalog
                .resource_types()
                .iter()
                .map(|resource_type| resource_type.name.clone())
                .collect(),
        }
    }

    pub(crate) fn lower(&self, condition: Condition) -> store::Condition {
        match condition {
            Condition::And(parts) => store::Condition::And(self.lower_all(parts)),
            Condition::Or(parts) => store::Condition::Or(self.lower_all(parts)),
            Condition::Not(part) => store::Condition::Not(Box::new(self.lower(*part))),
            Condition::Constant(true) => store::Condition::And(Vec::new()),
            Condition::Constant(false) => store::Condition::Never,
            Condition::Present(field) => store::Condition::Present(self.target(field)),
            Condition::Compare { field, operator, operand } => self.compare(field, operator, operand),
            Condition::Any { list, condition } => self.any(list, *condition),
            Condition::Related { relation: RelationKind::Members, condition } => {
                store::Condition::Member(Box::new(self.lower(*condition)))
            }
            Condition::Related { relation: RelationKind::Groups, condition } => store::Condition::Group {
                direct: Box::new(self.lower(decided(&condition, true))),
                indirect: Box::new(self.lower(decided(&condition, false))),
            },
        }
    }

    /// The order that `sortBy` and `sortOrder` ask for. `alone` says that there are resources of this type only: the
    /// column of the unique attribute holds another one in each type.
    pub(crate) fn sort(&self, key: SortKey, descending: bool, alone: bool) -> store::Sort {
        let kind = match key.kind {
            // Written as a text, kept as a number.
            _ if key.field == Field::Version => store::SortKind::Number,
            AttributeType::Boolean => store::SortKind::Boolean,
            AttributeType::Integer | AttributeType::Decimal | AttributeType::DateTime => {
                store::SortKind::Number
            }
            _ => store::SortKind::Text,
        };
        let target = match (self.target(key.field), &self.unique_attribute) {
            (store::Target::UniqueKey, Some(name)) if !alone => store::Target::Document(vec![name.clone()]),
            (target, _) => target,
        };
        store::Sort { target, kind, descending }
    }

    fn lower_all(&self, parts: Vec<Condition>) -> Vec<store::Condition> {
        parts.into_iter().map(|part| self.lower(part)).collect()
    }

    fn compare(&self, field: Field, operator: Operator, operand: Operand) -> store::Condition {
        if let (Field::Document(path), Operator::Equal, Operand::Text(text)) = (&field, operator, &operand) {
            let joined = path.join(".");
            if self.indexed.contains(&joined) {
                return indexed(joined, text.clone());
            }
        }
        let operand = match (&field, operand) {
            // The store has the name of the type as it is written; compared without regard to case, there is one.
            (Field::Related(RelationField::Type), Operand::Text(text)) => {
                let name = self.type_names.iter().find(|name| *fold(name) == text);
                store::Operand::Text(name.cloned().unwrap_or(text))
            }
            (_, operand) => lower_operand(operand),
        };
        store::Condition::Compare { target: self.target(field), operator: lower_operator(operator), operand }
    }

    /// `emails.value eq "x"` is answered by the index alone; where more is asked of the value, the index finds the
    /// candidates.
    fn any(&self, list: Vec<String>, condition: Condition) -> store::Condition {
        let lookup = |condition: &Condition| match condition {
            Condition::Compare {
                field: Field::Element(path),
                operator: Operator::Equal,
                operand: Operand::Text(text),
            } => {
                let joined = [list.as_slice(), path.as_slice()].concat().join(".");
                self.indexed.contains(&joined).then(|| indexed(joined, text.clone()))
            }
            _ => None,
        };
        if let Some(alone) = lookup(&condition) {
            return alone;
        }
        let candidates = match &condition {
            Condition::And(parts) => parts.iter().find_map(lookup),
            _ => None,
        };
        let any = store::Condition::Any { path: list, condition: Box::new(self.lower(condition)) };
        match candidates {
            Some(candidates) => store::Condition::And(vec![candidates, any]),
            None => any,
        }
    }

    fn target(&self, field: Field) -> store::Target {
        match field {
            Field::Id => store::Target::Id,
            Field::Created => store::Target::CreatedAt,
            Field::LastModified => store::Target::ModifiedAt,
            Field::Version => store::Target::Version,
            Field::Element(path) => store::Target::Element(path),
            Field::Related(field) => store::Target::Related(lower_relation(field)),
            Field::Document(path) => match path.as_slice() {
                [name] if name == "externalId" => store::Target::ExternalId,
                [name] if Some(name) == self.unique_attribute.as_ref() => store::Target::UniqueKey,
                _ => store::Target::Document(path),
            },
        }
    }
}

/// The condition on a group when it is known whether the membership is direct.
fn decided(condition: &Condition, direct: bool) -> Condition {
    let all = |parts: &[Condition]| parts.iter().map(|part| decided(part, direct)).collect();
    match condition {
        Condition::And(parts) => Condition::And(all(parts)),
        Condition::Or(parts) => Condition::Or(all(parts)),
        Condition::Not(part) => Condition::Not(Box::new(decided(part, direct))),
        Condition::Compare {
            field: Field::Related(RelationField::Direct),
            operator,
            operand: Operand::Boolean(wanted),
        } => Condition::Constant((*wanted == direct) == (*operator == Operator::Equal)),
        other => other.clone(),
    }
}

/// Whether an index finds one resource, or few.
pub(crate) fn finds_few(condition: &store::Condition) -> bool {
    match condition {
        store::Condition::And(parts) => parts.iter().any(finds_few),
        store::Condition::Compare { target, operator: store::Operator::Equal, .. } => {
            matches!(target, store::Target::Id | store::Target::UniqueKey | store::Target::ExternalId)
        }
        _ => false,
    }
}

fn collect_indexed(attributes: &[Attribute], prefix: &str, indexed: &mut HashSet<String>) {
    for attribute in attributes {
        let path = format!("{prefix}{}", attribute.name);
        collect_indexed(&attribute.sub_attributes, &format!("{path}."), indexed);
        if attribute.indexed {
            indexed.insert(path);
        }
    }
}

fn indexed(attribute: String, text: String) -> store::Condition {
    store::Condition::Compare {
        target: store::Target::Indexed(attribute),
        operator: store::Operator::Equal,
        operand: store::Operand::Text(text),
    }
}

/// A value to compare with, or to be ordered by.
pub(crate) fn lower_operand(operand: Operand) -> store::Operand {
    match operand {
        Operand::Text(text) => store::Operand::Text(text),
        Operand::Boolean(value) => store::Operand::Boolean(value),
        Operand::Integer(number) => store::Operand::Integer(number),
        Operand::Decimal(number) => store::Operand::Decimal(number),
    }
}

const fn lower_relation(field: RelationField) -> store::MembershipField {
    match field {
        // Directness is decided before a condition is lowered.
        RelationField::Value | RelationField::Direct => store::MembershipField::Id,
        RelationField::Type => store::MembershipField::ResourceType,
        RelationField::Display => store::MembershipField::Display,
    }
}

const fn lower_operator(operator: Operator) -> store::Operator {
    match operator {
        Operator::Equal => store::Operator::Equal,
        Operator::NotEqual => store::Operator::NotEqual,
        Operator::Contains => store::Operator::Contains,
        Operator::StartsWith => store::Operator::StartsWith,
        Operator::EndsWith => store::Operator::EndsWith,
        Operator::Greater => store::Operator::Greater,
        Operator::GreaterOrEqual => store::Operator::GreaterOrEqual,
        Operator::Less => store::Operator::Less,
        Operator::LessOrEqual => store::Operator::LessOrEqual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{Condition as Asked, Target};

    fn lowered(filter: &str) -> Asked {
        let catalog = Catalog::built_in();
        let user = catalog.resource_type("User").unwrap();
        let condition = Condition::of_resource(&filter.parse().unwrap(), user).unwrap();
        Lowering::new(user, &catalog).lower(condition)
    }

    fn target(filter: &str) -> Target {
        match lowered(filter) {
            Asked::Compare { target, .. } => target,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn matching_attributes_use_their_index() {
        assert_eq!(target("userName eq \"a\""), Target::UniqueKey);
        assert_eq!(target("externalId eq \"a\""), Target::ExternalId);
        assert_eq!(target("displayName eq \"a\""), Target::Indexed("displayName".into()));
        assert_eq!(target("emails eq \"a\""), Target::Indexed("emails.value".into()));
        let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager.value";
        assert_eq!(
            target(&format!("{} eq \"a\"", manager.replace("User.manager", "User:manager"))),
            Target::Indexed(manager.into())
        );
    }

    #[test]
    fn an_index_finds_the_candidates_for_more() {
        let Asked::And(parts) = lowered("emails[type eq \"work\"].value eq \"a\"") else { panic!() };
        assert!(matches!(&parts[0], Asked::Compare { target: Target::Indexed(_), .. }));
        assert!(matches!(&parts[1], Asked::Any { .. }));
        assert!(matches!(lowered("emails[type eq \"work\"]"), Asked::Any { .. }));
    }
}
