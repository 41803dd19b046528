//! A phone as the camera of a slot: its photos go the way of all photos, and the door is open no longer than it should.

use std::io::{Read, Write};
use std::net::TcpStream;

use portal_app::App;
use portal_app::domain::dossier::{Dossier, MerchantKind, Slot};
use portal_app::domain::ids::CaseId;
use portal_app::error::CommandCode;
use portal_app::view::{PhoneAnswer, PhotoVerdictCode};
use portal_phone::testing::Scanned;
use portal_pictures::{Flaw, Order, Paper};
use portal_tests::{Backend, PIN, draft, open_quiet, phone, photo, sign_in_by_phone, submit, until};

/// What a phone is answered; none when it isn't let in, or nobody listens.
async fn send(code: &Scanned, action: &str, nonce: u8, bytes: &[u8]) -> Option<PhoneAnswer> {
    let body = code.seal(action, nonce, bytes);
    let (code, action) = (code.clone(), action.to_owned());
    tokio::task::spawn_blocking(move || exchange(&code, &action, &body)).await.unwrap()
}

fn exchange(code: &Scanned, action: &str, body: &[u8]) -> Option<PhoneAnswer> {
    let mut stream = TcpStream::connect(&code.host).ok()?;
    let head = format!(
        "POST {}{action} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        code.path,
        code.host,
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, json) = answer.split_once("\r\n\r\n")?;
    head.starts_with("HTTP/1.1 200").then(|| serde_json::from_str(json).unwrap())
}

async fn opened(app: &App, case_id: CaseId, slot: Slot) -> Scanned {
    let door = app.phone_open(case_id, slot, None).await.expect("this computer is in a network");
    assert_eq!(app.phone_show().await.unwrap().as_ref(), Some(&door));
    Scanned::by(1, &door.link)
}

