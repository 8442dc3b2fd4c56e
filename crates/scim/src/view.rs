//! What an answer shows: of which types, and how much of each.

use crate::call::Call;
use crate::types::Types;
use muster_scim_core::{Projection, ResourceType};
use std::sync::Arc;

/// The types of an answer's resources and the projection of each.
#[derive(Clone)]
pub(crate) struct View {
    types: Arc<Types>,
    pub(crate) organization_key: i64,
    shown: Vec<(usize, Projection)>,
}

impl View {
    /// Of one type.
    pub(crate) fn one(call: &Call, projection: Projection) -> Self {
        Self::several(&call.caller.types, call.organization_key(), vec![(call.position, projection)])
    }

    /// Of several types, each by its place.
    pub(crate) fn several(
        types: &Arc<Types>,
        organization_key: i64,
        shown: Vec<(usize, Projection)>,
    ) -> Self {
        Self { types: Arc::clone(types), organization_key, shown }
    }

    /// The type of that name, and what is shown of it.
    pub(crate) fn of(&self, resource_type: &str) -> Option<(&ResourceType, &Projection)> {
        self.shown
            .iter()
            .map(|(position, projection)| (self.types.at(*position), projection))
            .find(|(kind, _)| kind.name == resource_type)
    }

    /// The endpoint of a type of that name; of one that the organization does not have any more, none.
    pub(crate) fn endpoint(&self, resource_type: &str) -> &str {
        self.types.catalog.resource_type(resource_type).map_or("", |kind| &kind.endpoint)
    }

    /// Whether an answer shows members, of which there may be very many.
    pub(crate) fn shows_members(&self) -> bool {
        self.shown.iter().any(|(position, projection)| {
            self.types.at(*position).has_members() && projection.shows("members")
        })
    }
}
