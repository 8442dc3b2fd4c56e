//! `GET /Users`, `GET /Groups`, and both at once at the root (RFC 7644 §3.4.2, RFC 9865).

use crate::authorization::Caller;
use crate::call::{Action, Call};
use crate::cursor::{Cursor, Fingerprint};
use crate::error::ApiError;
use crate::lower;
use crate::parameters::Parameters;
use crate::relations::Relations;
use crate::render::{self, PageShown};
use crate::server::Inner;
use crate::trace::Trace;
use crate::view::View;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use muster_scim_core::{Condition, Filter, ResourceType, ScimError, ScimType, SortKey, json, search_content};
use muster_store::resources::{
    self as store, Page, Position, Query, Resource, SortKind, SortValue, Start, TypeQuery,
};
use muster_store::{Connection, journal};
use std::sync::Arc;

pub(super) async fn list(server: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, ApiError> {
    let call = Call::of(&server, &http, Action::List).await?;
    let parameters = Parameters::parse(http.query_string())?;
    answer(&server, &call.caller, &[call.position], &parameters).await
}

/// Of all types that the caller may list.
pub(super) async fn list_all(server: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, ApiError> {
    let caller = server.authorizer.authenticate(&http).await?;
    let parameters = Parameters::parse(http.query_string())?;
    answer(&server, &caller, &listable(&Trace::of(&http), &caller)?, &parameters).await
}

/// The types that the caller may list.
pub(super) fn listable(trace: &Trace, caller: &Arc<Caller>) -> Result<Vec<usize>, ApiError> {
    trace.means(journal::Action::Find);
    let may_list = |position: usize| Call::part(trace.asked, caller, position, Action::List);
    let types = 0..caller.types.catalog.resource_types().len();
    let allowed: Vec<usize> = types.clone().filter(|position| may_list(*position).is_ok()).collect();
    match (allowed.is_empty(), types.start) {
        // Its error names the scope.
        (true, first) => may_list(first).map(|_| allowed),
        _ => Ok(allowed),
    }
}

/// A list of resources of these types.
pub(super) async fn answer(
    server: &Inner,
    caller: &Arc<Caller>,
    positions: &[usize],
    parameters: &Parameters,
) -> Result<HttpResponse, ApiError> {
    let types: Vec<&ResourceType> = positions.iter().map(|position| caller.types.at(*position)).collect();
    let shown = positions.iter().zip(&types).map(|(at, kind)| (*at, parameters.projection(kind))).collect();
    let view = View::several(&caller.types, caller.organization_key, shown);
    let sort = sort_key(&types, parameters)?;
    let descending = parameters.descending()?;
    let fingerprint = fingerprint(caller, &types, parameters, descending);
    // An attribute that two types have is the same in both.
    let order = sort.as_ref().map(|(position, key)| {
        let alone = positions.len() == 1;
        caller.types.lowering(positions[*position]).sort(key.clone(), descending, alone)
    });
    let asked = PageAsked::of(server, parameters, fingerprint, order.as_ref().map(|order| order.kind))?;
    let query = Query {
        organization_key: caller.organization_key,
        types: type_queries(caller, positions, &types, parameters.filter.as_deref())?,
        sort: order,
        start: asked.start,
        limit: asked.limit,
    };
    let is_brief = matches!(query.types.as_slice(), [only] if only.condition.as_ref().is_some_and(lower::finds_few))
        && !view.shows_members();
    let work_view = view.clone();
    let work = move |connection: &mut Connection| -> Result<_, ApiError> {
        let page = store::list(connection, &query)?;
        let relations = Relations::read(connection, &work_view, &page.resources)?;
        Ok((page, relations))
    };
    let (page, relations) =
        if is_brief { server.store.read_brief(work).await? } else { server.store.read(work).await? };
    let total = page.total.unwrap_or(asked.total);
    let next_cursor = if asked.by_cursor {
        next_cursor(&page, total, caller, sort.as_ref().map(|(_, key)| key), fingerprint)
    } else {
        None
    };
    let page_shown = PageShown { total, start_index: asked.start_index, next_cursor };
    Ok(render::list(server, &page.resources, &page_shown, &relations, &view))
}

/// Which page is asked for, by index or by cursor.
struct PageAsked {
    start: Start,
    limit: i64,
    by_cursor: bool,
    start_index: Option<i64>,
    /// How many there are in all, where the cursor says it.
    total: i64,
}

impl PageAsked {
    fn of(
        server: &Inner,
        parameters: &Parameters,
        list: Fingerprint,
        sort: Option<SortKind>,
    ) -> Result<Self, ScimError> {
        let (default, most) = (server.settings.page_size, server.settings.max_page_size);
        let Some(cursor) = parameters.cursor()? else {
            let start_index = parameters.start_index()?;
            return Ok(Self {
                start: Start::Offset(start_index - 1),
                limit: parameters.count(default, most)?,
                by_cursor: false,
                start_index: Some(start_index),
                total: 0,
            });
        };
        let limit = parameters.cursor_count(default, most)?;
        let (start, total) = if cursor.is_empty() {
            (Start::Offset(0), 0)
        } else {
            let Cursor { position, total } = Cursor::read(cursor, list, sort)?;
            (Start::After(position), total)
        };
        Ok(Self { start, limit, by_cursor: true, start_index: None, total })
    }
}

fn next_cursor(
    page: &Page,
    total: i64,
    caller: &Caller,
    sort: Option<&SortKey>,
    list: Fingerprint,
) -> Option<String> {
    let last = page.resources.last().filter(|_| page.has_more)?;
    let value = sort.and_then(|key| sort_value(caller, key, last));
    Some(Cursor { position: Position { value, key: last.key }, total }.write(list))
}

/// The value that the resource is ordered by.
fn sort_value(caller: &Caller, key: &SortKey, resource: &Resource) -> Option<SortValue> {
    use muster_scim_core::Field;
    match &key.field {
        Field::Id => return Some(SortValue::Text(resource.id.clone())),
        Field::Created => return Some(SortValue::Integer(resource.created_at.micros())),
        Field::LastModified => return Some(SortValue::Integer(resource.modified_at.micros())),
        Field::Version => return Some(SortValue::Integer(resource.version)),
        _ => (),
    }
    let kind = caller.types.catalog.resource_type(&resource.resource_type)?;
    let document = json::parse(resource.document.as_bytes()).ok()?;
    key.value(&search_content(kind, document.as_object()?).search).map(lower::lower_operand)
}

/// The key to sort by, and which of the types has it; those that do not have it have no value.
fn sort_key(types: &[&ResourceType], parameters: &Parameters) -> Result<Option<(usize, SortKey)>, ScimError> {
    let Some(notation) = parameters.sort_by() else { return Ok(None) };
    let mut first_error = None;
    let mut found: Option<(usize, SortKey)> = None;
    for (number, kind) in types.iter().enumerate() {
        match (SortKey::parse(kind, notation), &found) {
            (Ok(key), None) => found = Some((number, key)),
            (Ok(key), Some((_, before))) if key != *before => {
                return Err(ScimError::invalid_value(format!(
                    "sortBy {notation:?} means different things in the types of this search."
                )));
            }
            (Ok(_), Some(_)) => (),
            (Err(error), _) => first_error = first_error.or(Some(error)),
        }
    }
    match (found, first_error) {
        (None, Some(error)) => Err(error),
        (found, _) => Ok(found),
    }
}

fn type_queries(
    caller: &Caller,
    positions: &[usize],
    types: &[&ResourceType],
    filter: Option<&str>,
) -> Result<Vec<TypeQuery>, ScimError> {
    let of = |kind: &ResourceType, condition| TypeQuery { resource_type: kind.name.clone(), condition };
    let Some(filter) = filter.filter(|filter| !filter.trim().is_empty()) else {
        return Ok(types.iter().map(|kind| of(kind, None)).collect());
    };
    let filter: Filter = filter
        .parse()
        .map_err(|error| ScimError::bad_request(ScimType::InvalidFilter, format!("{error}")))?;
    let conditions = match types {
        [only] => vec![Condition::of_resource(&filter, only)?],
        several => Condition::of_each(&filter, several)?,
    };
    let lowered = positions.iter().zip(types).zip(conditions);
    Ok(lowered
        .map(|((position, kind), condition)| {
            of(kind, Some(caller.types.lowering(*position).lower(condition)))
        })
        .collect())
}

fn fingerprint(
    caller: &Caller,
    types: &[&ResourceType],
    parameters: &Parameters,
    descending: bool,
) -> Fingerprint {
    let order = if descending { "descending" } else { "ascending" };
    let filter = parameters.filter.as_deref().unwrap_or_default().trim();
    let sort_by = parameters.sort_by().unwrap_or_default();
    let names = types.iter().map(|kind| kind.name.as_str());
    Fingerprint::of(caller.organization_key, names.chain([filter, sort_by, order]))
}
