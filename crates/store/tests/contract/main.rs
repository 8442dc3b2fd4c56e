//! What the store promises, held against both databases.

mod control;
mod database;
mod filters;
mod resources;
mod schemas;
