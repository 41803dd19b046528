//! The portal's command line, as scripts and branches use it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use portal_domain::dossier::{Dossier, Slot};
use portal_domain::ids::CaseId;
use serde_json::Value;

use crate::backend::{Backend, PASSWORD};
use crate::desktop::Desktop;
use crate::merchant::{merchant, needed_slots, write_photos};
use crate::portal::{AGENT, PASSPHRASE, PIN, activation_code, an_agent, phone};
use crate::process::program;
use crate::window::Window;

/// `portal` on one profile, with answers as JSON.
pub struct CommandLine<'a> {
    desktop: Option<&'a Desktop>,
    profile: PathBuf,
    backend: String,
}

impl<'a> CommandLine<'a> {
    /// Beside the window, with the keyring of its desktop.
    pub fn on(desktop: &'a Desktop, profile: &Path, backend: &str) -> Self {
        Self { desktop: Some(desktop), profile: profile.to_owned(), backend: backend.to_owned() }
    }

    /// As [`CommandLine::on`], with an agent of the backend signed in.
    pub fn of_an_agent(desktop: &'a Desktop, profile: &Path, backend: &Backend) -> Self {
        an_agent(backend);
        let portal = Self::on(desktop, profile, backend.address());
        portal.ask(&["enrol", "--activation-code", &activation_code(backend)]);
        let mut login = portal.command(&["login", "--user", AGENT]);
        let login = login.env("PORTAL_PASSWORD", PASSWORD).output().unwrap();
        assert!(login.status.success(), "{}", String::from_utf8_lossy(&login.stderr));
        portal
    }

    /// A merchant's computer that was enrolled in the window, which is closed again.
    pub async fn of_a_merchant(desktop: &'a Desktop, profile: &Path, backend: &Backend, seed: u64) -> Self {
        let window = Window::open(desktop, profile, backend.address()).await;
        window.sign_in_by_phone(backend, &phone(seed)).await;
        window.close().await;
        Self::on(desktop, profile, backend.address())
    }

    /// Without a desktop: the vault is opened by its passphrase.
    pub fn headless(profile: &Path, backend: &str) -> Self {
        Self { desktop: None, profile: profile.to_owned(), backend: backend.to_owned() }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let portal = program("portal");
        let mut command = match self.desktop {
            Some(desktop) => desktop.command(portal),
            None => {
                let mut command = Command::new(portal);
                command.env("PORTAL_VAULT_PASSPHRASE", PASSPHRASE);
                command
            }
        };
        command
            .arg("--profile-dir")
            .arg(&self.profile)
            .args(["--backend", &self.backend, "--json"])
            .args(arguments)
            .env("PORTAL_PIN", PIN)
            .stdin(Stdio::null());
        command
    }

    /// The exit code and the answer.
    pub fn run(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.command(arguments).output().unwrap();
        let code = output.status.code();
        let answer = serde_json::from_slice(&output.stdout);
        let told = String::from_utf8_lossy(&output.stderr);
        (code.unwrap_or(-1), answer.unwrap_or_else(|error| panic!("{arguments:?}: {error}; {code:?} {told}")))
    }

    /// The answer of what must succeed.
    pub fn ask(&self, arguments: &[&str]) -> Value {
        let (code, answer) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {answer}");
        answer
    }

    /// The one case on this computer.
    pub fn only_case(&self) -> CaseId {
        let cases = self.ask(&["case", "list"]);
        assert_eq!(cases["total"], 1, "{cases}");
        cases["cases"][0]["case_id"].as_str().unwrap().parse().unwrap()
    }

    /// A case's document as this computer has it.
    pub fn dossier(&self, case_id: CaseId) -> Dossier {
        let case = self.ask(&["case", "show", &case_id.to_string()]);
        serde_json::from_value(case["dossier"].clone()).unwrap()
    }

    /// A complete application of an invented merchant with small photos, ready to be submitted.
    pub fn draft_of(&self, folder: &Path, seed: u64) -> CaseId {
        let merchant = merchant(seed);
        let photos = write_photos(&folder.join("photos"), &needed_slots(&merchant), 400);
        self.draft(folder, &merchant, &photos)
    }

    /// A complete application with these photos, ready to be submitted; `folder` takes its case file.
    pub fn draft(&self, folder: &Path, dossier: &Dossier, photos: &[(Slot, PathBuf)]) -> CaseId {
        let file = folder.join("case.json");
        std::fs::write(&file, serde_json::to_vec(dossier).unwrap()).unwrap();
        let case = self.ask(&["case", "new", "--from", file.to_str().unwrap()]);
        let id = case["case_id"].as_str().unwrap().to_owned();
        for (slot, file) in photos {
            self.ask(&["case", "photo", &id, slot.as_str(), file.to_str().unwrap()]);
        }
        self.ask(&["case", "consent", &id, "--all"]);
        id.parse().unwrap()
    }
}
