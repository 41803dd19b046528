//! The TypeScript side of the commands, generated from the Rust types.

use crate::process::{self, Failure, Result};
use crate::workspace::{binaries, cargo, root};
use std::fs;

/// Prints the bindings. An example of its own, so that `xtask` itself needs no part of the product.
pub const EXAMPLE: &str = "crates/portal-app/examples/bindings.rs";
const COMMITTED: &str = "ui/src/ipc/bindings.ts";

/// Whether there is something to generate from.
pub fn exist() -> bool {
    root().join(EXAMPLE).is_file()
}

/// Writes the bindings.
///
/// # Errors
/// When the generator doesn't build or the file can't be written.
pub fn write() -> Result<()> {
    let path = root().join(COMMITTED);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, generated()?)?;
    println!("{COMMITTED} is written");
    Ok(())
}

/// Compares the committed bindings with the types.
///
/// # Errors
/// When they differ, or the generator doesn't build.
pub fn check() -> Result<()> {
    let generated = generated()?;
    let committed = fs::read_to_string(root().join(COMMITTED)).unwrap_or_default();
    match first_difference(&committed, &generated) {
        None => Ok(()),
        Some(line) => Err(Failure::new(format!(
            "{COMMITTED} differs from the Rust types at line {line}: run `cargo xtask bindings` and commit the result"
        ))),
    }
}

fn generated() -> Result<String> {
    if !exist() {
        return Err(Failure::new(format!("{EXAMPLE} does not exist")));
    }
    process::run(cargo(["build", "--quiet", "--workspace", "--example", "bindings"]))?;
    let program = binaries()?.join("examples/bindings").with_extension(std::env::consts::EXE_EXTENSION);
    process::output(process::command(&program.to_string_lossy(), [], root()))
}

/// The number of the first line that differs, from 1.
fn first_difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.lines().zip(other.lines()).take_while(|(left, right)| left == right).count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_different_line_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("", "a\n"), Some(1));
        assert_eq!(first_difference("a\n", "a"), Some(2));
    }
}
