//! Under which licences, and from where, the product takes other people's work.

use super::sources::SourceFile;
use cargo_metadata::Metadata;
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

/// Licences that let the product be given to anyone without conditions beyond a notice (deny.toml lists the
/// same). MPL-2.0 asks for the source of the changed files only, and we change none.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Single packages under another licence, each looked at.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("jpeg-encoder", "(MIT OR Apache-2.0) AND IJG", "the JPEG group's terms ask for a notice only"),
    (
        "webpki-root-certs",
        "CDLA-Permissive-2.0",
        "data: the root certificates browsers trust, to be passed on with their terms",
    ),
];

/// A package and the licence expression it declares.
pub struct Licensed {
    pub name: String,
    pub licence: String,
}

impl Licensed {
    /// Every crate of the lock file, on any platform and with every feature.
    pub fn crates(metadata: &Metadata) -> Vec<Self> {
        let packages = metadata.packages.iter();
        packages
            .map(|package| Self {
                name: package.name.to_string(),
                licence: package.license.clone().unwrap_or_default(),
            })
            .collect()
    }

    /// Every package of the npm lock files that is shipped, which the tools that only build are not.
    pub fn npm_packages(tree: &[SourceFile]) -> Vec<Self> {
        tree.iter().filter(|file| file.is_npm_lock()).flat_map(|file| shipped(&file.text)).collect()
    }
}

fn shipped(lock: &str) -> Vec<Licensed> {
    let lock: Value = serde_json::from_str(lock).unwrap();
    let packages = lock["packages"].as_object().expect("an npm lock file of version 3");
    packages
        .iter()
        .filter(|(path, package)| !path.is_empty() && package["dev"] != true && package["link"] != true)
        .map(|(path, package)| Licensed {
            name: path.rsplit("node_modules/").next().unwrap_or(path).to_owned(),
            licence: package["license"].as_str().unwrap_or_default().to_owned(),
        })
        .collect()
}

fn is_allowed(licence: &str) -> bool {
    let allowed: Vec<_> = ALLOWED.iter().map(|name| Licensee::parse(name).unwrap()).collect();
    Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|requirement| allowed.iter().any(|licensee| licensee.satisfies(requirement)))
    })
}

fn is_exception(package: &Licensed) -> bool {
    EXCEPTIONS.iter().any(|(name, licence, _why)| *name == package.name && *licence == package.licence)
}

/// Packages whose licence is not among the allowed ones.
pub fn refused(packages: &[Licensed]) -> Vec<String> {
    packages
        .iter()
        .filter(|package| !is_allowed(&package.licence) && !is_exception(package))
        .map(|Licensed { name, licence }| {
            format!("{name} has the licence \"{licence}\": take another package, or enter it in EXCEPTIONS of tests/it/tidy/licences.rs with the reason")
        })
        .collect()
}

/// Exceptions for crates that are not used, or no longer need one.
pub fn unneeded_exceptions(crates: &[Licensed]) -> Vec<String> {
    EXCEPTIONS
        .iter()
        .filter(|(name, ..)| !crates.iter().any(|package| package.name == *name && is_exception(package)))
        .map(|(name, ..)| format!("{name} needs no exception: take it out of EXCEPTIONS"))
        .collect()
}

/// Crates that come neither from this checkout nor from crates.io.
pub fn foreign_sources(metadata: &Metadata) -> Vec<String> {
    let packages = metadata.packages.iter();
    packages
        .filter(|package| match &package.source {
            Some(source) => !source.is_crates_io(),
            None => !metadata.workspace_members.contains(&package.id),
        })
        .map(|package| format!("{} comes from elsewhere: use a release on crates.io", package.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_allowed_choice_is_enough_and_every_part_must_be_allowed() {
        assert!(is_allowed("MIT OR LGPL-2.1-or-later"));
        assert!(is_allowed("MIT/Apache-2.0"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!is_allowed("MIT AND GPL-3.0-only"));
        assert!(!is_allowed("GPL-3.0-or-later WITH Classpath-exception-2.0"));
        assert!(!is_allowed("AGPL-3.0"));
        assert!(!is_allowed(""));
        assert!(!is_allowed("as you like"));
    }

    #[test]
    fn a_refused_package_is_named() {
        let packages = [
            Licensed { name: "good".to_owned(), licence: "ISC".to_owned() },
            Licensed { name: "bad".to_owned(), licence: "SSPL-1.0".to_owned() },
        ];
        let problems = refused(&packages);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("bad has the licence \"SSPL-1.0\""), "{problems:?}");
    }

    #[test]
    fn only_shipped_npm_packages_count() {
        let lock = r#"{"packages": {
            "": {"name": "ui"},
            "node_modules/a": {"license": "MIT"},
            "node_modules/a/node_modules/@b/c": {},
            "node_modules/tool": {"license": "CC-BY-4.0", "dev": true}
        }}"#;
        let names: Vec<_> =
            shipped(lock).into_iter().map(|package| (package.name, package.licence)).collect();
        assert_eq!(names, [("a".to_owned(), "MIT".to_owned()), ("@b/c".to_owned(), String::new())]);
    }
}
