//! Every target over its corpus and mutations of it.

use muster_fuzz::mutate::{Random, mutate};
use muster_fuzz::{corpus, targets};
use std::panic::catch_unwind;

/// So many mutations of each target; `MUSTER_FUZZ_MUTATIONS` says another number.
const MUTATIONS: usize = 6_000;

#[test]
fn every_target_holds_for_its_corpus_and_mutations_of_it() {
    let mutations =
        std::env::var("MUSTER_FUZZ_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(MUTATIONS);
    let seed = std::env::var("MUSTER_FUZZ_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut failures = Vec::new();
    for target in targets::ALL {
        let inputs = corpus::of(target.name);
        assert!(!inputs.is_empty(), "{} has no corpus", target.name);
        let mut random = Random::new(seed);
        let mut run = |name: &str, input: &[u8]| {
            if catch_unwind(|| (target.run)(input)).is_err() {
                failures.push(format!("{} {name}: {:?}", target.name, String::from_utf8_lossy(input)));
            }
        };
        for (name, input) in &inputs {
            run(name, input);
        }
        // A request to a server takes many times as long as a text to read.
        let mutations = if matches!(target.name, "search" | "bulk") { mutations / 4 } else { mutations };
        for number in 0..mutations {
            let (_, input) = random.pick(&inputs);
            let input = mutate(&mut random, input, &inputs);
            run(&format!("mutation {number} of seed {seed}"), &input);
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures, the first: {}",
        failures.len(),
        failures[..failures.len().min(12)].join("\n")
    );
}
