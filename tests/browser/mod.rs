//! The console in a real Chromium, as an admin uses it.

mod accessible;
mod admin;
mod axe;
mod driver;
mod front;
mod guide;
mod keyboard;
mod page;
mod places;
mod process;
mod story;
mod unruly;
mod wire;
