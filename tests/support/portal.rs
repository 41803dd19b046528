//! The portal's use cases in a profile of their own, and what tests say about them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use portal_app::view::{CaseView, SignInProof, SignedInView};
use portal_app::{App, Config};
use portal_domain::dossier::{Dossier, MerchantKind};
use portal_domain::identifier::testing;
use portal_domain::ids::CaseId;
use portal_domain::testing::dossier;
use portal_domain::track::ReviewState;
use portal_vault::KdfCost;
use tokio::time::Instant;

use crate::backend::{Backend, PASSWORD};
use crate::photos::photo;

/// Opens the vault of every profile that tests make.
pub const PASSPHRASE: &str = "paper-boat-on-a-quiet-pond";
/// Of every account that tests make.
pub const PIN: &str = "280613";
/// User name of the agent that tests make.
pub const AGENT: &str = "an";
pub const BRANCH: &str = "East Gate";
/// Longest wait for something that happens by itself: a line that is down is tried again within 30 s.
const PATIENCE: Duration = Duration::from_secs(90);

/// A portal that sends by itself, with a passphrase vault that opens at once.
pub fn config(profile: &Path, backend: &str) -> Config {
    let mut config = Config::new(Some(profile.to_owned()), Some(backend)).unwrap();
    config.vault_passphrase = Some(PASSPHRASE.to_owned().into());
    config.kdf_cost = KdfCost::LIGHT;
    config
}

pub async fn open_portal(profile: &Path, backend: &str) -> Arc<App> {
    App::open(config(profile, backend)).await.unwrap()
}

/// A portal that sends when it is told to.
pub async fn open_quiet(profile: &Path, backend: &str) -> Arc<App> {
    App::open(Config { background: false, ..config(profile, backend) }).await.unwrap()
}

/// A mobile number that nobody has.
pub fn phone(seed: u64) -> String {
    testing::mobile(seed)
}

/// A merchant signs in with the code that the backend printed; the first time this enrols the computer.
pub async fn sign_in_by_phone(app: &App, backend: &Backend, phone: &str) -> SignedInView {
    let seen = backend.codes(phone).len();
    app.session_send_code(phone.to_owned()).await.unwrap();
    let proof = SignInProof::Phone { phone: phone.to_owned(), code: backend.code_after(phone, seen) };
    app.session_sign_in(proof, PIN.to_owned()).await.unwrap()
}

/// The branch and the account of [`agent_at`].
pub fn an_agent(backend: &Backend) {
    backend.admin(&["branch", "create", "--name", BRANCH]);
    let user = ["user", "create", "--role", "agent", "--branch", BRANCH, "--name", AGENT, "--user", AGENT];
    backend.admin(&user);
}

/// The one agent signs in on one more computer of the branch.
pub async fn agent_at(profile: &Path, backend: &Backend) -> Arc<App> {
    let app = open_quiet(profile, backend.address()).await;
    app.session_enrol_machine(activation_code(backend)).await.unwrap();
    let proof = SignInProof::Password { user: AGENT.to_owned(), password: PASSWORD.to_owned(), code: None };
    app.session_sign_in(proof, PIN.to_owned()).await.unwrap();
    app
}

/// For one computer of the agent's branch.
pub fn activation_code(backend: &Backend) -> String {
    let code = backend.admin(&["activation-code", "create", "--branch", BRANCH]);
    code["code"].as_str().unwrap().to_owned()
}

/// What an authenticator app that was set up with this shows now.
pub fn authenticator_code(secret: &str) -> String {
    let letters: String = secret.split_whitespace().collect();
    let secret = totp_rs::Secret::try_from_base32(letters).unwrap();
    totp_rs::Builder::new().with_secret(secret).build_noncompliant().generate_current().to_string()
}

/// A complete draft with a real photo in every slot that is due.
pub async fn draft(app: &App, seed: u64, kind: MerchantKind) -> CaseView {
    draft_of(app, seed, dossier(seed, kind)).await
}

/// A draft of this document with a photo of its own in every slot that it names.
pub async fn draft_of(app: &App, seed: u64, dossier: Dossier) -> CaseView {
    let count = dossier.photos().count() as u64;
    let photos: Vec<_> = (0..count).map(|number| photo(seed * 1000 + number, 1200, 900)).collect();
    draft_with(app, dossier, &photos).await
}

/// A draft of this document with these photos in the slots that it names.
pub async fn draft_with(app: &App, dossier: Dossier, photos: &[Vec<u8>]) -> CaseView {
    let slots: Vec<_> = dossier.photos().map(|(slot, _, _)| slot).collect();
    assert!(photos.len() >= slots.len(), "{} photos are needed", slots.len());
    let consents = dossier.consents.iter().map(|consent| consent.id.clone()).collect();
    let case = app.case_import(dossier).await.unwrap();
    let mut case = app.case_consent(case.case_id, case.revision, consents).await.unwrap();
    for (slot, photo) in slots.into_iter().zip(photos) {
        case = app.photo_add(case.case_id, slot, photo.clone()).await.unwrap();
    }
    case
}

/// Finalises a case as it is stored.
pub async fn submit(app: &App, case_id: CaseId) -> CaseView {
    let case = app.case_show(case_id).await.unwrap();
    app.case_submit(case_id, case.revision).await.unwrap()
}

/// Asks after every change until there is an answer.
///
/// # Panics
/// When there is none in time, naming what was waited for.
pub async fn until<T>(app: &App, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    let mut changes = app.changes();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} for {what}");
        // A change that isn't announced is noticed all the same, a moment later.
        drop(tokio::time::timeout(Duration::from_secs(1), changes.recv()).await);
    }
}

/// Waits until a case is as wanted.
pub async fn eventually(
    app: &App,
    case_id: CaseId,
    what: &str,
    wanted: impl Fn(&CaseView) -> bool,
) -> CaseView {
    until(app, what, async || app.case_show(case_id).await.ok().filter(|case| wanted(case))).await
}

/// Waits until the backend's receipt is stored.
pub async fn received(app: &App, case_id: CaseId) -> CaseView {
    eventually(app, case_id, "the receipt", |case| case.receipt_number.is_some() && case.outbox.is_none())
        .await
}

/// The backend has this case once, as it is here, with every photo's bytes.
pub async fn assert_received(app: &App, backend: &Backend, case_id: CaseId) {
    let case = app.case_show(case_id).await.unwrap();
    let there = backend.case(case_id);
    assert_eq!(there.tracks.review, ReviewState::InReview);
    assert_eq!(there.dossier, case.dossier);
    assert_eq!(there.rounds.len(), 1, "received once");
    for (slot, index, photo) in case.dossier.photos() {
        let here = app.photo_bytes(photo.photo_id, None).await.unwrap();
        assert_eq!(here, backend.blob(&photo.sha256), "{slot:?} {index}: the same bytes here and there");
    }
    backend.assert_photos(&case.dossier);
    let cases = backend.admin(&["case", "list"]);
    let id = case_id.to_string();
    let times = cases.as_array().unwrap().iter().filter(|line| line["case_id"] == id.as_str()).count();
    assert_eq!(times, 1);
}
