//! Contracts at the backend: offered, received only as offered, countersigned once, stamped when there is a stamp.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod codes;
mod on_paper;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use p256::ecdsa::DerSignature;
use p256::ecdsa::signature::Signer as _;
use portal_backend::TimeSettings;
use portal_backend::contracting::{self, Terms};
use portal_backend::countersigning::settle_all;
use portal_backend::http::contracts::{FileKind, KnownFile};
use portal_backend::store::contracts::{self, ContractState};
use portal_backend::store::tenants;
use portal_contract::agreement::{Issuer, Offer};
use portal_contract::evidence::{
    Agent, AgentRole, Ceremony, Clock, Consent, ConsentKind, Device as DeviceRecord, Party, PartyRole,
    Reading, RealName, RealNameMethod, Record, Renderer, Signed, Strokes, TemplateRef, Will, WillMethod,
};
use portal_contract::pki::{
    Authority, DeviceCertificate, DeviceSigner, Identity, OneTimeSigner, PkiError, SignerKey,
    certificate_from_pem, certificate_to_pem,
};
use portal_contract::sealed::Sealed;
use portal_contract::signing::{Handwriting, PenPoint, Statement, sign_as_merchant};
use portal_contract::stamping::{EmbeddedTimeAuthority, TimeAuthority};
use portal_contract::template::{QuotedFee, SettlementCycle};
use portal_contract::verifying::{Report, TimeReport, Verdict};
use portal_contract::{Fonts, render};
use portal_domain::dossier::{AccountKind, BlobSlot, MerchantKind, SettlerKind};
use portal_domain::track::StepState;
use portal_protocol::case::CaseDocument;
use portal_protocol::contract::{ContractSignature, SealedText, SigningPass};
use portal_protocol::event::{EventBatch, Happened};
use portal_protocol::operation::{BlobRef, Change, Operation};
use serde_json::json;
use support::{Application, Client, NOW_MS, Server, body, new_op, refused, sha};
use tokio::net::TcpListener;

const ISSUER: &str = "示例收单服务有限公司";

/// A case whose contract is on offer, and who signs it.
struct Scene {
    server: Server,
    client: Client,
    application: Application,
    offer: SealedText,
}

fn terms() -> Terms {
    Terms {
        issuer: Issuer {
            name: ISSUER.into(), address: "示范路 100 号".into(), phone: "400-000-0000".into()
        },
        recipients: contracting::usual_recipients(),
        deposit_fen: 10_000,
        yearly_service_fen: 3_000,
        deposit_refund_days: 10,
        exit_fen: 0,
        settlement: SettlementCycle::NextWorkingDay,
        term_years: 2,
        offer_valid_days: 30,
    }
}

