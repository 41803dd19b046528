//! Finds the typefaces that `fonts/package.json` names, refuses any file whose SHA-256 differs from the pinned
//! one, and tells the crate where they lie.
//!
//! The pins are part of the renderer's identity: another font file means other glyph positions, hence other bytes.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use sha2::{Digest, Sha256};

/// Variable read by `src/fonts.rs`, path below the npm package, SHA-256 of the file.
const FONTS: [(&str, &str, &str); 2] = [
    (
        "FONT_SANS_REGULAR",
        "400Regular/NotoSansSC_400Regular.ttf",
        "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
    ),
    (
        "FONT_SANS_BOLD",
        "700Bold/NotoSansSC_700Bold.ttf",
        "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96",
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let manifest = env::var("CARGO_MANIFEST_DIR")?;
    let package = Path::new(&manifest).join("fonts/node_modules/@expo-google-fonts/noto-sans-sc");
    for (variable, file, pinned) in FONTS {
        let path = package.join(file);
        println!("cargo:rerun-if-changed={}", path.display());
        let bytes = fs::read(&path)
            .map_err(|e| format!("the font {file} is not installed ({e}): run `cargo xtask setup`"))?;
        let found = hex(&Sha256::digest(&bytes));
        if found != pinned {
            return Err(
                format!("the font {file} is not the pinned one: SHA-256 {found}, expected {pinned}").into()
            );
        }
        println!("cargo:rustc-env={variable}={}", path.display());
        println!("cargo:rustc-env={variable}_SHA256={pinned}");
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
