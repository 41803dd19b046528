//! A desktop of its own: X screen, window manager, D-Bus session, keyring, home folders.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::process::{Running, wait_for};

const KEYRING_PATIENCE: Duration = Duration::from_secs(20);
const SCAN_PATIENCE: Duration = Duration::from_secs(30);

/// A bus that starts no services of the machine's: a keyring is there when a test starts one.
const BUS_CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// Programs started with [`Desktop::command`] see nothing of the machine's own session.
pub struct Desktop {
    environment: Vec<(&'static str, OsString)>,
    display: String,
    _window_manager: Running,
    keyring: Option<Running>,
    _bus: Running,
    _screen: Running,
    home: TempDir,
}

impl Desktop {
    /// Starts a screen of this size in pixels, with a keyring that was unlocked at log-in.
    pub fn start(width: u32, height: u32) -> Self {
        let mut desktop = Self::without_keyring(width, height);
        desktop.log_in();
        desktop
    }

    /// A desktop on which nobody offers a keyring.
    pub fn without_keyring(width: u32, height: u32) -> Self {
        let home = tempfile::Builder::new().prefix("portal-desktop").tempdir().unwrap();
        let folder = |name: &str| -> PathBuf {
            let path = home.path().join(name);
            fs::create_dir_all(&path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
            path
        };
        let mut command = Command::new("Xvfb");
        command
            // Without repeating keys: who is killed while typing leaves one held down. Without starting over when
            // its last program leaves: who comes in that moment, as the window manager may, is thrown out.
            .args(["-displayfd", "1", "-nolisten", "tcp", "-r", "-noreset", "-screen", "0"])
            .arg(format!("{width}x{height}x24"));
        let screen = Running::start(quiet(command));
        let display =
            screen.line("a screen", |line| line.parse::<u32>().ok().map(|number| format!(":{number}")));

        let mut command = Command::new("dbus-daemon");
        let configuration = home.path().join("bus.conf");
        fs::write(&configuration, BUS_CONFIGURATION).unwrap();
        command.args(["--nofork", "--print-address", "--config-file"]).arg(configuration);
        let bus = Running::start(quiet(command));
        let address = bus.line("a D-Bus session", |line| line.starts_with("unix:").then(|| line.to_owned()));

        let environment: Vec<(&'static str, OsString)> = vec![
            ("DISPLAY", display.clone().into()),
            ("DBUS_SESSION_BUS_ADDRESS", address.into()),
            ("HOME", folder("home").into()),
            ("XDG_DATA_HOME", folder("data").into()),
            ("XDG_CONFIG_HOME", folder("config").into()),
            ("XDG_CACHE_HOME", folder("cache").into()),
            ("XDG_RUNTIME_DIR", folder("runtime").into()),
            ("LANG", "C.UTF-8".into()),
            ("GDK_BACKEND", "x11".into()),
            ("NO_AT_BRIDGE", "1".into()),
            // Without it a picture of the X screen is stale.
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1".into()),
            ("LIBGL_ALWAYS_SOFTWARE", "1".into()),
        ];
        let keys = home.path().join("keys");
        fs::write(&keys, "<alt>F4=close\n").unwrap();
        let mut command = Command::new("matchbox-window-manager");
        command.args(["-use_titlebar", "no", "-kbdconfig"]).arg(keys).envs(environment.iter().cloned());
        let window_manager = Running::start(quiet(command));
        Self {
            environment,
            display,
            _window_manager: window_manager,
            keyring: None,
            _bus: bus,
            _screen: screen,
            home,
        }
    }

    /// Has a variable for every program that is started from now on.
    pub fn set(&mut self, variable: &'static str, value: &str) {
        self.environment.push((variable, value.into()));
    }

    /// Starts the keyring and unlocks it, as a log-in with the user's password does.
    pub fn log_in(&mut self) {
        self.start_keyring("--unlock", b"the test's own keyring");
    }

    /// Starts the keyring anew, and nobody unlocks it, as after a log-in without a password.
    pub fn log_in_without_password(&mut self) {
        self.start_keyring("--start", b"");
    }

    fn start_keyring(&mut self, how: &str, password: &[u8]) {
        // The one before ends first: its name has to be free.
        self.keyring = None;
        let mut command = self.command("gnome-keyring-daemon");
        command.args([how, "--foreground", "--components=secrets"]).stdin(Stdio::piped());
        self.keyring = Some(start_with_input(quiet(command), password));
        wait_for("a keyring", KEYRING_PATIENCE, || {
            let mut command = quiet(self.command("dbus-send"));
            command.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]);
            command.args(["org.freedesktop.DBus.GetNameOwner", "string:org.freedesktop.secrets"]);
            command.stdout(Stdio::null()).status().unwrap().success().then_some(())
        });
    }

