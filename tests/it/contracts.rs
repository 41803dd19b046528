//! The signing step from end to end: signed offline by the merchant alone, countersigned once, verified by strangers.

mod codes;
mod on_paper;
mod steps;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use portal_app::domain::dossier::{FeeService, MerchantKind};
use portal_app::domain::ids::CaseId;
use portal_app::domain::settlement_cycle::SettlementCycle;
use portal_app::domain::track::StepState;
use portal_app::domain::turnover::Turnover;
use portal_app::error::CommandCode;
use portal_app::verifying::{TimeReport, Verdict};
use portal_app::view::{
    CaseView, ContractStage, ContractView, DocumentKind, PenDevice, SessionPhase, SignInProof,
    SignatureStrokes, SigningWay, StrokePoint, TimelineKind,
};
use portal_app::{App, Config, system_clock};
use portal_tests::{
    AGENT, Backend, CommandLine, PASSWORD, PIN, activation_code, an_agent, config, draft, eventually, phone,
    photo, received, sign_in_by_phone, submit, until,
};

use serde_json::Value;

use crate::computer::{CHANGES, Computer};

/// A merchant's computer whose clock the test moves: pages are read in no time.
struct Desk {
    app: Arc<App>,
    ahead_ms: Arc<AtomicI64>,
}

impl Desk {
    async fn open(profile: &std::path::Path, backend: &Backend, background: bool) -> Self {
        let ahead_ms = Arc::new(AtomicI64::new(0));
        let passed = ahead_ms.clone();
        let clock = Arc::new(move || system_clock() + passed.load(Ordering::SeqCst));
        let config = config(profile, backend.address());
        let app = App::open(Config { background, clock, ..config }).await.unwrap();
        Self { app, ahead_ms }
    }

    /// Opens the contract and reads every page.
    async fn read(&self, case_id: CaseId, turnovers: Vec<Turnover>) -> ContractView {
        let mut view = self.app.contract_prepare(case_id, turnovers).await.unwrap();
        for page in 1..=view.reading.as_ref().unwrap().pages {
            self.ahead_ms.fetch_add(5_000, Ordering::SeqCst);
            view = self.app.contract_page_seen(case_id, page).await.unwrap();
        }
        assert!(view.reading.as_ref().unwrap().to_end);
        view
    }

    /// Ticks every annex.
    async fn agree(&self, case_id: CaseId) {
        let offer = self.app.contract_show(case_id).await.unwrap().offer.unwrap();
        for annex in offer.annexes {
            self.app.contract_agree(case_id, annex.sha256, true).await.unwrap();
        }
    }

    async fn sign(&self, case_id: CaseId) -> ContractView {
        let view = self.read(case_id, estimate()).await;
        self.agree(case_id).await;
        let render = view.reading.unwrap().render_sha256;
        self.app.contract_sign(case_id, render, scribble(), Some(PIN.to_owned())).await.unwrap()
    }

    /// Waits until the contract is at a stage; with its file, once there is one.
    async fn at(&self, case_id: CaseId, stage: ContractStage) -> ContractView {
        until(&self.app, &format!("the contract to be {stage:?}"), async || {
            let view = self.app.contract_show(case_id).await.ok()?;
            let is_there = view.stage == stage && (stage != ContractStage::InEffect || view.here);
            is_there.then_some(view)
        })
        .await
    }
}

fn estimate() -> Vec<Turnover> {
    vec![Turnover { service: FeeService::Wechat, payments: 900, each_fen: 3_580 }]
}

fn scribble() -> SignatureStrokes {
    let points = (0..40_u32).map(|step| StrokePoint {
        x: step as f32 * 6.0,
        y: 80.0 + (step % 7) as f32 * 9.0,
        t_ms: step * 12,
    });
    SignatureStrokes {
        device: PenDevice::Mouse,
        width: 560.0,
        height: 200.0,
        strokes: vec![points.collect()],
    }
}

