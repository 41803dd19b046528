//! A database that has been used for years: one case that came in as all do, and copies of its rows.

use std::path::Path;
use std::process::Command;

use portal_tests::{Application, Enrolled};

/// Small: the copies share the photos.
const PHOTO_BYTES: usize = 20_000;
/// Of the rows that one case has, those that grow with their number.
const TABLES: [(&str, &str); 4] = [
    (
        "operation",
        "tenant_id, {op_id}, account_id, {case_id}, kind, body, body_sha, signature, declared_at_ms, receipt, \
         received_at_ms, signed_by",
    ),
    (
        "case_",
        "tenant_id, {case_id}, owner_id, branch_id, name, rev, review, tracks, round, returned, profile_id, \
         profile_version, notice_number, submitted_at_ms + {number}, updated_at_ms + {number}",
    ),
    (
        "round",
        "tenant_id, {case_id}, round, {op_id}, dossier, receipt, submitted_at_ms, outcome, decided_at_ms",
    ),
    ("case_blob", "tenant_id, sha, {case_id}, media_type"),
];

/// Submits one case and copies its rows until there are so many.
pub async fn grow(desktop: &Enrolled, data: &Path, cases: u64) {
    let application = Application::new(0, PHOTO_BYTES, portal_backend::clock::system()());
    desktop.submit(&application).await.unwrap();
    let id = application.case_id.to_string();
    let status = match std::env::var("DATABASE_URL") {
        Ok(url) => Command::new("psql")
            .args(["--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", &url, "--command"])
            .arg(statements(&id, cases, "lpad(to_hex(number), 12, '0')"))
            .status(),
        Err(_) => Command::new("python3")
            .args(["-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1], 600).executescript(sys.argv[2])"])
            .arg(data.join("backend.sqlite"))
            .arg(format!("BEGIN IMMEDIATE; {} COMMIT;", statements(&id, cases, "printf('%012x', number)")))
            .status(),
    };
    assert!(status.unwrap().success(), "the cases could not be copied");
}

/// Ids of copies differ in their last twelve digits.
fn statements(case_id: &str, cases: u64, digits: &str) -> String {
    let id = |column: &str| format!("substr({column}, 1, 24) || {digits}");
    let copies = TABLES.map(|(table, columns)| {
        let names = columns.replace(" + {number}", "").replace(['{', '}'], "");
        let columns = columns
            .replace("{op_id}", &id("op_id"))
            .replace("{case_id}", &id("case_id"))
            .replace("{number}", "number");
        format!(
            "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {}) \
             INSERT INTO {table} ({names}) SELECT {columns} FROM {table}, numbers WHERE case_id = '{case_id}';",
            cases.saturating_sub(1)
        )
    });
    copies.concat()
}
