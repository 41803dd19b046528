//! Second-person approval: who is asked, who may answer, and that only what was agreed to is received.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use portal_backend::store::tenants;
use portal_domain::dossier::{Override, Slot};
use portal_domain::ids::OpId;
use portal_protocol::event::{EventBatch, Happened};
use portal_protocol::operation::Change;
use reqwest::Response;
use serde_json::{Value, json};
use support::{Application, Client, Console, Server, body, new_op, picture, refused, sha};

const BRANCH: &str = "城东网点";

/// A branch that asks for approval, with an agent and a supervisor at the console.
async fn branch() -> (Server, Client, Console) {
    let server = Server::start().await;
    let agent = server.staff_client("agent", "a1", BRANCH).await;
    ask_approval(&server, true).await;
    server.staff("supervisor", "s1", Some(BRANCH)).await;
    let supervisor = server.console("s1").await;
    (server, agent, supervisor)
}

async fn ask_approval(server: &Server, asks: bool) {
    let mut tx = server.office().store.write().await.unwrap();
    let tenant = tenants::home(&mut tx).await.unwrap().unwrap();
    let branch = tenants::find_branch(&mut tx, &tenant, BRANCH).await.unwrap().unwrap();
    let change = tenants::PolicyChange { approval: Some(asks), ..Default::default() };
    tenants::change_policy(&mut tx, &tenant, &branch.branch_id, change).await.unwrap();
    tx.commit().await.unwrap();
}

/// Declares and supplies; the answer to the commit.
async fn submit(client: &Client, application: &Application) -> (OpId, Response) {
    let op_id = new_op();
    let operation = application.operation(&client.device, Change::Submit(application.submission()), None);
    assert_eq!(client.declare(op_id, &operation).await.status(), 201);
    for bytes in application.bytes.values() {
        client.put(bytes).await;
    }
    (op_id, client.commit(op_id).await)
}

async fn asked(client: &Client, application: &Application) -> OpId {
    let (op_id, answer) = submit(client, application).await;
    refused(answer, 409, "approval_needed").await;
    op_id
}

async fn lines(console: &Console) -> Vec<Value> {
    let page: Value = body(console.get("approvals").await).await;
    page["lines"].as_array().unwrap().clone()
}

async fn body_sha(console: &Console, op_id: OpId) -> String {
    let view: Value = body(console.get(&format!("approval/{op_id}")).await).await;
    view["body_sha"].as_str().unwrap().to_owned()
}

async fn agree(console: &Console, op_id: OpId) -> Response {
    let request = json!({ "verdict": "agree", "body_sha": body_sha(console, op_id).await });
    console.post(&format!("approval/{op_id}"), &request).await
}

async fn happened(client: &Client) -> Vec<Happened> {
    let batch: EventBatch = body(client.get("/v1/events?after=0").await).await;
    batch.events.into_iter().map(|event| event.what).collect()
}

/// An application whose licence has a wrong check digit, and the reason that goes with it.
fn overridden(seed: u64) -> Application {
    let mut application = Application::new(seed);
    let number = &mut application.dossier.licence.number;
    let last = if number.ends_with('0') { "1" } else { "0" };
    number.replace_range(17.., last);
    let reason = Override { pointer: "/licence/number".to_owned(), reason: "执照原件如此".to_owned() };
    application.dossier.overrides.push(reason);
    application
}

