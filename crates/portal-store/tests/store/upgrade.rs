//! Every released schema opens in this version with everything in it. The fixtures are kept for ever: a new migration
//! adds `upgrade/schema_N.sql` and changes none of the older ones.

use std::path::Path;
use std::process::Command;

use portal_domain::dossier::{MerchantKind, Slot};
use portal_domain::status::CaseStatus;
use portal_domain::track::ReviewState;
use portal_store::{
    AuditCheck, CaseQuery, ContractState, DocumentKind, Hold, Occurrence, OpQuery, OpState, Store,
    known_schema,
};
use sqlx::Connection;
use sqlx::migrate::Migrator;

use crate::support::{Opened, T0, keys, open, raw, sha};

const CASE: &str = "0197a000-0000-7000-8000-000000000001";
const DRAFT: &str = "0197a000-0000-7000-8000-000000000002";
const SENT_ELSEWHERE: &str = "0197a000-0000-7000-8000-000000000003";
const WANTED: &str = "0197a000-0000-7000-8000-000000000004";
/// Names the folder of the store that a process of its own brings up to date.
const UPGRADED: &str = "PORTAL_TEST_UPGRADED";

/// Rows for the tables of each released schema, from schema 1 on.
const FIXTURES: [&str; 7] = [
    include_str!("upgrade/schema_1.sql"),
    include_str!("upgrade/schema_2.sql"),
    include_str!("upgrade/schema_3.sql"),
    include_str!("upgrade/schema_4.sql"),
    include_str!("upgrade/schema_5.sql"),
    include_str!("upgrade/schema_6.sql"),
    include_str!("upgrade/schema_7.sql"),
];