async fn set_terms(server: &Server) {
    let mut tx = server.office().store.write().await.unwrap();
    let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
    contracts::set_terms(&mut tx, &tenant, &serde_json::to_string(&terms()).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
}

impl Scene {
    async fn new(seed: u64) -> Self {
        Self::on(Server::start().await, seed).await
    }

    async fn on(server: Server, seed: u64) -> Self {
        Self::of(server, Application::new(seed)).await
    }

    async fn of(server: Server, application: Application) -> Self {
        set_terms(&server).await;
        let client = server.merchant("13800000501").await;
        assert_eq!(client.submit(&application).await.status(), 200);
        let console = server.reviewer("li").await;
        let accept = format!("case/{}/accept", application.case_id);
        let accepted: CaseDocument = body(console.post(&accept, &json!({ "rev": 1 })).await).await;
        assert_eq!(accepted.tracks.contract, StepState::Open);
        let offer = offers(&client).await.pop().unwrap();
        Self { server, client, application, offer }
    }

    /// What an honest computer sends, or one that signs another offer than the server's.
    fn signed(&self, change: impl FnOnce(&mut Offer)) -> (Vec<u8>, ContractSignature) {
        self.signed_telling(change, |_| {})
    }

    /// As [`Self::signed`], with evidence that tells something else.
    fn signed_telling(
        &self,
        change: impl FnOnce(&mut Offer),
        tell: impl FnOnce(&mut Ceremony),
    ) -> (Vec<u8>, ContractSignature) {
        let mut offer: Offer = serde_json::from_str(&self.offer.payload).unwrap();
        change(&mut offer);
        let profile = portal_domain::profile::lakala().unwrap();
        let document = offer.document(&self.application.dossier, profile, &[]).unwrap();
        let fonts = Fonts::embedded().unwrap();
        let rendered = render(&document, fonts).unwrap();
        let (key, device) = (Key(self.client.device.key.clone()), pass(&self.client));
        let data_sha256 = offer.data_sha256(&self.application.dossier, profile, &[]).unwrap();
        let mut told = ceremony(&offer, &self.client, &rendered, data_sha256);
        tell(&mut told);
        let record = Record::Ceremony(Box::new(told));
        let evidence = record.sha256().unwrap();
        let name = &self.application.dossier.legal_person.name;
        let signer = OneTimeSigner::certify(name, &evidence, &device, &key, now()).unwrap();
        let party = Party {
            role: PartyRole::Merchant,
            name_hash: sha(name.as_bytes()).to_string(),
            cert_sha256: "0".repeat(64),
        };
        let statement = Statement { reason: "同意".into(), location: None, at: now() };
        let pdf = sign_as_merchant(&rendered, signer, &scribble(), &statement, fonts).unwrap();
        let signed = Record::Signed(Signed {
            contract_no: offer.contract_no.clone(),
            signed_pdf_sha256: sha(&pdf).to_string(),
            parties: vec![party],
            tsa: None,
            previous_sha256: Some(hex::encode(evidence)),
        });
        let seal = |record: &Record| {
            let by = DeviceSigner { certificate: &device, key: &key };
            let Sealed { payload, signature } =
                Sealed::seal(record.to_canonical_json().unwrap(), &by).unwrap();
            SealedText { payload, signature }
        };
        let signature = ContractSignature {
            number: offer.contract_no,
            offer_sha: sha(self.offer.payload.as_bytes()),
            turnovers: Vec::new(),
            ceremony: seal(&record),
            signed: seal(&signed),
        };
        (pdf, signature)
    }

    fn operation(&self, pdf: &[u8], signature: ContractSignature) -> Operation {
        Operation {
            case_id: self.application.case_id,
            base_rev: None,
            made_at_ms: NOW_MS,
            device_id: self.client.device.id,
            blobs: vec![BlobRef {
                slot: BlobSlot::SIGNED_CONTRACT,
                sha: sha(pdf),
                size: pdf.len() as u64,
                media_type: "application/pdf".into(),
            }],
            change: Change::Sign(Box::new(signature)),
        }
    }

    async fn send(&self, pdf: &[u8], signature: ContractSignature) -> reqwest::Response {
        let op_id = new_op();
        let declared = self.client.declare(op_id, &self.operation(pdf, signature)).await;
        assert_eq!(declared.status(), 201, "{}", declared.text().await.unwrap());
        assert_eq!(self.client.put(pdf).await.status(), 201);
        self.client.commit(op_id).await
    }

    /// The file with both signatures, once it is told of; the other countersignatures told with it.
    async fn countersigned(&self) -> Vec<(portal_domain::ids::Sha256, bool)> {
        settle_all(&self.server.running.as_ref().unwrap().app).await.unwrap();
        let events: EventBatch = body(self.client.get("/v1/events?after=0").await).await;
        let told = events.events.into_iter().filter_map(|event| match event.what {
            Happened::ContractCountersigned { sha, stamped, .. } => Some((sha, stamped)),
            _ => None,
        });
        told.collect()
    }

    /// Whether a time stamp was asked for in vain, and is asked for again only later.
    async fn waits_for_time(&self) -> bool {
        let office = self.server.office();
        let mut conn = office.store.read().await.unwrap();
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM contract WHERE state = 'in_effect' AND next_try_at_ms > $1",
        )
        .bind(office.now_ms())
        .fetch_one(&mut *conn)
        .await
        .unwrap();
        waiting == 1
    }

    async fn file(&self, sha: &portal_domain::ids::Sha256) -> Vec<u8> {
        let answer = self.client.get(&format!("/v1/blobs/{sha}")).await;
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }

    async fn verified(&self, pdf: Vec<u8>) -> Report {
        let asked = self.server.request("POST", "/v1/contracts/verify");
        body(asked.header("content-type", "application/pdf").body(pdf).send().await.unwrap()).await
    }
}

