//! Whose things are whose, asked of every route that the served description names: without credentials, with another
//! account's, and with another organisation's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use portal_backend::random;
use portal_backend::store::{accounts, codes, tenants};
use portal_protocol::operation::Change;
use portal_protocol::session::{EnrolProof, Role, Session};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use support::{Application, Client, Console, Device, NOW_MS, PASSWORD, Server, body, new_op, refused};

/// One merchant's things, by the names that paths have for them.
struct Things {
    owner: Client,
    case_id: String,
    op_id: String,
    sha: String,
    upload: String,
}

impl Things {
    /// A received application, a declared one whose photos are on their way, and an upload at byte 100.
    async fn new(server: &Server) -> Self {
        let owner = server.merchant("13800000401").await;
        let application = Application::new(41);
        assert_eq!(owner.submit(&application).await.status(), 200);
        let sha = application.bytes.keys().next().unwrap().to_string();
        let half = Application::new(42);
        let (op_id, change) = (new_op(), Change::Submit(half.submission()));
        assert_eq!(owner.declare(op_id, &half.operation(&owner.device, change, None)).await.status(), 201);
        let begun = tus(owner.request("POST", "/v1/uploads")).header("upload-length", "2000000");
        let begun = begun.send().await.unwrap();
        let location = begun.headers()["location"].to_str().unwrap().to_owned();
        let upload = location.rsplit('/').next().unwrap().to_owned();
        let chunk =
            tus(owner.request("PATCH", &format!("/v1/uploads/{upload}"))).header("upload-offset", "0");
        let chunk = chunk.header("content-type", "application/offset+octet-stream").body(vec![7; 100]);
        assert_eq!(chunk.send().await.unwrap().status(), 204);
        Self { owner, case_id: application.case_id.to_string(), op_id: op_id.to_string(), sha, upload }
    }

    /// The path of a thing that exists.
    fn path(&self, described: &str) -> String {
        let id = if described.starts_with("/v1/uploads") { &self.upload } else { "lakala" };
        described
            .replace("{op_id}", &self.op_id)
            .replace("{case_id}", &self.case_id)
            .replace("{sha}", &self.sha)
            .replace("{id}", id)
    }

    fn named_in(&self, text: &str) -> bool {
        [&self.case_id, &self.op_id, &self.sha, &self.upload].iter().any(|id| text.contains(id.as_str()))
    }

    /// All of it as it was left, for its owner.
    async fn are_untouched(&self) {
        let case: Value = body(self.owner.get(&format!("/v1/cases/{}", self.case_id)).await).await;
        assert_eq!((&case["rev"], &case["tracks"]["review"]), (&json!(1), &json!("in_review")));
        let state: Value = body(self.owner.get(&format!("/v1/operations/{}", self.op_id)).await).await;
        assert_eq!(state["state"], "receiving");
        let asked = tus(self.owner.request("HEAD", &format!("/v1/uploads/{}", self.upload)));
        assert_eq!(asked.send().await.unwrap().headers()["upload-offset"], "100");
    }
}

fn tus(request: RequestBuilder) -> RequestBuilder {
    request.header("tus-resumable", "1.0.0")
}

/// A request that is good in all but whose things it is about.
fn filled(request: RequestBuilder, verb: &str, path: &str) -> RequestBuilder {
    if path.starts_with("/v1/uploads") {
        let request = tus(request).header("upload-offset", "100").header("upload-length", "10");
        let request = request.header("content-type", "application/offset+octet-stream");
        return if verb == "patch" { request.body(vec![8; 10]) } else { request };
    }
    let rev = json!({ "rev": 1 });
    match path.rsplit('/').next() {
        Some("accept") => request.json(&rev),
        Some("reject") => request.json(&json!({ "rev": 1, "text": "不符合要求" })),
        Some("return") => {
            let item = json!({ "pointer": "/licence/number", "reason": "mismatch", "text": "" });
            request.json(&json!({ "rev": 1, "items": [item] }))
        }
        _ => request,
    }
}

/// Everything that the served description names: verb, path, and whether a cookie opens it (else a token).
async fn described(server: &Server) -> Vec<(String, String, Option<&'static str>)> {
    let document: Value = body(server.request("GET", "/openapi.json").send().await.unwrap()).await;
    let mut routes = Vec::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        for (verb, operation) in verbs.as_object().unwrap() {
            let security = operation["security"].to_string();
            let means = match &security {
                text if text.contains("cookie") || text.contains("console") => Some("cookie"),
                text if text.contains("bearer") || text.contains("token") => Some("token"),
                _ => None,
            };
            routes.push((verb.clone(), path.clone(), means));
        }
    }
    assert!(routes.len() > 30, "only {} routes are described", routes.len());
    assert!(["cookie", "token"].iter().all(|means| routes.iter().any(|route| route.2 == Some(means))));
    routes
}

