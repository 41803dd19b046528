//! `postgres`: applications received a second on PostgreSQL from 16 desktops at once, against pgbench that only inserts
//! the rows of one application in one transaction, also with 16 clients and into the same database.
//!
//! Photos are there already, so that nothing but the database's work is compared. What the backend does beside it (HTTP,
//! signatures, the rules, the account's counter), and the desktops, share the processors with it.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use portal_tests::{Application, Backend, Enrolled, phone};
use tokio::task::JoinSet;

use crate::measure::{Goal, compared};

const CLIENTS: u64 = 16;
const ROUNDS: u64 = 3;
const ROUND: Duration = Duration::from_secs(10);
const PHOTO_BYTES: usize = 20_000;
/// Tables like the backend's, with its indexes.
const TABLES: &str = "CREATE TABLE peer_operation (LIKE operation INCLUDING ALL);
    CREATE TABLE peer_case (LIKE case_ INCLUDING ALL);
    CREATE TABLE peer_round (LIKE round INCLUDING ALL);
    CREATE TABLE peer_template AS SELECT op_id, case_id FROM operation WHERE receipt IS NOT NULL LIMIT 1;";
/// The rows of one application that came in, under new ids.
const INSERTS: &str = "\
BEGIN;
INSERT INTO peer_operation SELECT tenant_id, gen_random_uuid()::text, account_id, gen_random_uuid()::text, kind, body, \
    body_sha, signature, signed_by, declared_at_ms, receipt, received_at_ms \
    FROM operation WHERE op_id = (SELECT op_id FROM peer_template);
INSERT INTO peer_case SELECT tenant_id, gen_random_uuid()::text, owner_id, branch_id, name, rev, review, tracks, round, \
    returned, profile_id, profile_version, notice_number, submitted_at_ms, updated_at_ms \
    FROM case_ WHERE case_id = (SELECT case_id FROM peer_template);
INSERT INTO peer_round SELECT tenant_id, gen_random_uuid()::text, round, op_id, dossier, receipt, submitted_at_ms, \
    outcome, decided_at_ms FROM round WHERE case_id = (SELECT case_id FROM peer_template);
END;
";

pub async fn run() {
    let url = std::env::var("PORTAL_BENCH_POSTGRES").expect("cargo xtask bench starts a database");
    let folder = crate::folder("postgres");
    // All come from one address.
    let unlimited = ["--requests-per-address", "0", "--requests-per-account", "0", "--database", &url];
    let backend = Backend::start_with(&folder.path().join("backend"), &unlimited);
    let mut desktops = Vec::new();
    for number in 1..=CLIENTS {
        let desktop = Enrolled::merchant(&backend, &phone(number)).await;
        let photos = Application::new(number, PHOTO_BYTES, crate::now_ms());
        desktop.submit(&photos).await.unwrap();
        desktops.push((desktop, photos));
    }
    succeeded(
        Command::new("psql").args(["--quiet", "--dbname", &url, "--command", TABLES]).output().unwrap(),
    );
    let script = folder.path().join("inserts.sql");
    std::fs::write(&script, INSERTS).unwrap();
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    let mut number = CLIENTS * 1000;
    for _ in 0..ROUNDS {
        ours.push(received_per_s(&mut desktops, &mut number).await);
        peer.push(inserted_per_s(&url, &script));
    }
    let (ours, peer) = (median(ours), median(peer));
    let shown = |rate: f64| format!("{rate:.0}/s");
    compared("postgres-16", &shown(ours), &shown(peer), ours / peer, Goal::AtLeast(0.5));
}

async fn received_per_s(desktops: &mut Vec<(Enrolled, Application)>, number: &mut u64) -> f64 {
    let (began, mut running) = (Instant::now(), JoinSet::new());
    for (desktop, photos) in desktops.drain(..) {
        // Far enough from what the next desktop counts.
        *number += 100_000;
        let first = *number;
        running.spawn(async move {
            let mut received = 0_u32;
            for seed in first.. {
                let contents = photos.photos.iter().map(|(_, content)| content.clone());
                desktop.submit(&Application::with(seed, contents, crate::now_ms())).await.unwrap();
                received += 1;
                if began.elapsed() >= ROUND {
                    break;
                }
            }
            (received, (desktop, photos))
        });
    }
    let mut received = 0;
    while let Some(ended) = running.join_next().await {
        let (own, desktop) = ended.unwrap();
        received += own;
        desktops.push(desktop);
    }
    f64::from(received) / began.elapsed().as_secs_f64()
}

fn inserted_per_s(url: &str, script: &Path) -> f64 {
    let mut pgbench = Command::new("pgbench");
    let (clients, seconds) = (CLIENTS.to_string(), ROUND.as_secs().to_string());
    pgbench.args([
        "--no-vacuum",
        "--jobs",
        "2",
        "--protocol",
        "prepared",
        "--client",
        &clients,
        "--time",
        &seconds,
    ]);
    pgbench.arg("--file").arg(script).arg(url);
    let said = succeeded(pgbench.output().unwrap());
    let line = said.lines().find_map(|line| line.strip_prefix("tps = ")).expect("pgbench says how many");
    line.split(' ').next().unwrap().parse().unwrap()
}

fn succeeded(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
