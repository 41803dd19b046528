//! How many fields of seeded pictures are read rightly, and what it costs: `accuracy SEEDS [corners]`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, run by hand")]

use portal_domain::testing::TODAY;
use portal_pictures::{Order, Paper as Drawn};
use portal_recognition::{Key, Models, Paper, Request, read};
use std::time::Instant;

fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0
}

fn main() {
    let seeds: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let corners = std::env::args().nth(2).is_some();
    let only = std::env::args().nth(3);
    let models = Models::load(&Models::locate().unwrap()).unwrap();
    for drawn in [
        Drawn::LicenceLandscape,
        Drawn::LicencePortrait,
        Drawn::IdFront,
        Drawn::IdBack,
        Drawn::BankCard,
        Drawn::AccountPermit,
    ] {
        if only.as_ref().is_some_and(|only| format!("{drawn:?}") != *only) {
            continue;
        }
        let (mut right, mut all, mut cpu, mut wall) = (0, 0, Vec::new(), Vec::new());
        for seed in 100..100 + seeds {
            let picture = Order::new(seed, drawn).long_side(2000).taken();
            let pixels = portal_imaging::pixels(&picture.bytes).unwrap();
            let request = Request {
                paper: Paper::of(drawn.slot()).unwrap(),
                corners: picture.truth.corners.filter(|_| corners),
                today: TODAY,
            };
            let (began, before) = (Instant::now(), cpu_ms());
            let reading = read(&pixels, &request, Some(&models)).unwrap();
            cpu.push(cpu_ms() - before);
            wall.push(began.elapsed().as_secs_f64() * 1e3);
            for field in &picture.truth.fields {
                let key = match field.key {
                    "name" | "holder" => Key::Name,
                    "number" | "id_number" => Key::Number,
                    "legal_person" => Key::LegalPerson,
                    "address" => Key::Address,
                    "scope" => Key::Scope,
                    "branch_name" => Key::BranchName,
                    "period" => Key::ValidUntil,
                    "established" => Key::ValidFrom,
                    _ => continue,
                };
                let wanted = match key {
                    Key::ValidFrom => portal_domain::clean::date(&field.value),
                    Key::ValidUntil => {
                        portal_domain::clean::date(field.value.rsplit(['至', '-']).next().unwrap())
                    }
                    _ => field.value.clone(),
                };
                all += 1;
                let read = reading.field(key).map(|field| field.value.clone());
                if read.as_ref() == Some(&wanted) {
                    right += 1
                } else {
                    println!("{drawn:?} {seed} {key:?}: {wanted} / {read:?}");
                }
            }
        }
        cpu.sort_by(f64::total_cmp);
        wall.sort_by(f64::total_cmp);
        println!(
            "{drawn:?}: {right}/{all} fields, {:.0} ms CPU, {:.0} ms",
            cpu[cpu.len() / 2],
            wall[wall.len() / 2]
        );
    }
}
