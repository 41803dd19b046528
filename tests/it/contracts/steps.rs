//! From the contract in effect to activation: what the office records, and the papers that reach the merchant.

use portal_app::domain::track::Track;
use portal_tests::pdf_text;

use super::*;

/// What still blocks a track, as the merchant sees it.
fn blocks(case: &CaseView, track: Track) -> Vec<Track> {
    let line = case.progress.iter().find(|line| line.track == track);
    line.unwrap_or_else(|| panic!("{track:?} is no track of {:?}", case.progress)).waits_for.clone()
}

/// A paper of the office once it is here, as text without spaces.
async fn paper(desk: &Desk, case_id: CaseId, kind: DocumentKind) -> String {
    eventually(&desk.app, case_id, "the paper to be here", |case| case.documents.contains(&kind)).await;
    let pdf = desk.app.document_read(case_id, kind).await.unwrap();
    pdf_text(&pdf).split_whitespace().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_on_to_activation_with_every_paper_on_the_merchants_computer() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let case_id = offered(&desk, &backend, 61).await.case_id;
    let (app, id) = (&desk.app, case_id.to_string());
    let case = app.case_show(case_id).await.unwrap();
    assert_eq!(blocks(&case, Track::Terminals), [Track::Contract, Track::Verification]);
    let early = backend.refused_admin(&[
        "case",
        "step",
        "training",
        &id,
        "--trainee",
        "周明",
        "--on",
        "2026-07-01",
        "--topic",
        "care",
    ]);
    assert!(early.contains("illegal_move"), "{early}");

    desk.sign(case_id).await;
    desk.at(case_id, ContractStage::InEffect).await;
    backend.admin(&["case", "step", "failed", &id, "--track", "verification", "--text", "店铺未开门"]);
    let failed = |case: &CaseView| case.tracks.verification == StepState::Failed;
    eventually(app, case_id, "the failed visit to be told", failed).await;
    let told = app.case_show(case_id).await.unwrap();
    let entry = told.timeline.iter().find(|entry| entry.what == TimelineKind::StepFailed).unwrap();
    assert_eq!((entry.track, entry.text.as_deref()), (Some(Track::Verification), Some("店铺未开门")));
    backend.admin(&["case", "step", "reopen", &id, "--track", "verification"]);
    backend.admin(&["case", "step", "verification", &id, "--note", "证照原件相符"]);
    backend.admin(&["case", "step", "settlement", &id]);
    let registers = told.progress.iter().any(|line| line.track == Track::ChannelRegistration);
    if registers {
        backend.admin(&["case", "step", "channel-registration", &id]);
    }

    let odd = ["case", "step", "terminals", &id, "--terminal", "P\u{1F600}=SN-1", "--accessories", "电源"];
    let refused = backend.refused_admin(&odd);
    assert!(refused.contains("/report/done/terminals/0/model not_printable"), "{refused}");
    let case = backend.admin(&["case", "show", &id]);
    assert_eq!(case["tracks"]["terminals"], "open", "nothing was recorded");
    let terminals = [
        "--terminal",
        "示例 P1=SN-0001",
        "--terminal",
        "示例 P1=SN-0009",
        "--accessories",
        "电源一个、纸三卷",
    ];
    let first = backend.admin(&[&["case", "step", "terminals", &id], &terminals[..]].concat());
    let again = backend.admin(&[&["case", "step", "terminals", &id], &terminals[..]].concat());
    assert_eq!(again["rev"], first["rev"], "twice is once");
    let sheet = paper(&desk, case_id, DocumentKind::CustodySheet).await;
    let contract = app.contract_show(case_id).await.unwrap().offer.unwrap();
    for said in [
        "机具保管单",
        "示例P1",
        "SN-0001、SN-0009",
        "￥200.00",
        "电源一个、纸三卷",
        &contract.number,
        "示例收单服务有限公司",
    ] {
        assert!(sheet.contains(said), "{said} is not in {sheet}");
    }
    let wrong =
        ["case", "step", "training", &id, "--trainee", "周明", "--on", "2026-13-01", "--topic", "care"];
    let wrong = backend.refused_admin(&wrong);
    assert!(wrong.contains("/report/done/trained_on"), "{wrong}");

    let put_right = ["--terminal", "示例 P1=SN-0002", "--accessories", "电源一个"];
    let put_right = backend.admin(&[&["case", "step", "terminals", &id], &put_right[..]].concat());
    let newest = |case: &CaseView| {
        case.timeline.iter().filter(|entry| entry.track == Some(Track::Terminals)).count() == 2
    };
    eventually(app, case_id, "the corrected sheet to be told", newest).await;
    until(app, "the corrected sheet", async || {
        let pdf = app.document_read(case_id, DocumentKind::CustodySheet).await.ok()?;
        let text = pdf_text(&pdf);
        (text.contains("SN-0002") && text.contains("￥100.00")).then_some(())
    })
    .await;

    // Papers wait for a computer without a network.
    backend.stop();
    backend.admin(&[
        "case",
        "step",
        "training",
        &id,
        "--trainee",
        "周明",
        "--on",
        "2026-07-01",
        "--topic",
        "refunds",
    ]);
    let active = backend.admin(&["case", "step", "activation", &id, "--merchant-number", "000290000000001"]);
    assert_eq!(active["tracks"]["activation"], "done", "{active}");
    assert_eq!(active["rev"].as_u64().unwrap(), put_right["rev"].as_u64().unwrap() + 2);
    backend.resume();
    let certificate = paper(&desk, case_id, DocumentKind::TrainingCertificate).await;
    for said in ["装机培训证书", "周明", "2026年7月1日", "撤销与退款"] {
        assert!(certificate.contains(said), "{said} is not in {certificate}");
    }
    assert!(!certificate.contains("报修"), "what wasn't practised is not certified: {certificate}");
    let letter = paper(&desk, case_id, DocumentKind::ActivationLetter).await;
    for said in ["开通通知书", "000290000000001", "SN-0002", &contract.number] {
        assert!(letter.contains(said), "{said} is not in {letter}");
    }
    let case = app.case_show(case_id).await.unwrap();
    assert!(case.progress.iter().all(|line| line.state == StepState::Done), "{:?}", case.progress);
    let times = case.timeline.iter().filter(|entry| entry.what == TimelineKind::StepDone).count();
    assert_eq!(
        times,
        6 + usize::from(registers),
        "each step once, and the terminals again: {:?}",
        case.timeline
    );
    app.close().await;
}
