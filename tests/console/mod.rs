//! The admin console, over plain HTTP.

mod access;
mod browser;
mod log;
mod wizard;