/// An accepted case of a merchant, with its contract on offer.
async fn offered(desk: &Desk, backend: &Backend, seed: u64) -> CaseView {
    backend.set_terms();
    sign_in_by_phone(&desk.app, backend, &phone(seed)).await;
    let case = draft(&desk.app, seed, MerchantKind::SoleProprietor).await;
    submit(&desk.app, case.case_id).await;
    received(&desk.app, case.case_id).await;
    backend.admin(&["case", "accept", &case.case_id.to_string()]);
    desk.at(case.case_id, ContractStage::Offered).await;
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_signed_offline_is_countersigned_once_and_holds() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let case_id = offered(&desk, &backend, 61).await.case_id;
    let app = &desk.app;

    backend.stop();
    let english = app.document_read(case_id, DocumentKind::ContractReadingCopy).await.unwrap();
    assert!(english.starts_with(b"%PDF"), "read in English without a network");
    let opened = app.contract_prepare(case_id, estimate()).await.unwrap();
    let offer = opened.offer.unwrap();
    let fee = offer.fees.iter().find(|fee| fee.service == FeeService::Wechat).unwrap();
    let each = 3_580 * u64::from(rate(&fee.rate)) + 500_000;
    let month = 900 * (each / 1_000_000);
    assert_eq!(offer.cost.month_fee_fen, month, "the card agrees with the table to the fen");
    let period = app.case_show(case_id).await.unwrap().dossier.settlement.period;
    assert_eq!(Some(offer.settlement), SettlementCycle::of(&period), "money arrives as it was applied for");
    let render = opened.reading.unwrap().render_sha256;
    let unread = app.contract_sign(case_id, render, scribble(), Some(PIN.to_owned())).await.unwrap_err();
    assert_eq!(unread.code, CommandCode::NotRead);
    let leafed = app.contract_page_seen(case_id, 1).await.unwrap().reading.unwrap();
    let leafed_on = app.contract_page_seen(case_id, 2).await.unwrap().reading.unwrap();
    assert!(leafed_on.seen.len() <= leafed.seen.len().max(1), "leafing over isn't reading: {leafed_on:?}");

    let read = desk.read(case_id, estimate()).await.reading.unwrap();
    let pages = read.render_sha256.clone();
    assert_annexes(&desk, case_id, &pages).await;
    let wrong =
        app.contract_sign(case_id, pages.clone(), scribble(), Some("739155".to_owned())).await.unwrap_err();
    assert_eq!(wrong.code, CommandCode::WrongPin, "somebody else at the merchant's computer");
    let blank = SignatureStrokes { strokes: Vec::new(), ..scribble() };
    let blank = app.contract_sign(case_id, pages.clone(), blank, Some(PIN.to_owned())).await.unwrap_err();
    assert_eq!(blank.code, CommandCode::NoHandwriting);
    let others =
        app.contract_sign(case_id, "00".repeat(32), scribble(), Some(PIN.to_owned())).await.unwrap_err();
    assert_eq!(others.code, CommandCode::Stale);
    let signed = app.contract_sign(case_id, pages.clone(), scribble(), Some(PIN.to_owned())).await.unwrap();
    assert_eq!(signed.stage, ContractStage::Signed);
    let again = app.contract_sign(case_id, pages, scribble(), Some(PIN.to_owned())).await.unwrap_err();
    assert_eq!(again.code, CommandCode::Frozen, "signed once");
    assert_eq!(app.outbox_show().await.unwrap().items.len(), 1);
    let copy = app.document_read(case_id, DocumentKind::SignedContract).await.unwrap();
    let report = app.contract_check(copy.clone()).await.unwrap();
    assert_eq!((report.verdict, report.time), (Verdict::MerchantOnly, TimeReport::None));

    backend.resume();
    let effective = desk.at(case_id, ContractStage::InEffect).await;
    assert!(effective.stamped);
    let both = app.document_read(case_id, DocumentKind::Contract).await.unwrap();
    let report = app.contract_check(both.clone()).await.unwrap();
    assert_eq!(report.verdict, Verdict::InEffect, "{report:?}");
    assert!(matches!(report.time, TimeReport::OwnAuthority { .. }));
    assert!(both.starts_with(&copy[..copy.len() - 1]), "the merchant's copy is in it, byte by byte");
    assert_print_copy(&desk, &backend, case_id, &effective, &report.file_sha256).await;
    let case = app.case_show(case_id).await.unwrap();
    assert_eq!((case.tracks.contract, case.tracks.settlement), (StepState::Done, StepState::Open));
    let times = |what| case.timeline.iter().filter(|entry| entry.what == what).count();
    assert_eq!((times(TimelineKind::ContractSignedHere), times(TimelineKind::ContractInEffect)), (1, 1));
    let contracts = backend.admin(&["contract", "list"]);
    assert_eq!(contracts.as_array().unwrap().len(), 1, "{contracts}");
    assert_eq!(contracts[0]["state"], "in_effect");
    assert_eq!(backend.admin(&["contract", "countersign"])["settled"], 0, "countersigned once");
    app.close().await;
}