    /// A program on this desktop.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.envs(self.environment.iter().cloned());
        command
    }

    /// Presses keys together, such as `alt+F4`, on the real keyboard of this screen.
    pub fn press_keys(&self, keys: &str) {
        assert!(self.command("xdotool").args(["key", keys]).status().unwrap().success());
    }

    /// Moves and presses the real mouse of this screen, in xdotool's words.
    pub fn mouse(&self, words: &[&str]) {
        assert!(self.command("xdotool").args(words).status().unwrap().success());
    }

    /// Types on the real keyboard of this screen, for as long as it takes.
    pub fn type_slowly(&self, text: &str, pause: Duration) -> Running {
        let mut command = self.command("xdotool");
        command.args(["type", "--delay", &pause.as_millis().to_string(), text]);
        Running::start(command)
    }

    /// Process id of the program whose window is in front and has the keyboard.
    pub fn active_program(&self) -> Option<u32> {
        self.active_window("getwindowpid")?.parse().ok()
    }

    /// Title of the window that is in front and has the keyboard.
    pub fn active_title(&self) -> Option<String> {
        self.active_window("getwindowname")
    }

    fn active_window(&self, question: &str) -> Option<String> {
        let mut command = self.command("xdotool");
        let asked = command.args(["getactivewindow", question]).stderr(Stdio::null()).output().unwrap();
        asked.status.success().then(|| String::from_utf8_lossy(&asked.stdout).trim().to_owned())
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A picture of the whole screen, as a person would see it.
    pub fn screenshot(&self, file: &Path) {
        assert!(self.screen().picture(file), "import could not take a picture");
    }

    /// What the QR code on the screen says, read as a phone's camera would, as soon as there is one.
    pub fn scan(&self) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("screen.png");
        wait_for("a code that can be read", SCAN_PATIENCE, || {
            self.screenshot(&file);
            let screen = image::open(&file).ok()?.to_luma8();
            let (width, height) = screen.dimensions();
            let light = |x: usize, y: usize| screen.get_pixel(x as u32, y as u32).0[0];
            let mut prepared =
                rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, light);
            prepared.detect_grids().into_iter().find_map(|code| code.decode().ok()).map(|(_, text)| text)
        })
    }

    /// As [`Desktop::screenshot`], where `PORTAL_TEST_PICTURES` names a folder.
    pub fn keep(&self, name: &str) {
        if let Some(folder) = std::env::var_os("PORTAL_TEST_PICTURES") {
            self.screenshot(&Path::new(&folder).join(name));
        }
    }

    pub(crate) fn screen(&self) -> Screen {
        Screen { display: self.display.clone() }
    }
}

/// What a desktop shows.
pub(crate) struct Screen {
    display: String,
}

impl Screen {
    /// Takes a picture; gives whether it could.
    pub(crate) fn picture(&self, file: &Path) -> bool {
        let mut command = Command::new("import");
        command.args(["-display", &self.display, "-window", "root"]).arg(file);
        command.status().is_ok_and(|status| status.success())
    }
}

fn quiet(mut command: Command) -> Command {
    command.stderr(Stdio::null());
    command
}

fn start_with_input(command: Command, input: &[u8]) -> Running {
    let mut running = Running::start(command);
    let mut stdin = running.take_stdin();
    stdin.write_all(input).unwrap();
    drop(stdin);
    running
}
