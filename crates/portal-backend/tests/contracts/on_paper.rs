//! A contract that was signed on paper: whole, of exactly this document, and in effect only after a reviewer's verdict.

use portal_contract::evidence::OnPaper;
use portal_domain::dossier::Slot;
use portal_domain::ids::OpId;
use portal_protocol::contract::PaperSignature;
use serde_json::Value;

use super::*;

/// What a computer sends of a contract that was signed on paper.
struct Handed {
    scans: Vec<Vec<u8>>,
    record: OnPaper,
}

impl Scene {
    /// Every page of the document that is on offer, scanned.
    fn handed(&self) -> Handed {
        let offer: Offer = serde_json::from_str(&self.offer.payload).unwrap();
        let profile = portal_domain::profile::lakala().unwrap();
        let document = offer.document(&self.application.dossier, profile, &[]).unwrap();
        let rendered = render(&document, Fonts::embedded().unwrap()).unwrap();
        let scans: Vec<Vec<u8>> = (0..rendered.pages)
            .map(|page| format!("scan of page {page} of {}", offer.contract_no).into())
            .collect();
        let data_sha256 = offer.data_sha256(&self.application.dossier, profile, &[]).unwrap();
        let told = ceremony(&offer, &self.client, &rendered, data_sha256);
        let record = OnPaper {
            contract_no: told.contract_no,
            template: told.template,
            data_sha256: told.data_sha256,
            render_sha256: told.render_sha256,
            renderer: told.renderer,
            scans: scans.iter().map(|scan| sha(scan).to_string()).collect(),
            agent: None,
            device: told.device,
            at: now(),
            previous_sha256: None,
        };
        Handed { scans, record }
    }

    fn paper(&self, handed: &Handed) -> Operation {
        let (key, device) = (Key(self.client.device.key.clone()), pass(&self.client));
        let record = Record::OnPaper(Box::new(handed.record.clone()));
        let by = DeviceSigner { certificate: &device, key: &key };
        let Sealed { payload, signature } = Sealed::seal(record.to_canonical_json().unwrap(), &by).unwrap();
        let blobs = handed.scans.iter().map(|scan| BlobRef {
            slot: Slot::PaperContract.into(),
            sha: sha(scan),
            size: scan.len() as u64,
            media_type: "image/jpeg".into(),
        });
        let offer: Offer = serde_json::from_str(&self.offer.payload).unwrap();
        Operation {
            case_id: self.application.case_id,
            base_rev: None,
            made_at_ms: NOW_MS,
            device_id: self.client.device.id,
            blobs: blobs.collect(),
            change: Change::SignOnPaper(Box::new(PaperSignature {
                number: offer.contract_no,
                offer_sha: sha(self.offer.payload.as_bytes()),
                turnovers: Vec::new(),
                record: SealedText { payload, signature },
            })),
        }
    }

    async fn hand_in(&self, operation: &Operation, scans: &[Vec<u8>]) -> (OpId, reqwest::Response) {
        let op_id = new_op();
        let declared = self.client.declare(op_id, operation).await;
        if declared.status() != 201 {
            return (op_id, declared);
        }
        for scan in scans {
            assert!(self.client.put(scan).await.status().is_success());
        }
        (op_id, self.client.commit(op_id).await)
    }

    /// Why it is refused.
    async fn refusal(&self, handed: &Handed) -> (u16, Value) {
        let (_, answer) = self.hand_in(&self.paper(handed), &handed.scans).await;
        let (status, problem) = support::problem(answer).await;
        (status, problem["errors"].clone())
    }
}

#[tokio::test]
async fn a_scan_that_is_missing_or_of_another_document_is_refused_by_name() {
    let scene = Scene::new(41).await;
    let refused = |pointer: &str, code: &str| (422, json!([{ "pointer": pointer, "code": code }]));

    let mut missing = scene.handed();
    missing.scans.pop();
    missing.record.scans.pop();
    assert_eq!(scene.refusal(&missing).await, refused("/blobs", "one_scan_for_each_page"));
    let mut more = scene.handed();
    more.scans.push(b"a page that no contract has".to_vec());
    more.record.scans.push(sha(more.scans.last().unwrap()).to_string());
    assert_eq!(scene.refusal(&more).await, refused("/blobs", "one_scan_for_each_page"));
    let mut swapped = scene.handed();
    swapped.record.scans.swap(0, 1);
    assert_eq!(scene.refusal(&swapped).await, refused("/blobs", "other_scans"));
    let mut other = scene.handed();
    other.record.render_sha256 = "0".repeat(64);
    assert_eq!(scene.refusal(&other).await, refused("/payload/record", "other_document"));
    let mut cheaper = scene.handed();
    cheaper.record.data_sha256 = "0".repeat(64);
    assert_eq!(scene.refusal(&cheaper).await, refused("/payload/record", "other_document"));
    let mut assisted = scene.handed();
    assisted.record.agent = Some(Agent { id: "somebody".into(), role: AgentRole::Assistant });
    assert_eq!(scene.refusal(&assisted).await, refused("/payload/record", "other_agent"));
    let mut elsewhere = scene.handed();
    elsewhere.record.device.id = "somewhere".into();
    assert_eq!(scene.refusal(&elsewhere).await, refused("/payload/record", "other_computer"));
    let mut late = scene.handed();
    late.record.at = "2099-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(scene.refusal(&late).await, refused("/payload/record", "offer_expired"));
    let mut twice = scene.handed();
    twice.scans[1] = twice.scans[0].clone();
    let (status, errors) = scene.refusal(&twice).await;
    assert_eq!((status, &errors[0]), (422, &json!({ "pointer": "/blobs/1", "code": "duplicate" })));

    let whole = scene.handed();
    let mut pdf = scene.paper(&whole);
    pdf.blobs[0].media_type = "application/pdf".into();
    let (_, answer) = scene.hand_in(&pdf, &whole.scans).await;
    let (_, problem) = support::problem(answer).await;
    assert_eq!(problem["errors"], json!([{ "pointer": "/blobs/0", "code": "not_a_scan" }]));
    let mut superseded = scene.paper(&whole);
    let Change::SignOnPaper(signature) = &mut superseded.change else { panic!() };
    signature.offer_sha = sha(b"an earlier offer");
    let (_, problem) = support::problem(scene.hand_in(&superseded, &whole.scans).await.1).await;
    assert_eq!(problem["errors"], json!([{ "pointer": "/payload/offer_sha", "code": "superseded" }]));
    assert_eq!(scene.hand_in(&scene.paper(&whole), &whole.scans).await.1.status(), 200);
}

