//! What the backend takes is known here before anything is finalised.

use std::sync::Arc;

use portal_app::domain::dossier::MerchantKind;
use portal_app::domain::problem::ProblemCode;
use portal_app::domain::status::CaseStatus;
use portal_app::error::CommandCode;
use portal_app::view::SignInProof;
use portal_backend::sender::CodeSender;
use portal_backend::{Config, Limits};
use portal_tests::{PIN, draft, open_quiet, phone};

use crate::accounts::Inbox;

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_the_backend_would_refuse_is_named_before_it_is_finalised() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let inbox = Arc::new(Inbox::default());
    let backend = portal_backend::start(Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: data.path().to_owned(),
        storage: portal_backend::Storage::default(),
        clock: portal_backend::clock::system(),
        sender: Arc::clone(&inbox) as Arc<dyn CodeSender>,
        limits: Limits { max_blob_bytes: 1000, ..Limits::default() },
        https: false,
        time: portal_backend::TimeSettings::default(),
    })
    .await
    .unwrap();
    let app = open_quiet(profile.path(), &format!("http://{}", backend.address)).await;
    app.session_send_code(phone(61)).await.unwrap();
    let code = inbox.0.lock().unwrap().clone();
    app.session_sign_in(SignInProof::Phone { phone: phone(61), code }, PIN.to_owned()).await.unwrap();
    let case = draft(&app, 61, MerchantKind::Micro).await;
    assert!(case.problems.iter().all(|problem| !problem.is_blocking()), "nothing is known yet");

    app.sync_once().await.unwrap();
    backend.stop().await.unwrap();
    let case = app.case_show(case.case_id).await.unwrap();
    let refused: Vec<_> = case.problems.iter().filter(|problem| problem.is_blocking()).collect();
    assert_eq!(refused.len(), case.photos.len());
    assert!(refused.iter().all(|problem| problem.code == ProblemCode::PhotoTooLarge), "{refused:?}");
    assert!(refused.iter().all(|problem| problem.params["max"] == "1000"), "{refused:?}");

    let error = app.case_submit(case.case_id, case.revision).await.unwrap_err();
    assert_eq!(error.code, CommandCode::Invalid);
    let named: Vec<_> = error.fields.iter().map(|field| &field.path).collect();
    assert_eq!(named, refused.iter().map(|problem| &problem.pointer).collect::<Vec<_>>());
    assert_eq!(app.case_show(case.case_id).await.unwrap().status, CaseStatus::Draft);
    app.close().await;
}
