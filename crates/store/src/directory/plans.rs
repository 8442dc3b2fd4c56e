//! That every statement of this module is a range of an index, on both databases: what is run is written down and then
//! explained.

use super::*;
use crate::connection::{Connection, Either};
use crate::engine::{postgres, sqlite};
use crate::resources::{
    Condition, Content, NewResource, Operand, Operator, Position, Target, TypeQuery, create,
};
use crate::{DatabaseUrl, StoreError, Timestamp, migrations, organizations};
use diesel::connection::{Connection as _, InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::json;
use std::sync::{Arc, Mutex};

const PEOPLE: usize = 1_500;

#[test]
fn on_sqlite_nothing_is_scanned() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("muster.db");
    migrations::run(&DatabaseUrl::Sqlite(path.clone())).unwrap();
    let mut connection = sqlite::connect(&path).unwrap();
    for (name, sql) in statements(&mut connection) {
        let Either::Sqlite(connection) = &mut connection.0 else { unreachable!() };
        let plan: Vec<SqliteStep> =
            diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(connection).unwrap();
        // Of two bounds on one side, the index is given the first.
        let has_two_bounds = sql.contains("> ''") && sql.contains("resources.unique_key > ?");
        assert!(!has_two_bounds, "{name}: {sql}");
        for SqliteStep { detail } in &plan {
            let is_bounded = !detail.starts_with("SCAN") || detail.contains("SCAN counted");
            assert!(is_bounded, "{name}: {detail}\n{sql}");
            // Of candidates, and of what an index finds, there are few.
            let is_of_few = sql.contains(" IN (") || name.contains("found");
            assert!(!detail.contains("TEMP B-TREE") || is_of_few, "{name}: {detail}\n{sql}");
            let is_of_all = detail.ends_with("(organization_key=? AND resource_type=?)");
            assert!(!is_of_all || !is_of_few, "{name}: {detail}\n{sql}");
        }
        if name.contains("found") {
            let is_found = |step: &SqliteStep| {
                step.detail.contains("attribute=?") || step.detail.contains("external_id=?")
            };
            assert!(plan.iter().any(is_found), "{name}: {plan:?}\n{sql}");
            assert!(!plan.iter().any(|step| step.detail.contains("unique_key>")), "{name}: {plan:?}\n{sql}");
        }
        if name.contains("disabled") {
            assert!(
                plan.iter().any(|step| step.detail.contains("resources_disabled")),
                "{name}: {plan:?}\n{sql}"
            );
        }
    }
}

#[test]
fn on_postgres_nothing_is_scanned() {
    // The driver blocks, and has a runtime for each thread.
    std::thread::spawn(|| {
        let server = std::env::var("MUSTER_TEST_POSTGRES_URL").expect(
            "MUSTER_TEST_POSTGRES_URL names no PostgreSQL server: run `cargo xtask test`, which starts one",
        );
        let name = format!("muster_plans_{}", std::process::id());
        let mut administration = postgres::connect(&server).unwrap();
        administration.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        migrations::run(&DatabaseUrl::Postgres(url.to_string())).unwrap();
        let mut connection = postgres::connect(url.as_str()).unwrap();
        let statements = statements(&mut connection);
        // A table this small is scanned unless that is forbidden; the plan is the one for any value.
        connection
            .batch_execute(
                "ANALYZE; SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan",
            )
            .unwrap();
        for (name, sql) in statements {
            let plan = postgres_plan(&mut connection, &sql);
            assert!(!plan.contains("Seq Scan"), "{name}: {sql}\n{plan}");
            assert!(plan.contains("Index"), "{name}: {sql}\n{plan}");
            // Few have the same value, and these may be sorted by key.
            let is_sorted = plan.contains("Sort Key") && !plan.contains("Presorted Key");
            assert!(!is_sorted || sql.contains("ANY(") || name.contains("found"), "{name}: {sql}\n{plan}");
            if name.contains("found") {
                let is_found = plan.contains("resource_values_by_value") || plan.contains("by_external_id");
                assert!(is_found, "{name}: {sql}\n{plan}");
            }
        }
        drop(connection);
        administration.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
    })
    .join()
    .unwrap();
}

#[derive(Debug, QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

fn postgres_plan(connection: &mut Connection, sql: &str) -> String {
    let parameters = (1..).take_while(|number| sql.contains(&format!("${number}"))).count();
    let nulls = vec!["NULL"; parameters].join(", ");
    let Either::Postgres(connection) = &mut connection.0 else { unreachable!() };
    connection.batch_execute(&format!("DEALLOCATE ALL; PREPARE explained AS {sql}")).unwrap();
    let lines: Vec<PostgresLine> =
        diesel::sql_query(format!("EXPLAIN EXECUTE explained({nulls})")).load(connection).unwrap();
    lines.into_iter().map(|line| line.line).collect::<Vec<_>>().join("\n")
}

