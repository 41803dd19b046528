//! Who may do what, over the real routes; and that bad requests get clear refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use portal_backend::http::access::Access;
use portal_backend::http::route::Verb;
use portal_backend::http::routes;
use portal_backend::permission::{Permission, allows};
use portal_protocol::session::Role;
use serde_json::{Value, json};
use support::{Application, Client, Console, Server, body, problem, refused};

/// A path that reaches the route, of things that don't exist.
fn example(path: &str) -> String {
    path.replace("{op_id}", "0190a6f0-0000-7000-8000-000000000001")
        .replace("{case_id}", "0190a6f0-0000-7000-8000-000000000002")
        .replace("{sha}", &"ab".repeat(32))
        .replace("{id}", "lakala")
}

/// May this role use the permission? Written out by hand: the product's table must agree.
fn expected(role: Role, permission: Permission) -> bool {
    use {Permission as P, Role as R};
    match permission {
        P::ChangeCases => matches!(role, R::Merchant | R::Agent | R::Supervisor),
        P::ReadCases => role != R::Technician,
        P::FollowEvents => matches!(role, R::Merchant | R::Agent | R::Supervisor | R::Technician),
        P::UseConsole => matches!(role, R::Reviewer | R::Administrator | R::Supervisor),
        P::ReadQueue => matches!(role, R::Reviewer | R::Administrator),
        P::Approve => role == R::Supervisor,
        P::Review => role == R::Reviewer,
    }
}

async fn client_of(server: &Server, role: Role) -> Client {
    match role {
        Role::Merchant => server.merchant("13800000301").await,
        staff => server.staff_client(staff.as_str(), &format!("u-{}", staff.as_str()), "城北网点").await,
    }
}

