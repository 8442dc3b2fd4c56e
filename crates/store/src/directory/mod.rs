//! An organization's directory as people look at it: in an order, by what they type, with what belongs to an entry.
//! Quick at any size, for every read is a range of an index and ends after so many rows.

mod count;
mod page;
#[cfg(test)]
mod plans;
mod related;
mod search;

pub use count::count;
pub use page::{Listing, Order, Page, page};
pub use related::{count_groups, count_members, count_referring, groups, members, referring};
pub use search::{Field, Matches, Place, Search, Term, Way, search};