#[tokio::test]
async fn what_a_branch_submits_is_received_once_another_has_agreed() {
    let (_server, agent, supervisor) = branch().await;
    let application = Application::new(71);
    let op_id = asked(&agent, &application).await;
    // However often it is asked, it is one question, and nothing is received.
    refused(agent.commit(op_id).await, 409, "approval_needed").await;
    assert_eq!(agent.get(&format!("/v1/cases/{}", application.case_id)).await.status(), 404);
    assert!(happened(&agent).await.is_empty());
    let waiting = lines(&supervisor).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["op_id"], op_id.to_string());
    assert_eq!((&waiting[0]["own"], &waiting[0]["overrides"]), (&json!(false), &json!(0)));
    let view: Value = body(supervisor.get(&format!("approval/{op_id}")).await).await;
    assert_eq!(view["dossier"]["licence"]["number"], application.dossier.licence.number);
    let sha = application.bytes.keys().next().unwrap();
    let photo = supervisor.get(&format!("approval/{op_id}/photo?sha={sha}")).await;
    assert_eq!(photo.bytes().await.unwrap(), application.bytes[sha]);

    let verdict = json!({ "verdict": "agree", "body_sha": view["body_sha"] });
    for _ in 0..2 {
        // The same verdict twice has one effect.
        assert_eq!(supervisor.post(&format!("approval/{op_id}"), &verdict).await.status(), 204);
    }
    assert!(lines(&supervisor).await.is_empty());
    let approved = Happened::Approved { op_id, by: Some("测试员".to_owned()) };
    assert_eq!(happened(&agent).await, [approved]);
    assert_eq!(agent.commit(op_id).await.status(), 200);
    assert_eq!(agent.get(&format!("/v1/cases/{}", application.case_id)).await.status(), 200);
}

