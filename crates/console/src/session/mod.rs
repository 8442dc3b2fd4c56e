//! Who asks: sessions, and the extractors that every page and every form begins with.

mod change;
mod cookie;
mod origin;
mod record;
mod visit;

pub(crate) use change::{Change, OwnChange};
pub(crate) use cookie::{
    VisitorToken, session_name as session_name_of, sign_in, sign_out_cookie, visitor_cookie,
};
pub(crate) use origin::is_own;
pub(crate) use record::done;
pub(crate) use visit::Visit;

/// The largest form, in bytes.
pub(crate) const LARGEST_FORM: usize = 256 * 1024;
