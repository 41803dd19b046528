//! Under which licences, and from where, the product takes other people's work.

use super::sources::SourceFile;
use cargo_metadata::Metadata;
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

/// What deny.toml says about licences, in the words of cargo-deny, which needs a long installation: here the
/// same list is held against crates and against npm packages.
pub struct Policy {
    allowed: Vec<Licensee>,
    /// Crates that may have a further licence.
    exceptions: Vec<(String, Vec<Licensee>)>,
}

impl Policy {
    pub fn read(deny_toml: &str) -> Self {
        let settings: toml::Table = deny_toml.parse().unwrap();
        let licenses = &settings["licenses"];
        let exceptions = licenses["exceptions"].as_array().unwrap();
        let exceptions = exceptions
            .iter()
            .map(|exception| {
                (exception["crate"].as_str().unwrap().to_owned(), licensees(&exception["allow"]))
            })
            .collect();
        Self { allowed: licensees(&licenses["allow"]), exceptions }
    }

    fn allows(&self, package: &Licensed) -> bool {
        let further =
            self.exceptions.iter().filter(|(name, _)| *name == package.name).flat_map(|(_, further)| further);
        satisfies(&package.licence, &self.allowed.iter().chain(further).collect::<Vec<_>>())
    }

    /// Packages whose licence is not among the allowed ones.
    pub fn refused(&self, packages: &[Licensed]) -> Vec<String> {
        packages
            .iter()
            .filter(|package| !self.allows(package))
            .map(|Licensed { name, licence }| {
                format!("{name} has the licence \"{licence}\": take another package, or add an exception with its reason to deny.toml")
            })
            .collect()
    }

    /// Exceptions for crates that are not used, or no longer need one.
    pub fn unneeded_exceptions(&self, crates: &[Licensed]) -> Vec<String> {
        let allowed: Vec<_> = self.allowed.iter().collect();
        let needed = |name: &str| {
            crates.iter().any(|package| package.name == name && !satisfies(&package.licence, &allowed))
        };
        let names = self.exceptions.iter().map(|(name, _)| name);
        names
            .filter(|name| !needed(name))
            .map(|name| format!("{name} needs no exception: take it out of deny.toml"))
            .collect()
    }
}

fn licensees(names: &toml::Value) -> Vec<Licensee> {
    names.as_array().unwrap().iter().map(|name| Licensee::parse(name.as_str().unwrap()).unwrap()).collect()
}

/// Whether the expression holds when the given licences may be used; an unreadable one doesn't.
fn satisfies(expression: &str, allowed: &[&Licensee]) -> bool {
    Expression::parse_mode(expression, ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|requirement| allowed.iter().any(|licensee| licensee.satisfies(requirement)))
    })
}

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

    const DENY_TOML: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Unicode-3.0", "ISC"]
        exceptions = [{ crate = "jpeg", allow = ["IJG"] }]
    "#;

    fn package(name: &str, licence: &str) -> Licensed {
        Licensed { name: name.to_owned(), licence: licence.to_owned() }
    }

    #[test]
    fn one_allowed_choice_is_enough_and_every_part_must_be_allowed() {
        let policy = Policy::read(DENY_TOML);
        for good in ["MIT OR LGPL-2.1-or-later", "MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
            assert!(policy.allows(&package("a", good)), "{good}");
        }
        for bad in
            ["MIT AND GPL-3.0-only", "GPL-3.0-or-later WITH Classpath-exception-2.0", "", "as you like"]
        {
            assert!(!policy.allows(&package("a", bad)), "{bad}");
        }
    }

    #[test]
    fn a_refused_package_is_named() {
        let problems = Policy::read(DENY_TOML).refused(&[package("good", "ISC"), package("bad", "SSPL-1.0")]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("bad has the licence \"SSPL-1.0\""), "{problems:?}");
    }

    #[test]
    fn an_exception_is_for_its_crate_alone_and_only_as_long_as_needed() {
        let policy = Policy::read(DENY_TOML);
        let needing = [package("jpeg", "MIT AND IJG")];
        assert!(policy.refused(&needing).is_empty());
        assert!(policy.unneeded_exceptions(&needing).is_empty());
        assert_eq!(policy.refused(&[package("other", "MIT AND IJG")]).len(), 1);
        assert_eq!(policy.unneeded_exceptions(&[package("jpeg", "MIT")]).len(), 1);
        assert_eq!(policy.unneeded_exceptions(&[]).len(), 1);
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