/// The computer's own key.
struct Key(p256::ecdsa::SigningKey);

impl SignerKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        let signature: DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }
}

fn now() -> Timestamp {
    Timestamp::from_millisecond(NOW_MS).unwrap()
}

/// What the session gave to sign with.
fn pass(client: &Client) -> DeviceCertificate {
    let envelope = client.session.signing_pass.as_ref().unwrap();
    let pass: SigningPass = serde_json::from_slice(&STANDARD.decode(&envelope.payload).unwrap()).unwrap();
    assert_eq!(pass.device_id, client.device.id);
    let read = |pem: &str| certificate_from_pem(pem).unwrap();
    DeviceCertificate::new(Identity { certificate: read(&pass.certificate), issuers: vec![read(&pass.root)] })
        .unwrap()
}

async fn offers(client: &Client) -> Vec<SealedText> {
    let events: EventBatch = body(client.get("/v1/events?after=0").await).await;
    let offers = events.events.into_iter().filter_map(|event| match event.what {
        Happened::ContractOffered { offer, .. } => Some(offer),
        _ => None,
    });
    offers.collect()
}

/// A tick for an annex.
fn agreed(annex: &TemplateRef) -> Consent {
    Consent {
        title: annex.id.clone(),
        version: annex.version.clone(),
        sha256: annex.sha256.clone(),
        time: now(),
        kind: ConsentKind::Check,
    }
}

fn scribble() -> Handwriting {
    let points = (0..20_u32).map(|step| PenPoint {
        x: step as f32 * 5.0,
        y: (step % 5) as f32 * 9.0,
        t_ms: step * 10,
    });
    Handwriting { width: 120.0, height: 60.0, strokes: vec![points.collect()] }
}

fn ceremony(
    offer: &Offer,
    client: &Client,
    rendered: &portal_contract::Rendered,
    data_sha256: String,
) -> Ceremony {
    Ceremony {
        contract_no: offer.contract_no.clone(),
        template: offer.template.clone(),
        data_sha256,
        render_sha256: rendered.sha256.clone(),
        renderer: Renderer::this(),
        real_name: RealName {
            method: RealNameMethod::ReviewedDocuments,
            result_ref: "N-1".into(),
            time: now(),
        },
        will: Will {
            method: WillMethod::Pin,
            bound_doc_sha256: rendered.sha256.clone(),
            time: now(),
            confirmation: None,
        },
        consents: offer.annexes.iter().map(agreed).collect(),
        reading: Reading {
            opened_at: now(),
            pages: u16::try_from(rendered.pages).unwrap(),
            to_end_at: Some(now()),
            seconds: 60,
        },
        strokes: Strokes { sha256: "0".repeat(64), points: 20, duration_ms: 200, device: "mouse".into() },
        agent: None,
        device: DeviceRecord {
            id: client.device.id.to_string(),
            cert_sha256: "0".repeat(64),
            app_version: "0.1.0".into(),
            os: "linux".into(),
        },
        place: None,
        clock: Clock { device_utc: now(), monotonic_ms: None, last_server_time: None, skew_ms: None },
        events_head_hash: String::new(),
        previous_sha256: None,
    }
}

