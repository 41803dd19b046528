//! A merchant's computer with thousands of cases, and the real window on it.

use std::path::{Path, PathBuf};

use portal_store::{Keys, Store};
use portal_tests::{Backend, Desktop, PIN, Window, merchant, phone};
use portal_vault::{KdfCost, OpenMode, Vault};
use tempfile::TempDir;

use crate::application;

pub const CASES: u64 = 10_000;
/// Every so many cases one is still a draft; the others were received.
const DRAFT_EVERY: u64 = 10;

/// A desktop with a backend and an enrolled profile that holds [`CASES`] cases.
pub struct Furnished {
    pub backend: Backend,
    pub desktop: Desktop,
    pub profile: PathBuf,
    pub folder: TempDir,
}

impl Furnished {
    /// The newest case is a complete draft without photos.
    pub async fn new() -> Self {
        let folder = crate::folder("furnished");
        let desktop = Desktop::start(1280, 800);
        let backend = Backend::start(&folder.path().join("backend"));
        let profile = folder.path().join("profile");
        let window = Window::open(&desktop, &profile, backend.address()).await;
        window.sign_in_by_phone(&backend, &phone(1)).await;
        window.close().await;
        // As a program on this desktop it finds the profile's keyring.
        let mut filler = desktop.command(std::env::current_exe().unwrap());
        let filled = filler.arg("fill").arg(&profile).status().unwrap();
        assert!(filled.success(), "the profile could not be filled");
        Self { backend, desktop, profile, folder }
    }
}

/// The store of a profile's one account.
pub async fn store_of(profile: &Path, mode: OpenMode) -> Store {
    let vault = Vault::open(profile, mode, KdfCost::STANDARD).unwrap().vault;
    let accounts = vault.accounts().unwrap();
    let account = accounts.first().expect("somebody has signed in");
    let key = vault.unlock_with_pin(&account.local_id, PIN, crate::now_ms()).unwrap();
    let keys =
        Keys { database: *key.derive("database"), blobs: *key.derive("blobs"), names: *key.derive("names") };
    let dir = profile.join("accounts").join(&account.local_id).join("store");
    Store::open(&dir, keys, "bench", crate::now_ms()).await.unwrap()
}

/// Puts the cases into the one account of a profile. Nothing else may have it open.
pub async fn fill(profile: &Path) {
    let store = store_of(profile, OpenMode::Automatic).await;
    let photos = application::photos(&store).await;
    for seed in 1..CASES {
        let row = application::draft(&store, seed, &photos).await;
        if seed % DRAFT_EVERY != 0 {
            application::receive(&store, &row, &photos).await;
        }
    }
    application::create(&store, merchant(CASES)).await;
    store.close().await;
}
