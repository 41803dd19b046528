//! Invariant 4: one table declares the window's commands; what else names them must agree with it.

use super::sources::SourceFile;
use std::collections::BTreeSet;

/// Where handlers of commands are written; everything else calls a method of the app.
const HANDLERS: &[&str] = &["src-tauri/src/commands.rs", "src-tauri/src/documents.rs"];

/// What the page may ask of Tauri itself.
const OF_TAURI: &[&str] = &["core:event:allow-listen", "core:event:allow-unlisten", "core:window:allow-show"];

/// The names in the command table, and which of them carry raw bytes.
pub struct Table {
    pub names: Vec<String>,
    pub raw: Vec<String>,
}

impl Table {
    /// Reads `commands.in.rs`.
    pub fn read(text: &str) -> Self {
        let (commands, raw) = text.rsplit_once("raw_commands! {").unwrap_or((text, ""));
        let (commands, raw) = (declared(commands), declared(raw));
        Self { names: [commands, raw.clone()].concat(), raw }
    }

    /// Where the permissions of the window and the table differ.
    pub fn against_permissions(&self, capability_json: &str) -> Vec<String> {
        let capability: serde_json::Value = serde_json::from_str(capability_json).unwrap();
        let listed = capability["permissions"].as_array().expect("permissions is a list");
        let listed: BTreeSet<String> = listed
            .iter()
            .map(|permission| permission.as_str().expect("single permissions").to_owned())
            .collect();
        let needed: BTreeSet<String> =
            self.names.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
        let missing = needed
            .difference(&listed)
            .map(|name| format!("capabilities/main.json: add \"{name}\", or the window's call is refused"));
        let foreign =
            listed.difference(&needed).filter(|name| !OF_TAURI.contains(&name.as_str())).map(|name| {
                format!("capabilities/main.json: \"{name}\" is no command of the table: take it out")
            });
        missing.chain(foreign).collect()
    }

    /// Raw commands that the list of handlers lacks: the compiler doesn't miss them.
    pub fn unhandled(&self, handlers: &str) -> Vec<String> {
        self.raw
            .iter()
            .filter(|name| !handlers.contains(&format!("documents::{name}")))
            .map(|name| format!("src-tauri/src/commands.rs: add documents::{name} to the list of handlers"))
            .collect()
    }
}

/// The names before ` ->` or `(` in the lines of a table.
fn declared(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.contains("->") && line.ends_with(';') && !line.starts_with("//"))
        .filter_map(|line| line.split(['(', ' ']).next().map(str::to_owned))
        .collect()
}

/// Commands declared beside the table.
pub fn commands_elsewhere(tree: &[SourceFile]) -> Vec<String> {
    let attribute = concat!("#[tauri::", "command");
    // The bare window of the benchmarks is a program of its own.
    let rust = tree.iter().filter(|file| {
        let path = file.path.as_str();
        path.ends_with(".rs") && !path.starts_with("benches/") && !HANDLERS.contains(&path)
    });
    rust.flat_map(|file| {
        file.lines_where(
            |line| line.contains(attribute),
            "declare the command in commands.in.rs, as a method of App",
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "
        commands! {
            /// Says -> more.
            case_show(case_id: CaseId) -> CaseView;
            app_info() -> AppInfo;
        }
        raw_commands! {
            photo_add -> CaseView;
        }
    ";

    #[test]
    fn every_command_of_the_table_is_read() {
        let table = Table::read(TABLE);
        assert_eq!(table.names, ["case_show", "app_info", "photo_add"]);
        assert_eq!(table.raw, ["photo_add"]);
    }

    #[test]
    fn a_missing_and_a_foreign_permission_are_found() {
        let table = Table::read(TABLE);
        let right = r#"{"permissions": ["core:event:allow-listen", "allow-case-show", "allow-app-info", "allow-photo-add"]}"#;
        assert!(table.against_permissions(right).is_empty());
        let without = right.replace(r#""allow-app-info", "#, "");
        assert_eq!(table.against_permissions(&without).len(), 1);
        let further = right.replace("core:event:allow-listen", "fs:default");
        assert_eq!(table.against_permissions(&further).len(), 1);
    }

    #[test]
    fn a_raw_command_without_handler_is_found() {
        let table = Table::read(TABLE);
        assert!(table.unhandled("generate_handler![documents::photo_add]").is_empty());
        assert_eq!(table.unhandled("generate_handler![documents::photo_drop]").len(), 1);
    }

    #[test]
    fn a_command_outside_the_table_is_found() {
        let text = format!("{}]\nfn quick() {{}}", concat!("#[tauri::", "command"));
        assert_eq!(commands_elsewhere(&[SourceFile::new("src-tauri/src/window.rs", text.as_str())]).len(), 1);
        assert!(commands_elsewhere(&[SourceFile::new(HANDLERS[0], text)]).is_empty());
    }
}