#[tokio::test]
async fn a_signed_contract_is_countersigned_once_and_verified_by_anybody() {
    let scene = Scene::new(1).await;
    let (pdf, signature) = scene.signed(|_| ());
    assert_eq!(scene.send(&pdf, signature.clone()).await.status(), 200);
    let told = scene.countersigned().await;
    let [(sha256, true)] = told.as_slice() else { panic!("{told:?}") };
    let both = scene.file(sha256).await;
    assert!(both.starts_with(&pdf[..pdf.len() - 1]), "what the merchant signed is in it, byte by byte");
    let report = scene.verified(both.clone()).await;
    assert_eq!(report.verdict, Verdict::InEffect, "{report:?}");
    assert_eq!(report.issuer.unwrap().signer, ISSUER);
    assert!(matches!(report.time, TimeReport::OwnAuthority { .. }));
    let path = format!("/v1/cases/{}", scene.application.case_id);
    let case: CaseDocument = body(scene.client.get(&path).await).await;
    assert_eq!((case.tracks.contract, case.tracks.settlement), (StepState::Done, StepState::Open));

    // The same again, and another signature of the same offer.
    assert_eq!(scene.countersigned().await.len(), 1);
    refused(scene.send(&pdf, signature).await, 409, "illegal_move").await;

    let known: KnownFile =
        body(scene.server.request("GET", &format!("/v1/contracts/{sha256}")).send().await.unwrap()).await;
    assert_eq!((known.state, known.file), (ContractState::InEffect, FileKind::Newest));
    let earlier: KnownFile =
        body(scene.server.request("GET", &format!("/v1/contracts/{}", sha(&pdf))).send().await.unwrap())
            .await;
    assert_eq!(earlier.file, FileKind::MerchantCopy);
    let unknown = scene.server.request("GET", &format!("/v1/contracts/{}", "ab".repeat(32)));
    refused(unknown.send().await.unwrap(), 404, "not_found").await;
    let mut changed = both;
    changed[1000] ^= 1;
    assert_eq!(scene.verified(changed).await.verdict, Verdict::Refused);
}

#[tokio::test]
async fn a_computer_that_changed_one_digit_of_a_fee_is_refused() {
    let scene = Scene::new(2).await;
    let cheaper = |offer: &mut Offer| {
        let fee: &mut QuotedFee = offer.quote.fees.first_mut().unwrap();
        fee.rate -= 1;
    };
    let (pdf, signature) = scene.signed(cheaper);
    let (_, problem) = support::problem(scene.send(&pdf, signature).await).await;
    assert_eq!(problem["errors"], json!([{ "pointer": "/blobs/0", "code": "not_as_offered" }]), "{problem}");
    // The file of an honest signature, with the records of another: no part stands for the other.
    let ((pdf, honest), (_, other)) = (scene.signed(|_| ()), scene.signed(cheaper));
    let mixed = ContractSignature { ceremony: other.ceremony, ..honest.clone() };
    let (status, problem) = support::problem(scene.send(&pdf, mixed).await).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("other_evidence")), "{problem}");
    assert_eq!(scene.countersigned().await, [], "nothing was countersigned");
    assert_eq!(scene.send(&pdf, honest).await.status(), 200, "what was offered is taken");
}

#[tokio::test]
async fn evidence_of_an_identity_check_that_was_not_made_so_is_refused() {
    let scene = Scene::new(7).await;
    let assisted = |told: &mut Ceremony| {
        told.agent = Some(Agent { id: "somebody".into(), role: AgentRole::Assistant });
        told.real_name.method = RealNameMethod::InPersonIdCard;
        told.will.method = WillMethod::InPerson;
    };
    let unproven = |told: &mut Ceremony| told.will.method = WillMethod::InPerson;
    for (pdf, signature) in [scene.signed_telling(|_| (), assisted), scene.signed_telling(|_| (), unproven)] {
        let (status, problem) = support::problem(scene.send(&pdf, signature).await).await;
        let expected = json!([{ "pointer": "/payload/ceremony", "code": "other_identity_check" }]);
        assert_eq!((status, &problem["errors"]), (422, &expected), "{problem}");
    }
    let (pdf, signature) = scene.signed(|_| ());
    assert_eq!(scene.send(&pdf, signature).await.status(), 200);
}

