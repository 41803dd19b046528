//! `window`: from the start of the process to a start screen that stands and answers the keyboard; and, on a computer that
//! is new to it, to the first draft.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use portal_tests::{Backend, CHINESE, Desktop, Running, Window, program, wait_for};

use crate::measure::{Goal, Samples, alone, compared};
use crate::queued::NOBODY;
use crate::screen::{Key, Screen};

const ROUNDS: usize = 10;
const QUIET: Duration = Duration::from_secs(2);
const FIRST_STARTS: usize = 5;
const ADDRESS_FIELD: &str = "/business/address";
const ADDRESS: &str = "101";

pub fn run() {
    assert_same_tauri();
    let folder = crate::folder("window");
    let desktop = Desktop::start(1280, 800);
    let backend = Backend::start(&folder.path().join("backend"));
    let screen = Screen::of(&desktop);
    let ours = || {
        let mut command = desktop.command(program("merchant-portal"));
        command.arg("--profile-dir").arg(folder.path().join("profile"));
        command.args(["--backend", backend.address()]);
        command
    };
    let peer = || desktop.command(program("bare-window"));
    let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
    // The first round makes the profile and warms up: what is measured is a start like every day's.
    for round in 0..=ROUNDS {
        let (our_time, peer_time) = (usable(&screen, ours()), usable(&screen, peer()));
        if round > 0 {
            our_times.push(our_time);
            peer_times.push(peer_time);
        }
    }
    let (ours, peer) = (Samples::new(our_times), Samples::new(peer_times));
    let ratio = ours.median() / peer.median();
    let shown = |samples: &Samples| format!("{:.0} ms", samples.median());
    compared("window", &shown(&ours), &shown(&peer), ratio, Goal::AtMost(1.5));
}

/// A first start without account and network, to a draft with an address in it that is kept. The driver's own start is
/// counted, and a person's hands are not: what it takes is missing from the half minute that they have.
pub async fn first_draft() {
    let folder = crate::folder("first-draft");
    let desktop = Desktop::start(1280, 800);
    let mut times = Vec::new();
    for number in 0..FIRST_STARTS {
        let started = Instant::now();
        let window = Window::open(&desktop, &folder.path().join(number.to_string()), NOBODY).await;
        window.press(CHINESE.start).await;
        window.step(CHINESE.steps.business).await;
        window.type_at(ADDRESS_FIELD, ADDRESS).await;
        window.saved_as(ADDRESS_FIELD, ADDRESS).await;
        times.push(started.elapsed());
        window.close().await;
    }
    let times = Samples::new(times);
    alone("first-draft", &times.to_string(), times.percentile(100), Goal::AtMost(30_000.0), "ms at most");
}

/// Starts a window and ends it once its screen stands. "Usable" is checked, too: Tab moves the focus.
fn usable(screen: &Screen, command: Command) -> Duration {
    let empty = screen.pixels(screen.whole);
    let started = Instant::now();
    let mut window = Running::start(command);
    let stood =
        screen.rests(screen.whole, started, QUIET, |pixels| *pixels != *empty && Screen::is_painted(pixels));
    let before = screen.pixels(screen.whole);
    let pressed = screen.press(Key::Tab);
    let answered = screen.changes(screen.whole, &before, pressed);
    assert!(answered.is_some(), "the window did not answer the keyboard");
    window.stop();
    wait_for("an empty screen", Duration::from_secs(10), || {
        (screen.pixels(screen.whole) == empty).then_some(())
    });
    stood
}

/// The peer is only one when it is made of the same Tauri.
fn assert_same_tauri() {
    let version = |lock: &str| {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(lock)).unwrap();
        let (_, rest) = text.split_once("name = \"tauri\"\nversion = \"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let (ours, peer) = (version("../Cargo.lock"), version("Cargo.lock"));
    assert_eq!(ours, peer, "bring the peer to the portal's Tauri: cargo update -p tauri --precise {ours}");
}
