//! What the documents promise: commands that exist, links that lead somewhere, decisions that are all there.

use super::sources::SourceFile;
use std::collections::BTreeSet;

/// Decision records that are not named `NNNN-title.md`, or whose numbers have a gap or a double.
pub fn misnumbered_decisions(tree: &[SourceFile]) -> Vec<String> {
    let names = tree.iter().filter_map(|file| file.path.strip_prefix("docs/decisions/"));
    let mut problems = Vec::new();
    let mut numbers = Vec::new();
    for name in names {
        match name.split_once('-').map(|(number, _)| number).filter(|number| number.len() == 4) {
            Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) && name.ends_with(".md") => {
                numbers.extend(number.parse::<usize>());
            }
            _ => problems.push(format!("docs/decisions/{name}: name it NNNN-title.md")),
        }
    }
    numbers.sort_unstable();
    let counted: Vec<usize> = (1..=numbers.len()).collect();
    if numbers != counted {
        problems.push(format!("the decisions are numbered {numbers:?}: count on from 1, each number once"));
    }
    problems
}

/// What can be typed in the checkout.
pub struct Commands {
    /// Of `cargo xtask`.
    pub xtask: BTreeSet<String>,
    /// Of `npm run` in ui/.
    pub scripts: BTreeSet<String>,
}

impl Commands {
    /// Reads them from the source of `xtask` and from ui/package.json.
    pub fn read(xtask_main: &str, package_json: &str) -> Self {
        let usage = xtask_main.split("const USAGE").nth(1).and_then(|rest| rest.split("\";").next());
        let usage = usage.expect("xtask/src/main.rs has its USAGE");
        let xtask = usage
            .lines()
            .filter(|line| line.starts_with("  "))
            .filter_map(|line| line.split_whitespace().next().map(str::to_owned));
        let package: serde_json::Value = serde_json::from_str(package_json).unwrap();
        let scripts = package["scripts"].as_object().expect("package.json has scripts");
        Self { xtask: xtask.collect(), scripts: scripts.keys().cloned().collect() }
    }

    /// Commands in documents that don't exist.
    pub fn unknown(&self, tree: &[SourceFile]) -> Vec<String> {
        let documents = tree.iter().filter(|file| file.path.ends_with(".md"));
        documents
            .flat_map(|file| {
                let unknown = |start: &str, known: &BTreeSet<String>| {
                    file.lines_where(
                        |line| words_after(line, start).any(|word| !known.contains(word)),
                        &format!("no such command of {start}: known are {known:?}"),
                    )
                };
                [unknown("cargo xtask ", &self.xtask), unknown("npm run ", &self.scripts)].concat()
            })
            .collect()
    }
}

/// The words that follow `start` in a line: only small letters, as names in capitals stand for something.
fn words_after<'a>(line: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    line.split(start).skip(1).filter_map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-:".contains(letter));
        Some(&rest[..end.unwrap_or(rest.len())])
            .filter(|word| word.starts_with(|first: char| first.is_ascii_lowercase()))
    })
}

/// Links to files, from any document, that lead nowhere.
pub fn dead_links(tree: &[SourceFile], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let documents = tree.iter().filter(|file| file.path.ends_with(".md"));
    documents
        .flat_map(|file| {
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let is_dead = |target: &str| !exists(&joined(folder, target));
            file.lines_where(|line| links(line).any(is_dead), "the link leads nowhere")
        })
        .collect()
}

/// Folders and files in the code map of ARCHITECTURE.md that are not there, and crates that it doesn't name.
pub fn map_errors(architecture: &str, members: &[String], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let section =
        architecture.split("\n## ").find(|section| section.starts_with("Code map")).unwrap_or_default();
    let places: Vec<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(place, _)| place))
        .collect();
    let gone = places
        .iter()
        .filter(|place| !exists(place))
        .map(|place| format!("ARCHITECTURE.md: the code map names {place}, which is not there"));
    let unnamed = members
        .iter()
        .filter(|member| !places.contains(&member.as_str()))
        .map(|member| format!("ARCHITECTURE.md: the code map lacks {member}"));
    gone.chain(unnamed).collect()
}