#[tokio::test]
async fn every_role_reaches_exactly_its_routes() {
    let server = Server::start().await;
    for role in Role::ALL {
        let client = client_of(&server, role).await;
        let console = match role {
            Role::Reviewer | Role::Administrator | Role::Supervisor => {
                Some(server.console(&format!("u-{}", role.as_str())).await)
            }
            _ => None,
        };
        for route in routes::all() {
            let permission = match route.access {
                Access::Allowed(permission) | Access::Console(permission) => permission,
                Access::Public | Access::Signed | Access::Session => continue,
            };
            let may = expected(role, permission);
            assert_eq!(allows(role, permission), may, "{role:?} {permission:?}");
            let (method, path) = (route.verb.name().to_uppercase(), example(route.path));
            // Signing out would end the walk.
            if route.path == "/console/api/session" {
                continue;
            }
            let answer = match (route.access, &console) {
                (Access::Console(_), Some(console)) => {
                    let request = server.request(&method, &path).header("cookie", &console.cookie);
                    request.header("portal-csrf", &console.csrf).send().await.unwrap()
                }
                (Access::Console(_), None) => {
                    assert!(!may);
                    let answer = client.request(&method, &path).send().await.unwrap();
                    refused(answer, 401, "unauthorized").await;
                    continue;
                }
                _ => client.request(&method, &path).send().await.unwrap(),
            };
            let forbidden = answer.status() == 403;
            assert_eq!(forbidden, !may, "{role:?} {method} {path}: {}", answer.status());
            let anonymous = server.request(&method, &path).send().await.unwrap();
            assert_eq!(anonymous.status(), 401, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn agents_see_their_branch_and_reviewers_their_tenant() {
    let server = Server::start().await;
    let first = server.staff_client("agent", "b1", "甲网点").await;
    let colleague = server.staff_client("supervisor", "b2", "甲网点").await;
    let stranger = server.staff_client("agent", "b3", "乙网点").await;
    let reviewer = server.reviewer("b4").await;
    let application = Application::new(31);
    assert_eq!(first.submit(&application).await.status(), 200);
    let path = format!("/v1/cases/{}", application.case_id);
    assert_eq!(colleague.get(&path).await.status(), 200);
    assert_eq!(stranger.get(&path).await.status(), 404);
    let listed = |page: Value| page["cases"].as_array().unwrap().len();
    assert_eq!(listed(body(colleague.get("/v1/cases").await).await), 1);
    assert_eq!(listed(body(stranger.get("/v1/cases").await).await), 0);
    assert_eq!(reviewer.get(&format!("case/{}", application.case_id)).await.status(), 200);
}

#[tokio::test]
async fn another_tenant_sees_nothing() {
    let server = Server::start().await;
    let client = server.merchant("13800000302").await;
    let application = Application::new(32);
    client.submit(&application).await;
    {
        use portal_backend::store::{accounts, tenants};
        let mut tx = server.office().store.write().await.unwrap();
        let tenant = tenants::create(&mut tx, "other", support::NOW_MS).await.unwrap().unwrap();
        let staff = accounts::NewStaff {
            role: Role::Reviewer,
            name: "测试员",
            login: "r9",
            branch_id: None,
            password_hash: &portal_backend::password::hash(support::PASSWORD).unwrap(),
        };
        accounts::create_staff(&mut tx, &tenant, &staff, 1).await.unwrap();
        tx.commit().await.unwrap();
    }
    let request = json!({ "user": "r9", "password": support::PASSWORD, "tenant": "other" });
    let answer = server.request("POST", "/console/api/session").json(&request).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let me: Value = body(answer).await;
    let csrf = me["csrf"].as_str().unwrap().to_owned();
    let console = Console { url: server.url.clone(), http: server.http.clone(), cookie, csrf };
    let queue: Value = body(console.get("queue?filter=all").await).await;
    assert_eq!(queue["cases"], json!([]));
    let case = format!("case/{}", application.case_id);
    refused(console.get(&case).await, 404, "not_found").await;
    refused(console.post(&format!("{case}/accept"), &json!({ "rev": 1 })).await, 404, "not_found").await;
    let photo = application.bytes.keys().next().unwrap();
    refused(console.get(&format!("blob/{photo}")).await, 404, "not_found").await;
}

#[tokio::test]
async fn the_console_asks_for_its_csrf_token_and_shows_the_queue() {
    let server = Server::start().await;
    let client = server.merchant("13800000303").await;
    let console = server.reviewer("q1").await;
    for seed in 33..36 {
        client.submit(&Application::new(seed)).await;
        server.pass_ms(1000);
    }
    let page: Value = body(console.get("queue?limit=2").await).await;
    assert_eq!(page["cases"].as_array().unwrap().len(), 2);
    let next = page["next"].as_str().unwrap();
    let rest: Value = body(console.get(&format!("queue?limit=2&after={next}")).await).await;
    assert_eq!((rest["cases"].as_array().unwrap().len(), rest.get("next")), (1, None));
    let id = page["cases"][0]["case_id"].as_str().unwrap();
    let name = page["cases"][0]["name"].as_str().unwrap();
    let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let found: Value = body(console.get(&format!("queue?name={encoded}")).await).await;
    assert!(found["cases"].as_array().unwrap().iter().any(|line| line["case_id"] == id));
    let view: Value = body(console.get(&format!("case/{id}")).await).await;
    assert!(
        !view["photos"].as_array().unwrap().is_empty()
            && !view["requirements"].as_array().unwrap().is_empty()
    );
    let forged = console
        .http
        .post(format!("{}/console/api/case/{id}/reject", console.url))
        .header("cookie", &console.cookie)
        .json(&json!({ "rev": 1, "text": "x" }))
        .send()
        .await
        .unwrap();
    refused(forged, 403, "forbidden").await;
    let unknown = json!({ "rev": 1, "items": [
        { "pointer": "/licence/colour", "reason": "incomplete" },
        { "pointer": "/attachments/storefront/99", "reason": "blurred" },
        { "pointer": "/business/address", "reason": "other" },
    ]});
    let value = refused(console.post(&format!("case/{id}/return"), &unknown).await, 422, "invalid").await;
    assert_eq!(value["errors"].as_array().unwrap().len(), 3, "{value}");
    let answer = console.post(&format!("case/{id}/reject"), &json!({ "rev": 1, "text": "资料不实" })).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn bad_requests_get_typed_refusals() {
    let server = Server::start().await;
    let client = server.merchant("13800000304").await;
    let console = server.reviewer("m1").await;
    let deep = "[".repeat(100_000);
    let bodies: [&[u8]; 12] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\"text\"",
        b"{\"phone\":1}",
        b"\xff\xfe\x00",
        b"{\"phone\":\"\xc3\x28\"}",
        b"{\"by\":\"password\"}",
        b"{\"rev\":-1,\"items\":[]}",
        b"{\"rev\":1e400}",
        deep.as_bytes(),
    ];
    for route in routes::all() {
        let (method, path) = (route.verb.name().to_uppercase(), example(route.path));
        for (index, bytes) in bodies.iter().enumerate() {
            let request = match route.access {
                Access::Console(_) => server
                    .request(&method, &path)
                    .header("cookie", &console.cookie)
                    .header("portal-csrf", &console.csrf),
                _ => client.request(&method, &path),
            };
            if route.path.ends_with("/session") && route.verb == Verb::Delete {
                continue;
            }
            let answer = request
                .header("content-type", "application/json")
                .header("tus-resumable", "1.0.0")
                .body(bytes.to_vec())
                .send()
                .await
                .unwrap();
            let status = answer.status().as_u16();
            assert!(status < 500, "{method} {path} body {index}: {status}");
            assert_eq!(answer.headers()["portal-sync"], "1");
            assert!(answer.headers().contains_key("date"));
            if status >= 400 && route.verb != Verb::Head {
                problem(answer).await;
            }
        }
    }
}

#[tokio::test]
async fn bad_addresses_get_typed_refusals() {
    let server = Server::start().await;
    let client = server.merchant("13800000305").await;
    let table = [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/v1/cases/nonsense", 400, "bad_parameter"),
        ("GET", "/v1/cases/%ff%fe", 400, "bad_parameter"),
        ("GET", "/v1/cases?limit=0", 400, "bad_parameter"),
        ("GET", "/v1/cases?limit=many", 400, "bad_parameter"),
        ("GET", "/v1/cases?limit=-1", 400, "bad_parameter"),
        ("GET", "/v1/cases?limit=1&limit=2", 400, "bad_parameter"),
        ("GET", "/v1/cases?after=x", 400, "bad_parameter"),
        ("GET", "/v1/events?wait=26", 400, "bad_parameter"),
        ("GET", "/v1/events?after=-1", 400, "bad_parameter"),
        ("GET", "/v1/blobs/ABC", 400, "bad_parameter"),
        ("PATCH", "/v1/cases", 405, "method_not_allowed"),
        ("GET", "/v1/codes", 405, "method_not_allowed"),
        ("GET", "/console/api/nothing", 404, "not_found"),
        ("GET", "/console/nothing.js", 404, "not_found"),
    ];
    for (method, path, status, code) in table {
        refused(client.request(method, path).send().await.unwrap(), status, code).await;
    }
    let many = client.get("/v1/cases?limit=many").await;
    let problem = refused(many, 400, "bad_parameter").await;
    assert_eq!(problem["errors"][0], json!({ "pointer": "/limit", "code": "bad_format" }));
    let shapeless = json!({ "phone": 1, "purpose": "enrol" });
    let shapeless = server.request("POST", "/v1/codes").json(&shapeless).send().await.unwrap();
    let problem = refused(shapeless, 400, "malformed_request").await;
    assert_eq!(problem["errors"][0], json!({ "pointer": "/phone", "code": "bad_format" }));
    let untyped = server.request("POST", "/v1/codes").body("{}").send().await.unwrap();
    refused(untyped, 415, "unsupported_type").await;
    let large = "x".repeat(2 << 20);
    let answer = server.request("POST", "/v1/codes").json(&json!({ "phone": large, "purpose": "enrol" }));
    refused(answer.send().await.unwrap(), 413, "too_large").await;
}

#[tokio::test]
async fn the_description_names_the_routes_that_there_are() {
    let server = Server::start().await;
    let document: Value = body(server.request("GET", "/openapi.json").send().await.unwrap()).await;
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, verbs)| verbs.as_object().unwrap().keys().map(|verb| (verb.clone(), path.clone())))
        .collect();
    assert_eq!(described.len(), routes::all().len(), "no route is there twice");
    for (verb, path) in &described {
        let answer = server.request(&verb.to_uppercase(), &example(path)).send().await.unwrap();
        assert_ne!(answer.status(), 405, "{verb} {path} is described and not taken");
    }
    for (verb, path) in &described {
        let operation = &document["paths"][path][verb];
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status < &"400".to_owned()), "{verb} {path} never succeeds");
        for (status, response) in responses.iter().filter(|(status, _)| *status >= &"400".to_owned()) {
            assert!(verb == "head" || response["content"]["application/problem+json"]["schema"].is_object());
            assert!(response["description"].as_str().unwrap().starts_with('`'), "{verb} {path} {status}");
        }
        assert_eq!(responses.contains_key("429"), !path.starts_with("/health/"), "{verb} {path}");
        let open = operation["security"].as_array().unwrap().is_empty();
        assert!(open || (responses.contains_key("401") && responses.contains_key("403")), "{verb} {path}");
    }
    // Every reference leads somewhere.
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    let metrics = server.request("GET", "/metrics").send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("portal_requests_total"));
    assert_eq!(server.request("GET", "/health/ready").send().await.unwrap().status(), 204);
    let page = server.request("GET", "/console/").send().await.unwrap();
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert_eq!(server.request("GET", "/").send().await.unwrap().status(), 307);
}

