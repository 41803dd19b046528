//! Which crate may depend on which.

use cargo_metadata::{DependencyKind, Metadata};

/// The crates of the product and what each may use of the product, as in ARCHITECTURE.md.
const LAYERS: &[(&str, &[&str])] = &[
    ("portal-domain", &[]),
    ("portal-imaging", &[]),
    ("portal-vault", &[]),
    ("portal-phone", &[]),
    ("portal-protocol", &["portal-domain"]),
    ("portal-recognition", &["portal-domain", "portal-imaging"]),
    ("portal-contract", &["portal-domain"]),
    ("portal-store", &["portal-domain"]),
    ("portal-sync", &["portal-domain", "portal-protocol", "portal-store"]),
    (
        "portal-app",
        &[
            "portal-domain",
            "portal-protocol",
            "portal-imaging",
            "portal-recognition",
            "portal-contract",
            "portal-phone",
            "portal-vault",
            "portal-store",
            "portal-sync",
        ],
    ),
    ("portal-cli", &["portal-app"]),
    ("merchant-portal", &["portal-app"]),
    ("portal-acquirers", &["portal-domain"]),
    (
        "portal-backend",
        &["portal-domain", "portal-protocol", "portal-contract", "portal-imaging", "portal-acquirers"],
    ),
    ("xtask", &["portal-app"]),
    (PICTURES, &["portal-domain"]),
];

/// Pictures with known truth: tests of any crate may look at them, and nothing else may.
const PICTURES: &str = "portal-pictures";

/// Uses any crate but the shell, which it drives as a process.
const END_TO_END: &str = "portal-tests";
const SHELL: &str = "merchant-portal";

/// Libraries (with all that are named after them, `tauri-build` after `tauri`) that only their owners use:
/// the rest of the product must not know them.
const OWNERS: &[(&str, &[&str])] = &[
    ("tauri", &["merchant-portal"]),
    ("sqlx", &["portal-store", "portal-backend"]),
    ("libsqlite3-sys", &["portal-store", "portal-backend"]),
    ("rusqlite", &[]),
    ("keyring", &["portal-vault"]),
    ("image", &["portal-imaging", SHELL, END_TO_END, PICTURES, "xtask"]),
    // All printed matter of the product is made in one place.
    ("krilla", &["portal-contract"]),
    ("lopdf", &["portal-contract"]),
    ("reqwest", &["portal-sync", "portal-acquirers", "portal-backend", END_TO_END]),
];

/// What the domain may use: libraries of values and their written forms.
const FOR_VALUES: &[&str] =
    &["jiff", "schemars", "serde", "serde_json", "thiserror", "ts-rs", "unicode-normalization", "uuid"];

/// Features that make a program do harm on purpose. Programs get them only when they are built together with tests.
const HARMFUL: &[&str] = &["fault-injection", "mutants"];

/// A dependency that a member of the workspace declares.
pub struct Edge {
    pub from: String,
    pub to: String,
    /// Declared under `[dev-dependencies]`.
    pub in_tests_only: bool,
    /// Features that it asks for.
    pub features: Vec<String>,
}

impl Edge {
    /// Every declared dependency of every member.
    pub fn all(metadata: &Metadata) -> Vec<Self> {
        let edges: Vec<_> = metadata
            .workspace_packages()
            .into_iter()
            .flat_map(|package| {
                package.dependencies.iter().map(|dependency| Self {
                    from: package.name.to_string(),
                    to: dependency.name.clone(),
                    in_tests_only: dependency.kind == DependencyKind::Development,
                    features: dependency.features.clone(),
                })
            })
            .collect();
        assert!(!edges.is_empty(), "cargo metadata named no dependency");
        edges
    }
}

fn allowed(from: &str) -> Option<&'static [&'static str]> {
    LAYERS.iter().find(|(name, _)| *name == from).map(|(_, below)| *below)
}

fn is_ours(name: &str) -> bool {
    name == END_TO_END || allowed(name).is_some()
}

/// Whether `to` is reached from `from` by allowed edges.
fn is_below(from: &str, to: &str) -> bool {
    allowed(from).unwrap_or_default().iter().any(|below| *below == to || is_below(below, to))
}

/// Members that the table of layers doesn't know.
pub fn members_without_place(members: &[String]) -> Vec<String> {
    members
        .iter()
        .filter(|name| !is_ours(name))
        .map(|name| {
            format!(
                "{name}: give it its place in ARCHITECTURE.md and in LAYERS of tests/it/tidy/dependencies.rs"
            )
        })
        .collect()
}

/// Dependencies against the layers. Tests of a crate may use anything below it, also what the crate itself
/// must not name, and itself with the features made for tests; never something above or beside it.
pub fn forbidden_edges(edges: &[Edge]) -> Vec<String> {
    let permitted = |edge: &&Edge| match edge.from.as_str() {
        END_TO_END => edge.to != SHELL,
        from if edge.in_tests_only => edge.to == PICTURES || from == edge.to || is_below(from, &edge.to),
        from => allowed(from).is_some_and(|below| below.contains(&edge.to.as_str())),
    };
    edges
        .iter()
        .filter(|edge| is_ours(&edge.to) && !permitted(edge))
        .map(|edge| {
            let Edge { from, to, .. } = edge;
            format!("{from} must not depend on {to}: move the shared part to a layer below both, or the test to tests/it")
        })
        .collect()
}

/// Libraries used by a crate that doesn't own them, in tests too.
pub fn misplaced_libraries(edges: &[Edge]) -> Vec<String> {
    edges
        .iter()
        .filter_map(|edge| {
            let (library, owners) = OWNERS.iter().find(|(library, _)| is_named_after(&edge.to, library))?;
            let Edge { from, to, .. } = edge;
            (!owners.contains(&from.as_str())).then(|| {
                format!("{from} must not use {to}: {library} belongs to {owners:?}; call the owner's public functions")
            })
        })
        .collect()
}

