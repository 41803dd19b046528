//! Work that lost a race with another transaction is done again.

use std::future::Future;
use std::time::Duration;

use crate::error::BackendError;
use crate::problem::Problem;

/// Times that work is begun at most: more than two transactions rarely meet.
const TIMES: u32 = 6;

/// A failure that may be of a race.
pub trait Raced {
    /// Whether another transaction was in the way: nothing was changed, and the same work may succeed now.
    fn is_raced(&self) -> bool;
}

impl Raced for BackendError {
    fn is_raced(&self) -> bool {
        self.is_raced()
    }
}

impl Raced for Problem {
    fn is_raced(&self) -> bool {
        self.raced
    }
}

/// Does work with one transaction in it, and does it again while that loses to another one (in PostgreSQL: a
/// serialization failure, a deadlock, or a row that somebody else made meanwhile).
///
/// # Errors
/// The work's own, the last one when all tries were lost.
pub async fn retried<T, E: Raced, Done: Future<Output = Result<T, E>>>(
    work: impl Fn() -> Done,
) -> Result<T, E> {
    let mut wait = Duration::from_millis(2);
    for _ in 1..TIMES {
        match work().await {
            Err(error) if error.is_raced() => {}
            done => return done,
        }
        // Those that met are not to meet again.
        tokio::time::sleep(wait.mul_f64(crate::random::fraction())).await;
        wait *= 2;
    }
    work().await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    struct Lost(bool);

    impl Raced for Lost {
        fn is_raced(&self) -> bool {
            self.0
        }
    }

    #[tokio::test]
    async fn only_a_lost_race_is_run_again_and_not_for_ever() {
        let times = Cell::new(0);
        let run = |lost: u32, raced| {
            times.set(0);
            let times = &times;
            retried(move || async move {
                times.set(times.get() + 1);
                if times.get() <= lost { Err(Lost(raced)) } else { Ok(()) }
            })
        };
        assert!(run(2, true).await.is_ok());
        assert_eq!(times.get(), 3);
        assert!(run(1, false).await.is_err());
        assert_eq!(times.get(), 1);
        assert!(run(u32::MAX, true).await.is_err());
        assert_eq!(times.get(), TIMES);
    }
}
