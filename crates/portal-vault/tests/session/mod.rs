//! A private D-Bus session with a real gnome-keyring over its own folders, and the steps that run inside it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Marks the line a step answers with, among the test runner's own lines.
pub const ANSWER: &str = "VAULT-ANSWER ";
/// The refresh token of the tests' account.
pub const TOKEN: &str = "refresh-令牌-1";

/// A D-Bus session with a keyring daemon over its own folders. Ends when dropped.
pub struct Session {
    bus: Child,
    daemon: Option<Child>,
    environment: BTreeMap<&'static str, String>,
}

/// Folders that outlive a session, as a user's home outlives a log-in.
pub struct Home(tempfile::TempDir);

impl Home {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        for name in ["data", "run", "config", "cache"] {
            fs::create_dir(home.path().join(name)).unwrap();
            fs::set_permissions(home.path().join(name), fs::Permissions::from_mode(0o700)).unwrap();
        }
        Self(home)
    }

    pub fn profile(&self) -> PathBuf {
        self.0.path().join("profile")
    }

    fn environment(&self) -> BTreeMap<&'static str, String> {
        let folder = |name: &str| self.0.path().join(name).display().to_string();
        BTreeMap::from([
            ("PATH", std::env::var("PATH").unwrap()),
            ("HOME", self.0.path().display().to_string()),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_RUNTIME_DIR", folder("run")),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_CACHE_HOME", folder("cache")),
        ])
    }

    /// No bus at all.
    pub fn run(&self, step: &str, more: &[(&'static str, &str)]) -> Value {
        run_step(&self.environment(), &self.profile(), step, more)
    }
}

impl Session {
    /// A session whose keyring was unlocked at log-in.
    pub fn unlocked(home: &Home) -> Self {
        let mut session = Self::bus(home, None);
        session.start_daemon(&["--unlock"], "log-in password");
        session
    }

    /// A session over an existing keyring that nobody has unlocked.
    pub fn locked(home: &Home) -> Self {
        let mut session = Self::bus(home, None);
        session.start_daemon(&["--start"], "");
        session
    }

    /// A locked keyring whose unlock prompt is shown and never answered.
    pub fn locked_with_silent_prompt(home: &Home) -> Self {
        let services = home.0.path().join("services");
        fs::create_dir(&services).unwrap();
        // Started for the prompt, this program never takes the name it was started for.
        let prompter = "[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=/bin/sleep 20\n";
        fs::write(services.join("org.gnome.keyring.SystemPrompter.service"), prompter).unwrap();
        let mut session = Self::bus(home, Some(&services));
        session.start_daemon(&["--start"], "");
        session
    }

    /// A bus on which nobody offers a keyring and none can be started.
    pub fn without_keyring(home: &Home) -> Self {
        Self::bus(home, Some(&home.0.path().join("no-services")))
    }

    /// `services`: where the bus finds the services it can start; the system's when `None`.
    fn bus(home: &Home, services: Option<&Path>) -> Self {
        let mut environment = home.environment();
        let mut launcher = command("dbus-run-session", &environment);
        if let Some(services) = services {
            let configuration = home.0.path().join("session.conf");
            fs::write(&configuration, bus_configuration(services)).unwrap();
            launcher.arg("--config-file").arg(configuration);
        }
        // The session lives as long as the shell's standard input stays open.
        let mut bus = launcher
            .args(["--", "sh", "-c", "echo \"$DBUS_SESSION_BUS_ADDRESS\"; cat >/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("dbus-run-session", "dbus")));
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(address.contains("unix:"), "no session bus: {address:?}");
        environment.insert("DBUS_SESSION_BUS_ADDRESS", address.trim().to_owned());
        Self { bus, daemon: None, environment }
    }

    fn start_daemon(&mut self, arguments: &[&str], password: &str) {
        let mut daemon = command("gnome-keyring-daemon", &self.environment)
            .args(arguments)
            .args(["--foreground", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("gnome-keyring-daemon", "gnome-keyring")));
        daemon.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        self.daemon = Some(daemon);
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.bus_call(
            &["--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.GetNameOwner"],
            &["string:org.freedesktop.secrets"],
        ) {
            assert!(Instant::now() < deadline, "gnome-keyring-daemon did not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn lock(&self) {
        let collection = "array:objpath:/org/freedesktop/secrets/collection/login";
        let locked = self.bus_call(
            &[
                "--dest=org.freedesktop.secrets",
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.Lock",
            ],
            &[collection],
        );
        assert!(locked, "the collection could not be locked");
    }

    /// Deletes everything the portal has in this keyring, with somebody else's tool.
    pub fn wipe(&self) {
        let status = command("secret-tool", &self.environment)
            .args(["clear", "service", "zhanggui.portal"])
            .status()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("secret-tool", "libsecret-tools")));
        assert!(status.success());
        assert_eq!(self.items(), "");
    }

    /// What `secret-tool` finds of the portal's items.
    pub fn items(&self) -> String {
        let output = command("secret-tool", &self.environment)
            .args(["search", "--all", "service", "zhanggui.portal"])
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("secret-tool", "libsecret-tools")));
        // It prints attributes to one stream and values to the other.
        String::from_utf8_lossy(&output.stderr).replace("** Message", "")
            + &String::from_utf8_lossy(&output.stdout)
    }

    pub fn run(&self, home: &Home, step: &str, more: &[(&'static str, &str)]) -> Value {
        run_step(&self.environment, &home.profile(), step, more)
    }

    fn bus_call(&self, target: &[&str], arguments: &[&str]) -> bool {
        command("dbus-send", &self.environment)
            .args(["--session", "--print-reply", "--type=method_call"])
            .args(target)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap_or_else(|error| panic!("{}: {error}", missing("dbus-send", "dbus")))
            .success()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            drop(daemon.kill());
            drop(daemon.wait());
        }
        drop(self.bus.stdin.take());
        drop(self.bus.wait());
    }
}

fn bus_configuration(services: &Path) -> String {
    format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
         <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><servicedir>{}</servicedir>\
         <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>\
         <allow own=\"*\"/></policy></busconfig>\n",
        services.display()
    )
}

fn missing(program: &str, package: &str) -> String {
    format!("{program} is needed for this test: install {package}, or run `cargo xtask setup`")
}

/// Nothing of the caller's session leaks in: no display, no bus.
fn command(program: &str, environment: &BTreeMap<&'static str, String>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment);
    command
}

fn run_step(
    environment: &BTreeMap<&'static str, String>,
    profile: &Path,
    step: &str,
    more: &[(&'static str, &str)],
) -> Value {
    let finished = command(&std::env::current_exe().unwrap().display().to_string(), environment)
        .args(["--exact", "step", "--ignored", "--nocapture"])
        .env("VAULT_STEP", step)
        .env("VAULT_PROFILE", profile)
        .envs(more.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&finished.stdout);
    let errors = String::from_utf8_lossy(&finished.stderr);
    let answer = output
        .lines()
        .find_map(|line| line.split_once(ANSWER))
        .unwrap_or_else(|| panic!("step {step} gave no answer\n{output}\n{errors}"));
    let answer: Value = serde_json::from_str(answer.1).unwrap();
    assert!(errors.contains("TRACE"), "the step's log is missing");
    let told = ["code", "key"].into_iter().filter_map(|name| answer[name].as_str());
    let given = more.iter().filter(|(name, _)| *name != "VAULT_PIN").map(|(_, value)| *value);
    for secret in told.chain(given).chain([TOKEN]) {
        let as_bytes = format!("{:?}", secret.as_bytes());
        assert!(!errors.contains(secret), "{secret} is in the log of {step}:\n{errors}");
        assert!(
            !errors.contains(as_bytes.trim_matches(['[', ']'])),
            "{secret} is in the log of {step}:\n{errors}"
        );
    }
    answer
}
