//! The program behind `cargo xtask api`: schemathesis asks the running backend what its description allows and what it
//! doesn't, with a merchant's and a reviewer's rights. No answer may be a 5xx or one that isn't described.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test program: a failure here is a failed run"
)]

use std::path::Path;
use std::process::{Command, ExitCode};

use portal_tests::{Application, Backend, Enrolled, PASSWORD, phone};
use serde_json::json;

const USAGE: &str = "usage: api SCHEMATHESIS FOLDER";
/// Of the reviewer whose rights it has.
const USER: &str = "reviewer";
/// So much is asked that the limits on traffic would be all that answers.
const UNLIMITED: [&str; 4] = ["--requests-per-address", "0", "--requests-per-account", "0"];
/// Larger than what is refused as too short, small enough to be put in one request.
const PHOTO_BYTES: usize = 20_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder] = &words[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let data = tempfile::tempdir().unwrap();
    let backend = Backend::start_with(data.path(), &UNLIMITED);
    let access = tokio::runtime::Runtime::new().unwrap().block_on(access(&backend));
    // What it would keep for its next run goes with the rest.
    let mut schemathesis = Command::new(program);
    schemathesis.arg("--config-file").arg(Path::new(folder).join("schemathesis.toml"));
    schemathesis.args(["run", &format!("{}/openapi.json", backend.address())]);
    schemathesis.env("PYTHONPATH", folder).env("SCHEMATHESIS_HOOKS", "hooks").env("PORTAL_ACCESS", access);
    schemathesis.env("PYTHONDONTWRITEBYTECODE", "1").current_dir(data.path());
    if schemathesis.status().unwrap().success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the requests are made with: both people's rights, and the names of what there is.
async fn access(backend: &Backend) -> String {
    backend.admin(&["user", "create", "--role", "reviewer", "--user", USER, "--name", USER]);
    let merchant = Enrolled::merchant(backend, &phone(1)).await;
    let application = Application::new(1, PHOTO_BYTES, portal_backend::clock::system()());
    merchant.submit(&application).await.unwrap();
    let (sha, content) = &application.photos[0];
    let length_bytes = content.len() as u64 + 1;
    let (upload, _) = merchant.account().create_upload(sha, length_bytes, "image/jpeg").await.unwrap();
    json!({
        "backend": backend.address(),
        "token": merchant.access_token(),
        "device_id": merchant.device_id().to_string(),
        "device_key": merchant.key_pem().as_str(),
        "user": USER,
        "password": PASSWORD,
        "known": {
            "case_id": application.case_id.to_string(),
            "op_id": application.op_id.to_string(),
            "sha": sha.as_str(),
            "id": upload.rsplit('/').next(),
        },
    })
    .to_string()
}