/// The files that a line's `[text](file)` and `![text](file)` name.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?.split('#').next()?;
        (!target.is_empty() && !target.contains("://") && !target.starts_with("mailto:")).then_some(target)
    })
}

fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Commands of the product's programs in code spans and blocks of a document: the words before the first argument.
pub fn commands_of<'a>(document: &'a str, program: &str) -> Vec<Vec<&'a str>> {
    let spans = document.split('`').filter(|text| !text.is_empty());
    let lines = spans.flat_map(str::lines).map(|line| line.trim().trim_start_matches("$ "));
    let mut found: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        if words.next() != Some(program) {
            continue;
        }
        let command: Vec<&str> = words.take_while(|word| is_subcommand(word)).collect();
        if !command.is_empty() && !found.contains(&command) {
            found.push(command);
        }
    }
    found
}

fn is_subcommand(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !word.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Vec<SourceFile> {
        vec![SourceFile::new("docs/manual/a.md", text)]
    }

    #[test]
    fn gaps_doubles_and_other_names_of_decisions_are_found() {
        let tree = |names: &[&str]| -> Vec<SourceFile> {
            names.iter().map(|name| SourceFile::new(format!("docs/decisions/{name}"), "# A")).collect()
        };
        assert!(misnumbered_decisions(&tree(&["0002-b.md", "0001-a.md"])).is_empty());
        assert_eq!(misnumbered_decisions(&tree(&["0001-a.md", "0003-c.md"])).len(), 1);
        assert_eq!(misnumbered_decisions(&tree(&["0001-a.md", "0001-b.md"])).len(), 1);
        assert_eq!(misnumbered_decisions(&tree(&["0001-a.md", "notes.md"])).len(), 1);
        assert_eq!(misnumbered_decisions(&tree(&["0001-a.md", "12-short.md"])).len(), 1);
    }

    #[test]
    fn a_command_that_does_not_exist_is_found() {
        let xtask =
            "const USAGE: &str = \"\\\ncargo xtask COMMAND\n\n  run    builds\n  bench [NAME]  measures\n\";";
        let commands = Commands::read(xtask, r#"{"scripts": {"build:portal": "vite"}}"#);
        assert!(
            commands
                .unknown(&document("`cargo xtask run`, cargo xtask bench [NAME], `npm run build:portal`"))
                .is_empty()
        );
        assert!(commands.unknown(&document("cargo xtask COMMAND; `cargo xtask` says more")).is_empty());
        assert_eq!(commands.unknown(&document("\n`cargo xtask start`")).len(), 1);
        assert_eq!(commands.unknown(&document("npm run build")).len(), 1);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let exists = |path: &str| path == "docs/images/a.png" || path == "README.md";
        let good = "![x](../images/a.png) [y](../../README.md#use) [z](https://example.org) [w](#here)";
        assert!(dead_links(&document(good), exists).is_empty());
        assert_eq!(
            dead_links(&document("see\n[y](README.md)"), exists),
            ["docs/manual/a.md:2: the link leads nowhere"]
        );
    }

    #[test]
    fn the_map_is_held_against_the_tree() {
        let text = "# A\n\n## Code map\n\n| where | what |\n|---|---|\n| `crates/a` | a |\n| `ui` | b |\n\n## Next\n| `c` |\n";
        let exists = |path: &str| path == "crates/a" || path == "ui";
        assert!(map_errors(text, &["crates/a".to_owned()], exists).is_empty());
        assert_eq!(map_errors(text, &["crates/b".to_owned()], exists).len(), 1);
        assert_eq!(map_errors(text, &[], |path| path == "ui").len(), 1);
    }

    #[test]
    fn commands_are_read_from_spans_and_blocks() {
        let text = "`portal case new --from FILE` and `portal`\n```\nportal sync --once\n$ portal case new --json\nportal-backend serve --data DIR\n```\n";
        assert_eq!(commands_of(text, "portal"), [vec!["case", "new"], vec!["sync"]]);
        assert_eq!(commands_of(text, "portal-backend"), [vec!["serve"]]);
    }
}
