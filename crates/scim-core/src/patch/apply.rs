//! Operations, applied to a document.

use super::edit;
use super::members::{self, MembershipChange};
use super::request::{Operation, PatchKind, PatchRequest};
use crate::path::Selection;
use crate::resource::PasswordChange;
use crate::schema::{Attribute, Extension, ResourceType, is_password};
use crate::{Object, Path, ScimError, ScimType, Target, resource};
use serde_json::Value;

/// So many values of lists the operations of a request go through: it is done while a resource is held.
const MOST_EFFORT: usize = 200_000;

/// What a PATCH made of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Patched {
    /// The new canonical document.
    pub document: Object,
    /// Whether it differs from the old.
    pub changed: bool,
    /// What happens to its members, in order.
    pub members: Vec<MembershipChange>,
}

impl PatchRequest {
    /// Applies the operations in order to a canonical document; all or none.
    ///
    /// # Errors
    ///
    /// `invalidPath`, `noTarget`, `mutability` or `invalidValue`, as RFC 7644 table 9 tells them apart.
    pub fn apply(&self, resource_type: &ResourceType, document: &Object) -> Result<Patched, ScimError> {
        let mut work = Work { resource_type, document: document.clone(), members: Vec::new(), effort: 0 };
        for operation in &self.operations {
            work.apply(operation)?;
        }
        resource::finish(resource_type, &mut work.document)?;
        resource::refuse_changed_immutable(resource_type, document, &work.document)?;
        // `id` is kept where the caller keeps it in the document.
        let changed = work.document != *document;
        Ok(Patched { document: work.document, changed, members: work.members })
    }
}

impl PatchRequest {
    /// What the operations do to the password, where the type has one: known before the resource is, for hashing takes
    /// long.
    ///
    /// # Errors
    ///
    /// `invalidValue` when it is no text; `invalidPath` when a path cannot be read.
    pub fn password_change(&self, resource_type: &ResourceType) -> Result<Option<PasswordChange>, ScimError> {
        if !resource_type.has_password() {
            return Ok(None);
        }
        let mut change = None;
        for operation in &self.operations {
            let given = match (&operation.path, &operation.value) {
                (Some(path), value) => vec![(path.clone(), value.clone())],
                (None, Value::Object(object)) => object
                    .iter()
                    .map(|(name, value)| Ok((name.parse()?, value.clone())))
                    .collect::<Result<_, ScimError>>()?,
                (None, _) => continue,
            };
            for (path, value) in given {
                if let Some(Target::Attribute { extension, attribute, .. }) = path.resolve(resource_type)?
                    && is_password(extension, attribute)
                {
                    let value = if operation.kind == PatchKind::Remove { Value::Null } else { value };
                    change = Some(resource::password_change(attribute, value)?);
                }
            }
        }
        Ok(change)
    }
}

struct Work<'c> {
    resource_type: &'c ResourceType,
    document: Object,
    members: Vec<MembershipChange>,
    /// How many values of lists the operations have gone through.
    effort: usize,
}

