//! The audit chain names the first row that was touched.

use portal_store::{AuditCheck, AuditEntry};

use crate::support::{Profile, T0, case_id, execute};

async fn three_rows() -> Profile {
    let profile = Profile::new().await;
    for action in ["case.create", "photo.reveal", "case.submit"] {
        let entry =
            AuditEntry { who: "agent-7".to_owned(), action: action.to_owned(), case_id: Some(case_id()) };
        profile.store.audit(&entry, T0).await.unwrap();
    }
    profile
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_chain_is_intact() {
    let profile = three_rows().await;
    let rows = profile.store.audit_rows(1, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [2, 3]);
    let head = rows[1].hash.clone();
    assert_eq!(profile.store.audit_verify().await.unwrap(), AuditCheck::Intact { rows: 3, head });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_chain_is_intact() {
    let verdict = Profile::new().await.store.audit_verify().await.unwrap();
    assert_eq!(verdict, AuditCheck::Intact { rows: 0, head: String::new() });
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_tampering_names_its_row() {
    for (sql, id) in [
        ("UPDATE audit SET who = 'someone' WHERE id = 2", 2),
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE id = 1", 1),
        ("UPDATE audit SET case_id = NULL WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 2", 2),
        ("DELETE FROM audit WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 1", 1),
    ] {
        let profile = three_rows().await;
        execute(&profile.path(), sql).await;
        assert_eq!(profile.store.audit_verify().await.unwrap(), AuditCheck::Tampered { id }, "{sql}");
    }
}