/// Nobody signs without a tick for each annex of their own, and a tick can be taken back. Ends with every tick given.
async fn assert_annexes(desk: &Desk, case_id: CaseId, pages: &str) {
    let app = &desk.app;
    let annexes = app.contract_show(case_id).await.unwrap().offer.unwrap().annexes;
    assert_eq!(annexes[0].title.zh, "个人信息处理同意书");
    let stranger = app.contract_agree(case_id, "00".repeat(32), true).await.unwrap_err();
    assert_eq!(stranger.code, CommandCode::InvalidArgument, "a paper that isn't annexed");
    desk.agree(case_id).await;
    let taken_back = app.contract_agree(case_id, annexes[0].sha256.clone(), false).await.unwrap();
    assert!(!taken_back.offer.unwrap().annexes[0].agreed);
    let without =
        app.contract_sign(case_id, pages.to_owned(), scribble(), Some(PIN.to_owned())).await.unwrap_err();
    assert_eq!(without.fields[0].path, "/annexes/privacy-consent");
    desk.agree(case_id).await;
}

/// The copy for paper is no contract, and its link names the file that is one.
async fn assert_print_copy(
    desk: &Desk,
    backend: &Backend,
    case_id: CaseId,
    view: &ContractView,
    file_sha256: &str,
) {
    let copy = desk.app.document_read(case_id, DocumentKind::PrintCopy).await.unwrap();
    assert_eq!(
        desk.app.document_read(case_id, DocumentKind::PrintCopy).await.unwrap(),
        copy,
        "the same bytes"
    );
    assert_eq!(desk.app.contract_check(copy).await.unwrap().verdict, Verdict::Refused);
    let link = format!("{}/contract#{file_sha256}", backend.address());
    assert_eq!(view.verifier.as_ref(), Some(&link));
}