#[tokio::test]
async fn the_annexes_are_part_of_the_offer_and_each_needs_a_tick_of_its_own() {
    let ids = |offer: &Offer| offer.annexes.iter().map(|annex| annex.id.clone()).collect::<Vec<_>>();
    let settled_by = |settler: SettlerKind| {
        let mut all = (1..200).map(|seed| Application::of(seed, MerchantKind::SoleProprietor));
        let settles = |application: &Application| {
            let settlement = &application.dossier.settlement;
            settlement.kind == Some(AccountKind::Private) && settlement.settler == settler
        };
        all.find(settles).unwrap()
    };
    let alone = Scene::of(Server::start().await, settled_by(SettlerKind::LegalPerson)).await;
    let offer: Offer = serde_json::from_str(&alone.offer.payload).unwrap();
    assert_eq!(ids(&offer), ["privacy-consent"], "a letter only where somebody else is paid");

    let scene = Scene::of(Server::start().await, settled_by(SettlerKind::Authorised)).await;
    let offer: Offer = serde_json::from_str(&scene.offer.payload).unwrap();
    assert_eq!(ids(&offer), ["privacy-consent", "settlement-authorisation"]);
    let forgotten = |ceremony: &mut Ceremony| ceremony.consents.truncate(1);
    let other_text = |ceremony: &mut Ceremony| ceremony.consents[1].sha256 = "0".repeat(64);
    let clicked = |ceremony: &mut Ceremony| ceremony.consents[0].kind = ConsentKind::Click;
    for tell in [forgotten as fn(&mut Ceremony), other_text, clicked] {
        let (pdf, signature) = scene.signed_telling(|_| (), tell);
        let (status, problem) = support::problem(scene.send(&pdf, signature).await).await;
        let expected = json!([{ "pointer": "/payload/ceremony", "code": "not_agreed" }]);
        assert_eq!((status, &problem["errors"]), (422, &expected), "{problem}");
    }
    let without = |offer: &mut Offer| offer.annexes.truncate(1);
    let (pdf, signature) = scene.signed(without);
    let (status, problem) = support::problem(scene.send(&pdf, signature).await).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("not_as_offered")), "a paper left out");
    let (pdf, signature) = scene.signed(|_| ());
    assert_eq!(scene.send(&pdf, signature).await.status(), 200);
}

#[tokio::test]
async fn a_new_offer_takes_the_old_ones_place_and_is_signed_again() {
    let scene = Scene::new(3).await;
    let (pdf, signature) = scene.signed(|_| ());
    let office = scene.server.office().clone();
    let app = scene.server.running.as_ref().unwrap().app.clone();
    let tenant = {
        let mut conn = office.store.read().await.unwrap();
        tenants::home(&mut conn).await.unwrap().unwrap()
    };
    let case_id = scene.application.case_id;
    contracting::offer_again(&office, &app.keys, &tenant, "operator", case_id).await.unwrap();
    refused(scene.send(&pdf, signature).await, 409, "illegal_move").await;
    let offer = offers(&scene.client).await.pop().unwrap();
    let scene = Scene { offer, ..scene };
    let (pdf, signature) = scene.signed(|_| ());
    assert_eq!(scene.send(&pdf, signature).await.status(), 200);
    assert_eq!(scene.countersigned().await.len(), 1);
}

/// A time authority that is down until it is told otherwise.
async fn time_service(up: Arc<AtomicBool>) -> (String, String) {
    let (authority, _) = Authority::create("Example root", "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    let key = authority.create_time_authority("Example time service", now()).unwrap();
    let real = Arc::new(EmbeddedTimeAuthority::new(key, now));
    let answer = move |request: Bytes| async move {
        if !up.load(Ordering::SeqCst) {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        ([("content-type", "application/timestamp-reply")], real.answer(&request).unwrap()).into_response()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(answer))).await });
    (address, certificate_to_pem(authority.certificate()).unwrap())
}

