//! Inputs to begin with.

use std::path::{Path, PathBuf};

/// Where the inputs of a target are.
#[must_use]
pub fn directory(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// The inputs of a target, by the name of their file. Where a file's name ends in `.txt`, each of its lines is one.
///
/// # Panics
///
/// When a file cannot be read.
#[must_use]
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut inputs = Vec::new();
    for entry in
        std::fs::read_dir(directory(target)).expect("the corpus").map(|entry| entry.expect("an entry"))
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let bytes = std::fs::read(entry.path()).expect("an input");
        if name.ends_with(".txt") {
            let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            inputs.extend(
                lines.enumerate().map(|(number, line)| (format!("{name}:{}", number + 1), line.to_vec())),
            );
        } else {
            inputs.push((name, bytes));
        }
    }
    inputs.sort();
    inputs
}
