//! Time authorities that are down, wrong or lying: the contract stays valid and pending, and the next one is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use portal_contract::signing::{StampingError, add_time_stamp};
use portal_contract::stamping::{NoTimeStamp, StampError, TimeAuthority, Unavailable};
use portal_contract::verifying::{TimeReport, Trust, Verdict, verify};

use crate::ceremony::{Cast, at};

/// What happens between the asker and the real authority.
type Tampering = dyn Fn(&dyn TimeAuthority, &[u8]) -> Result<Vec<u8>, Unavailable> + Send + Sync;

/// An authority that alters what it is asked, or what the real one behind it answers.
struct Faulty {
    asked: Arc<AtomicUsize>,
    real: Box<dyn TimeAuthority>,
    fault: Box<Tampering>,
}

impl TimeAuthority for Faulty {
    fn name(&self) -> &str {
        "faulty"
    }

    fn answer(&self, request: &[u8]) -> Result<Vec<u8>, Unavailable> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        (self.fault)(self.real.as_ref(), request)
    }
}

fn faulty(
    cast: &Cast,
    fault: impl Fn(&dyn TimeAuthority, &[u8]) -> Result<Vec<u8>, Unavailable> + Send + Sync + 'static,
) -> (Box<dyn TimeAuthority>, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let faulty = Faulty { asked: asked.clone(), real: cast.embedded_authority(), fault: Box::new(fault) };
    (Box::new(faulty), asked)
}

/// Asks the real authority for something else than was asked for.
fn asking_for_another(
    offset_from_end: usize,
) -> impl Fn(&dyn TimeAuthority, &[u8]) -> Result<Vec<u8>, Unavailable> + Send + Sync {
    move |real, request| {
        let mut other = request.to_vec();
        let place = other.len() - offset_from_end;
        other[place] ^= 1;
        real.answer(&other)
    }
}

fn failures(result: Result<impl std::fmt::Debug, StampingError>) -> Vec<(String, StampError)> {
    match result {
        Err(StampingError::Pending(NoTimeStamp { failures })) => failures,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wrong_answer_is_never_taken_and_the_contract_stays_pending() {
    let cast = Cast::new();
    let both = cast.countersigned();
    let stranger = Cast::new();
    // From the request's end: the flag that asks for certificates has 3 bytes, the nonce before it 16.
    let cases: [(&str, (Box<dyn TimeAuthority>, _)); 6] = [
        (
            "no answer: connection refused",
            faulty(&cast, |_, _| Err(Unavailable("connection refused".into()))),
        ),
        ("the answer is no time-stamp response", faulty(&cast, |_, _| Ok(b"<html>sign in</html>".to_vec()))),
        ("the authority refuses with status 2", faulty(&cast, |real, _| real.answer(b"nonsense"))),
        ("the token can't be used: wrong nonce", faulty(&cast, asking_for_another(4))),
        ("the token can't be used: wrong imprint", faulty(&cast, asking_for_another(30))),
        (
            "the token can't be used: untrusted authority",
            faulty(&stranger, |real, request| real.answer(request)),
        ),
    ];
    for (words, (authority, _)) in cases {
        let result = add_time_stamp(&both, &[authority], &cast.trust().roots);
        let failures = failures(result);
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].1.to_string(), words);
    }
    assert_eq!(cast.verify(&both).verdict, Verdict::InEffect, "it is valid without a time stamp");
    assert_eq!(cast.verify(&both).time, TimeReport::None, "and says so");
}

#[test]
fn an_answer_changed_on_the_way_is_never_taken() {
    let cast = Cast::new();
    let both = cast.countersigned();
    for place in (0..100).map(|step| f64::from(step) / 100.0) {
        let (authority, _) = faulty(&cast, move |real, request| {
            let mut answer = real.answer(request)?;
            let at = (place * answer.len() as f64) as usize;
            answer[at] ^= 0x10;
            Ok(answer)
        });
        let result = add_time_stamp(&both, &[authority], &cast.trust().roots);
        // The response's status may change from granted to granted with modifications: the token is as good.
        if let Ok((stamped, _)) = result {
            assert_eq!(cast.verify(&stamped).verdict, Verdict::InEffect, "at {place}");
            assert!(place < 0.01, "at {place}");
        }
    }
}

#[test]
fn authorities_are_asked_in_order_until_one_answers() {
    let cast = Cast::new();
    let both = cast.countersigned();
    let (down, asked_down) = faulty(&cast, |_, _| Err(Unavailable("timed out after 10 s".into())));
    let (good, asked_good) = faulty(&cast, |real, request| real.answer(request));
    let (spare, asked_spare) = faulty(&cast, |real, request| real.answer(request));
    let (stamped, _) = add_time_stamp(&both, &[down, good, spare], &cast.trust().roots).unwrap();
    assert_eq!(cast.verify(&stamped).verdict, Verdict::InEffect);
    let asked = [asked_down, asked_good, asked_spare].map(|count| count.load(Ordering::SeqCst));
    assert_eq!(asked, [1, 1, 0]);
}

#[test]
fn a_pending_contract_is_stamped_later() {
    let cast = Cast::new();
    let both = cast.countersigned();
    let (down, _) = faulty(&cast, |_, _| Err(Unavailable("connection refused".into())));
    failures(add_time_stamp(&both, &[down], &cast.trust().roots));
    let (stamped, _) = add_time_stamp(&both, &[cast.embedded_authority()], &cast.trust().roots).unwrap();
    assert!(matches!(cast.verify(&stamped).time, TimeReport::OwnAuthority { .. }));
}

#[test]
fn a_time_of_another_root_is_independent_and_outlives_certificates() {
    let (cast, notary) = (Cast::new(), Cast::new());
    let time_roots = notary.trust().roots;
    let authorities = [notary.embedded_authority()];
    let (stamped, _) = add_time_stamp(&cast.countersigned(), &authorities, &time_roots).unwrap();
    let trust = Trust { time_roots, ..cast.trust() };
    // In 2045 every certificate has ended; the time stamp says that they were valid when used.
    let report = verify(&stamped, &trust, at("2045-01-01T00:00:00Z"));
    assert_eq!(report.verdict, Verdict::InEffect, "{report:?}");
    assert!(matches!(report.time, TimeReport::Independent { .. }));
    let unstamped = verify(&cast.countersigned(), &trust, at("2045-01-01T00:00:00Z"));
    assert_eq!(unstamped.verdict, Verdict::Refused, "{unstamped:?}");
}