#[tokio::test]
async fn a_refusal_says_why_and_stays() {
    let (_server, agent, supervisor) = branch().await;
    let op_id = asked(&agent, &Application::new(72)).await;
    let sha = body_sha(&supervisor, op_id).await;
    let path = format!("approval/{op_id}");
    let empty = json!({ "verdict": "refuse", "body_sha": sha, "text": " " });
    refused(supervisor.post(&path, &empty).await, 422, "invalid").await;
    let refuse = json!({ "verdict": "refuse", "body_sha": sha, "text": "门头照不是这家店" });
    assert_eq!(supervisor.post(&path, &refuse).await.status(), 204);
    let agree = json!({ "verdict": "agree", "body_sha": sha });
    refused(supervisor.post(&path, &agree).await, 409, "illegal_move").await;
    refused(agent.commit(op_id).await, 409, "approval_refused").await;
    let told = happened(&agent).await;
    let [Happened::NotApproved { text, by, .. }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((text.as_str(), by.as_deref()), ("门头照不是这家店", Some("测试员")));
}

#[tokio::test]
async fn nobody_agrees_to_their_own_nor_to_another_branchs_nor_to_other_bytes() {
    let (server, agent, supervisor) = branch().await;
    let own = server.staff_client("supervisor", "s2", BRANCH).await;
    let op_id = asked(&own, &Application::new(73)).await;
    let themselves = server.console("s2").await;
    assert_eq!(lines(&themselves).await[0]["own"], true);
    refused(agree(&themselves, op_id).await, 403, "forbidden").await;

    server.staff("supervisor", "s3", Some("城西网点")).await;
    let stranger = server.console("s3").await;
    assert!(lines(&stranger).await.is_empty());
    refused(stranger.get(&format!("approval/{op_id}")).await, 404, "not_found").await;
    let sha = body_sha(&supervisor, op_id).await;
    let request = json!({ "verdict": "agree", "body_sha": sha });
    refused(stranger.post(&format!("approval/{op_id}"), &request).await, 404, "not_found").await;

    let other = asked(&agent, &Application::new(74)).await;
    refused(supervisor.post(&format!("approval/{other}"), &request).await, 409, "operation_mismatch").await;
    assert_eq!(agree(&supervisor, op_id).await.status(), 204);
    refused(agent.commit(other).await, 409, "approval_needed").await;
}

#[tokio::test]
async fn a_number_against_its_check_digit_always_asks_and_a_merchants_is_refused() {
    let (server, agent, supervisor) = branch().await;
    ask_approval(&server, false).await;
    let (_, answer) = submit(&agent, &Application::new(75)).await;
    assert_eq!(answer.status(), 200, "the branch doesn't ask");
    let op_id = asked(&agent, &overridden(76)).await;
    let view: Value = body(supervisor.get(&format!("approval/{op_id}")).await).await;
    assert_eq!(view["reasons"], json!([{ "pointer": "/licence/number", "reason": "执照原件如此" }]));
    assert_eq!(agree(&supervisor, op_id).await.status(), 204);
    assert_eq!(agent.commit(op_id).await.status(), 200);

    let merchant = server.merchant("13800000771").await;
    let (_, answer) = submit(&merchant, &overridden(77)).await;
    let problem = refused(answer, 422, "invalid").await;
    assert_eq!(problem["errors"], json!([{ "pointer": "/overrides", "code": "staff_only" }]));
}

#[tokio::test]
async fn what_was_asked_is_decided_although_the_branch_asks_no_more() {
    let (server, agent, supervisor) = branch().await;
    let op_id = asked(&agent, &Application::new(78)).await;
    ask_approval(&server, false).await;
    refused(agent.commit(op_id).await, 409, "approval_needed").await;
    assert_eq!(agree(&supervisor, op_id).await.status(), 204);
    assert_eq!(agent.commit(op_id).await.status(), 200);
}

#[tokio::test]
async fn a_document_that_breaks_rules_is_refused_before_anybody_is_asked() {
    let (_server, agent, supervisor) = branch().await;
    let mut application = overridden(79);
    application.dossier.overrides.clear();
    let (_, answer) = submit(&agent, &application).await;
    refused(answer, 422, "invalid").await;
    assert!(lines(&supervisor).await.is_empty());
}

#[tokio::test]
async fn the_photo_that_an_answer_replaces_can_be_seen_and_what_is_decided_no_more() {
    let (server, agent, supervisor) = branch().await;
    let before = Application::new(80);
    let first = asked(&agent, &before).await;
    assert_eq!(agree(&supervisor, first).await.status(), 204);
    assert_eq!(agent.commit(first).await.status(), 200);
    refused(supervisor.get(&format!("approval/{first}")).await, 404, "not_found").await;
    let reviewer = server.reviewer("r1").await;
    let items = json!([{ "pointer": "/attachments/storefront", "reason": "blurred", "text": "" }]);
    let returned =
        reviewer.post(&format!("case/{}/return", before.case_id), &json!({ "rev": 1, "items": items })).await;
    assert_eq!(returned.status(), 200);

    let mut answer = Application { case_id: before.case_id, ..Application::new(80) };
    let photo = &mut answer.dossier.attachments.get_mut(&Slot::Storefront).unwrap()[0];
    let old = photo.sha256.clone();
    let content = picture(8001, 0, 20_000);
    (photo.sha256, photo.size_bytes) = (sha(&content), content.len() as u64);
    answer.bytes.insert(sha(&content), content);
    let op_id = new_op();
    let change = Change::Amend(answer.submission());
    assert_eq!(agent.declare(op_id, &answer.operation(&agent.device, change, Some(2))).await.status(), 201);
    for bytes in answer.bytes.values() {
        agent.put(bytes).await;
    }
    refused(agent.commit(op_id).await, 409, "approval_needed").await;
    let shown = supervisor.get(&format!("approval/{op_id}/photo?sha={old}")).await;
    assert_eq!(shown.bytes().await.unwrap(), before.bytes[&old]);
    let strange = supervisor.get(&format!("approval/{op_id}/photo?sha={}", "ab".repeat(32))).await;
    refused(strange, 404, "not_found").await;
}

#[tokio::test]
async fn what_is_submitted_anew_is_asked_about_instead() {
    let (_server, agent, supervisor) = branch().await;
    let application = Application::new(81);
    let first = asked(&agent, &application).await;
    let second = asked(&agent, &application).await;
    let waiting = lines(&supervisor).await;
    assert_eq!((waiting.len(), &waiting[0]["op_id"]), (1, &json!(second.to_string())));
    refused(supervisor.get(&format!("approval/{first}")).await, 404, "not_found").await;
}
