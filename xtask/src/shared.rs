//! `cargo xtask shared COMMAND …`: runs a command beside a PostgreSQL and an S3 server of its own, which are empty at
//! the start and gone at the end. The variables that it gets are those that the backend and its tests read.

use crate::process::{self, Failure, Result, command};
use crate::setup;
use crate::workspace::root;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where Debian keeps PostgreSQL's programs, by version.
const POSTGRES: &str = "/usr/lib/postgresql";

/// Only a socket is listened to, so that no port is taken.
const SETTINGS: &str = "-c listen_addresses='' -c max_connections=400";

/// What a database waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The disk, as one whose speed is measured.
    Full,
    /// Nothing: nobody needs it tomorrow.
    None,
}

impl Durability {
    fn settings(self) -> &'static str {
        match self {
            Self::Full => "",
            Self::None => "-c fsync=off -c synchronous_commit=off -c full_page_writes=off",
        }
    }
}

/// Runs a command to its end.
///
/// # Errors
/// When a server does not start, or the command fails.
pub fn shared(words: &[&str]) -> Result<()> {
    setup::setup_for_servers()?;
    let (program, args) = words.split_first().ok_or_else(|| Failure::new("a command is missing"))?;
    let servers = Servers::start()?;
    process::run(servers.known_to(command(program, args.iter().copied(), root())))
}

/// Both servers, ended when dropped.
pub struct Servers {
    postgres: Postgres,
    s3: S3,
}

impl Servers {
    /// Starts them.
    ///
    /// # Errors
    /// When one does not start.
    pub fn start() -> Result<Self> {
        Ok(Self { postgres: Postgres::start(Durability::None)?, s3: S3::start()? })
    }

    /// Tells a command where they are.
    pub fn known_to(&self, mut command: Command) -> Command {
        command
            .env("PORTAL_TEST_POSTGRES", self.postgres.url())
            .env("AWS_ENDPOINT_URL", &self.s3.url)
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("NO_PROXY", "127.0.0.1,localhost");
        command
    }
}

/// An empty database of its own, ended and gone when dropped.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
}

impl Postgres {
    /// Starts it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(durability: Durability) -> Result<Self> {
        // Not in the target folder: a socket's path is short, and another user reads it.
        let folder = std::env::temp_dir().join(format!("portal-postgres-{}", std::process::id()));
        fs::create_dir(&folder)?;
        let this = Self { programs: newest(Path::new(POSTGRES))?.join("bin"), folder };
        if is_root()? {
            process::run(command("chown", ["postgres", &this.folder.to_string_lossy()], root()))?;
        }
        let data = this.data();
        let make = ["--pgdata", &data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8"];
        this.run("initdb", &[&make[..], &["--no-locale", "--no-sync"]].concat())?;
        let settings = format!(
            "{SETTINGS} {} -c unix_socket_directories={}",
            durability.settings(),
            this.folder.display()
        );
        let log = this.folder.join("log");
        this.run(
            "pg_ctl",
            &["start", "--pgdata", &data, "--wait", "--log", &log.to_string_lossy(), "-o", &settings],
        )?;
        Ok(this)
    }

    /// For `DATABASE_URL`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.display())
    }

    fn data(&self) -> String {
        self.folder.join("data").to_string_lossy().into_owned()
    }

    /// Runs one of PostgreSQL's programs, which refuse to be root.
    fn run(&self, program: &str, args: &[&str]) -> Result<()> {
        let program = self.programs.join(program);
        let program = program.to_string_lossy();
        let mut command = if is_root()? {
            let words = [&["-u", "postgres", "--", &program], args].concat();
            command("runuser", words, &self.folder)
        } else {
            command(&program, args.iter().copied(), &self.folder)
        };
        command.stdout(Stdio::null());
        process::run(command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped =
            self.run("pg_ctl", &["stop", "--pgdata", &self.data(), "--mode", "immediate", "--wait"]);
        if let Err(failure) = stopped {
            eprintln!("xtask: {failure}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("xtask: {} is left: {error}", self.folder.display());
        }
    }
}

struct S3 {
    server: Child,
    url: String,
}

impl S3 {
    fn start() -> Result<Self> {
        let program = root().join(setup::S3_FOLDER).join("bin/moto_server");
        let mut command = command(&program.to_string_lossy(), ["--host", "127.0.0.1", "--port", "0"], root());
        let mut server = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let said = server.stderr.take().ok_or_else(|| Failure::new("the S3 server has no output"))?;
        let mut lines = BufReader::new(said).lines();
        let url = lines
            .by_ref()
            .map_while(std::io::Result::ok)
            .find_map(|line| line.split_once("Running on ").map(|(_, url)| url.trim().to_owned()));
        let Some(url) = url else {
            server.wait()?;
            return Err(Failure::new("the S3 server did not start"));
        };
        // Read to the end, or the server would stand still when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { server, url })
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        // It is gone already when that fails.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

/// The folder of the highest version.
fn newest(versions: &Path) -> Result<PathBuf> {
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let folders = fs::read_dir(versions)?.filter_map(|entry| Some(entry.ok()?.path()));
    folders
        .filter(|path| version(path).is_some())
        .max_by_key(version)
        .ok_or_else(|| Failure::new(format!("there is no PostgreSQL in {}", versions.display())))
}

fn is_root() -> Result<bool> {
    Ok(process::output(command("id", ["-u"], root()))?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::target;

    #[test]
    fn the_newest_version_is_the_highest_number() {
        let folder = target().unwrap().join(format!("versions-{}", std::process::id()));
        for version in ["9", "15", "readme"] {
            fs::create_dir_all(folder.join(version)).unwrap();
        }
        assert_eq!(newest(&folder).unwrap(), folder.join("15"));
        fs::remove_dir_all(&folder).unwrap();
        assert!(newest(&folder).is_err());
    }
}
