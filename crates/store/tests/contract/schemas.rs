//! Both databases have the same tables: each is introspected into one neutral model, and the models are compared.

use crate::database::TestDatabase;
use std::collections::BTreeSet;

/// Lines such as `column users.name text not null`, `unique users(name)`, `foreign a(b) -> c(d) cascade`.
type Model = BTreeSet<String>;

const SQLITE_COLUMNS: &str = "
    SELECT 'column' || char(9) || m.name || char(9) || c.name || char(9) || lower(c.type) || char(9) ||
        CASE WHEN c.\"notnull\" = 1 THEN 'required' ELSE 'nullable' END AS row
    FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'";

const SQLITE_KEYS: &str = "
    SELECT 'primary' || char(9) || m.name || char(9) ||
        (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_table_info(m.name) WHERE pk > 0 ORDER BY pk)) AS row
    FROM sqlite_schema AS m
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'";

const SQLITE_INDEXES: &str = "
    SELECT CASE WHEN i.\"unique\" = 1 THEN 'unique' ELSE 'index' END || char(9) || m.name || char(9) ||
        (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) AS row
    FROM sqlite_schema AS m, pragma_index_list(m.name) AS i
    WHERE m.type = 'table' AND i.origin <> 'pk' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'";

const SQLITE_FOREIGN: &str = "
    SELECT 'foreign' || char(9) || m.name || char(9) || f.\"from\" || char(9) || f.\"table\" || char(9) || f.\"to\" ||
        char(9) || lower(f.on_delete) AS row
    FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'";

const POSTGRES_COLUMNS: &str = "
    SELECT 'column', table_name, column_name, data_type || coalesce(' ' || collation_name, ''),
        CASE is_nullable WHEN 'NO' THEN 'required' ELSE 'nullable' END
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'";

const POSTGRES_KEYS: &str = "
    SELECT 'primary', c.relname, string_agg(a.attname, ',' ORDER BY k.n)
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '\\_\\_diesel%' GROUP BY c.relname";

const POSTGRES_INDEXES: &str = "
    SELECT CASE WHEN i.indisunique THEN 'unique' ELSE 'index' END, c.relname, string_agg(a.attname, ',' ORDER BY k.n)
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace GROUP BY i.indexrelid, i.indisunique, c.relname";

const POSTGRES_FOREIGN: &str = "
    SELECT 'foreign', c.relname, a.attname, t.relname, b.attname,
        CASE f.confdeltype WHEN 'c' THEN 'cascade' WHEN 'a' THEN 'no action' ELSE f.confdeltype::text END
    FROM pg_constraint AS f JOIN pg_class AS c ON c.oid = f.conrelid JOIN pg_class AS t ON t.oid = f.confrelid
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]
        JOIN pg_attribute AS b ON b.attrelid = t.oid AND b.attnum = f.confkey[1]
    WHERE f.contype = 'f'";

fn model(database: &TestDatabase, queries: [&str; 4], neutral: impl Fn(&str) -> String) -> Model {
    database.open();
    queries
        .iter()
        .flat_map(|sql| database.texts(sql))
        .map(|mut row| {
            if row[0] == "column" {
                row[3] = neutral(&row[3]);
            }
            row.join(" ")
        })
        .collect()
}

fn sqlite_model() -> Model {
    let database = TestDatabase::sqlite();
    let queries = [SQLITE_COLUMNS, SQLITE_KEYS, SQLITE_INDEXES, SQLITE_FOREIGN];
    let mut model = model(&database, queries, ToOwned::to_owned);
    // SQLite has one binary type; which of these holds JSON is PostgreSQL's to say.
    assert!(model.remove("column resources search blob required"));
    model.insert("column resources search json required".into());
    model
}

fn postgres_model() -> Model {
    let database = TestDatabase::postgres();
    let queries = [POSTGRES_COLUMNS, POSTGRES_KEYS, POSTGRES_INDEXES, POSTGRES_FOREIGN];
    model(&database, queries, |postgres| {
        match postgres {
            "bigint" => "integer",
            // Any other collation would sort by locale.
            "text C" => "text",
            "bytea" => "blob",
            "jsonb" => "json",
            other => other,
        }
        .to_owned()
    })
}

#[test]
fn both_databases_have_the_same_tables() {
    let (sqlite, postgres) = (sqlite_model(), postgres_model());
    let only_sqlite: Vec<_> = sqlite.difference(&postgres).collect();
    let only_postgres: Vec<_> = postgres.difference(&sqlite).collect();
    assert!(
        only_sqlite.is_empty() && only_postgres.is_empty(),
        "only SQLite: {only_sqlite:#?}\nonly PostgreSQL: {only_postgres:#?}"
    );
    assert!(sqlite.len() > 50, "the model sees the tables: {sqlite:#?}");
}

#[test]
fn every_foreign_key_is_indexed_and_cascades() {
    let model = sqlite_model();
    for line in model.iter().filter(|line| line.starts_with("foreign ")) {
        let parts: Vec<&str> = line.split(' ').collect();
        let (table, column) = (parts[1], parts[2]);
        assert!(line.ends_with(" cascade"), "{line}");
        let indexed = model.iter().any(|other| {
            ["index", "unique", "primary"].iter().any(|kind| {
                other
                    .strip_prefix(&format!("{kind} {table} "))
                    .is_some_and(|columns| columns.split(',').next() == Some(column))
            })
        });
        assert!(indexed, "{line} has no index that begins with {column}");
    }
}
