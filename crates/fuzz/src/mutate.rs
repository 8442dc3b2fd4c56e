//! Mutations of inputs, the same for the same seed.

/// A source of numbers that depend on the seed alone (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// From this seed on.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below the bound; 0 when that is 0.
    #[expect(clippy::cast_possible_truncation, reason = "below the bound, which is a usize")]
    pub const fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { (self.next() % bound as u64) as usize }
    }

    /// One of these.
    ///
    /// # Panics
    ///
    /// When there are none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// What parsers have trouble with.
const PIECES: &[&str] = &[
    "\"",
    "\\",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ":",
    ".",
    ",",
    " ",
    "\0",
    "\u{202e}",
    "ß",
    "ﬃ",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "\"True\"",
    "1e400",
    "-0",
    "1e308",
    "9223372036854775808",
    "0.1",
    "[]",
    "{}",
    " eq ",
    " and ",
    " or ",
    "not (",
    " pr",
    "\"primary\":true",
    "primary",
    "value",
    "type",
    "emails",
    "members",
    "schemas",
    "id",
    "meta",
    "userName",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "urn:ietf:params:scim:schemas:core:2.0:User:",
    ".value",
    "[type eq \"work\"]",
    "\"op\":\"remove\"",
    "\"path\":\"\"",
    "2024-02-30T00:00:00Z",
    "\n",
    "\t",
    "%",
    "_",
    "*",
    "$ref",
];

/// Changes an input in some places: bits, pieces of others, pieces that parsers have trouble with, repetitions, cuts.
pub fn mutate(random: &mut Random, input: &[u8], others: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(7) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            1 => {
                let end = (at + random.below(12)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 | 3 => {
                let piece = random.pick(PIECES).as_bytes().to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let end = (at + random.below(40)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let copies = 1 + random.below(3);
                bytes.splice(at..at, piece.repeat(copies));
            }
            5 if !others.is_empty() => {
                let (_, other) = random.pick(others);
                let start = random.below(other.len() + 1);
                let end = (start + random.below(60)).min(other.len());
                bytes.splice(at..at, other[start..end].to_vec());
            }
            _ => {
                let end = (at + random.below(8)).min(bytes.len());
                let piece = random.pick(PIECES).as_bytes().to_vec();
                bytes.splice(at..end, piece);
            }
        }
    }
    bytes.truncate(64 * 1024);
    bytes
}
