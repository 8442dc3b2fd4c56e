//! The admin console, over plain HTTP.

mod access;
mod admins;
mod at_once;
mod browser;
mod credentials;
mod headers;
mod home;
mod html;
mod links;
mod log;
mod odd;
mod routes;
mod sessions;
mod tenants;
mod typed;
mod wizard;