/// Waits until nobody listens any more, and the app says so.
async fn closed(app: &App, code: &Scanned) {
    until(app, "the door to close", async || {
        let gone = app.phone_show().await.unwrap().is_none() && TcpStream::connect(&code.host).is_err();
        gone.then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_s_photos_are_fitted_judged_and_kept_in_their_slot() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody answers there: all of this works without the internet.
    let app = open_quiet(folder.path(), "https://portal.invalid").await;
    let typed = Dossier { kind: Some(MerchantKind::Enterprise), ..Dossier::default() };
    let case_id = app.case_import(typed).await.unwrap().case_id;
    let code = opened(&app, case_id, Slot::BusinessLicence).await;
    let licence = |seed| Order::new(seed, Paper::LicenceLandscape).long_side(2000);

    let ready = send(&code, "hello", 1, b"").await.unwrap();
    let PhoneAnswer::Ready { slot, room: 1, .. } = &ready else { panic!("{ready:?}") };
    assert_eq!(slot.zh, "营业执照");
    assert!(app.phone_show().await.unwrap().unwrap().connected);
    let no_picture = send(&code, "photo", 2, b"not a picture").await.unwrap();
    assert_eq!(no_picture, PhoneAnswer::Refused { code: CommandCode::PhotoNotAnImage });

    let blurred = licence(3).with(Flaw::Blur).taken().bytes;
    let judged = send(&code, "photo", 3, &blurred).await.unwrap();
    let PhoneAnswer::Taken { number: 0, room: 0, verdicts } = &judged else { panic!("{judged:?}") };
    assert!(verdicts.iter().any(|verdict| verdict.code == PhotoVerdictCode::Blurred), "{verdicts:?}");
    let repeated = send(&code, "photo", 9, &blurred).await.unwrap();
    assert_eq!(repeated, judged, "sent again because the answer was lost, it is there and told so");
    let hello = send(&code, "hello", 10, b"").await.unwrap();
    let PhoneAnswer::Ready { photos, room: 0, .. } = hello else { panic!("{hello:?}") };
    assert_eq!(photos.len(), 1, "a page that was loaded anew learns what came");
    let full = send(&code, "photo", 4, &licence(4).taken().bytes).await.unwrap();
    assert_eq!(full, PhoneAnswer::Refused { code: CommandCode::PhotoSlotFull });

    let again = send(&code, "photo/0", 5, &licence(3).taken().bytes).await.unwrap();
    assert_eq!(again, PhoneAnswer::Taken { number: 0, room: 0, verdicts: Vec::new() });
    let case = app.case_show(case_id).await.unwrap();
    let [kept] = case.photos.as_slice() else { panic!("{:?}", case.photos) };
    assert_eq!(kept.slot, Slot::BusinessLicence);
    assert_eq!(app.phone_show().await.unwrap().unwrap().photos, [kept.photo_id]);

    // What was taken away at the computer can't be stood in for: the slot has room, so it is added.
    app.photo_remove(case_id, kept.photo_id).await.unwrap();
    let added = send(&code, "photo/0", 6, &licence(5).taken().bytes).await.unwrap();
    assert!(matches!(added, PhoneAnswer::Taken { number: 1, room: 0, .. }), "{added:?}");

    assert_eq!(send(&code, "done", 7, b"").await.unwrap(), PhoneAnswer::Closed);
    closed(&app, &code).await;
    assert_eq!(send(&code, "photo", 8, &licence(6).taken().bytes).await, None);
    assert_eq!(app.case_show(case_id).await.unwrap().photos.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_closes_with_the_panel_the_lock_and_the_account() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(data.path());
    let app = open_quiet(profile.path(), backend.address()).await;
    let account = sign_in_by_phone(&app, &backend, &phone(71)).await.session.account.unwrap().account;
    let case_id = app.case_create().await.unwrap().case_id;

    let code = opened(&app, case_id, Slot::Storefront).await;
    app.phone_close().await.unwrap();
    closed(&app, &code).await;

    let first = opened(&app, case_id, Slot::Storefront).await;
    let second = opened(&app, case_id, Slot::Interior).await;
    until(&app, "the first door to close", async || TcpStream::connect(&first.host).is_err().then_some(()))
        .await;
    assert!(send(&second, "hello", 1, b"").await.is_some(), "the second is another");

    app.session_lock().await.unwrap();
    closed(&app, &second).await;
    assert_eq!(app.phone_open(case_id, Slot::Interior, None).await.unwrap_err().code, CommandCode::Locked);
    app.session_unlock(account.clone(), PIN.to_owned()).await.unwrap();
    assert!(app.case_show(case_id).await.unwrap().photos.is_empty());

    let third = opened(&app, case_id, Slot::Interior).await;
    // Unlocked again by the same person: nothing has changed for the phone.
    app.session_unlock(account, PIN.to_owned()).await.unwrap();
    assert!(send(&third, "hello", 1, b"").await.is_some());
    sign_in_by_phone(&app, &backend, &phone(72)).await;
    closed(&app, &third).await;
    assert_eq!(send(&third, "photo", 2, &photo(7, 1200, 900)).await, None, "another account is in use");

    let own = app.case_create().await.unwrap().case_id;
    let fourth = opened(&app, own, Slot::Storefront).await;
    app.session_sign_out().await.unwrap();
    closed(&app, &fourth).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_door_opens_where_nothing_may_be_added() {
    let folder = tempfile::tempdir().unwrap();
    let (data, profile) = (folder.path().join("backend"), folder.path().join("profile"));
    let backend = Backend::start(&data);
    let app = open_quiet(&profile, backend.address()).await;
    sign_in_by_phone(&app, &backend, &phone(73)).await;
    let case_id = draft(&app, 73, MerchantKind::Micro).await.case_id;
    let code = opened(&app, case_id, Slot::Storefront).await;
    let elsewhere = app.phone_open(case_id, Slot::Storefront, Some("198.51.100.7".to_owned())).await;
    assert_eq!(elsewhere.unwrap_err().code, CommandCode::NoNetwork, "not an address of this computer");

    submit(&app, case_id).await;
    let late = send(&code, "photo", 1, &photo(9, 1200, 900)).await.unwrap();
    assert_eq!(late, PhoneAnswer::Refused { code: CommandCode::Frozen });
    let frozen = app.phone_open(case_id, Slot::Storefront, None).await;
    assert_eq!(frozen.unwrap_err().code, CommandCode::Frozen);
    app.close().await;
    closed(&app, &code).await;
}
