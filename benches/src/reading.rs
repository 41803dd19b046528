//! `photos-read` and `photos-qr`: papers read, against RapidOCR and other readers of QR codes with the same pictures.
//!
//! Pictures are those of `portal-pictures`, 2,000 pixels, with odd seeds, and a part of them spoiled; all programs get
//! the JPEG that would be sent. Counted is processor time of all threads. Ours has in it what the product does for each
//! paper: the reader's process is started, loads its models, decodes, looks for a code, reads the print and makes
//! fields. The peers run already, have their models loaded, and only read lines of text.
//!
//! - `tuned`: RapidOCR with the models that ours reads with, one thread, no search for lines upside down, and the size for
//!   detection at which it reads most fields, out of four.
//! - `default`: RapidOCR as it comes.
//!
//! A field counts for ours when it has its key and the form that the dossier wants, letter by letter; for a peer when the
//! letters stand anywhere in its lines, in a row or broken over several.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use portal_domain::clean;
use portal_domain::testing::TODAY;
use portal_imaging::{FitSpec, Pixels, fit};
use portal_pictures::{Flaw, Order, Paper as Drawn, Truth};
use portal_recognition::reader::Reader;
use portal_recognition::{Key, Models, Paper, Point, Reading, Request, read};
use rustix::time::{ClockId, clock_gettime};
use serde::Deserialize;

use crate::measure::{Goal, Samples, alone, compared, share, told};
use crate::peer::Program;

const PAPERS: [Drawn; 8] = [
    Drawn::LicenceLandscape,
    Drawn::LicencePortrait,
    Drawn::IdFront,
    Drawn::IdBack,
    Drawn::BankCard,
    Drawn::AccountPermit,
    Drawn::OrganisationCertificate,
    Drawn::TaxRegistration,
];
const OF_EACH_PAPER: u64 = 6;
/// What a reader may still get something from.
const SPOILED_BY: [Flaw; 5] = [Flaw::Blur, Flaw::MotionBlur, Flaw::Glare, Flaw::TooDark, Flaw::FarAway];
const OF_EACH_FLAW: u64 = 4;
const SIDE_PX: u32 = 2000;
/// Longer sides for detection that the tuned peer is tried with.
const TUNED_SIDES_PX: [&str; 4] = ["736", "960", "1280", "1600"];
const DEFAULT: &str = "default";
const DEADLINE: Duration = Duration::from_secs(30);
/// Passes over all papers.
const ROUNDS: usize = 3;
/// As it comes RapidOCR takes seconds for each.
const DEFAULT_PAPERS: usize = 6;

struct Sheet {
    truth: Truth,
    jpeg: Vec<u8>,
    /// The same, for the peers.
    file: PathBuf,
    corners: Option<[Point; 4]>,
}

impl Sheet {
    /// As the portal has it when it is read.
    fn of(order: Order, folder: &Path) -> Self {
        let taken = order.long_side(SIDE_PX).taken();
        let fitted = fit(&taken.bytes, &FitSpec::default()).expect("a picture");
        let corners =
            fitted.outline().map(|outline| outline.corners.map(|at| (f64::from(at.x), f64::from(at.y))));
        let file = folder.join(format!("{}.jpg", fitted.sha256));
        fs::write(&file, &fitted.bytes).expect("a file");
        Self { truth: taken.truth, jpeg: fitted.bytes, file, corners }
    }

    fn is_licence(&self) -> bool {
        matches!(self.truth.paper, Drawn::LicenceLandscape | Drawn::LicencePortrait)
    }

    fn request(&self) -> Request {
        Request { paper: Paper::of(self.truth.paper.slot()), corners: self.corners, today: TODAY }
    }

    /// What is to be read on it: as it is drawn, and as ours is to say it.
    fn wanted(&self) -> impl Iterator<Item = (&str, Key, String)> {
        self.truth.fields.iter().filter_map(|field| {
            let (key, value) = wanted(field.key, &field.value)?;
            Some((field.value.as_str(), key, value))
        })
    }
}