#[tokio::test]
async fn it_takes_effect_only_by_a_reviewers_verdict_on_what_they_saw() {
    let scene = Scene::new(42).await;
    let handed = scene.handed();
    let operation = scene.paper(&handed);
    let (op_id, answer) = scene.hand_in(&operation, &handed.scans).await;
    let receipt = (answer.status(), answer.text().await.unwrap());
    let again = scene.client.commit(op_id).await;
    assert_eq!((again.status(), again.text().await.unwrap()), receipt, "the same receipt for ever");
    assert_eq!(scene.countersigned().await, [], "nobody has looked at it");

    let console = scene.server.reviewer("wu").await;
    let page: Value = body(console.get("paper-contracts").await).await;
    let line = &page["lines"][0];
    assert_eq!((&line["op_id"], &line["pages"]), (&json!(op_id), &json!(handed.scans.len())), "{page}");
    let path = format!("paper-contract/{op_id}");
    let view: Value = body(console.get(&path).await).await;
    assert_eq!(view["render_sha256"], handed.record.render_sha256);
    assert_eq!(view["signer"], scene.application.dossier.legal_person.name);
    assert_eq!(view["annexes"][0]["zh"], "个人信息处理同意书");
    assert_eq!(view["by_staff"], false);
    let document = console.get(&format!("{path}/document")).await.bytes().await.unwrap();
    assert_eq!(
        sha(&document).to_string(),
        handed.record.render_sha256,
        "the document itself, rendered again"
    );
    let scan = view["scans"][1]["sha"].as_str().unwrap();
    assert_eq!(console.get(&format!("blob/{scan}")).await.bytes().await.unwrap(), handed.scans[1]);

    let wordless = json!({ "verdict": "return", "text": " " });
    refused(console.post(&path, &wordless).await, 422, "invalid").await;
    let returned = json!({ "verdict": "return", "text": "第 2 页没有签字" });
    assert_eq!(console.post(&path, &returned).await.status(), 204);
    assert_eq!(console.post(&path, &returned).await.status(), 204, "the same verdict twice has one effect");
    refused(console.post(&path, &json!({ "verdict": "accept" })).await, 409, "illegal_move").await;
    refused(console.get(&path).await, 404, "not_found").await;
    let events: EventBatch = body(scene.client.get("/v1/events?after=0").await).await;
    let told = events.events.iter().filter_map(|event| match &event.what {
        Happened::ContractReturned { text, by, .. } => Some((text.as_str(), by.is_some())),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [("第 2 页没有签字", true)], "told once, by name");

    // Another scan of the second page.
    let mut better = scene.handed();
    better.scans[1] = b"page 2 with initials".to_vec();
    better.record.scans[1] = sha(&better.scans[1]).to_string();
    let (op_id, answer) = scene.hand_in(&scene.paper(&better), &better.scans).await;
    assert_eq!(answer.status(), 200);
    let path = format!("paper-contract/{op_id}");
    for _ in 0..2 {
        assert_eq!(console.post(&path, &json!({ "verdict": "accept" })).await.status(), 204);
    }
    refused(console.post(&path, &returned).await, 409, "illegal_move").await;
    let told = scene.countersigned().await;
    let [(sha256, true)] = told.as_slice() else { panic!("{told:?}") };
    let report = scene.verified(scene.file(sha256).await).await;
    assert_eq!(report.verdict, Verdict::OnPaper, "{report:?}");
    let record = Record::OnPaper(Box::new(better.record)).sha256().unwrap();
    assert_eq!(report.paper_record_sha256, Some(hex::encode(record)), "the record that names these scans");
    let path = format!("/v1/contracts/{sha256}");
    let known: Value = body(scene.server.request("GET", &path).send().await.unwrap()).await;
    assert_eq!((&known["state"], &known["assurance"]), (&json!("in_effect"), &json!("paper")), "{known}");
    let case: CaseDocument =
        body(scene.client.get(&format!("/v1/cases/{}", scene.application.case_id)).await).await;
    assert_eq!((case.tracks.contract, case.tracks.settlement), (StepState::Done, StepState::Open));
    let page: Value = body(console.get("paper-contracts").await).await;
    assert_eq!(page["lines"], json!([]));
}

#[tokio::test]
async fn an_administrator_sees_the_scans_and_decides_nothing() {
    let scene = Scene::new(43).await;
    let handed = scene.handed();
    let (op_id, answer) = scene.hand_in(&scene.paper(&handed), &handed.scans).await;
    assert_eq!(answer.status(), 200);
    scene.server.staff("administrator", "root", None).await;
    let console = scene.server.console("root").await;
    let path = format!("paper-contract/{op_id}");
    assert_eq!(console.get(&path).await.status(), 200);
    refused(console.post(&path, &json!({ "verdict": "accept" })).await, 403, "forbidden").await;
    assert_eq!(scene.countersigned().await, []);
}
