//! The admin console, over plain HTTP.

mod access;
mod browser;
mod html;
mod log;
mod wizard;
