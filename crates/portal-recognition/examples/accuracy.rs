//! How many fields of seeded, well taken pictures are read rightly, and what it costs: `accuracy SEEDS [corners]`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, run by hand on Linux")]

use std::time::Instant;

use portal_domain::clean;
use portal_domain::testing::TODAY;
use portal_pictures::{Order, Paper as Drawn};
use portal_recognition::{Key, Models, Paper, Request, read};

const FIRST_SEED: u64 = 100;
const DRAWN: [Drawn; 8] = [
    Drawn::LicenceLandscape,
    Drawn::LicencePortrait,
    Drawn::IdFront,
    Drawn::IdBack,
    Drawn::BankCard,
    Drawn::AccountPermit,
    Drawn::OrganisationCertificate,
    Drawn::TaxRegistration,
];

fn main() {
    let seeds: u64 = std::env::args().nth(1).and_then(|seeds| seeds.parse().ok()).unwrap_or(10);
    let knows_corners = std::env::args().nth(2).is_some_and(|word| word == "corners");
    let models = Models::load(&Models::locate().unwrap()).unwrap();
    for drawn in DRAWN {
        let (mut right, mut all, mut cpu_ms, mut wall_ms) = (0, 0, Vec::new(), Vec::new());
        for seed in FIRST_SEED..FIRST_SEED + seeds {
            let picture = Order::new(seed, drawn).long_side(2000).taken();
            let pixels = portal_imaging::pixels(&picture.bytes).unwrap();
            let corners = picture.truth.corners.filter(|_| knows_corners);
            let request = Request { paper: Paper::of(drawn.slot()), corners, today: TODAY };
            let (began, before) = (Instant::now(), processor_ms());
            let reading = read(&pixels, &request, Some(&models)).unwrap();
            cpu_ms.push(processor_ms() - before);
            wall_ms.push(began.elapsed().as_secs_f64() * 1e3);
            for field in &picture.truth.fields {
                let Some((key, wanted)) = wanted(field.key, &field.value) else { continue };
                let read = reading.field(key).map(|field| field.value.as_str());
                all += 1;
                right += usize::from(read == Some(wanted.as_str()));
                if read != Some(wanted.as_str()) {
                    println!("{drawn:?} {seed} {key:?}: {wanted} was read as {read:?}");
                }
            }
        }
        println!(
            "{drawn:?}: {right} of {all} fields, {:.0} ms of processor time, {:.0} ms",
            median(cpu_ms),
            median(wall_ms)
        );
    }
}

/// What a drawn field is to be read as, if it is one that is read.
fn wanted(key: &str, value: &str) -> Option<(Key, String)> {
    let text = value.to_owned();
    Some(match key {
        "name" | "holder" => (Key::Name, text),
        "number" | "id_number" => (Key::Number, text),
        "legal_person" => (Key::LegalPerson, text),
        "address" => (Key::Address, text),
        "scope" => (Key::Scope, text),
        "branch_name" => (Key::BranchName, text),
        "established" => (Key::ValidFrom, clean::date(value)),
        "period" => (Key::ValidUntil, clean::date(value.rsplit(['至', '-']).next()?)),
        _ => return None,
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Processor time of this process so far, in steps of 10 ms.
fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    [fields[11], fields[12]].iter().map(|ticks| ticks.parse::<f64>().unwrap() * 10.0).sum()
}