/// `0.38%` as parts of a million.
fn rate(text: &str) -> u32 {
    let (whole, fraction) = text.trim_end_matches('%').split_once('.').unwrap();
    format!("{whole}{fraction:0<4}").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_with_its_reason_and_a_new_offer_can_be_signed() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let case_id = offered(&desk, &backend, 62).await.case_id;
    let refused =
        desk.app.contract_refuse(case_id, "费率与口头约定不同".into(), Some(PIN.to_owned())).await.unwrap();
    assert_eq!(refused.stage, ContractStage::Refused);
    let failed = |case: &CaseView| case.tracks.contract == StepState::Failed;
    eventually(&desk.app, case_id, "the backend to know of the refusal", failed).await;
    assert_eq!(backend.admin(&["contract", "list"])[0]["state"], "refused");

    let first = desk.app.contract_show(case_id).await.unwrap().offer.unwrap();
    backend.admin(&["contract", "offer", &case_id.to_string()]);
    let again = desk.at(case_id, ContractStage::Offered).await;
    assert_eq!(again.before.as_ref().map(|before| &before.number), Some(&first.number));
    assert_ne!(again.offer.unwrap().number, first.number);
    desk.sign(case_id).await;
    desk.at(case_id, ContractStage::InEffect).await;
    desk.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_of_an_offer_that_another_took_the_place_of_holds_up_nothing() {
    for seed in [68, 69] {
        let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut backend = Backend::start(data.path());
        let desk = Desk::open(profile.path(), &backend, true).await;
        let case_id = offered(&desk, &backend, seed).await.case_id;
        if seed == 68 {
            // Signed without a network: the backend refuses it when it comes.
            backend.stop();
            desk.sign(case_id).await;
            backend.admin(&["contract", "offer", &case_id.to_string()]);
            backend.resume();
        } else {
            // Paused: the new offer arrives first.
            desk.app.outbox_pause(true).await.unwrap();
            desk.sign(case_id).await;
            backend.admin(&["contract", "offer", &case_id.to_string()]);
            desk.at(case_id, ContractStage::Offered).await;
            desk.app.outbox_pause(false).await.unwrap();
        }
        let again = desk.at(case_id, ContractStage::Offered).await;
        assert!(again.before.is_some(), "what changed is shown");
        desk.sign(case_id).await;
        desk.at(case_id, ContractStage::InEffect).await;
        let waiting = desk.app.outbox_show().await.unwrap().items;
        assert!(waiting.is_empty(), "nothing is left to be seen to: {waiting:?}");
        desk.app.close().await;
    }
}

/// An agent at a branch, with a merchant's accepted case and its contract on offer.
async fn offered_to_an_agent(desk: &Desk, backend: &Backend, seed: u64) -> CaseId {
    backend.set_terms();
    an_agent(backend);
    let app = &desk.app;
    app.session_enrol_machine(activation_code(backend)).await.unwrap();
    let proof = SignInProof::Password { user: AGENT.into(), password: PASSWORD.into(), code: None };
    app.session_sign_in(proof, PIN.to_owned()).await.unwrap();
    let case_id = draft(app, seed, MerchantKind::SoleProprietor).await.case_id;
    submit(app, case_id).await;
    received(app, case_id).await;
    backend.admin(&["case", "accept", &case_id.to_string()]);
    desk.at(case_id, ContractStage::Offered).await;
    case_id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_prepares_a_contract_and_cannot_sign_it() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let app = &desk.app;
    let case_id = offered_to_an_agent(&desk, &backend, 63).await;

    let view = desk.read(case_id, estimate()).await;
    assert_eq!(view.way, SigningWay::HandOver);
    let render = view.reading.unwrap().render_sha256;
    for pin in [None, Some(PIN.to_owned())] {
        let signed = app.contract_sign(case_id, render.clone(), scribble(), pin.clone()).await.unwrap_err();
        assert_eq!(signed.code, CommandCode::NotTheSigner);
        let refused = app.contract_refuse(case_id, "不签".into(), pin).await.unwrap_err();
        assert_eq!(refused.code, CommandCode::NotTheSigner, "nor refuse it");
    }
    let annex = view.offer.unwrap().annexes.remove(0).sha256;
    let agreed = app.contract_agree(case_id, annex, true).await.unwrap_err();
    assert_eq!(agreed.code, CommandCode::NotTheSigner, "nor agree for the merchant");
    assert!(app.outbox_show().await.unwrap().items.is_empty());
    assert_eq!(app.contract_show(case_id).await.unwrap().stage, ContractStage::Offered);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_signs_alone_on_an_agents_computer_that_reaches_nothing_else() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let app = &desk.app;
    let case_id = offered_to_an_agent(&desk, &backend, 65).await;
    let other = draft(app, 66, MerchantKind::Micro).await.case_id;
    let agent = app.session_state().await.unwrap().account.unwrap().account;
    desk.read(case_id, estimate()).await;

    backend.stop();
    let wrong = app.contract_hand_over(case_id, b"not a picture".to_vec()).await.unwrap_err();
    assert_eq!(wrong.code, CommandCode::PhotoNotAnImage, "no identity check without a photo");
    let session = app.contract_hand_over(case_id, photo(300, 1600, 1200)).await.unwrap();
    assert_eq!((session.phase, session.handed_over), (SessionPhase::HandedOver, Some(case_id)));
    for reached in [
        app.case_show(case_id).await.err(),
        app.contract_show(other).await.err(),
        app.outbox_show().await.err(),
        app.workbench_show().await.err(),
        app.document_read(case_id, DocumentKind::Checklist).await.err(),
    ] {
        assert_eq!(reached.expect("only the contract is reached").code, CommandCode::Locked);
    }
    let view = app.contract_show(case_id).await.unwrap();
    assert_eq!(view.way, SigningWay::HandedOver);
    let reading = view.reading.unwrap();
    assert!(reading.seen.is_empty(), "what the agent read is not what the merchant read");
    let unread = app.contract_sign(case_id, reading.render_sha256, scribble(), None).await.unwrap_err();
    assert_eq!(unread.code, CommandCode::NotRead);

    let render = desk.read(case_id, estimate()).await.reading.unwrap().render_sha256;
    desk.agree(case_id).await;
    let signed = app.contract_sign(case_id, render, scribble(), None).await.unwrap();
    assert_eq!(signed.stage, ContractStage::Signed);
    app.document_read(case_id, DocumentKind::SignedContract).await.unwrap();
    assert_eq!(app.case_show(case_id).await.unwrap_err().code, CommandCode::Locked, "still the merchant's");
    let (order, wrong_pin) = (agent.clone(), "384951".to_owned());
    let wrong = app.session_unlock(order, wrong_pin).await.unwrap_err();
    assert_eq!(wrong.code, CommandCode::WrongPin);
    assert_eq!(app.session_state().await.unwrap().phase, SessionPhase::HandedOver);

    let session = app.session_unlock(agent, PIN.to_owned()).await.unwrap();
    assert_eq!((session.phase, session.handed_over), (SessionPhase::Open, None));
    let undone = app.case_unqueue(case_id).await.unwrap_err();
    assert_eq!(
        undone.code,
        CommandCode::NotTheSigner,
        "what the merchant signed is not the agent's to take back"
    );
    backend.resume();
    app.outbox_send_now().await.unwrap();
    desk.at(case_id, ContractStage::InEffect).await;
    let kept = backend.admin(&["contract", "list"]);
    assert_eq!(kept[0]["state"], "in_effect", "{kept}");
    app.close().await;
    assert_bundle(&backend, data.path(), kept[0]["number"].as_str().unwrap());
}

/// The exported bundle holds; with any part of another one, or left out, it is refused by name.
fn assert_bundle(backend: &Backend, folder: &std::path::Path, number: &str) {
    let exported = Exported::new(backend, folder, number);
    let report = exported.holds();
    assert_eq!(report["told"]["real_name"]["method"], "IN_PERSON_ID_CARD");
    assert_eq!(report["told"]["agent"]["role"], "ASSISTANT");
    assert_eq!(report["assurance"], "in_person", "no code was sent");
    let whole = exported.read();
    let swapped = [
        ("merchant_copy", whole["contract"].clone()),
        ("offer", whole["countersigned"].clone()),
        ("ceremony", whole["signed"].clone()),
        ("signed", whole["ceremony"].clone()),
        ("countersigned", whole["offer"].clone()),
        ("identity_photo", Value::Null),
        ("contract", whole["merchant_copy"].clone()),
    ];
    for (part, other) in swapped {
        exported.refuses(part, &|bundle| bundle[part] = other.clone());
    }
}

/// A bundle that the backend exported, read by the command line.
struct Exported<'a> {
    backend: &'a Backend,
    folder: &'a std::path::Path,
}

