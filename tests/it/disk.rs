//! A full disk: nothing is lost, everything says so, and all goes on when there is room again.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::status::CaseStatus;
use portal_app::error::CommandCode;
use portal_tests::{
    Backend, PIN, assert_received, draft, open_quiet, phone, photo, sign_in_by_phone, submit,
};

/// A file system of a few megabytes, in memory.
struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Absent without the right to mount.
    fn mount(folder: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size},mode=0700");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self { folder: folder.to_owned() })
    }

    fn fill(&self) {
        let mut file = File::create(self.filler()).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.folder).status());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let Some(disk) = SmallDisk::mount(folder.path(), "24m") else {
        println!("not tried: mounting a small disk needs root");
        return;
    };
    let profile = folder.path().join("profile");
    let backend = Backend::start(data.path());
    let app = open_quiet(&profile, backend.address()).await;
    let account = sign_in_by_phone(&app, &backend, &phone(31)).await.session.account.unwrap().account;
    let case = draft(&app, 31, MerchantKind::Micro).await;
    let slot = case.photos[0].slot;
    let case = app.photo_remove(case.case_id, case.photos[0].photo_id).await.unwrap();

    disk.fill();
    let mut longer = case.dossier.clone();
    longer.business.address.push_str(&"之".repeat(60));
    let refused = app.case_save(case.case_id, case.revision, longer).await.unwrap_err();
    assert_eq!(refused.code, CommandCode::DiskFull);
    let refused = app.photo_add(case.case_id, slot, photo(32, 1200, 900)).await.unwrap_err();
    assert_eq!(refused.code, CommandCode::DiskFull);
    let kept = app.case_show(case.case_id).await.unwrap();
    assert_eq!((&kept.dossier, kept.revision), (&case.dossier, case.revision));

    disk.free();
    let whole = app.photo_add(case.case_id, slot, photo(32, 1200, 900)).await.unwrap();
    disk.fill();
    let refused = app.case_submit(whole.case_id, whole.revision).await.unwrap_err();
    assert_eq!(refused.code, CommandCode::DiskFull);
    assert!(app.outbox_show().await.unwrap().items.is_empty());
    app.close().await;
    drop(app);

    disk.free();
    let app = open_quiet(&profile, backend.address()).await;
    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    let kept = app.case_show(case.case_id).await.unwrap();
    assert_eq!((kept.status, &kept.dossier), (CaseStatus::Draft, &whole.dossier));
    submit(&app, case.case_id).await;
    disk.fill();
    // What the backend has received can't be written down here: it is asked again when there is room.
    let full = app.sync_once().await.unwrap_err();
    assert_eq!(full.code, CommandCode::DiskFull);
    disk.free();
    assert_eq!(app.sync_once().await.unwrap().received, 1);
    assert_received(&app, &backend, case.case_id).await;
    app.close().await;
}
