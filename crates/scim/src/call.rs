//! What a request is about: who asks, and for which resource type.

use crate::authorization::Caller;
use crate::error::ApiError;
use crate::routes::BASE;
use crate::server::Inner;
use crate::trace::{Asked, Trace};
use actix_web::HttpRequest;
use muster_scim_core::{ResourceType, ScimError};
use muster_store::journal;
use muster_token::Scope;
use std::sync::Arc;

/// A caller and a resource type that it may do something to.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) caller: Arc<Caller>,
    /// The type's place in the caller's types.
    pub(crate) position: usize,
    /// The request, for the log.
    pub(crate) asked: Asked,
    /// The path that was asked for, where it is not that of the type's endpoint.
    pub(crate) alias: Option<&'static str>,
}

/// What a request does to a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Read,
    List,
    Create,
    Update,
    Delete,
}

impl Call {
    /// The call that a request to `/{endpoint}…` makes.
    pub(crate) async fn of(server: &Inner, http: &HttpRequest, action: Action) -> Result<Self, ApiError> {
        let caller = server.authorizer.authenticate(http).await?;
        let segment = http.match_info().get("endpoint").unwrap_or_default();
        let position = caller.types.catalog.position_of_endpoint(segment);
        let position = position.ok_or_else(|| no_endpoint(http.path()))?;
        Self::new(&Trace::of(http), &caller, position, action)
    }

    /// The call for a type by its place.
    pub(crate) fn new(
        trace: &Trace,
        caller: &Arc<Caller>,
        position: usize,
        action: Action,
    ) -> Result<Self, ApiError> {
        trace.means(action.meaning());
        trace.concerns(position);
        Self::part(trace.asked, caller, position, action)
    }

    /// The call of a part of a request that does several things.
    pub(crate) fn part(
        asked: Asked,
        caller: &Arc<Caller>,
        position: usize,
        action: Action,
    ) -> Result<Self, ApiError> {
        let call = Self { caller: Arc::clone(caller), position, asked, alias: None };
        call.allow(action)?;
        Ok(call)
    }

    /// The path that was asked for, for the log.
    pub(crate) fn path(&self, id: Option<&str>) -> String {
        let endpoint = &self.resource_type().endpoint;
        match (self.alias, id) {
            (Some(alias), _) => alias.to_owned(),
            (None, Some(id)) => format!("{BASE}{endpoint}/{id}"),
            (None, None) => format!("{BASE}{endpoint}"),
        }
    }

    pub(crate) fn resource_type(&self) -> &ResourceType {
        self.caller.types.at(self.position)
    }

    pub(crate) fn organization_key(&self) -> i64 {
        self.caller.organization_key
    }

    fn allow(&self, action: Action) -> Result<(), ApiError> {
        let needed = action.scope(self.resource_type());
        if self.caller.scopes.contains(needed) { Ok(()) } else { Err(ApiError::InsufficientScope(needed)) }
    }
}

impl Action {
    /// What the log says of it, as far as it is known before it is done.
    const fn meaning(self) -> journal::Action {
        match self {
            Self::Read => journal::Action::Read,
            Self::List => journal::Action::Find,
            Self::Create => journal::Action::Create,
            Self::Update => journal::Action::Update,
            Self::Delete => journal::Action::Delete,
        }
    }

    /// The scope that it needs. What has members counts as a group, everything else as a user: the contract has scopes
    /// for these two.
    pub(crate) fn scope(self, resource_type: &ResourceType) -> Scope {
        match (resource_type.has_members(), self) {
            (false, Self::Read) => Scope::UsersRead,
            (false, Self::List) => Scope::UsersList,
            (false, Self::Create) => Scope::UsersCreate,
            (false, Self::Update) => Scope::UsersUpdate,
            (false, Self::Delete) => Scope::UsersDelete,
            (true, Self::Read) => Scope::GroupsRead,
            (true, Self::List) => Scope::GroupsList,
            (true, Self::Create) => Scope::GroupsCreate,
            (true, Self::Update) => Scope::GroupsUpdate,
            (true, Self::Delete) => Scope::GroupsDelete,
        }
    }
}

/// Nothing is served at that path.
pub(crate) fn no_endpoint(path: &str) -> ApiError {
    let path: String = path.chars().take(200).collect();
    let detail = format!(
        "There is no SCIM endpoint {path}. The tenant URL ends in /scim/v2; /Users and /Groups are below it."
    );
    ScimError::new(404, detail).into()
}
