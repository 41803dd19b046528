//! Runs the program on a profile of its own, with a passphrase vault, so that no keyring is needed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_portal");

/// A profile folder that is gone after the test.
pub struct Profile {
    folder: TempDir,
    pub language: &'static str,
    pub passphrase: &'static str,
    pub without_models: bool,
}

/// What one run of the program came to.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Profile {
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            language: "en_GB.UTF-8",
            passphrase: "long enough words",
            without_models: false,
        }
    }

    /// A place for a file beside the profile.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, b"")
    }

    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // A command that reads no input may be gone already.
        child.stdin.take().unwrap().write_all(input).ok();
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().expect("the program ended by itself"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        for name in
            ["LC_ALL", "LC_MESSAGES", "PORTAL_BACKEND", "PORTAL_PIN", "PORTAL_PASSWORD", "PORTAL_MODELS"]
        {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .env("LANG", self.language)
            .env("PORTAL_PROFILE_DIR", self.path("profile"))
            .env("PORTAL_VAULT_PASSPHRASE", self.passphrase)
            .env("PORTAL_PHOTO_WORKER", beside("portal-photo-worker"))
            .env("PORTAL_PAGE_READER", beside("portal-page-reader"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if self.without_models {
            command.env("PORTAL_MODELS", self.path("no-models"));
        }
        command
    }

    /// A draft of the documented example; its id.
    pub fn draft(&self) -> String {
        let view = self.run(&["case", "new", "--from", &example(), "--json"]).json();
        view["case_id"].as_str().unwrap().to_owned()
    }
}

impl Run {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// The fields of an error as `path problem`.
    #[track_caller]
    pub fn fields(&self) -> Vec<String> {
        let error = self.json();
        let fields = error["fields"].as_array().unwrap();
        fields
            .iter()
            .map(|f| format!("{} {}", f["path"].as_str().unwrap(), f["problem"].as_str().unwrap()))
            .collect()
    }
}

/// Another program that was built with this one.
fn beside(name: &str) -> PathBuf {
    let program = Path::new(PROGRAM).with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "run `cargo build -p portal-imaging -p portal-recognition --bins` first");
    program
}

/// The case file that the manual shows.
pub fn example() -> String {
    let own = std::env::var("CARGO_MANIFEST_DIR").expect("run by cargo or nextest");
    format!("{own}/../../docs/examples/case.json")
}

/// An uncompressed picture (BMP) of a page with rows of marks; `seed` makes it another page.
pub fn picture(seed: u32, width: u32, height: u32) -> Vec<u8> {
    let row_bytes = (width * 3).next_multiple_of(4);
    let size = 54 + row_bytes * height;
    let mut bytes = b"BM".to_vec();
    for word in [size, 0, 54, 40, width, height] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24]);
    for y in 0..height {
        for x in 0..width {
            let mark = (x / 9)
                .wrapping_mul(2_654_435_761)
                .wrapping_add((y / 13).wrapping_mul(40_503))
                .wrapping_mul(seed | 1);
            let ink = y % 26 < 13 && mark >> 31 == 1;
            bytes.extend([if ink { 40 } else { 225 }; 3]);
        }
        bytes.resize(bytes.len() + (row_bytes - width * 3) as usize, 0);
    }
    bytes
}
