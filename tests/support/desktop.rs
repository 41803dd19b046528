//! A desktop of its own: X screen, window manager, D-Bus session, unlocked keyring, home folders.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::process::Running;

/// Programs started with [`Desktop::command`] see nothing of the machine's own session.
pub struct Desktop {
    environment: Vec<(&'static str, OsString)>,
    display: String,
    _window_manager: Running,
    _keyring: Running,
    _bus: Running,
    _screen: Running,
    home: TempDir,
}

impl Desktop {
    /// Starts a screen of this size in pixels.
    pub fn start(width: u32, height: u32) -> Self {
        let home = tempfile::Builder::new().prefix("portal-desktop").tempdir().unwrap();
        let folder = |name: &str| -> PathBuf {
            let path = home.path().join(name);
            fs::create_dir_all(&path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
            path
        };
        let mut command = Command::new("Xvfb");
        command
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"])
            .arg(format!("{width}x{height}x24"));
        let screen = Running::start(quiet(command));
        let display =
            screen.line("a screen", |line| line.parse::<u32>().ok().map(|number| format!(":{number}")));

        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--print-address"]);
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
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--unlock", "--foreground", "--components=secrets"]).envs(environment.iter().cloned());
        command.stdin(Stdio::piped());
        let keyring = start_with_input(quiet(command), b"the test's own keyring");

        let mut command = Command::new("matchbox-window-manager");
        command.args(["-use_titlebar", "no"]).envs(environment.iter().cloned());
        let window_manager = Running::start(quiet(command));
        Self {
            environment,
            display,
            _window_manager: window_manager,
            _keyring: keyring,
            _bus: bus,
            _screen: screen,
            home,
        }
    }

    /// A program on this desktop.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.envs(self.environment.iter().cloned());
        command
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A picture of the whole screen, as a person would see it.
    pub fn screenshot(&self, file: &Path) {
        let shot =
            self.command("import").args(["-display", &self.display, "-window", "root"]).arg(file).status();
        assert!(shot.unwrap().success(), "import could not take a picture");
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