impl<'a> Exported<'a> {
    fn new(backend: &'a Backend, folder: &'a std::path::Path, number: &str) -> Self {
        let exported = Self { backend, folder };
        backend.admin(&["contract", "export", number, "--out", &exported.file("bundle.json")]);
        let root = backend.admin(&["contract", "root"]);
        std::fs::write(exported.file("root.pem"), root["root"].as_str().unwrap()).unwrap();
        exported
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    fn read(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.file("bundle.json")).unwrap()).unwrap()
    }

    fn verified(&self, name: &str) -> (i32, Value) {
        let portal = CommandLine::headless(self.folder, self.backend.address());
        portal.run(&["contract", "verify-bundle", &self.file(name), "--root", &self.file("root.pem")])
    }

    /// Everything in it is genuine and belongs together: what it tells.
    fn holds(&self) -> Value {
        let (code, report) = self.verified("bundle.json");
        assert_eq!((code, &report["refused"]), (0, &Value::Null), "{report}");
        report
    }

    fn refuses(&self, part: &str, change: &dyn Fn(&mut Value)) {
        let mut bundle = self.read();
        change(&mut bundle);
        std::fs::write(self.file("changed.json"), bundle.to_string()).unwrap();
        let (code, report) = self.verified("changed.json");
        assert_eq!((code, &report["refused"]), (1, &Value::from(part)), "{report}");
        assert_eq!(
            (&report["told"], &report["assurance"]),
            (&Value::Null, &Value::Null),
            "nothing is proved"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_in_a_merchants_hands_is_locked_like_any_other() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let app = &desk.app;
    let case_id = offered_to_an_agent(&desk, &backend, 67).await;
    app.contract_hand_over(case_id, photo(301, 1600, 1200)).await.unwrap();
    let locked = app.session_lock().await.unwrap();
    assert_eq!((locked.phase, locked.handed_over), (SessionPhase::Locked, None));
    assert_eq!(app.contract_show(case_id).await.unwrap_err().code, CommandCode::Locked);
    let agent = locked.accounts[0].account.clone();
    app.session_unlock(agent, PIN.to_owned()).await.unwrap();
    let render = desk.read(case_id, estimate()).await.reading.unwrap().render_sha256;
    let signed = app.contract_sign(case_id, render, scribble(), None).await.unwrap_err();
    assert_eq!(
        signed.code,
        CommandCode::NotTheSigner,
        "a check that was made doesn't make the agent the merchant"
    );
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_is_cut_off_is_queued_whole_or_still_to_be_given() {
    let computer = Computer::enrolled(64).await;
    computer.backend.set_terms();
    let desk = Desk::open(computer.profile.path(), &computer.backend, false).await;
    computer.unlock(&desk.app).await;
    let case_id = draft(&desk.app, 64, MerchantKind::Micro).await.case_id;
    submit(&desk.app, case_id).await;
    desk.app.sync_once().await.unwrap();
    computer.backend.admin(&["case", "accept", &case_id.to_string()]);
    desk.app.sync_once().await.unwrap();
    desk.read(case_id, estimate()).await;
    desk.agree(case_id).await;
    desk.app.close().await;
    drop(desk);

    let strokes = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(strokes.path(), serde_json::to_vec(&scribble()).unwrap()).unwrap();
    let (id, file) = (case_id.to_string(), strokes.path().to_string_lossy().into_owned());
    let (mut open, mut queued) = (0, 0);
    for call in CHANGES {
        for nth in 1.. {
            let killed = computer.is_killed(&["contract", "sign", &id, "--strokes", &file], call, nth);
            let app = computer.open().await;
            let items = app.outbox_show().await.unwrap().items.len();
            match app.contract_show(case_id).await.unwrap().stage {
                ContractStage::Offered => {
                    assert!(killed, "{call} {nth}: not signed, though it wasn't killed");
                    assert_eq!(items, 0, "{call} {nth}");
                    open += 1;
                }
                ContractStage::Signed => {
                    assert_eq!(items, 1, "{call} {nth}: signed and queued, once");
                    queued += 1;
                    app.case_unqueue(case_id).await.unwrap();
                    app.close().await;
                    drop(app);
                    let desk = Desk::open(computer.profile.path(), &computer.backend, false).await;
                    computer.unlock(&desk.app).await;
                    desk.read(case_id, estimate()).await;
                    desk.agree(case_id).await;
                    desk.app.close().await;
                    if !killed {
                        break;
                    }
                    continue;
                }
                other => panic!("{call} {nth}: {other:?}"),
            }
            app.close().await;
            if !killed {
                break;
            }
        }
    }
    assert!(open > 0, "killed before it was queued");
    assert!(queued > 0, "killed after it was queued and before anybody was told");

    let signed = computer.portal().command(&["contract", "sign", &id, "--strokes", &file]).output().unwrap();
    assert_eq!(signed.status.code(), Some(3), "{signed:?}");
    computer.portal().ask(&["sync", "--once"]);
    computer.backend.admin(&["contract", "countersign"]);
    let app = computer.open().await;
    app.sync_once().await.unwrap();
    assert_eq!(app.contract_show(case_id).await.unwrap().stage, ContractStage::InEffect);
    let contracts = computer.backend.admin(&["contract", "list"]);
    assert_eq!(contracts.as_array().unwrap().len(), 1);
    app.close().await;
}
