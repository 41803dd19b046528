//! The simulated network: the client's code and the backend's, both as they are, in one process, and between them a
//! network of which every request's fate is drawn from a seed. A *schedule* is the way of one operation, with its photos,
//! through one to three faults that are drawn for it. No socket and no disk slows it down: an hour holds more schedules than
//! the soak has requests.
//!
//! A world lives for some hundred schedules and has a seed of its own, by which it can be lived again. Which fault meets
//! which request of an operation is decided by the seed; which of two operations comes first is not.

mod network;
mod world;

use std::time::Duration;

use tokio::time::Instant;

use crate::soak::Tally;
use world::World;

/// Of one world, so that a long run stays as quick as a short one.
const SCHEDULES: u64 = 400;

/// Worlds from a seed on, one after another on each of so many threads, until the time is over, there were enough
/// schedules, or a promise was broken.
pub fn simulate(seed: u64, duration: Duration, lanes: u64, most: u64) -> Tally {
    let end = Instant::now() + duration;
    let lanes: Vec<_> = (0..lanes)
        .map(|lane| {
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(lane_of(seed + lane, lanes, end, most / lanes))
            })
        })
        .collect();
    let mut tally = Tally::default();
    for lane in lanes {
        tally.add(lane.join().unwrap());
    }
    tally
}

async fn lane_of(first: u64, step: u64, end: Instant, most: u64) -> Tally {
    let (mut tally, mut seed) = (Tally::default(), first);
    while tally.is_good() && Instant::now() < end && tally.schedules < most {
        let mut world = World::new(seed).await;
        let mut lived = 0;
        while lived < SCHEDULES && Instant::now() < end && tally.schedules + lived < most {
            match world.batch().await {
                Ok(schedules) => lived += schedules,
                Err(problem) => {
                    tally.broken.push(format!("seed {seed}, behind schedule {lived}: {problem}"));
                    break;
                }
            }
        }
        tally.schedules += lived;
        for (fault, times) in world.injected() {
            tally.inject_many(fault.name(), times);
        }
        world.close().await;
        seed += step;
    }
    tally
}