/// An agent and a reviewer of another organisation.
async fn strangers(server: &Server) -> (Client, Console) {
    let device = Device::new();
    let code = random::activation_code("0123456789abcdef").unwrap();
    {
        let mut tx = server.office().store.write().await.unwrap();
        let tenant = tenants::create(&mut tx, "other", NOW_MS).await.unwrap().unwrap();
        let new = ("远方网点", "示例路2号", "9:00-17:00");
        let branch = tenants::create_branch(&mut tx, &tenant, new, NOW_MS).await.unwrap().unwrap();
        for (role, login) in [(Role::Supervisor, "x1"), (Role::Reviewer, "x2")] {
            let staff = accounts::NewStaff {
                role,
                name: "测试员",
                login,
                branch_id: (role == Role::Supervisor).then_some(branch.branch_id.as_str()),
                password_hash: &portal_backend::password::hash(PASSWORD).unwrap(),
            };
            accounts::create_staff(&mut tx, &tenant, &staff, NOW_MS).await.unwrap().unwrap();
        }
        let sha = random::sha256_hex(random::normalised_code(&code).as_bytes());
        let until = NOW_MS + 86_400_000;
        codes::add_activation(&mut tx, &tenant, &sha, &branch.branch_id, NOW_MS, until).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(server.enrol(&device, EnrolProof::ActivationCode { code }).await.status(), 201);
    let session: Session = body(server.sign_in(&device, "x1", PASSWORD).await).await;
    let agent = Client { url: server.url.clone(), http: server.http.clone(), device, session };
    let request = json!({ "user": "x2", "password": PASSWORD, "tenant": "other" });
    let answer = server.request("POST", "/console/api/session").json(&request).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let me: Value = body(answer).await;
    let csrf = me["csrf"].as_str().unwrap().to_owned();
    (agent, Console { url: server.url.clone(), http: server.http.clone(), cookie, csrf })
}

#[tokio::test]
async fn no_route_opens_without_credentials() {
    let server = Server::start().await;
    let things = Things::new(&server).await;
    for (verb, path, means) in described(&server).await {
        if means.is_none() {
            continue;
        }
        let address = things.path(&path);
        let wrong = [
            server.request(&verb.to_uppercase(), &address),
            server.request(&verb.to_uppercase(), &address).bearer_auth("00".repeat(32)),
            server.request(&verb.to_uppercase(), &address).header("cookie", "portal_console=00"),
            server.request(&verb.to_uppercase(), &address).header("authorization", "Basic eDp5"),
        ];
        for request in wrong {
            let answer = filled(request, &verb, &address).send().await.unwrap();
            if verb == "head" {
                assert_eq!(answer.status(), 401, "{verb} {path}");
            } else {
                refused(answer, 401, "unauthorized").await;
            }
        }
    }
    things.are_untouched().await;
}

#[tokio::test]
async fn another_account_and_another_organisation_reach_nothing_by_any_route() {
    let server = Server::start().await;
    let things = Things::new(&server).await;
    let (agent, reviewer) = strangers(&server).await;
    let neighbour = server.merchant("13800000402").await;
    let mut asked = 0;
    for (verb, path, means) in described(&server).await {
        // Signing out is everybody's own; so is what one stores under its hash, which shows nothing of others.
        let own = path.ends_with("/session") || (verb == "put" && path.starts_with("/v1/blobs/"));
        let (Some(means), false) = (means, own) else { continue };
        let (method, address) = (verb.to_uppercase(), things.path(&path));
        let requests: Vec<RequestBuilder> = match means {
            "cookie" => vec![
                server
                    .request(&method, &address)
                    .header("cookie", &reviewer.cookie)
                    .header("portal-csrf", &reviewer.csrf),
            ],
            _ => vec![agent.request(&method, &address), neighbour.request(&method, &address)],
        };
        for request in requests {
            let answer = filled(request, &verb, &address).send().await.unwrap();
            let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
            asked += 1;
            assert!(!text.contains("13800000401") && !text.contains("\"dossier\""), "{verb} {path}: {text}");
            let of_one_thing = path.contains('{') && !path.contains("/profile");
            if of_one_thing {
                assert!((400..500).contains(&status), "{verb} {path}: {status} {text}");
            } else {
                assert!(!things.named_in(&text), "{verb} {path} names another's things: {text}");
            }
        }
    }
    assert!(asked > 25, "only {asked} requests were made");
    things.are_untouched().await;
}

#[tokio::test]
async fn what_another_declared_can_not_be_declared_again_nor_supplied() {
    let server = Server::start().await;
    let things = Things::new(&server).await;
    let neighbour = server.merchant("13800000402").await;
    let half = Application::new(42);
    let op_id = things.op_id.parse().unwrap();
    let operation = half.operation(&neighbour.device, Change::Submit(half.submission()), None);
    refused(neighbour.declare(op_id, &operation).await, 409, "operation_mismatch").await;
    refused(neighbour.commit(op_id).await, 404, "not_found").await;
    for bytes in half.bytes.values() {
        assert_eq!(neighbour.put(bytes).await.status(), 201);
    }
    // Only what the declaring account itself supplied counts for it.
    refused(things.owner.commit(op_id).await, 409, "missing_blobs").await;
    things.are_untouched().await;
}
