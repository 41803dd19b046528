//! Keys, versions and damage at opening.

use portal_store::{Keys, Store, StoreError, known_schema};

use crate::support::{Opened, Profile, T0, dossier, execute, keys, new_case, open};

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_refused_and_changes_nothing() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    profile.store.close().await;
    let wrong = Keys { database: [9; 32], ..keys() };
    let refused = Store::open(&profile.path(), wrong.clone(), "0.1.0", T0).await;
    assert!(matches!(refused, Err(StoreError::WrongKey)));
    let refused = Store::open_read_only(&profile.path(), wrong).await;
    assert!(matches!(refused, Err(StoreError::WrongKey)));
    let store = open(&profile.path()).await;
    assert!(store.case(row.case_id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused_but_can_be_read() {
    let profile = Profile::new().await;
    let row = new_case(&profile.store, dossier(1)).await;
    profile.store.close().await;
    execute(
        &profile.path(),
        "ALTER TABLE case_ ADD COLUMN from_the_future TEXT;
         INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'future', 1, x'00', 1);",
    )
    .await;
    match Store::open(&profile.path(), keys(), "0.1.0", T0).await {
        Err(StoreError::NewerSchema { found: 9999, known }) => assert_eq!(known, known_schema()),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened"),
    }
    let store = Opened::new(Store::open_read_only(&profile.path(), keys()).await.unwrap());
    assert_eq!(store.case(row.case_id).await.unwrap().unwrap().dossier, row.dossier);
    assert!(store.is_newer());
    assert!(matches!(store.meta_set("k", "v").await, Err(StoreError::NewerSchema { found: 9999, .. })));
    assert!(matches!(store.put_blob(vec![1], T0).await, Err(StoreError::ReadOnly)));
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_beside_a_writer_sees_what_it_commits() {
    let profile = Profile::new().await;
    let reader = Opened::new(Store::open_read_only(&profile.path(), keys()).await.unwrap());
    let row = new_case(&profile.store, dossier(1)).await;
    assert_eq!(reader.case(row.case_id).await.unwrap(), Some(row));
    assert!(!reader.is_newer());
    assert!(matches!(reader.meta_set("k", "v").await, Err(StoreError::ReadOnly)));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_database_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open_read_only(folder.path(), keys()).await, Err(StoreError::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_is_noticed() {
    let profile = Profile::new().await;
    for seed in 0..30 {
        new_case(&profile.store, dossier(seed)).await;
    }
    profile.store.integrity_check().await.unwrap();
    profile.store.close().await;
    let database = profile.path().join("portal.db");
    let whole = std::fs::read(&database).unwrap();
    let mut opened = 0;
    for position in (4096 + 100..whole.len()).step_by(4 * 4096) {
        let mut bytes = whole.clone();
        bytes[position] ^= 0xff;
        std::fs::write(&database, bytes).unwrap();
        // Opening reads some pages itself.
        let verdict = match Store::open(&profile.path(), keys(), "0.1.0", T0).await {
            Ok(store) => {
                opened += 1;
                let verdict = store.integrity_check().await;
                store.close().await;
                verdict
            }
            Err(refused) => Err(refused),
        };
        assert!(matches!(verdict, Err(StoreError::Damaged("database"))), "byte {position}: {verdict:?}");
    }
    assert!(opened > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_come_back() {
    let profile = Profile::new().await;
    assert_eq!(profile.store.meta_get("settings").await.unwrap(), None);
    profile.store.meta_set("settings", "{\"language\":\"en\"}").await.unwrap();
    profile.store.meta_set("settings", "{\"language\":\"zh-CN\"}").await.unwrap();
    let profile = profile.crash().await;
    assert_eq!(
        profile.store.meta_get("settings").await.unwrap().as_deref(),
        Some("{\"language\":\"zh-CN\"}")
    );
    assert_eq!(profile.store.meta_get("app_version").await.unwrap().as_deref(), Some("0.1.0"));
}

/// Connections of this process to a database, by the files that it has open.
#[cfg(target_os = "linux")]
fn open_files(dir: &std::path::Path) -> usize {
    let links = std::fs::read_dir("/proc/self/fd").unwrap();
    let targets = links.filter_map(|link| std::fs::read_link(link.unwrap().path()).ok());
    targets.filter(|target| target.starts_with(dir)).count()
}

/// A connection that closes on its own thread while the process ends crashes it: SQLCipher clears up at exit.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn neither_closing_nor_a_refusal_leaves_a_connection_behind() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..20 {
        let store = Store::open(folder.path(), keys(), "0.1.0", T0).await.unwrap();
        assert!(open_files(folder.path()) > 0);
        store.close().await;
        assert_eq!(open_files(folder.path()), 0, "after closing");
        drop(store);
        let wrong = Keys { database: [9; 32], ..keys() };
        assert!(Store::open(folder.path(), wrong.clone(), "0.1.0", T0).await.is_err());
        assert_eq!(open_files(folder.path()), 0, "after a refusal");
        assert!(Store::open_read_only(folder.path(), wrong).await.is_err());
        assert_eq!(open_files(folder.path()), 0, "after a refusal to read");
        let store = Store::open(folder.path(), keys(), "0.1.0", T0).await.unwrap();
        let ended = store.ended();
        drop(store);
        ended.await;
        // SQLite tells just before it gives the memory of the connection itself back; its files are closed by then.
        assert_eq!(open_files(folder.path()), 0, "after dropping and waiting");
    }
}
