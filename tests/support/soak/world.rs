//! One backend, one computer with two accounts, and the line between them, from which everything is taken away now
//! and then.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use portal_app::view::{OutboxItem, OutboxState};
use portal_app::{App, Config, system_clock};
use portal_domain::ids::{AccountId, Sha256};
use portal_pictures::Draw;
use tempfile::TempDir;
use tokio::time::Instant;

use super::model::Tracked;
use super::tally::Tally;
use crate::backend::Backend;
use crate::chaos::{Chaos, Harm, Weather};
use crate::command_line::CommandLine;
use crate::photos::photo;
use crate::portal::{PIN, config, phone, sign_in_by_phone};
use crate::process::Running;

/// Of a thousand requests in foul weather so many are harmed.
const FOUL: u64 = 800;
const HOUR_MS: i64 = 3600 * 1000;
/// The crash points of the backend (`portal_backend::fault`); those that few requests pass stand here more often.
pub const CRASH_POINTS: [&str; 12] = [
    "blob_written",
    "blob_renamed",
    "commit_before_tx",
    "commit_after_tx",
    "commit_after_tx",
    "commit_after_tx",
    "declare_after_tx",
    "upload_chunk_written",
    "upload_chunk_written",
    "upload_chunk_written",
    "upload_chunk_written",
    "upload_chunk_written",
];
/// Longest wait for a computer's profile that another process or thread still holds.
const HANDOVER: Duration = Duration::from_secs(20);
/// What a line without faults may need to bring everything over.
const FAIR_RUNS: u32 = 8;

/// Someone who uses the computer.
pub struct Member {
    pub local_id: String,
    pub account_id: AccountId,
}

pub struct World {
    pub draw: Draw,
    pub tally: Tally,
    pub backend: Backend,
    pub chaos: Chaos,
    pub members: Vec<Member>,
    /// Whose account is in use.
    pub current: usize,
    pub cases: Vec<Tracked>,
    /// Photos that many cases share, besides one of their own.
    pub shared: Vec<Vec<u8>>,
    pub seed: u64,
    /// Photos that the backend has, each looked at.
    pub stored: BTreeSet<Sha256>,
    app: Option<Arc<App>>,
    /// How far the computer's clock is ahead of the true time.
    ahead_ms: Arc<AtomicI64>,
    /// The crash point at which the running backend will end.
    armed: Option<&'static str>,
    folder: TempDir,
}

