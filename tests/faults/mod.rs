//! What other servers get wrong, and input that is wrong.

mod bad_input;
mod peers;
