//! The soak: merchants and reviewers work, and everything between them fails, for as long as one likes.
//!
//! An episode is some work, a storm of faults, fair weather until everything is sent, and the judging of what the
//! protocol promises (I1–I9, U1–U3, E1, T1). What is made and which requests are harmed is decided by the seed.

mod acts;
mod judge;
mod model;
mod tally;
mod world;

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::chaos::Harm;
pub use tally::Tally;
use world::{CRASH_POINTS, World};

/// Episodes before a new backend and a new computer take over, so that a long run stays as quick as a short one.
const EPISODES: u32 = 40;

/// Runs worlds from a seed on, so many at once, until the time is over or a promise was broken. An episode that was
/// begun is finished.
pub async fn soak(seed: u64, duration: Duration, lanes: u64) -> Tally {
    let end = Instant::now() + duration;
    let (mut tally, mut next) = (Tally::default(), seed);
    let mut alive = JoinSet::new();
    loop {
        while (alive.len() as u64) < lanes && Instant::now() < end && tally.is_good() {
            let seed = next;
            next += 1;
            alive.spawn(async move {
                let lived = tokio::spawn(live(seed, end)).await;
                lived.unwrap_or_else(|error| Tally {
                    failed: vec![format!("seed {seed}: {error}")],
                    ..Tally::default()
                })
            });
        }
        match alive.join_next().await {
            Some(Ok(lived)) => tally.add(lived),
            // Ended early, because another one has found something.
            Some(Err(_)) => {}
            None => return tally,
        }
        if !tally.is_good() {
            alive.abort_all();
        }
    }
}

/// One world's life.
async fn live(seed: u64, end: Instant) -> Tally {
    let mut world = World::new(seed).await;
    let mut lived = Ok(());
    for number in 1..=EPISODES {
        lived = episode(&mut world).await.map_err(|problem| format!("episode {number}: {problem}"));
        world.tally.episodes += 1;
        if lived.is_err() || Instant::now() >= end {
            break;
        }
    }
    if let Err(problem) = lived.and_then(|()| world.judge_end()) {
        world.tally.broken.push(format!("seed {}: {problem}", world.seed));
    }
    // What never came is in the table too.
    let counts = world.chaos.counts();
    for harm in Harm::ALL {
        world.tally.inject_many(harm.name(), counts.get(&harm).copied().unwrap_or_default());
    }
    for point in CRASH_POINTS {
        world.tally.inject_many(format!("backend crash at {point}"), 0);
    }
    world.close().await;
    std::mem::take(&mut world.tally)
}

async fn episode(world: &mut World) -> Result<(), String> {
    world.work().await;
    world.storm().await?;
    world.calm();
    for member in [world.current, 1 - world.current] {
        if member != world.current {
            if !world.cases.iter().any(|case| case.owner == member && case.is_touched()) {
                continue;
            }
            world.use_account(member).await;
        }
        world.drain().await?;
        world.attend().await?;
        world.judge_moves().await?;
        world.judge().await?;
    }
    Ok(())
}
