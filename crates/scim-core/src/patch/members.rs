//! What a PATCH does to the members of a group: deltas, so that concurrent requests lose nothing (entra-facts 3.10).

use super::PatchKind;
use crate::path::Selection;
use crate::resource::member_ids;
use crate::schema::Attribute;
use crate::{Condition, Field, Operand, Operator, ScimError, ScimType};
use serde_json::Value;

/// One change to a group's members; identifiers are as the client wrote them.
#[derive(Clone, Debug, PartialEq)]
pub enum MembershipChange {
    /// These become members.
    Add(Vec<String>),
    /// These are members no more.
    Remove(Vec<String>),
    /// Those that meet the condition, in which [`Field::Element`] is a member, are members no more.
    RemoveWhere(Condition),
    /// There are no members any more.
    Clear,
    /// These are the members, and no others.
    Replace(Vec<String>),
}

/// The change that an operation at `members` makes.
pub(super) fn change(
    kind: PatchKind,
    attribute: &Attribute,
    sub_attribute: Option<&Attribute>,
    selection: Option<&Selection>,
    value: Value,
) -> Result<Option<MembershipChange>, ScimError> {
    if let Some(selection) = selection {
        return selected(kind, sub_attribute, selection);
    }
    if sub_attribute.is_some() {
        return Err(ScimError::mutability(
            "What a member shows of itself cannot be changed through the group.",
        ));
    }
    let nothing = value.is_null();
    let ids = member_ids(attribute, value)?;
    Ok(Some(match kind {
        PatchKind::Add if ids.is_empty() => return Ok(None),
        PatchKind::Add => MembershipChange::Add(ids),
        PatchKind::Replace if ids.is_empty() => MembershipChange::Clear,
        PatchKind::Replace => MembershipChange::Replace(ids),
        // Without a value all members go (entra-facts 5.3); with an empty list, those listed: none.
        PatchKind::Remove if nothing => MembershipChange::Clear,
        PatchKind::Remove if ids.is_empty() => return Ok(None),
        PatchKind::Remove => MembershipChange::Remove(ids),
    }))
}

fn selected(
    kind: PatchKind,
    sub_attribute: Option<&Attribute>,
    selection: &Selection,
) -> Result<Option<MembershipChange>, ScimError> {
    if sub_attribute.is_some() {
        return Err(ScimError::mutability(
            "What a member shows of itself cannot be changed through the group.",
        ));
    }
    let id = match &selection.condition {
        Condition::Compare {
            field: Field::Element(path),
            operator: Operator::Equal,
            operand: Operand::Text(id),
        } if path.as_slice() == ["value"] => Some(id.clone()),
        _ => None,
    };
    match (kind, id) {
        (PatchKind::Remove, Some(id)) => Ok(Some(MembershipChange::Remove(vec![id]))),
        (PatchKind::Remove, None) => Ok(Some(MembershipChange::RemoveWhere(selection.condition.clone()))),
        (_, Some(id)) => Ok(Some(MembershipChange::Add(vec![id]))),
        (_, None) => Err(ScimError::bad_request(
            ScimType::NoTarget,
            "A member can only be added by its id: members[value eq \"…\"].",
        )),
    }
}
