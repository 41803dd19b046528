//! A full disk: the error says so, and nothing is lost.

use std::path::Path;
use std::process::Command;

use portal_store::{Draft, StoreError};

use crate::support::{T0, dossier, new_case, open, save};

/// A file system of its own in memory, unmounted on drop.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .status()
            .is_ok_and(|status| status.success());
        if mounted {
            Some(Self(folder))
        } else {
            eprintln!("NOT TESTED: a full disk, because this user may not mount a tmpfs (run as root)");
            None
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_an_error_and_loses_nothing() {
    let Some(disk) = SmallDisk::mount("3m") else { return };
    let store = open(disk.path()).await;
    let row = new_case(&store, dossier(1)).await;
    let mut saved = save(&store, &row, &dossier(2)).await;
    let photo = random(300_000);
    let kept = store.put_blob(photo.clone(), T0).await.unwrap();

    // Space that is given back in the end.
    std::fs::write(disk.path().join("reserve"), vec![1; 600_000]).unwrap();
    // Photos until nothing fits.
    let refused = loop {
        if let Err(refused) = store.put_blob(random(300_000), T0).await {
            break refused;
        }
    };
    assert!(matches!(refused, StoreError::DiskFull), "{refused:?}");
    assert_eq!(std::fs::read_dir(disk.path().join("blobs/tmp")).unwrap().count(), 0, "nothing half written");

    // Drafts until the write-ahead log can't grow.
    std::fs::write(disk.path().join("ballast"), []).unwrap();
    let mut ballast = std::fs::OpenOptions::new().append(true).open(disk.path().join("ballast")).unwrap();
    while std::io::Write::write_all(&mut ballast, &[1; 4096]).is_ok() {}
    let refused = loop {
        let document = dossier(saved.revision);
        let draft = Draft {
            case_id: saved.case_id,
            expected_revision: saved.revision,
            dossier: &document,
            only_photos_missing: false,
        };
        match store.save_draft(draft, T0).await {
            Ok(row) => saved = row,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, StoreError::DiskFull), "{refused:?}");
    assert_eq!(store.case(row.case_id).await.unwrap().unwrap(), saved, "the last saved revision stands");
    assert_eq!(store.read_blob(&kept).await.unwrap(), photo);

    // Space again: work goes on, also after a restart.
    drop(ballast);
    std::fs::remove_file(disk.path().join("reserve")).unwrap();
    let saved = save(&store, &saved, &dossier(7)).await;
    drop(store);
    let store = open(disk.path()).await;
    store.integrity_check().await.unwrap();
    assert_eq!(store.case(row.case_id).await.unwrap().unwrap(), saved);
}
