//! Signed on paper: printed, scanned page by page, compared by a reviewer, and in effect by the issuer's signature.

use super::*;

/// Pages of the contract that is open.
async fn open(desk: &Desk, case_id: CaseId) -> (String, u16) {
    let view = desk.app.contract_prepare(case_id, estimate()).await.unwrap();
    let reading = view.reading.unwrap();
    (reading.render_sha256, reading.pages)
}

/// A picture of a page.
fn page_photo(seed: u64) -> Vec<u8> {
    photo(9_000 + seed, 1240, 1754)
}

fn number(backend: &Backend) -> String {
    backend.admin(&["contract", "list"])[0]["number"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_on_paper_offline_is_compared_returned_put_right_and_takes_effect_once() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let app = &desk.app;
    let case_id = offered_to_an_agent(&desk, &backend, 81).await;
    let unopened = app.document_read(case_id, DocumentKind::PaperCopy).await.unwrap_err();
    assert_eq!(unopened.code, CommandCode::NotRead, "nothing is printed that wasn't opened");

    backend.stop();
    let (render, pages) = open(&desk, case_id).await;
    let copy = app.document_read(case_id, DocumentKind::PaperCopy).await.unwrap();
    let unsigned = app.document_read(case_id, DocumentKind::ContractToSign).await.unwrap();
    assert!(
        copy.starts_with(&unsigned) && copy.len() > unsigned.len(),
        "exactly what is on offer, and marks"
    );
    let checked = app.contract_check(copy).await.unwrap();
    assert_eq!(checked.verdict, Verdict::Refused, "a copy to sign is no contract");

    let beyond = app.contract_scan_add(case_id, pages + 1, page_photo(1)).await.unwrap_err();
    assert_eq!(beyond.fields[0].path, "/page");
    let none = app.contract_scan_add(case_id, 1, b"not a picture".to_vec()).await.unwrap_err();
    assert_eq!(none.code, CommandCode::PhotoNotAnImage);
    app.contract_scan_add(case_id, 2, page_photo(2)).await.unwrap();
    let twice = app.contract_scan_add(case_id, 1, page_photo(2)).await.unwrap_err();
    assert_eq!(twice.code, CommandCode::PhotoDuplicate, "a page is not its own neighbour");
    let missing = app.contract_submit_paper(case_id, render.clone()).await.unwrap_err();
    assert_eq!((missing.code, missing.fields[0].path.as_str()), (CommandCode::ScansMissing, "/scans/1"));
    assert_eq!(missing.fields.len(), usize::from(pages) - 1, "every page that lacks: {missing:?}");

    // Another estimate is another document: what was scanned of the first is nothing.
    let offer = app.contract_show(case_id).await.unwrap().offer.unwrap();
    let other = vec![Turnover { service: offer.fees[0].service, payments: 77, each_fen: 12_300 }];
    let changed = app.contract_prepare(case_id, other).await.unwrap();
    assert!(changed.scans.is_empty());
    let stale = app.contract_submit_paper(case_id, render).await.unwrap_err();
    assert_eq!(stale.code, CommandCode::Stale, "scans of a document that changed");
    let (render, pages) = open(&desk, case_id).await;
    for page in 1..=pages {
        app.contract_scan_add(case_id, page, page_photo(u64::from(page))).await.unwrap();
    }
    let kept = app.contract_scan_read(case_id, 1).await.unwrap();
    assert!(kept.starts_with(&[0xff, 0xd8]), "as JPEG");

    app.outbox_pause(true).await.unwrap();
    let handed_in = app.contract_submit_paper(case_id, render.clone()).await.unwrap();
    assert_eq!((handed_in.stage, handed_in.on_paper), (ContractStage::Signed, true));
    let again = app.contract_submit_paper(case_id, render.clone()).await.unwrap_err();
    assert_eq!(again.code, CommandCode::Frozen, "handed in once");
    assert_eq!(app.outbox_show().await.unwrap().items.len(), 1);
    // Paper stays signed: taken back, it needs no new scan.
    app.case_unqueue(case_id).await.unwrap();
    assert_eq!(app.contract_show(case_id).await.unwrap().scans.len(), usize::from(pages));
    app.contract_submit_paper(case_id, render.clone()).await.unwrap();

    backend.resume();
    app.outbox_pause(false).await.unwrap();
    let received = desk.at(case_id, ContractStage::Received).await;
    assert!(received.on_paper);
    assert_eq!(backend.admin(&["contract", "countersign"])["settled"], 0, "nobody has compared it");
    let listed = backend.admin(&["contract", "list"])[0].clone();
    assert_eq!((&listed["state"], &listed["assurance"]), (&"on_paper".into(), &Value::Null));

    let why = "第 2 页没有签字";
    backend.admin(&["contract", "return-paper", &number(&backend), "--text", why]);
    let returned = desk.at(case_id, ContractStage::Offered).await;
    assert_eq!(returned.returned.as_deref(), Some(why));
    assert_eq!(returned.scans.len(), usize::from(pages), "only the bad page is scanned anew");
    let case = app.case_show(case_id).await.unwrap();
    assert_eq!(case.tracks.contract, StepState::Open);
    let told = case.timeline.iter().find(|entry| entry.what == TimelineKind::ContractReturned).unwrap();
    assert_eq!(told.text.as_deref(), Some(why));

    app.contract_scan_add(case_id, 2, page_photo(700)).await.unwrap();
    app.contract_submit_paper(case_id, render).await.unwrap();
    app.outbox_send_now().await.unwrap();
    desk.at(case_id, ContractStage::Received).await;
    let early = backend.refused_admin(&["contract", "export", &number(&backend), "--out", "unused.json"]);
    assert!(early.contains("not in effect yet"), "{early}");
    backend.admin(&["contract", "accept-paper", &number(&backend)]);
    backend.admin(&["contract", "accept-paper", &number(&backend)]);
    let effective = desk.at(case_id, ContractStage::InEffect).await;
    assert!(effective.on_paper && effective.stamped);
    assert_eq!(effective.returned, None);
    let file = app.document_read(case_id, DocumentKind::Contract).await.unwrap();
    let report = app.contract_check(file).await.unwrap();
    assert_eq!(report.verdict, Verdict::OnPaper, "{report:?}");
    assert_eq!(report.merchant, None, "the hand is on the paper");
    assert!(report.paper_record_sha256.is_some());
    let case = app.case_show(case_id).await.unwrap();
    assert_eq!((case.tracks.contract, case.tracks.settlement), (StepState::Done, StepState::Open));
    let times = |what| case.timeline.iter().filter(|entry| entry.what == what).count();
    let counted = (times(TimelineKind::ContractScannedHere), times(TimelineKind::ContractInEffect));
    assert_eq!(
        counted,
        (3, 1),
        "handed in, taken back and handed in, returned and handed in: in effect once"
    );
    let contracts = backend.admin(&["contract", "list"]);
    assert_eq!(contracts.as_array().unwrap().len(), 1, "{contracts}");
    let listed = (&contracts[0]["state"], &contracts[0]["assurance"]);
    assert_eq!(listed, (&"in_effect".into(), &"paper".into()));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchants_own_paper_goes_the_same_way_from_the_command_line() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let desk = Desk::open(profile.path(), &backend, true).await;
    let case_id = offered(&desk, &backend, 82).await.case_id;
    desk.app.close().await;
    drop(desk);

    let portal = CommandLine::headless(profile.path(), backend.address());
    let file = |name: &str| data.path().join(name).to_str().unwrap().to_owned();
    let (id, printed) = (case_id.to_string(), file("to-sign.pdf"));
    portal.run(&["contract", "prepare", &id, "--out", &file("pages.pdf")]);
    let opened = portal.run(&["contract", "paper-copy", &id, "--out", &printed]).1;
    assert!(std::fs::read(&printed).unwrap().starts_with(b"%PDF"));
    let pages = opened["reading"]["pages"].as_u64().unwrap();
    let scans: Vec<String> = (1..=pages)
        .map(|page| {
            let scan = file(&format!("page-{page}.jpg"));
            std::fs::write(&scan, page_photo(100 + page)).unwrap();
            scan
        })
        .collect();
    let (code, early) = portal.run(&["contract", "submit-paper", &id]);
    assert_eq!(early["code"], "scans_missing", "{code} {early}");
    let mut scanning = vec!["contract", "scan", &id];
    scanning.extend(scans.iter().map(String::as_str));
    let (_, scanned) = portal.run(&scanning);
    assert_eq!(scanned["scans"].as_array().unwrap().len() as u64, pages, "{scanned}");
    let (code, handed_in) = portal.run(&["contract", "submit-paper", &id]);
    assert_eq!((code, &handed_in["stage"]), (3, &"signed".into()), "{handed_in}");
    portal.ask(&["sync", "--once"]);
    backend.admin(&["contract", "accept-paper", &number(&backend)]);
    backend.admin(&["contract", "countersign"]);
    portal.ask(&["sync", "--once"]);
    let signed = file("signed.pdf");
    let (code, shown) = portal.run(&["contract", "show", &id, "--out", &signed]);
    assert_eq!((code, &shown["on_paper"]), (0, &true.into()), "{shown}");
    let root = file("root.pem");
    std::fs::write(&root, backend.admin(&["contract", "root"])["root"].as_str().unwrap()).unwrap();
    let (code, report) = portal.run(&["contract", "verify", &signed, "--root", &root]);
    assert_eq!((code, &report["verdict"]), (0, &"on_paper".into()), "{report}");

    let exported = Exported::new(&backend, data.path(), &number(&backend));
    let told = exported.holds();
    assert_eq!((&told["assurance"], &told["told"]["agent"]), (&"paper".into(), &Value::Null), "{told}");
    assert_eq!(told["told"]["scans"].as_array().unwrap().len() as u64, pages);
    exported.refuses("scans", &|bundle| bundle["scans"].as_array_mut().unwrap().swap(0, 1));
    exported.refuses("scans", &|bundle| drop(bundle["scans"].as_array_mut().unwrap().pop()));
    exported.refuses("offer", &|bundle| bundle["offer"] = bundle["countersigned"].clone());
    exported.refuses("on_paper", &|bundle| bundle["on_paper"] = bundle["countersigned"].clone());
    exported.refuses("countersigned", &|bundle| bundle["countersigned"] = bundle["on_paper"].clone());
    exported.refuses("contract", &|bundle| bundle["contract"] = bundle["scans"][0].clone());
}
