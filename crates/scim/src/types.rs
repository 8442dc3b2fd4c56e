//! The resource types that an organization has, and how their filters are asked of the store.

use crate::lower::Lowering;
use muster_scim_core::{Catalog, CatalogError, ResourceType};
use muster_store::resources::{Condition, Query, Target, list};
use muster_store::{Connection, Store, StoreError, definitions};
use quick_cache::sync::Cache;
use serde_json::Value;
use std::sync::Arc;

/// Of so many organizations with types of their own, these are kept.
const KEPT: usize = 1_000;

/// A catalog, ready to be served.
pub(crate) struct Types {
    pub(crate) catalog: Catalog,
    lowerings: Vec<Lowering>,
}

impl Types {
    pub(crate) fn new(catalog: Catalog) -> Self {
        let lowerings = catalog
            .resource_types()
            .iter()
            .map(|resource_type| Lowering::new(resource_type, &catalog))
            .collect();
        Self { catalog, lowerings }
    }

    /// The resource type at that place of the catalog; who asks has the place from this catalog.
    pub(crate) fn at(&self, position: usize) -> &ResourceType {
        &self.catalog.resource_types()[position]
    }

    pub(crate) fn lowering(&self, position: usize) -> &Lowering {
        &self.lowerings[position]
    }

    /// The place of the type of that name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.catalog.resource_types().iter().position(|resource_type| resource_type.name == name)
    }
}

/// The types of every organization: those of the server, and an organization's own.
pub(crate) struct AllTypes {
    store: Store,
    common: Arc<Types>,
    /// By the organization's identifier, with the store's control revision before they were read.
    kept: Cache<String, (u64, Arc<Types>)>,
}

impl AllTypes {
    pub(crate) fn new(store: Store, catalog: Catalog) -> Self {
        Self { store, common: Arc::new(Types::new(catalog)), kept: Cache::new(KEPT) }
    }

    /// What an organization has.
    pub(crate) async fn of(&self, organization_id: &str) -> Result<Arc<Types>, StoreError> {
        let revision = self.store.control_revision();
        if let Some((read_at, types)) = self.kept.get(organization_id)
            && read_at == revision
        {
            return Ok(types);
        }
        let id = organization_id.to_owned();
        let own = self.store.read_brief(move |connection| definitions::list(connection, &id)).await?;
        let types = if own.is_empty() {
            Arc::clone(&self.common)
        } else {
            match extend(&self.common.catalog, own.iter().map(|own| own.definition.as_str())) {
                Ok(catalog) => Arc::new(Types::new(catalog)),
                Err(error) => {
                    // They were checked when they were added; the server's own may have changed since.
                    tracing::error!(organization_id, %error, "the organization's schemas cannot be used");
                    Arc::clone(&self.common)
                }
            }
        };
        self.kept.insert(organization_id.to_owned(), (revision, Arc::clone(&types)));
        Ok(types)
    }
}

/// A catalog and further definitions, each a JSON text.
///
/// # Errors
///
/// When a definition cannot be used.
pub fn extend<'a>(
    catalog: &Catalog,
    definitions: impl IntoIterator<Item = &'a str>,
) -> Result<Catalog, CatalogError> {
    let documents = definitions
        .into_iter()
        .map(serde_json::from_str)
        .collect::<Result<Vec<Value>, serde_json::Error>>()?;
    catalog.extended(&documents)
}

/// How many resources of an organization would lose something if it had only the types of `after`: those of a type
/// that is not there any more, and those that have attributes of a schema extension that its type does not have any more.
///
/// # Errors
///
/// When the database fails.
pub fn count_losses(
    connection: &mut Connection,
    organization_key: i64,
    before: &Catalog,
    after: &Catalog,
) -> Result<i64, StoreError> {
    let mut losses = 0;
    let mut count = |name: &str, condition| -> Result<(), StoreError> {
        let query = Query::of_type(organization_key, name, condition, 0);
        losses += list(connection, &query)?.total.unwrap_or_default();
        Ok(())
    };
    for kind in before.resource_types() {
        let Some(remaining) = after.resource_type(&kind.name) else {
            count(&kind.name, None)?;
            continue;
        };
        for extension in &kind.extensions {
            let urn = &extension.schema.id;
            if remaining.extension(urn).is_none() {
                count(&kind.name, Some(Condition::Present(Target::Document(vec![urn.clone()]))))?;
            }
        }
    }
    Ok(losses)
}
