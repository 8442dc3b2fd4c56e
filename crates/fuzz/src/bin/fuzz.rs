//! libFuzzer over one target: the one that `MUSTER_FUZZ_TARGET` names.

#![no_main]

use libfuzzer_sys::fuzz_target;
use muster_fuzz::targets::{self, Target};
use std::sync::LazyLock;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("MUSTER_FUZZ_TARGET").unwrap_or_default();
    targets::named(&name).unwrap_or_else(|| panic!("MUSTER_FUZZ_TARGET names no target: {name:?}"))
});

fuzz_target!(|data: &[u8]| (TARGET.run)(data));
