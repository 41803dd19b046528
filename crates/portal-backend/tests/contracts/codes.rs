//! The signer's phone confirms one document: to the number in the application, once, and looked at again at countersignature.

use jiff::SignedDuration;
use portal_backend::http::contracts::KnownFile;
use portal_backend::phone_codes::VALID_S;
use portal_contract::evidence::{Assurance, Ceremony, PhoneConfirmation, Will, WillMethod};
use portal_contract::pki::DeviceSigner;
use portal_contract::sealed::Sealed;
use portal_protocol::contract::SealedText;
use portal_protocol::session::CodeSent;
use reqwest::Response;
use serde_json::{Value, json};

use super::support::{Client, body, problem, refused, sha};
use super::{Key, Scene, pass};

const MINUTE_MS: i64 = 60_000;

/// What evidence tells instead of what an honest computer does.
type Tell = Box<dyn Fn(&mut Ceremony)>;

impl Scene {
    fn number(&self) -> Value {
        let offer: Value = serde_json::from_str(&self.offer.payload).unwrap();
        offer["contract_no"].clone()
    }

    /// SHA-256 of the pages that an honest computer shows.
    fn document(&self) -> String {
        let mut document = String::new();
        self.signed_telling(|_| (), |told| document.clone_from(&told.render_sha256));
        document
    }

    async fn ask_code(&self, client: &Client, document: &str) -> Response {
        let request = json!({ "number": self.number(), "document_sha256": document });
        client.request("POST", "/v1/contract-codes").json(&request).send().await.unwrap()
    }

    async fn confirm(&self, client: &Client, document: &str, code: &str) -> Response {
        let request = json!({ "number": self.number(), "document_sha256": document, "code": code });
        client.request("POST", "/v1/contract-confirmations").json(&request).send().await.unwrap()
    }

    /// The newest code that the signer's phone got.
    fn code(&self) -> String {
        self.server.inbox.code(&self.application.dossier.legal_person.mobile).unwrap()
    }

    async fn confirmed(&self, client: &Client, document: &str) -> SealedText {
        assert_eq!(self.ask_code(client, document).await.status(), 202);
        body(self.confirm(client, document, &self.code()).await).await
    }
}

/// Evidence that tells of a confirmation as an honest computer does.
fn telling(sealed: &SealedText) -> impl Fn(&mut Ceremony) + use<> {
    let confirmed: PhoneConfirmation = serde_json::from_str(&sealed.payload).unwrap();
    let sealed = Sealed { payload: sealed.payload.clone(), signature: sealed.signature.clone() };
    move |ceremony| {
        ceremony.will = Will {
            method: WillMethod::Sms,
            time: confirmed.confirmed_at,
            confirmation: Some(sealed.clone()),
            ..ceremony.will.clone()
        };
        ceremony.clock.last_server_time = Some(confirmed.confirmed_at);
        ceremony.clock.skew_ms = Some(0);
    }
}

#[tokio::test]
async fn a_code_confirms_the_document_that_it_was_made_for_and_is_used_once() {
    let scene = Scene::new(21).await;
    let (document, other) = (scene.document(), sha(b"other pages").to_string());
    scene.server.pass_ms(MINUTE_MS);
    let second = scene.server.merchant("13800000501").await;
    let stranger = scene.server.merchant("13800000510").await;
    scene.server.inbox.clear();

    refused(scene.ask_code(&stranger, &document).await, 404, "not_found").await;
    let sent: CodeSent = body(scene.ask_code(&scene.client, &document).await).await;
    assert_eq!(sent.valid_s, VALID_S);
    let code = scene.code();
    assert!(scene.server.inbox.code("13800000501").is_none(), "not to whoever is signed in");
    let again = scene.ask_code(&scene.client, &other).await;
    assert!(again.headers().contains_key("retry-after"));
    refused(again, 429, "too_many_requests").await;

    refused(scene.confirm(&scene.client, &other, &code).await, 403, "wrong_code").await;
    let sealed: SealedText = body(scene.confirm(&scene.client, &document, &code).await).await;
    let told: PhoneConfirmation = serde_json::from_str(&sealed.payload).unwrap();
    assert_eq!((&told.bound_doc_sha256, json!(told.contract_no)), (&document, scene.number()));
    let mobile = &scene.application.dossier.legal_person.mobile;
    assert_eq!(told.phone, format!("{}****{}", &mobile[..3], &mobile[7..]), "{}", sealed.payload);
    refused(scene.confirm(&second, &document, &code).await, 403, "wrong_code").await;
    let repeated = scene.confirm(&scene.client, &document, &code).await;
    assert_eq!(repeated.status(), 200, "the answer may have been lost");

    // A code for other pages ends the one before, and ends by itself.
    scene.server.pass_ms(MINUTE_MS);
    assert_eq!(scene.ask_code(&scene.client, &other).await.status(), 202);
    let newer = scene.code();
    refused(scene.confirm(&scene.client, &document, &code).await, 403, "wrong_code").await;
    refused(scene.confirm(&scene.client, &document, &newer).await, 403, "wrong_code").await;
    scene.server.pass_ms(i64::from(VALID_S) * 1000);
    refused(scene.confirm(&scene.client, &other, &newer).await, 403, "wrong_code").await;
}