impl Work<'_> {
    fn apply(&mut self, operation: &Operation) -> Result<(), ScimError> {
        let kind = operation.kind;
        let Some(path) = &operation.path else {
            if kind == PatchKind::Remove {
                return Err(ScimError::bad_request(
                    ScimType::NoTarget,
                    "A remove operation must have a path.",
                ));
            }
            return self.apply_object(kind, operation.value.clone());
        };
        match path.resolve(self.resource_type)? {
            None => Err(ScimError::bad_request(
                ScimType::InvalidPath,
                format!("There is no attribute {path} in {}.", self.resource_type.name),
            )),
            Some(target) => {
                if let Target::Attribute { attribute, sub_attribute, .. } = &target
                    && (attribute.is_read_only() || sub_attribute.is_some_and(Attribute::is_read_only))
                {
                    return Err(ScimError::mutability(format!("{path} is read-only.")));
                }
                self.apply_target(kind, &target, path, operation.value.clone())
            }
        }
    }

    /// Without a path: each member of the value is one operation, its name a path (entra-facts 3.6). Names that mean
    /// nothing, and read-only attributes, are ignored, as in a POST.
    fn apply_object(&mut self, kind: PatchKind, value: Value) -> Result<(), ScimError> {
        let Value::Object(object) = value else {
            return Err(ScimError::invalid_value(
                "An operation without a path must have an object as its value.",
            ));
        };
        for (name, value) in object {
            let path: Path = name.parse()?;
            let Some(target) = path.resolve(self.resource_type)? else { continue };
            if let Target::Attribute { attribute, sub_attribute, .. } = &target
                && (!resource::is_written(attribute) || sub_attribute.is_some_and(Attribute::is_read_only))
            {
                continue;
            }
            self.apply_target(kind, &target, &path, value)?;
        }
        Ok(())
    }

    fn apply_target(
        &mut self,
        kind: PatchKind,
        target: &Target<'_>,
        path: &Path,
        value: Value,
    ) -> Result<(), ScimError> {
        match target {
            Target::Extension(extension) => self.apply_extension(kind, extension, value),
            Target::Attribute { extension, attribute, sub_attribute, selection } => {
                if attribute.name == "schemas" {
                    // Follows from what the resource has.
                    return Ok(());
                }
                if attribute.name == "members" && extension.is_none() && self.resource_type.has_members() {
                    let change = members::change(kind, attribute, *sub_attribute, selection.as_ref(), value)?;
                    self.members.extend(change);
                    return Ok(());
                }
                if is_password(*extension, attribute) {
                    // Is no part of the document; `password_change` says what happens to it.
                    return Ok(());
                }
                let path = path.to_string();
                let object = self.object_of(*extension);
                let length = object.get(&attribute.name).and_then(Value::as_array).map_or(0, Vec::len);
                self.effort += length;
                if self.effort > MOST_EFFORT {
                    return Err(ScimError::bad_request(
                        ScimType::TooMany,
                        "The operations change long lists too often. Send fewer operations in one request.",
                    ));
                }
                let object = self.object_of(*extension);
                edit_attribute(object, kind, attribute, *sub_attribute, selection.as_ref(), value, &path)
            }
        }
    }

    fn apply_extension(
        &mut self,
        kind: PatchKind,
        extension: &Extension,
        value: Value,
    ) -> Result<(), ScimError> {
        let urn = &extension.schema.id;
        match (kind, value) {
            (PatchKind::Remove, _) | (PatchKind::Replace, Value::Null) => {
                self.document.remove(urn);
                Ok(())
            }
            (_, Value::Object(object)) => {
                for (name, value) in object {
                    // A name may come with the URN once more.
                    let notation = if name.to_ascii_lowercase().starts_with("urn:") {
                        name
                    } else {
                        format!("{urn}:{name}")
                    };
                    self.apply_object(kind, Object::from_iter([(notation, value)]).into())?;
                }
                Ok(())
            }
            _ => Err(ScimError::invalid_value(format!("{urn} must be an object."))),
        }
    }

    /// The object that holds the attributes of the extension, or of the core schema.
    fn object_of(&mut self, extension: Option<&Extension>) -> &mut Object {
        let Some(extension) = extension else { return &mut self.document };
        let inner = self.document.entry(extension.schema.id.as_str()).or_insert_with(|| Object::new().into());
        if !inner.is_object() {
            *inner = Object::new().into();
        }
        match inner {
            Value::Object(inner) => inner,
            _ => unreachable!("it was made an object above"),
        }
    }
}

fn edit_attribute(
    object: &mut Object,
    kind: PatchKind,
    attribute: &Attribute,
    sub_attribute: Option<&Attribute>,
    selection: Option<&Selection>,
    value: Value,
    path: &str,
) -> Result<(), ScimError> {
    let required =
        attribute.required || sub_attribute.is_some_and(|sub| sub.required && !attribute.multi_valued);
    if kind == PatchKind::Remove && required && selection.is_none() {
        // RFC 7644 §3.5.2.2.
        return Err(ScimError::mutability(format!("{path} is required and cannot be removed.")));
    }
    match (selection, sub_attribute) {
        (Some(selection), sub) => edit::selected(object, kind, attribute, sub, selection, value, path),
        (None, Some(sub)) => edit::sub_attribute(object, kind, attribute, sub, value, path),
        (None, None) => edit::attribute(object, kind, attribute, value, path),
    }
}