impl World {
    pub async fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let backend = Backend::start(&folder.path().join("backend"));
        let chaos = Chaos::start(backend.address(), seed);
        let mut draw = Draw::of(seed, 0);
        let shared = (0..12).map(|_| photo(draw.next() >> 1, 800, 600)).collect();
        let mut world = Self {
            draw,
            tally: Tally::default(),
            backend,
            chaos,
            members: Vec::new(),
            current: 0,
            cases: Vec::new(),
            shared,
            seed,
            stored: BTreeSet::new(),
            app: None,
            ahead_ms: Arc::default(),
            armed: None,
            folder,
        };
        let app = world.open().await;
        for number in 0..2 {
            let phone = phone(seed.wrapping_mul(2).wrapping_add(number));
            let account =
                sign_in_by_phone(&app, &world.backend, &phone).await.session.account.unwrap().account;
            let account_id = account.parse().unwrap();
            world.members.push(Member { local_id: account, account_id });
        }
        world.current = 1;
        world.app = Some(app);
        world
    }

    pub fn app(&self) -> Arc<App> {
        Arc::clone(self.app.as_ref().unwrap())
    }

    fn profile(&self) -> std::path::PathBuf {
        self.folder.path().join("profile")
    }

    pub fn data(&self) -> &Path {
        self.backend.data()
    }

    /// Opens the portal, once nobody else writes to the profile any more.
    async fn open(&self) -> Arc<App> {
        let ahead_ms = Arc::clone(&self.ahead_ms);
        let clock = Arc::new(move || system_clock() + ahead_ms.load(Ordering::Relaxed));
        let config = Config { background: false, clock, ..config(&self.profile(), self.chaos.address()) };
        let deadline = Instant::now() + HANDOVER;
        loop {
            let app = App::open(config.clone()).await.unwrap();
            if !app.app_info().await.unwrap().read_only {
                return app;
            }
            app.close().await;
            assert!(Instant::now() < deadline, "the profile is still held after {HANDOVER:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Starts the portal after it ended, and unlocks the account in use.
    pub async fn reopen(&mut self) {
        let app = self.open().await;
        self.app = Some(app);
        self.use_account(self.current).await;
    }

    /// Unlocks an account by its PIN.
    pub async fn use_account(&mut self, member: usize) {
        self.current = member;
        let local_id = self.members[member].local_id.clone();
        self.app().session_unlock(local_id, PIN.to_owned()).await.unwrap();
    }

    /// The portal is gone without a word: nothing is closed or finished.
    pub async fn crash(&mut self) {
        self.app = None;
        self.reopen().await;
    }

    pub async fn close(&mut self) {
        if let Some(app) = self.app.take() {
            app.close().await;
        }
    }

    /// Sets the computer's clock to the true time and so much more.
    pub fn set_clock(&self, ahead_ms: i64) {
        self.ahead_ms.store(ahead_ms, Ordering::Relaxed);
    }

    /// What the account in use has in its outbox.
    pub async fn outbox(&self) -> Vec<OutboxItem> {
        self.app().outbox_show().await.unwrap().items
    }

    pub fn number_of_cases(&self) -> usize {
        self.cases.iter().filter(|case| !case.done.is_empty()).count()
    }

    /// Foul weather, with something worse in every run. `Err` names a promise that was broken meanwhile.
    pub async fn storm(&mut self) -> Result<(), String> {
        self.chaos.set(Weather::Foul(FOUL));
        self.kill_backend();
        self.resume_to_crash();
        let runs = 4 + self.draw.below(12);
        for run in 0..runs {
            let harmed = self.run_badly().await;
            self.mend_backend();
            harmed?;
            self.judge_photos_here().await?;
            self.judge_moves().await?;
            if run >= 3 && self.outbox().await.is_empty() {
                break;
            }
        }
        Ok(())
    }

    async fn run_badly(&mut self) -> Result<(), String> {
        let requests = 1 + self.draw.below(12);
        match self.draw.below(12) {
            0 => {
                self.tally.inject("portal dropped");
                self.sync_until(requests).await;
                self.crash().await;
            }
            1 => {
                self.tally.inject("portal killed");
                self.kill_program_after(requests).await;
            }
            2 => {
                self.sync_and_kill_backend_after(requests).await;
            }
            3 => {
                self.tally.inject("line down");
                self.chaos.set(Weather::Down);
                let blameless = self.run_blamelessly().await;
                self.chaos.set(Weather::Foul(FOUL));
                blameless?;
            }
            4 => {
                self.tally.inject("every token refused");
                self.chaos.set(Weather::Only(Harm::Unauthorized));
                let blameless = self.run_blamelessly().await;
                self.chaos.set(Weather::Foul(FOUL));
                blameless?;
            }
            5 => {
                self.tally.inject("clock jump");
                let hours = self.draw.one_of(&[-49, -7, -1, 1, 7, 49]);
                self.set_clock(hours * HOUR_MS);
                self.sync().await;
            }
            6 => {
                self.tally.inject("account switch");
                self.use_account(1 - self.current).await;
                self.sync().await;
            }
            _ => self.sync().await,
        }
        Ok(())
    }

    async fn sync(&self) {
        // Whatever it says: what counts is judged at rest.
        drop(self.app().sync_once().await);
    }

    /// Syncs until so many requests have passed, or to its end.
    async fn sync_until(&self, requests: u64) {
        let mut passed = self.chaos.passed();
        let end = *passed.borrow() + requests;
        let app = self.app();
        tokio::select! {
            _ = app.sync_once() => {}
            _ = passed.wait_for(|count| *count >= end) => {}
        }
    }

    async fn sync_and_kill_backend_after(&mut self, requests: u64) {
        let app = self.app();
        let mut passed = self.chaos.passed();
        let end = *passed.borrow() + requests;
        let sending = tokio::spawn(async move { app.sync_once().await.map(drop) });
        let mut sending = std::pin::pin!(sending);
        let is_over = tokio::select! {
            _ = &mut sending => true,
            _ = passed.wait_for(|count| *count >= end) => false,
        };
        if !self.backend.is_over() {
            self.kill_backend();
        }
        self.mend_backend();
        if !is_over {
            // Whatever it says: what counts is judged at rest.
            drop(sending.await.unwrap());
        }
    }

    fn kill_backend(&mut self) {
        self.tally.inject("backend killed");
        self.backend.kill();
        self.armed = None;
    }

    /// The command line sends in a process of its own, which is killed.
    async fn kill_program_after(&mut self, requests: u64) {
        self.close().await;
        let end = *self.chaos.passed().borrow() + requests;
        let (profile, local_id) = (self.profile(), self.members[self.current].local_id.clone());
        let line = CommandLine::headless(&profile, self.chaos.address());
        let mut program = Running::start(line.command(&["--account", &local_id, "sync", "--once"]));
        let mut passed = self.chaos.passed();
        loop {
            let more = passed.wait_for(|count| *count >= end);
            let waited = tokio::time::timeout(Duration::from_millis(50), more).await;
            if waited.is_ok() {
                program.kill();
                break;
            }
            if program.is_over() {
                break;
            }
        }
        self.reopen().await;
    }

    /// Syncs where nothing can be sent: attempts and data stay as they were (I8).
    async fn run_blamelessly(&mut self) -> Result<(), String> {
        let before = attempts(&self.outbox().await);
        self.sync().await;
        let after = attempts(&self.outbox().await);
        if before == after { Ok(()) } else { Err(format!("I8: attempts were {before:?} and are {after:?}")) }
    }

    /// A backend that crashed is started again, to crash at another place.
    fn mend_backend(&mut self) {
        if self.has_backend_crashed() {
            self.resume_to_crash();
        }
    }

    fn has_backend_crashed(&mut self) -> bool {
        let is_over = self.backend.is_over();
        if is_over && let Some(point) = self.armed.take() {
            self.tally.inject(format!("backend crash at {point}"));
        }
        is_over
    }

    fn resume_to_crash(&mut self) {
        let point = self.draw.one_of(&CRASH_POINTS);
        self.backend.resume_to_crash(point, 1 + self.draw.below(2) as u32);
        self.armed = Some(point);
    }

    /// Fair weather: what broke works again.
    pub fn calm(&mut self) {
        self.chaos.set(Weather::Fair);
        self.set_clock(0);
        if !self.has_backend_crashed() {
            self.kill_backend();
        }
        self.backend.resume();
    }

    /// Sends everything that the account in use has (I4). `Err` names what is stuck.
    pub async fn drain(&mut self) -> Result<(), String> {
        for _ in 0..FAIR_RUNS {
            let summary = self.app().sync_once().await.map_err(|error| format!("I4: {error:?}"))?;
            if summary.waiting == 0 {
                return Ok(());
            }
        }
        let stuck: Vec<(OutboxState, Option<String>)> = self
            .outbox()
            .await
            .into_iter()
            .map(|item| (item.state, item.problem.map(|problem| problem.code)))
            .collect();
        Err(format!("I4: still in the outbox after {FAIR_RUNS} runs: {stuck:?}"))
    }
}

fn attempts(items: &[OutboxItem]) -> Vec<(portal_domain::ids::OpId, u32)> {
    items.iter().map(|item| (item.op_id, item.attempts)).collect()
}
