//! Servers to test, and how to talk to them.

mod answers;
mod api;
mod database;
mod issuer;
pub(crate) mod oauth;
mod server;

pub(crate) use api::{Api, Reply};
pub(crate) use database::Database;
pub(crate) use issuer::{OtherIssuer, TestKey, now};
pub(crate) use server::{Application, Node, Server, muster};

/// Makes each function a test on both databases; it gets a fresh server.
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { $crate::support::run($crate::support::Database::sqlite(), super::$name); })*
        }
        mod postgres {
            $(#[test] fn $name() { $crate::support::run($crate::support::Database::postgres(), super::$name); })*
        }
    };
}
pub(crate) use on_both_databases;

/// Makes each function a test on SQLite: what it tests does not depend on the database.
macro_rules! on_sqlite {
    ($($name:ident),* $(,)?) => {
        mod sqlite_only {
            $(#[test] fn $name() { $crate::support::run($crate::support::Database::sqlite(), super::$name); })*
        }
    };
}
pub(crate) use on_sqlite;

/// Runs a test against a server on the database.
pub(crate) fn run<T: AsyncFnOnce(&mut Server)>(database: Database, test: T) {
    let mut server = Server::start(database);
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(test(&mut server));
}