/// What a drawn field is to be read as, if it is one that is read.
fn wanted(key: &str, value: &str) -> Option<(Key, String)> {
    let text = value.to_owned();
    Some(match key {
        "name" | "holder" => (Key::Name, text),
        "number" | "id_number" => (Key::Number, text.replace('-', "")),
        "legal_person" => (Key::LegalPerson, text),
        "address" => (Key::Address, text),
        "scope" => (Key::Scope, text),
        "branch_name" => (Key::BranchName, text),
        "established" => (Key::ValidFrom, clean::date(value)),
        "period" => (Key::ValidUntil, clean::date(value.rsplit(['至', '-']).next()?)),
        _ => return None,
    })
}

/// An odd seed.
fn held(index: u64) -> u64 {
    2 * index + 3001
}

pub fn papers() {
    let folder = crate::folder("reading");
    let well = |index| Order::new(held(index), PAPERS[index as usize % PAPERS.len()]);
    let well_taken: Vec<Sheet> =
        (0..OF_EACH_PAPER * PAPERS.len() as u64).map(|index| Sheet::of(well(index), folder.path())).collect();
    let spoiled: Vec<Sheet> = SPOILED_BY
        .into_iter()
        .flat_map(|flaw| (0..OF_EACH_FLAW).map(move |index| well(index + 500).with(flaw)))
        .map(|order| Sheet::of(order, folder.path()))
        .collect();
    let (reader, mut peers) = (installed(), peers());
    let (tuned, tuned_right) = tuned(&mut peers, || well_taken.iter().chain(&spoiled));
    let most_kib = fields(&reader, &well_taken, &spoiled, tuned_right);
    let licences: Vec<&Sheet> = well_taken.iter().filter(|sheet| sheet.is_licence()).collect();
    times(&reader, &mut peers, tuned, &licences);
    let mib = f64::from(most_kib) / 1024.0;
    alone("photos-read-memory", &format!("{mib:.0} MiB at most"), mib, Goal::AtMost(80.0), "MiB");
}

/// The size at which the tuned peer reads most fields, the smallest of equals, and how many those are.
fn tuned<'a, Sheets: Iterator<Item = &'a Sheet>>(
    peers: &mut Program,
    sheets: impl Fn() -> Sheets,
) -> (&'static str, usize) {
    let tried = TUNED_SIDES_PX.map(|side| {
        let right = sheets().map(|sheet| {
            let lines = ask(peers, side, sheet).lines;
            sheet.wanted().filter(|(drawn, ..)| stands_in(drawn, &lines)).count()
        });
        (side, right.sum())
    });
    eprintln!("RapidOCR, fields by size: {tried:?}");
    tried.into_iter().rev().max_by_key(|(_, right)| *right).expect("sizes")
}

/// Fields that are read rightly. The most memory that it took, in KiB.
fn fields(reader: &Reader, well_taken: &[Sheet], spoiled: &[Sheet], tuned_right: usize) -> u32 {
    let mut most_kib = 0;
    let mut read_of = |sheets: &[Sheet]| {
        let (mut right, mut all) = (0, 0);
        for sheet in sheets {
            let (_, reading, peak_kib) = read_by(reader, sheet);
            most_kib = most_kib.max(peak_kib);
            for (_, key, value) in sheet.wanted() {
                let said = reading.field(key).map(|field| field.value.as_str());
                all += 1;
                right += usize::from(said == Some(value.as_str()));
                if said != Some(value.as_str()) {
                    eprintln!("{:?}: {key:?} {value} was read as {said:?}", sheet.truth.paper);
                }
            }
        }
        (right, all)
    };
    let (well, of_well) = read_of(well_taken);
    let (other, of_others) = read_of(spoiled);
    share("photos-read-fields", well, of_well, Goal::AtLeast(98.0));
    let (right, of) = (well + other, of_well + of_others);
    let said = (format!("{right} of {of}"), format!("RapidOCR {tuned_right} of {of}"));
    let ratio = right as f64 / tuned_right.max(1) as f64;
    compared("photos-read-fields-tuned", &said.0, &said.1, ratio, Goal::AtLeast(1.0));
    most_kib
}