#[tokio::test]
async fn strange_requests_are_answered_and_counted_under_one_name() {
    let server = Server::start().await;
    let client = server.merchant("13800000306").await;
    let console = server.reviewer("m2").await;
    let answer = client.request("BREW", "/v1/cases").send().await.unwrap();
    assert!(answer.headers().contains_key("allow"));
    let listed = client.get("/v1/cases").await;
    assert_eq!(listed.headers()["cache-control"], "no-store", "answers name people");
    refused(answer, 405, "method_not_allowed").await;
    refused(client.request("CONJURE", "/nowhere").send().await.unwrap(), 404, "not_found").await;
    let metrics = server.request("GET", "/metrics").send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("method=\"other\"") && !metrics.contains("BREW"));
    // Looking changes nothing, so that it needs no token against forged requests.
    let head = server.request("HEAD", "/console/api/me").header("cookie", &console.cookie).send().await;
    assert_eq!(head.unwrap().status(), 200);
    let cookie = format!("{}; a=b", console.cookie);
    let bytes = reqwest::header::HeaderValue::from_bytes(b"Bearer \xff").unwrap();
    let answer = server.request("GET", "/v1/cases").header("authorization", bytes).send().await.unwrap();
    refused(answer, 400, "bad_parameter").await;
    let answer = server.request("GET", "/console/api/me").header("cookie", cookie).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn profiles_that_are_known_are_not_sent_again() {
    let server = Server::start().await;
    let first = server.request("GET", "/v1/profiles").send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    let profiles: Value = body(first).await;
    assert_eq!(profiles[0]["id"], "lakala");
    let again = server.request("GET", "/v1/profiles").header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    let other = server.request("GET", "/v1/profiles").header("if-none-match", "\"x\"").send().await.unwrap();
    assert_eq!(other.status(), 200);
}

#[tokio::test]
async fn a_body_that_announces_its_size_is_refused_before_it_is_sent() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = Server::start().await;
    let mut line = tokio::net::TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
    let head = "POST /v1/codes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n";
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 32];
    let read = line.read_exact(&mut answer);
    tokio::time::timeout(std::time::Duration::from_secs(5), read).await.unwrap().unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
}
