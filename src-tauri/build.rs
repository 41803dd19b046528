//! Declares the commands to Tauri's access control, from the one command table.
#![allow(clippy::print_stdout, reason = "cargo reads directives from standard output")]

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) -> $answer:ty;)*) => {
        const COMMANDS: &[&str] = &[$(stringify!($name)),*];
    };
}

macro_rules! raw_commands {
    ($($(#[$doc:meta])* $name:ident -> $answer:ty;)*) => {
        const RAW_COMMANDS: &[&str] = &[$(stringify!($name)),*];
    };
}

include!("../crates/portal-app/src/commands.in.rs");

fn main() {
    println!("cargo:rerun-if-changed=../crates/portal-app/src/commands.in.rs");
    // Tauri keeps the list for the life of the build script.
    let names: &'static [&'static str] = Box::leak([COMMANDS, RAW_COMMANDS].concat().into_boxed_slice());
    let manifest = tauri_build::AppManifest::new().commands(names);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo:warning=tauri: {error:#}");
        std::process::exit(1);
    }
}