/// Processor time for a licence, in turn.
fn times(reader: &Reader, peers: &mut Program, tuned: &str, licences: &[&Sheet]) {
    let (mut ours, mut tuned_ones, mut default) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for sheet in licences {
            ours.push(read_by(reader, sheet).0);
            tuned_ones.push(ask(peers, tuned, sheet).time());
        }
    }
    for sheet in &licences[..DEFAULT_PAPERS] {
        default.push(ask(peers, DEFAULT, sheet).time());
    }
    let ours = Samples::new(ours);
    alone("photos-read-licence", &ours.to_string(), ours.median(), Goal::AtMost(250.0), "ms");
    for (name, peer, goal) in [
        ("photos-read-tuned", Samples::new(tuned_ones), 2.9),
        ("photos-read-default", Samples::new(default), 20.0),
    ] {
        let (our_ms, peer_ms) = (ours.median(), peer.median());
        let said = (format!("{our_ms:.0} ms"), format!("RapidOCR {peer_ms:.0} ms"));
        compared(name, &said.0, &said.1, peer_ms / our_ms, Goal::AtLeast(goal));
    }
}

/// The program beside this one, with the models beside it.
fn installed() -> Reader {
    let exe = std::env::current_exe().expect("this program").with_file_name("portal-page-reader");
    Reader::new(exe, Some(Models::locate().expect("set-up has installed the models")), DEADLINE)
}

/// One paper, in a process of its own: processor time, what was read, and the most memory in KiB.
fn read_by(reader: &Reader, sheet: &Sheet) -> (Duration, Reading, u32) {
    let before = children();
    let (reading, peak_kib) = thread::scope(|scope| {
        let reading = scope.spawn(|| reader.read(&sheet.jpeg, sheet.request()).expect("a reading"));
        let mut peak_kib = 0;
        while !reading.is_finished() {
            peak_kib = peak_kib.max(child_kib().unwrap_or(0));
            thread::sleep(Duration::from_millis(1));
        }
        (reading.join().expect("no panic"), peak_kib)
    });
    (children() - before, reading, peak_kib)
}

/// Processor time of the processes that were started here and have ended.
fn children() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("a system that counts");
    let microseconds = [usage.user_time(), usage.system_time()].map(|time| time.num_microseconds() as u64);
    Duration::from_micros(microseconds.iter().sum())
}

/// What the running reader has had in memory at most so far.
fn child_kib() -> Option<u32> {
    let tasks = fs::read_dir("/proc/self/task").ok()?;
    let children = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok());
    let peak_of = |id: &str| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        status.starts_with("Name:\tportal-page-rea").then_some(())?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        peak.trim().trim_end_matches(" kB").parse().ok()
    };
    children.flat_map(|ids| ids.split_whitespace().filter_map(peak_of).collect::<Vec<u32>>()).max()
}

#[derive(Deserialize)]
struct Answer {
    cpu_ms: f64,
    lines: Vec<String>,
}

impl Answer {
    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.cpu_ms / 1e3)
    }
}

fn peers() -> Program {
    let installed = fs::canonicalize("target/peers/reading").expect("set-up has installed the peer");
    let mut python = Command::new(installed.join("bin/python"));
    python.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/reading/read.py"));
    python.arg(Models::locate().expect("set-up has installed the models"));
    Program::start(&mut python)
}

fn ask(peers: &mut Program, peer: &str, sheet: &Sheet) -> Answer {
    serde_json::from_str(&peers.ask(&format!("{peer}\t{}", sheet.file.display()))).expect("an answer")
}

/// Whether a text can be put together, from its beginning to its end, from parts of lines of two letters or more.
fn stands_in(text: &str, lines: &[String]) -> bool {
    // Wide and narrow forms are the same to a person, and ours brings them to one.
    let narrow = |letter| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        letter => letter,
    };
    let letters = |text: &str| -> Vec<char> {
        text.chars().filter(|letter| !letter.is_whitespace()).map(narrow).collect()
    };
    let (text, lines): (Vec<char>, Vec<Vec<char>>) =
        (letters(text), lines.iter().map(|line| letters(line)).collect());
    let mut at = 0;
    while at < text.len() {
        let longest = (1..=text.len() - at).rev().find(|length| {
            let part = &text[at..at + length];
            lines.iter().any(|line| line.windows(*length).any(|window| window == part))
        });
        match longest {
            Some(length) if length >= 2 || at + length == text.len() => at += length,
            _ => return false,
        }
    }
    !text.is_empty()
}

const CODED: [Option<Flaw>; 7] = [
    None,
    None,
    Some(Flaw::Blur),
    Some(Flaw::MotionBlur),
    Some(Flaw::Glare),
    Some(Flaw::TooDark),
    Some(Flaw::FarAway),
];
const OF_EACH_CODED: u64 = 6;