#[tokio::test]
async fn without_a_time_authority_the_contract_holds_and_its_stamp_comes_later() {
    let up = Arc::new(AtomicBool::new(false));
    let (address, root) = time_service(up.clone()).await;
    let mut server = Server::start().await;
    let pem = server.folder.path().join("time-root.pem");
    std::fs::write(&pem, root).unwrap();
    server.time = TimeSettings { time_authority: vec![address], time_root: vec![pem] };
    server.restart().await;

    let mut scene = Scene::on(server, 4).await;
    let (pdf, signature) = scene.signed(|_| ());
    assert_eq!(scene.send(&pdf, signature).await.status(), 200);
    let told = scene.countersigned().await;
    let [(unstamped, false)] = told.as_slice() else { panic!("{told:?}") };
    let report = scene.verified(scene.file(unstamped).await).await;
    assert_eq!(
        (report.verdict, report.time),
        (Verdict::InEffect, TimeReport::None),
        "in effect, and no made-up time"
    );

    // The server works on it too: what is under way must have ended before there is an authority.
    let started = std::time::Instant::now();
    while !scene.waits_for_time().await {
        assert!(started.elapsed().as_secs() < 60, "no time stamp was asked for");
        settle_all(&scene.server.running.as_ref().unwrap().app).await.unwrap();
    }
    scene.server.restart().await;
    scene.client.url.clone_from(&scene.server.url);
    up.store(true, Ordering::SeqCst);
    let told = scene.countersigned().await;
    assert_eq!(told.len(), 1, "asked again only when it is time: {told:?}");
    scene.server.pass_ms(10 * 60 * 1000);
    let told = scene.countersigned().await;
    let [_, (stamped, true)] = told.as_slice() else { panic!("{told:?}") };
    let report = scene.verified(scene.file(stamped).await).await;
    assert_eq!(report.verdict, Verdict::InEffect);
    assert!(matches!(report.time, TimeReport::Independent { .. }), "{report:?}");
    assert_eq!(scene.countersigned().await.len(), 2, "stamped once");
}

#[tokio::test]
async fn a_contract_is_worked_on_by_one_server_and_given_up_only_until_somebody_says_so() {
    let scene = Scene::new(6).await;
    let (pdf, signature) = scene.signed(|_| ());
    let office = scene.server.office();
    let number = signature.number.clone();
    let set = async |columns: &'static str| {
        let mut tx = office.store.write().await.unwrap();
        sqlx::query(columns).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    // As if it had failed ever so often already.
    set("UPDATE contract SET tries = 20").await;
    assert_eq!(scene.send(&pdf, signature).await.status(), 200);
    assert!(scene.countersigned().await.is_empty(), "given up");

    let mut tx = office.store.write().await.unwrap();
    let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
    let given_up = contracts::find(&mut tx, &tenant, &number).await.unwrap().unwrap();
    contracts::try_again(&mut tx, &given_up).await.unwrap();
    let taken = contracts::claim(&mut tx, office.now_ms()).await.unwrap().unwrap();
    assert_eq!(taken.number, number);
    assert!(contracts::claim(&mut tx, office.now_ms()).await.unwrap().is_none(), "it is somebody's");
    let later = office.now_ms() + 3 * 60_000;
    assert!(contracts::claim(&mut tx, later).await.unwrap().is_some(), "who had it is gone");
    contracts::release(&mut tx, &taken).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(scene.countersigned().await.len(), 1);
}

#[tokio::test]
async fn a_computer_that_was_enrolled_by_an_earlier_version_gets_a_certificate_that_signs() {
    let server = Server::start().await;
    let client = server.merchant("13800000502").await;
    let mut tx = server.office().store.write().await.unwrap();
    sqlx::query("UPDATE device SET certificate = 'of an earlier version'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let refresh = json!({ "refresh_token": client.session.refresh_token });
    let path = "/v1/session/refresh";
    let answer = client.device.signed(server.request("POST", path), path, &refresh).send().await.unwrap();
    let renewed = Client { session: body(answer).await, ..client };
    assert_eq!(pass(&renewed).device_id(), renewed.device.id.to_string());
}