/// A database as the version that released `schema` left it.
async fn database_of(schema: i64, dir: &Path) {
    let released = Migrator::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")).await.unwrap();
    let migrations = released.iter().filter(|migration| migration.version <= schema).cloned().collect();
    let mut conn = {
        std::fs::create_dir_all(dir).unwrap();
        std::fs::File::create(dir.join("portal.db")).unwrap();
        raw(dir).await
    };
    Migrator::with_migrations(migrations).run(&mut conn).await.unwrap();
    for fixture in FIXTURES.into_iter().take(usize::try_from(schema).unwrap()) {
        sqlx::raw_sql(fixture).execute(&mut conn).await.unwrap();
    }
    conn.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_released_schema_has_a_fixture_and_upgrades() {
    assert_eq!(FIXTURES.len() as i64, known_schema(), "add the fixture of the new schema");
    for schema in 1..=known_schema() {
        let folder = tempfile::tempdir().unwrap();
        database_of(schema, folder.path()).await;
        let store = Opened::new(Store::open(folder.path(), keys(), "9.9.9", T0).await.unwrap());
        store.integrity_check().await.unwrap();
        assert_contents(&store).await;
        if schema >= 2 {
            assert_contents_of_2(&store).await;
        }
        if schema >= 3 {
            assert_eq!(found(&store, "r588").await, ["云上茶铺"]);
        }
        if schema >= 4 {
            let contract = store.contract(CASE.parse().unwrap()).await.unwrap().unwrap();
            assert_eq!((contract.number.as_str(), contract.state), ("HT-1", ContractState::InEffect));
            assert!(!contract.on_paper);
        }
        if schema >= 5 {
            let contract = store.contract(DRAFT.parse().unwrap()).await.unwrap().unwrap();
            assert_eq!((contract.number.as_str(), contract.state), ("HT-2", ContractState::Offered));
            assert_eq!((contract.on_paper, contract.returned.as_deref()), (true, Some("第 2 页没有签字")));
        }
        if schema >= 6 {
            let (case_id, issued) = store.missing_issued(9).await.unwrap().pop().unwrap();
            assert_eq!((case_id.to_string().as_str(), issued.number.as_str()), (CASE, "PX-1"));
            assert_eq!(issued.kind, DocumentKind::TrainingCertificate);
        }
        assert_eq!(found(&store, "R-1").await, ["青禾小吃有限公司"]);
    }
}

/// Names of the cases that a search finds.
async fn found(store: &Store, text: &str) -> Vec<String> {
    let query = CaseQuery { text: Some(text.to_owned()), limit: 9, ..CaseQuery::default() };
    let page = store.list_cases(&query).await.unwrap();
    page.lines.into_iter().map(|line| line.name).collect()
}

/// What schema 1's rows mean, read through today's surface.
async fn assert_contents(store: &Store) {
    let row = store.case(CASE.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((row.revision, row.rev, row.round), (4, Some(2), 1));
    assert_eq!((row.review(), row.status), (ReviewState::Returned, CaseStatus::NeedsAttention));
    assert_eq!(row.dossier.kind, Some(MerchantKind::Enterprise));
    assert_eq!(row.dossier.business.registered_name, "青禾小吃有限公司");
    assert_eq!(row.dossier.attachments[&Slot::Storefront][0].sha256, sha("schema 1 storefront"));
    assert_eq!(row.returned_items[0].pointer, "/licence/number");
    assert_eq!((row.profile_id.as_str(), row.receipt_number.as_deref()), ("lakala", Some("R-1")));

    let draft = store.case(DRAFT.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((draft.status, draft.only_photos_missing), (CaseStatus::PhotosMissing, true));

    let ops = store.ops(OpQuery::default()).await.unwrap();
    assert!(ops.len() >= 2);
    assert_eq!((ops[0].state, ops[0].receipt.as_deref()), (OpState::Received, Some(b"envelope".as_slice())));
    assert_eq!((ops[1].state, ops[1].hold, ops[1].attempts), (OpState::Waiting, Some(Hold::Attention), 3));
    assert_eq!(ops[1].last_error.as_ref().unwrap().code, "invalid");
    assert_eq!(ops[1].blobs[0].sent_bytes, 5);
    assert_eq!(ops[1].body, b"{\"n\":2}");

    let timeline = store.timeline(row.case_id).await.unwrap();
    assert_eq!(timeline[0].what, Occurrence::Created);
    assert_eq!(timeline[1].seq, Some(2));
    assert_eq!(store.event_cursor().await.unwrap(), 2);
    assert_eq!(store.meta_get("settings").await.unwrap().as_deref(), Some("{\"language\":\"zh-CN\"}"));
    assert!(matches!(store.audit_verify().await.unwrap(), AuditCheck::Intact { rows: 1, .. }));
    assert_eq!(store.documents(row.case_id).await.unwrap().len(), 1);
}

/// What schema 2's rows mean beside them.
async fn assert_contents_of_2(store: &Store) {
    let row = store.case(SENT_ELSEWHERE.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((row.review(), row.status), (ReviewState::Returned, CaseStatus::Queued));
    let photo = &row.dossier.attachments[&Slot::Storefront][0].sha256;
    assert_eq!(*photo, sha("schema 2 storefront "));
    assert!(store.elsewhere(std::slice::from_ref(photo)).await.unwrap().contains(photo));
    let sent = store.sent_elsewhere(row.case_id).await.unwrap().unwrap();
    assert_eq!(sent.business.registered_name, "晨光");
    let query = OpQuery { case_id: Some(row.case_id), ..OpQuery::default() };
    let op = store.ops(query).await.unwrap().pop().unwrap();
    assert_eq!((op.state, op.hold, op.paused), (OpState::Waiting, Some(Hold::Auth), true));
    assert!(op.blobs[0].server_has);
    assert_eq!(store.timeline(row.case_id).await.unwrap()[0].what, Occurrence::Fetched { replaced: None });
    assert_eq!(store.wanted_cases(None, 9).await.unwrap(), [WANTED.parse().unwrap()]);
}

/// Schema 1 wrote a pause over other holds, and let events of cases that it didn't have go by.
#[tokio::test(flavor = "multi_thread")]
async fn what_schema_1_paused_stays_paused_and_what_it_missed_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    database_of(1, folder.path()).await;
    let mut conn = raw(folder.path()).await;
    sqlx::raw_sql(
        "UPDATE op SET hold = 'paused' WHERE state = 'sending';
         INSERT INTO case_event (case_id, seq, at_ms, who, what) VALUES
             ('0197a000-0000-7000-8000-000000000001', 3, 5, 'backend',
              '{\"kind\":\"received\",\"op_id\":\"0197a000-0000-7000-8000-0000000000b1\",\"round\":1}'),
             ('0197a000-0000-7000-8000-000000000002', 4, 5, 'backend',
              '{\"kind\":\"received\",\"op_id\":\"0197a000-0000-7000-8000-0000000000bf\",\"round\":1}'),
             ('0197a000-0000-7000-8000-000000000004', 5, 6, 'backend', '{\"kind\":\"returned\",\"round\":1,\"items\":[]}');",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    conn.close().await.unwrap();
    let store = open(folder.path()).await;
    let op = store.ops(OpQuery { pending_only: true, ..OpQuery::default() }).await.unwrap().pop().unwrap();
    assert_eq!((op.hold, op.paused), (None, true));
    assert_eq!(store.wanted_cases(None, 9).await.unwrap(), [DRAFT.parse().unwrap(), WANTED.parse().unwrap()]);
}

/// Not a test by itself: what the next one does under `strace`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "brings the store that its starter names up to date"]
async fn brings_up_to_date() {
    let folder = std::env::var_os(UPGRADED).expect("a folder");
    Store::open(Path::new(&folder), keys(), "9.9.9", T0).await.unwrap().close().await;
}

/// Gives a blow to the `nth` call of the process that brings a store up to date; gives whether it came to that.
#[cfg(target_os = "linux")]
fn is_cut_off(store: &Path, call: &str, blow: &str, nth: usize) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("calls");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qqq", "-o"]).arg(&log).args(["--trace", call]);
    traced.arg(format!("--inject={call}:{blow}:when={nth}")).arg(std::env::current_exe().unwrap());
    traced.args(["--exact", "upgrade::brings_up_to_date", "--ignored"]).env(UPGRADED, store);
    let output = traced.output().unwrap();
    let said = std::fs::read_to_string(&log).unwrap();
    let is_hit = said.contains("(INJECTED)") || said.contains("+++ killed by SIGKILL");
    assert!(is_hit || output.status.success(), "{call} {nth} {blow}: {output:?}");
    is_hit
}

/// The disk is full or broken, or the process is killed, at the calls that change the disk one after another, while a store
/// is made (from schema 0) and while an old one is brought up to date.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_disk_cuts_off_at_the_start_is_done_again_whole() {
    let mut blows = 0;
    // Every page is written by a call of its own: one in so many is tried.
    for (call, stride) in [("pwrite64", 23), ("fsync", 1), ("unlink", 1), ("ftruncate", 1)] {
        for blow in ["signal=KILL", "error=ENOSPC", "error=EIO"] {
            for schema in [0, 1] {
                for nth in (1..).step_by(stride) {
                    let folder = tempfile::tempdir().unwrap();
                    if schema > 0 {
                        database_of(schema, folder.path()).await;
                    }
                    if !is_cut_off(folder.path(), call, blow, nth) {
                        break;
                    }
                    blows += 1;
                    let opened = Store::open(folder.path(), keys(), "9.9.9", T0).await;
                    let opened =
                        opened.unwrap_or_else(|error| panic!("{schema} {call} {nth} {blow}: {error}"));
                    let opened = Opened::new(opened);
                    opened.integrity_check().await.unwrap();
                    if schema > 0 {
                        assert_contents(&opened).await;
                    }
                }
            }
        }
    }
    assert!(blows > 20, "only {blows} blows");
}