pub fn codes() {
    let mut ours = Tries::default();
    let (mut rqrr, mut rxing) = (Tries::default(), Tries::default());
    for index in 0..OF_EACH_CODED * CODED.len() as u64 {
        let flaw = CODED[index as usize % CODED.len()];
        let paper = [Drawn::LicenceLandscape, Drawn::LicencePortrait][index as usize / CODED.len() % 2];
        let order = Order::new(held(index), paper).long_side(SIDE_PX);
        let taken = flaw.map_or(order, |flaw| order.with(flaw)).taken();
        let pixels = portal_imaging::pixels(&taken.bytes).expect("a picture");
        let grey = grey(&pixels);
        let number = taken.truth.fields.iter().find(|field| field.key == "number").expect("a licence");
        let request = Request { paper: Some(Paper::BusinessLicence), corners: None, today: TODAY };
        // Each is warm, and has its turn in the same order.
        for _ in 0..ROUNDS {
            ours.takes(|| {
                let reading = read(&pixels, &request, None).expect("no models, no damage");
                reading.field(Key::Number).is_some_and(|field| field.value == number.value)
            });
            rqrr.takes(|| by_rqrr(&pixels, &grey).iter().any(|text| text.contains(&number.value)));
            rxing.takes(|| by_rxing(&pixels, &grey).is_some_and(|text| text.contains(&number.value)));
        }
    }
    let (ours, rqrr, rxing) = (ours.done(), rqrr.done(), rxing.done());
    let said = |of: &(Samples, usize, usize)| format!("{:.1} ms, {} of {}", of.0.median(), of.1, of.2);
    let ratio = rqrr.0.median() / ours.0.median();
    compared("photos-qr-rqrr", &said(&ours), &format!("rqrr {}", said(&rqrr)), ratio, Goal::AtLeast(8.0));
    let rate = ours.1 as f64 / rxing.1.max(1) as f64;
    compared("photos-qr-rate", &said(&ours), &format!("rxing {}", said(&rxing)), rate, Goal::AtLeast(1.0));
    told(
        "photos-qr-rxing",
        &said(&ours),
        &format!("rxing {}", said(&rxing)),
        rxing.0.median() / ours.0.median(),
    );
}

/// One reader's tries on all pictures.
#[derive(Default)]
struct Tries {
    times: Vec<Duration>,
    found: usize,
}

impl Tries {
    fn takes(&mut self, look: impl FnOnce() -> bool) {
        let before = clock_gettime(ClockId::ThreadCPUTime);
        self.found += usize::from(look());
        let spent = clock_gettime(ClockId::ThreadCPUTime) - before;
        self.times.push(Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32));
    }

    /// Times, and how many of how many codes were read.
    fn done(self) -> (Samples, usize, usize) {
        let tries = self.times.len();
        (Samples::new(self.times), self.found / ROUNDS, tries / ROUNDS)
    }
}

/// What the two others look at; made outside their time.
fn grey(pixels: &Pixels) -> Vec<u8> {
    let brightness = |rgb: &[u8]| {
        let [red, green, blue] = [rgb[0], rgb[1], rgb[2]].map(u32::from);
        ((red * 299 + green * 587 + blue * 114 + 500) / 1000) as u8
    };
    pixels.rgb.chunks_exact(3).map(brightness).collect()
}

fn by_rqrr(pixels: &Pixels, grey: &[u8]) -> Vec<String> {
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
    image.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

fn by_rxing(pixels: &Pixels, grey: &[u8]) -> Option<String> {
    let mut hints = rxing::DecodeHints { TryHarder: Some(true), ..rxing::DecodeHints::default() };
    let format = Some(rxing::BarcodeFormat::QR_CODE);
    let found = rxing::helpers::detect_in_luma_slice_with_hints(
        grey,
        pixels.width,
        pixels.height,
        format,
        &mut hints,
    );
    found.ok().map(|found| found.getText().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_in_its_parts_and_in_nothing_less() {
        let lines = ["名称 某某商".to_owned(), "店有限公司".to_owned()];
        assert!(stands_in("某某商店有限公司", &lines));
        assert!(!stands_in("某某商行有限公司", &lines));
        assert!(!stands_in("", &lines));
        assert!(stands_in("（某）", &["(某)".to_owned()]));
    }
}
