//! The examples of RFC 7643 and RFC 7644: every resource round-trips, every request is accepted.

mod requests;
mod resources;
