//! Courier packages: work reaches the backend in a file, from a computer without a network, and is received once.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use portal_app::App;
use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::ids::CaseId;
use portal_app::error::{CommandCode, CommandError};
use portal_app::view::{CourierExportView, CourierReceiptsView, OutboxState};
use portal_tests::{Backend, PIN, assert_received, draft, open_quiet, phone, sign_in_by_phone, submit};
use tempfile::TempDir;

/// Nothing listens there, ever: port 9 discards, where anybody still serves it.
const NOWHERE: &str = "http://127.0.0.1:9";

/// What the window does: the PIN, then the file.
async fn export(app: &App, package: &Path, pin: &str) -> Result<CourierExportView, CommandError> {
    let permit = app.courier_permit(pin.to_owned()).await?;
    app.courier_export(package, permit).await
}

/// A merchant's computer that was online once and has no network now.
struct Remote {
    app: Arc<App>,
    profile: TempDir,
    folder: TempDir,
}

impl Remote {
    async fn new(backend: &Backend, seed: u64) -> Self {
        let (profile, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let online = open_quiet(profile.path(), backend.address()).await;
        let signed_in = sign_in_by_phone(&online, backend, &phone(seed)).await;
        let account = signed_in.session.account.unwrap().account;
        online.close().await;
        drop(online);
        let app = open_quiet(profile.path(), NOWHERE).await;
        app.session_unlock(account, PIN.to_owned()).await.unwrap();
        Self { app, profile, folder }
    }

    /// The same computer, back on the network.
    async fn online(self, backend: &Backend) -> Self {
        let account = self.app.session_state().await.unwrap().account.unwrap().account;
        self.app.close().await;
        drop(self.app);
        let app = open_quiet(self.profile.path(), backend.address()).await;
        app.session_unlock(account, PIN.to_owned()).await.unwrap();
        Self { app, ..self }
    }

    async fn queued(&self, seeds: &[u64]) -> Vec<CaseId> {
        let mut cases = Vec::new();
        for seed in seeds {
            let case = draft(&self.app, *seed, MerchantKind::Micro).await;
            submit(&self.app, case.case_id).await;
            cases.push(case.case_id);
        }
        cases
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Another merchant's computer, with a network.
async fn bearer(backend: &Backend, profile: &Path) -> Arc<App> {
    let app = open_quiet(profile, backend.address()).await;
    sign_in_by_phone(&app, backend, &phone(399)).await;
    app
}

fn names(error: &CommandError) -> (CommandCode, &str) {
    (error.code, error.fields.first().map_or("", |field| field.problem.as_str()))
}

#[tokio::test(flavor = "multi_thread")]
async fn work_travels_in_a_file_and_its_receipts_come_back() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let remote = Remote::new(&backend, 301).await;
    let cases = remote.queued(&[301, 302]).await;
    let (package, receipts) = (remote.file("package.age"), remote.file("receipts.json"));

    let stranger = export(&remote.app, &package, "739155").await.unwrap_err();
    assert_eq!(
        (stranger.code, package.exists()),
        (CommandCode::WrongPin, false),
        "somebody else at the computer"
    );
    let exported = export(&remote.app, &package, PIN).await.unwrap();
    assert_eq!((exported.operations, exported.left), (2, 0));
    assert!(exported.photos > 2 && exported.content_bytes > 100_000);
    let waiting = remote.app.outbox_show().await.unwrap().items;
    assert!(waiting.iter().all(|item| item.state == OutboxState::Waiting), "only a receipt ends the waiting");
    let taken_back = remote.app.case_unqueue(cases[0]).await.unwrap_err();
    assert_eq!(taken_back.code, CommandCode::AlreadySent, "it may be at the backend by now");

    let bearer = bearer(&backend, profile.path()).await;
    for _ in 0..2 {
        let imported = bearer.courier_import(&package, &receipts).await.unwrap();
        assert_eq!((imported.received, imported.refused), (2, 0));
        assert_eq!(imported.package_id, exported.package_id);
    }
    assert_eq!(bearer.courier_receipts(&receipts).await.unwrap_err().code, CommandCode::ReceiptsOfAnother);
    bearer.close().await;

    let nothing = CourierReceiptsView { received: 0, known: 0, refused: 0, waiting: 0 };
    let taken = remote.app.courier_receipts(&receipts).await.unwrap();
    assert_eq!(taken, CourierReceiptsView { received: 2, ..nothing.clone() });
    let again = remote.app.courier_receipts(&receipts).await.unwrap();
    assert_eq!(again, CourierReceiptsView { known: 2, ..nothing });
    for case_id in &cases {
        let case = remote.app.case_show(*case_id).await.unwrap();
        assert!(case.receipt_number.is_some() && case.outbox.is_none());
        assert_received(&remote.app, &backend, *case_id).await;
    }
    let error = export(&remote.app, &package, PIN).await.unwrap_err();
    assert_eq!(error.code, CommandCode::NothingToExport);

    let remote = remote.online(&backend).await;
    let summary = remote.app.sync_once().await.unwrap();
    assert_eq!((summary.received, summary.attention, summary.waiting), (0, 0, 0));
    for case_id in cases {
        assert_received(&remote.app, &backend, case_id).await;
    }
    remote.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_went_over_the_network_too_is_received_once() {
    let data = tempfile::tempdir().unwrap();
    let backend = Backend::start(data.path());
    let remote = Remote::new(&backend, 303).await;
    let cases = remote.queued(&[303]).await;
    let package = remote.file("package.age");
    export(&remote.app, &package, PIN).await.unwrap();

    let remote = remote.online(&backend).await;
    assert_eq!(remote.app.sync_once().await.unwrap().received, 1);
    let number = remote.app.case_show(cases[0]).await.unwrap().receipt_number;
    let receipts = remote.file("receipts.json");
    backend.admin(&["courier", "import", package.to_str().unwrap(), "--out", receipts.to_str().unwrap()]);
    let taken = remote.app.courier_receipts(&receipts).await.unwrap();
    assert_eq!((taken.received, taken.known, taken.waiting), (0, 1, 0));
    assert_eq!(remote.app.case_show(cases[0]).await.unwrap().receipt_number, number);
    assert_received(&remote.app, &backend, cases[0]).await;
    let permit = remote.app.courier_permit(PIN.to_owned()).await.unwrap();
    sign_in_by_phone(&remote.app, &backend, &phone(398)).await;
    let late = remote.app.courier_export(&remote.file("late.age"), permit).await.unwrap_err();
    assert_eq!(late.code, CommandCode::Locked, "somebody else has the computer by now");
    remote.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_file_is_named_and_nothing_of_its_package_is_applied() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let remote = Remote::new(&backend, 304).await;
    let cases = remote.queued(&[304, 305]).await;
    let (package, receipts) = (remote.file("package.age"), remote.file("receipts.json"));
    export(&remote.app, &package, PIN).await.unwrap();
    let bearer = bearer(&backend, profile.path()).await;
    let inside = unpacked(&backend, &package);
    let last = inside.len() - 1;

    for index in [0, 1, 2, 3, last] {
        let mut changed = inside.clone();
        let (name, bytes) = &mut changed[index];
        let middle = bytes.len() / 2;
        // Another letter of the same case: still JSON, still Base64.
        bytes[middle] = if bytes[middle] == b'1' { b'2' } else { b'1' };
        let name = name.clone();
        let altered = remote.file("altered.age");
        pack(&backend, &altered, &changed);
        let error = bearer.courier_import(&altered, &receipts).await.unwrap_err();
        let (code, named) = names(&error);
        assert!(matches!(code, CommandCode::PackageAltered | CommandCode::NotAPackage), "{name}: {error:?}");
        // Whether the manifest or its signature was altered, nobody can tell.
        assert!(named == name || name.starts_with("manifest"), "{name} was altered, {named} was named");
    }
    for missing in [2, last] {
        let mut changed = inside.clone();
        let (name, _) = changed.remove(missing);
        let short = remote.file("short.age");
        pack(&backend, &short, &changed);
        let error = bearer.courier_import(&short, &receipts).await.unwrap_err();
        assert_eq!(names(&error), (CommandCode::PackageAltered, name.as_str()));
    }
    let mut bytes = std::fs::read(&package).unwrap();
    let position = bytes.len() - bytes.len() / 3;
    bytes[position] ^= 1;
    let torn = remote.file("torn.age");
    std::fs::write(&torn, &bytes[..]).unwrap();
    let error = bearer.courier_import(&torn, &receipts).await.unwrap_err();
    assert_eq!(error.code, CommandCode::PackageAltered);
    assert!(names(&error).1.starts_with("photos/"), "{error:?}");
    bytes[position] ^= 1;
    std::fs::write(&torn, &bytes[..bytes.len() - 100]).unwrap();
    assert_eq!(bearer.courier_import(&torn, &receipts).await.unwrap_err().code, CommandCode::PackageAltered);

    assert!(!receipts.exists());
    assert_eq!(backend.admin(&["case", "list"]).as_array().unwrap().len(), 0);
    let blobs = std::fs::read_dir(backend.data().join("blobs")).unwrap().count();
    assert_eq!(blobs, 0, "no photo of a refused package is kept");

    assert_eq!(bearer.courier_import(&package, &receipts).await.unwrap().received, 2);
    assert_eq!(remote.app.courier_receipts(&receipts).await.unwrap().received, 2);
    for case_id in cases {
        assert_received(&remote.app, &backend, case_id).await;
    }
    remote.app.close().await;
    bearer.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_says_nothing_to_others_and_is_taken_from_known_computers_only() {
    let [data, other_data, profile, other_profile] = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let (backend, other) = (Backend::start(data.path()), Backend::start(other_data.path()));
    let remote = Remote::new(&backend, 306).await;
    let cases = remote.queued(&[306]).await;
    let (package, receipts) = (remote.file("package.age"), remote.file("receipts.json"));
    export(&remote.app, &package, PIN).await.unwrap();

    let dossier = remote.app.case_show(cases[0]).await.unwrap().dossier;
    let bytes = std::fs::read(&package).unwrap();
    for secret in [dossier.legal_person.id_number.as_str(), dossier.display_name()] {
        assert!(!secret.is_empty() && !bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
    }
    let elsewhere = bearer(&other, other_profile.path()).await;
    let error = elsewhere.courier_import(&package, &receipts).await.unwrap_err();
    assert_eq!(error.code, CommandCode::NotAPackage, "another backend can't read it");
    elsewhere.close().await;

    let bearer = bearer(&backend, profile.path()).await;
    std::fs::write(&receipts, b"{}").unwrap();
    assert_eq!(remote.app.courier_receipts(&receipts).await.unwrap_err().code, CommandCode::NotReceipts);
    let devices = backend.admin(&["device", "list"]);
    let first = devices.as_array().unwrap()[0]["device_id"].as_str().unwrap().to_owned();
    backend.admin(&["device", "disable", "--device", &first]);
    let error = bearer.courier_import(&package, &receipts).await.unwrap_err();
    assert_eq!(
        error.code,
        CommandCode::AccountDisabled,
        "a computer that was switched off speaks for nobody"
    );
    assert_eq!(backend.admin(&["case", "list"]).as_array().unwrap().len(), 0);
    bearer.close().await;
    remote.app.close().await;
}

/// The files of a package, opened with the backend's own key.
fn unpacked(backend: &Backend, package: &Path) -> Vec<(String, Vec<u8>)> {
    let encrypted = std::fs::File::open(package).unwrap();
    let decryptor = age::Decryptor::new(encrypted).unwrap();
    let identity = identity(backend);
    let plain = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).unwrap();
    let mut archive = tar::Archive::new(plain);
    let entries = archive.entries().unwrap();
    entries
        .map(|entry| {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (String::from_utf8(entry.path_bytes().into_owned()).unwrap(), bytes)
        })
        .collect()
}

/// A package of these files: anybody can encrypt to the backend.
fn pack(backend: &Backend, path: &Path, files: &[(String, Vec<u8>)]) {
    let recipient = identity(backend).to_public();
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let output = encryptor.wrap_output(std::fs::File::create(path).unwrap()).unwrap();
    let mut archive = tar::Builder::new(output);
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap().flush().unwrap();
}

fn identity(backend: &Backend) -> age::x25519::Identity {
    let key = backend.data().join("keys").join("courier-x25519.key");
    std::fs::read_to_string(key).unwrap().trim().parse().unwrap()
}
