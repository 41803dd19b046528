//! Nothing readable on disk, no key in any log.

use std::io::Write;
use std::sync::{Arc, Mutex};

use portal_domain::dossier::Slot;
use portal_domain::track::{ReviewState, ReviewStep};
use portal_store::{AuditEntry, CaseQuery, DocumentKind, Keys, Store};

use crate::support::{Opened, T0, dossier, error, files, keys, new_case, photograph, queue, receipt, save};

/// Uses everything that writes; returns what must not be readable anywhere.
async fn full_use(store: &Store) -> Vec<String> {
    let photo = "PHOTOBYTES-8d1f".repeat(9_000);
    let mut edited = dossier(2);
    edited.business.trade_name = "福满堂小吃".to_owned();
    let row = new_case(store, dossier(1)).await;
    let row = save(store, &row, &edited).await;
    let row = photograph(store, row.case_id, Slot::Storefront, photo.as_bytes()).await;
    let op = queue(store, &row, ReviewStep::Submit).await;
    store.mark_sent(op.op_id).await.unwrap();
    store.retry_later(op.op_id, T0, &error("network"), T0).await.unwrap();
    store.received(receipt(&op, 1, ReviewState::InReview), T0).await.unwrap();
    store
        .put_document(row.case_id, DocumentKind::Receipt, "R1", b"%PDF-1.7 RECEIPTTEXT".to_vec(), T0)
        .await
        .unwrap();
    let entry = AuditEntry { who: "agent-7".to_owned(), action: "case.submit".to_owned(), case_id: None };
    store.audit(&entry, T0).await.unwrap();
    let query = CaseQuery { text: Some("满堂".to_owned()), limit: 5, ..CaseQuery::default() };
    assert_eq!(store.list_cases(&query).await.unwrap().total, 1);
    let first = dossier(1);
    vec![
        "福满堂".to_owned(),
        "满堂".to_owned(),
        edited.licence.number,
        edited.legal_person.name,
        edited.legal_person.id_number,
        edited.settlement.number,
        edited.contact.mobile,
        first.licence.number,
        first.legal_person.id_number,
        "PHOTOBYTES".to_owned(),
        "RECEIPTTEXT".to_owned(),
        "application.submit".to_owned(),
        "case.submit".to_owned(),
        "CREATE TABLE".to_owned(),
        op.body_sha.to_string(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_of_a_profile_holds_plaintext() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), keys(), "0.1.0", T0).await.unwrap();
    let secrets = full_use(&store).await;
    // Before closing, so that the write-ahead log is there; and after it.
    let open: Vec<_> = files(folder.path());
    assert!(open.iter().any(|path| path.to_string_lossy().ends_with("-wal")));
    assert_unreadable(&open, &secrets);
    store.close().await;
    assert_unreadable(&files(folder.path()), &secrets);
}

fn assert_unreadable(files: &[std::path::PathBuf], secrets: &[String]) {
    let mut searched = 0;
    for file in files {
        let bytes = std::fs::read(file).unwrap();
        searched += bytes.len();
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            let little: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = secret.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for form in [secret.as_bytes(), &little, &big] {
                assert!(!contains(&bytes, form), "{secret} in {}", file.display());
            }
            assert!(!file.to_string_lossy().contains(secret.as_str()), "{secret} is a file's name");
        }
    }
    assert!(searched > 100_000, "the photo alone is larger");
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The whole process logs into one buffer: SQLite works on threads of its own. Each test is its own process under
/// nextest; under `cargo test` other tests only add to what is searched.
#[tokio::test(flavor = "multi_thread")]
async fn no_log_line_holds_a_key() {
    let captured = Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing::trace!("the subscriber is listening");

    // Keys of this test alone, so that a hit can't come from elsewhere.
    let keys = Keys { database: [0xd1; 32], blobs: [0xd2; 32], names: [0xd3; 32] };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), keys.clone(), "0.1.0", T0).await.unwrap();
    let secrets = full_use(&store).await;
    store.close().await;
    let wrong = Keys { database: [0xd4; 32], ..keys.clone() };
    let refused = Store::open(folder.path(), wrong, "0.1.0", T0).await.err().unwrap();
    tracing::error!(error = ?refused, keys = ?keys, "a caller that logs what it has");
    drop(Opened::new(Store::open_read_only(folder.path(), keys.clone()).await.unwrap()));

    let log = String::from_utf8_lossy(&captured.0.lock().unwrap()).to_lowercase();
    assert!(log.contains("listening") && log.contains("a caller that logs"));
    for key in [[0xd1_u8; 32], [0xd2; 32], [0xd3; 32], [0xd4; 32]] {
        assert!(!log.contains(&hex::encode(key)[..16]));
        assert!(!log.contains(&format!("{:?}", &key[..4]).replace(['[', ']'], "")));
    }
    assert!(!log.contains("pragma key"));
    for secret in secrets.iter().filter(|secret| secret.chars().count() > 3 && *secret != "CREATE TABLE") {
        assert!(!log.contains(&secret.to_lowercase()), "{secret} in the log");
    }
}