/// Libraries with which the domain could do I/O, know a wire or a window.
pub fn too_much_for_the_domain(edges: &[Edge]) -> Vec<String> {
    edges
        .iter()
        .filter(|edge| {
            edge.from == "portal-domain" && !edge.in_tests_only && !FOR_VALUES.contains(&edge.to.as_str())
        })
        .map(|edge| {
            format!("portal-domain must not use {}: do it in a crate above, and pass the value in", edge.to)
        })
        .collect()
}

/// Harmful features in what people get: asked for by a program or library, or on by default.
pub fn harmful_features(edges: &[Edge], defaults: &[(String, Vec<String>)]) -> Vec<String> {
    let is_harmful = |features: &[String]| features.iter().any(|feature| HARMFUL.contains(&feature.as_str()));
    let asked = edges
        .iter()
        .filter(|edge| !edge.in_tests_only && is_harmful(&edge.features))
        .map(|edge| format!("{} asks {} for {HARMFUL:?}: only [dev-dependencies] may", edge.from, edge.to));
    let on_by_default = defaults
        .iter()
        .filter(|(_, features)| is_harmful(features))
        .map(|(name, _)| format!("{name} has {HARMFUL:?} on by default"));
    asked.chain(on_by_default).collect()
}

/// What each member has on by default.
pub fn defaults(metadata: &Metadata) -> Vec<(String, Vec<String>)> {
    let default = |features: &std::collections::BTreeMap<String, Vec<String>>| {
        features.get("default").cloned().unwrap_or_default()
    };
    metadata
        .workspace_packages()
        .into_iter()
        .map(|package| (package.name.to_string(), default(&package.features)))
        .collect()
}

fn is_named_after(name: &str, library: &str) -> bool {
    name.strip_prefix(library).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str, in_tests_only: bool) -> Edge {
        Edge { from: from.to_owned(), to: to.to_owned(), in_tests_only, features: Vec::new() }
    }

    #[test]
    fn a_harmful_feature_outside_tests_is_reported() {
        let asking = |feature: &str, in_tests_only| Edge {
            features: vec![feature.to_owned()],
            ..edge("a", "b", in_tests_only)
        };
        let default = |feature: &str| vec![("a".to_owned(), vec![feature.to_owned()])];
        for feature in HARMFUL {
            assert_eq!(harmful_features(&[asking(feature, false)], &[]).len(), 1);
            assert!(harmful_features(&[asking(feature, true), edge("a", "b", false)], &[]).is_empty());
            assert_eq!(harmful_features(&[], &default(feature)).len(), 1);
        }
        assert!(harmful_features(&[], &default("json")).is_empty());
    }

    #[test]
    fn an_unknown_member_is_reported() {
        let members = ["portal-domain", "portal-extra", "portal-tests"].map(str::to_owned);
        let problems = members_without_place(&members);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("portal-extra"), "{problems:?}");
    }

    #[test]
    fn an_edge_upwards_or_sideways_is_reported() {
        for (from, to) in [
            ("portal-domain", "portal-store"),
            ("portal-cli", "portal-sync"),
            ("portal-backend", "portal-app"),
        ] {
            assert_eq!(forbidden_edges(&[edge(from, to, false)]).len(), 1, "{from} → {to}");
        }
        assert_eq!(forbidden_edges(&[edge("portal-tests", "merchant-portal", false)]).len(), 1);
        assert_eq!(forbidden_edges(&[edge("portal-sync", "portal-backend", true)]).len(), 1);
        assert_eq!(forbidden_edges(&[edge("portal-imaging", "portal-pictures", false)]).len(), 1);
    }

    #[test]
    fn an_edge_downwards_is_allowed() {
        let edges = [
            edge("portal-app", "portal-sync", false),
            edge("portal-cli", "portal-domain", true),
            edge("portal-domain", "portal-domain", true),
            edge("portal-tests", "portal-backend", false),
            edge("portal-domain", "serde", false),
            edge("portal-imaging", "portal-pictures", true),
        ];
        assert!(forbidden_edges(&edges).is_empty());
    }

    #[test]
    fn only_tests_may_skip_a_layer() {
        assert_eq!(forbidden_edges(&[edge("portal-cli", "portal-domain", false)]).len(), 1);
    }

    #[test]
    fn a_library_in_the_wrong_crate_is_reported() {
        for (from, to) in [
            ("portal-app", "tauri"),
            ("portal-app", "tauri-plugin-dialog"),
            ("portal-sync", "sqlx"),
            ("portal-store", "keyring-core"),
            ("portal-store", "rusqlite"),
            ("portal-app", "image"),
            ("merchant-portal", "reqwest"),
        ] {
            assert_eq!(misplaced_libraries(&[edge(from, to, false)]).len(), 1, "{from} → {to}");
        }
    }

    #[test]
    fn a_library_for_more_than_values_is_found_in_the_domain() {
        assert_eq!(too_much_for_the_domain(&[edge("portal-domain", "tokio", false)]).len(), 1);
        let edges = [
            edge("portal-domain", "serde", false),
            edge("portal-domain", "proptest", true),
            edge("portal-store", "tokio", false),
        ];
        assert!(too_much_for_the_domain(&edges).is_empty());
    }

    #[test]
    fn owners_and_other_names_are_left_alone() {
        let edges = [
            edge("merchant-portal", "tauri-build", false),
            edge("portal-store", "sqlx", false),
            edge("portal-app", "imagesize", false),
        ];
        assert!(misplaced_libraries(&edges).is_empty());
    }
}