#[tokio::test]
async fn a_code_is_guessed_at_five_times_and_asked_for_five_times_an_hour() {
    let scene = Scene::new(22).await;
    let document = scene.document();
    assert_eq!(scene.ask_code(&scene.client, &document).await.status(), 202);
    let code = scene.code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        refused(scene.confirm(&scene.client, &document, wrong).await, 403, "wrong_code").await;
    }
    refused(scene.confirm(&scene.client, &document, &code).await, 403, "wrong_code").await;
    for _ in 0..4 {
        scene.server.pass_ms(MINUTE_MS);
        assert_eq!(scene.ask_code(&scene.client, &document).await.status(), 202);
    }
    scene.server.pass_ms(MINUTE_MS);
    refused(scene.ask_code(&scene.client, &document).await, 429, "too_many_requests").await;
}

#[tokio::test]
async fn a_confirmation_of_something_else_is_refused_and_the_right_one_is_told_of() {
    let scene = Scene::new(23).await;
    let document = scene.document();
    let of_others = scene.confirmed(&scene.client, &sha(b"other pages").to_string()).await;
    scene.server.pass_ms(MINUTE_MS);
    let second = scene.server.merchant("13800000501").await;
    let of_second = scene.confirmed(&second, &document).await;
    scene.server.pass_ms(MINUTE_MS);
    let right = scene.confirmed(&scene.client, &document).await;

    let (key, device) = (Key(scene.client.device.key.clone()), pass(&scene.client));
    let by_itself = Sealed::seal(right.payload.clone(), &DeviceSigner { certificate: &device, key: &key });
    let Sealed { payload, signature } = by_itself.unwrap();
    let own = SealedText { payload, signature };
    let changed = |change: fn(&mut Ceremony)| -> Tell {
        let honest = telling(&right);
        Box::new(move |told: &mut Ceremony| {
            honest(told);
            change(told);
        })
    };
    let not_noted = changed(|told| told.clock.last_server_time = None);
    let cases: [(&str, Tell); 9] = [
        ("confirmation_of_another", Box::new(telling(&of_others))),
        ("confirmation_of_another", Box::new(telling(&of_second))),
        ("confirmation_of_another", not_noted),
        ("confirmation_not_genuine", Box::new(telling(&own))),
        (
            "confirmation_not_genuine",
            changed(|told| {
                let sealed = told.will.confirmation.as_mut().unwrap();
                sealed.payload = sealed.payload.replace("****", "****0");
            }),
        ),
        (
            "confirmation_expired",
            changed(|told| {
                told.clock.device_utc = told.will.time + SignedDuration::from_mins(31);
            }),
        ),
        (
            "confirmation_expired",
            changed(|told| told.clock.device_utc = told.will.time - SignedDuration::from_mins(1)),
        ),
        ("not_confirmed", changed(|told| told.will.confirmation = None)),
        ("not_confirmed", changed(|told| told.will.method = WillMethod::Pin)),
    ];
    for (expected, tell) in cases {
        let (pdf, signature) = scene.signed_telling(|_| (), tell);
        let (status, problem) = problem(scene.send(&pdf, signature).await).await;
        let expected = json!([{ "pointer": "/payload/ceremony/will", "code": expected }]);
        assert_eq!((status, &problem["errors"]), (422, &expected), "{problem}");
    }

    // The computer's clock is an hour ahead, and says so: nobody is refused for that.
    let ahead = changed(|told| {
        told.clock.skew_ms = Some(3_600_000);
        told.clock.device_utc = told.will.time + SignedDuration::from_mins(61);
    });
    let (pdf, signature) = scene.signed_telling(|_| (), ahead);
    assert_eq!(scene.send(&pdf, signature).await.status(), 200);
    let known = scene.server.request("GET", &format!("/v1/contracts/{}", sha(&pdf)));
    let known: KnownFile = body(known.send().await.unwrap()).await;
    assert_eq!(known.assurance, Some(Assurance::PhoneCode));
    refused(scene.ask_code(&scene.client, &document).await, 409, "illegal_move").await;
}
