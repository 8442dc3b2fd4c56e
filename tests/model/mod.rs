//! Random requests, compared with what a plain model in memory says. Each run follows from its seed, which is printed
//! when it fails; `MUSTER_MODEL_SEED` begins elsewhere, `MUSTER_MODEL_STEPS` goes on for longer.

mod filters;
mod oracle;
mod sequences;

/// Prints how to run it again, when the test panics.
struct Seed(u64);

impl Seed {
    /// The seed to begin with: this one, unless the environment names another.
    fn or(default: u64) -> Self {
        Self(number("MUSTER_MODEL_SEED").unwrap_or(default))
    }
}

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("again with MUSTER_MODEL_SEED={}", self.0);
        }
    }
}

/// How many steps a test takes.
fn steps(default: usize) -> usize {
    number("MUSTER_MODEL_STEPS").map_or(default, |steps| usize::try_from(steps).unwrap())
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
}