/// Everything that the functions of this module run, each with a name.
fn statements(connection: &mut Connection) -> Vec<(String, String)> {
    let organization_key = populate(connection).unwrap();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut named = Vec::new();
    let observed = Arc::clone(&seen);
    on_either!(connection, |connection| connection.set_instrumentation(
        move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let text = query.to_string();
                let sql = text.split("-- binds:").next().unwrap_or_default();
                observed.lock().unwrap().push(sql.trim().to_owned());
            }
        }
    ));
    let mut take = |name: &str| {
        let sql: Vec<String> = std::mem::take(&mut *seen.lock().unwrap());
        assert!(!sql.is_empty(), "{name} runs nothing");
        named.extend(sql.into_iter().map(|sql| (name.to_owned(), sql)));
    };
    let all = TypeQuery { resource_type: "User".into(), condition: None };
    let disabled = TypeQuery {
        resource_type: "User".into(),
        condition: Some(Condition::Compare {
            target: Target::Document(vec!["active".into()]),
            operator: Operator::Equal,
            operand: Operand::Boolean(false),
        }),
    };
    for order in [Order::Name, Order::NameDescending, Order::Newest, Order::Oldest] {
        let mut listing = Listing { organization_key, of: all.clone(), order, after: None, limit: 10 };
        listing.after = page(connection, &listing).unwrap().next;
        take(&format!("first page, {order:?}"));
        assert!(listing.after.is_some());
        page(connection, &listing).unwrap();
        take(&format!("page, {order:?}"));
    }
    let listing =
        Listing { organization_key, of: disabled.clone(), order: Order::Name, after: None, limit: 10 };
    assert_eq!(page(connection, &listing).unwrap().resources.len(), 10);
    take("page of the disabled");
    for (target, text) in [(Target::ExternalId, "x7"), (Target::Indexed("emails.value".into()), "e7")] {
        let operand = Operand::Text(text.into());
        let condition = Some(Condition::Compare { target, operator: Operator::Equal, operand });
        let of = TypeQuery { resource_type: "User".into(), condition };
        for order in [Order::Name, Order::NameDescending, Order::Newest, Order::Oldest] {
            let mut listing = Listing { organization_key, of: of.clone(), order, after: None, limit: 10 };
            assert_eq!(page(connection, &listing).unwrap().resources[0].id, "7");
            listing.after = Some(Position { value: Some(Operand::Text("p".into())), key: 5 });
            page(connection, &listing).unwrap();
            take(&format!("page of what is found, {order:?}"));
        }
    }
    count(connection, organization_key, &all, 100).unwrap();
    take("count");
    assert_eq!(count(connection, organization_key, &disabled, 100).unwrap(), 15);
    take("count of the disabled");
    let term = |text: &str| -> Term {
        [Field::UniqueKey, Field::ExternalId, Field::Value("emails.value".into())]
            .map(|field| Way::new(field, text))
            .into()
    };
    let words = vec![term("p"), term("e")];
    let sought =
        Search { organization_key, of: all, phrase: term("p e"), words, after: None, limit: 10, most: 100 };
    let found = search(connection, &sought).unwrap();
    assert_eq!((found.resources.len(), found.counted, found.is_all), (10, 100, false));
    take("search");
    members(connection, 1, Some(1), 10).unwrap();
    count_members(connection, 1, 10).unwrap();
    take("members");
    groups(connection, 1, 10).unwrap();
    count_groups(connection, 1, 10).unwrap();
    take("groups");
    referring(connection, organization_key, "emails.value", "e1", 10).unwrap();
    count_referring(connection, organization_key, "emails.value", "e1", 10).unwrap();
    take("referring");
    on_either!(connection, |connection| connection.set_instrumentation(|_: InstrumentationEvent<'_>| ()));
    named
}

fn populate(connection: &mut Connection) -> Result<i64, StoreError> {
    let now = Timestamp::from_seconds(1);
    let organization_key = organizations::create(connection, "o", "o", now)?.key;
    for number in 0..PEOPLE {
        let content = Content {
            document: "{}".into(),
            search: json!({"active": number % 100 != 0}),
            external_id: Some(format!("x{number}")),
            unique_key: Some(format!("p{number}")),
            display: None,
            values: vec![("emails.value".into(), format!("e{number}"))],
            unique_values: Vec::new(),
        };
        let id = number.to_string();
        create(
            connection,
            &NewResource { organization_key, resource_type: "User".into(), id, now, content },
            None,
        )?;
    }
    Ok(organization_key)
}
