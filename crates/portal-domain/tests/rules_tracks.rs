//! Tracks follow their graphs whatever is tried, every case can reach its end, and one word sums a case up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use portal_domain::dossier::{Dossier, MerchantKind, Product};
use portal_domain::profile::{Profile, builtin, builtin_profile, load};
use portal_domain::status::{CaseStatus, Outbound, case_status};
use portal_domain::testing::dossier;
use portal_domain::track::{ReviewState, ReviewStep, StepMove, StepState, Track, Tracks};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn review_has_exactly_these_moves() {
    use {ReviewState as S, ReviewStep as M};
    let moves: BTreeSet<_> = [
        (S::NotSubmitted, M::Submit, S::InReview),
        (S::Returned, M::Amend, S::InReview),
        (S::InReview, M::Withdraw, S::Withdrawn),
        (S::Returned, M::Withdraw, S::Withdrawn),
        (S::InReview, M::Return, S::Returned),
        (S::InReview, M::Accept, S::Accepted),
        (S::InReview, M::Reject, S::Rejected),
    ]
    .into();
    let mut found = BTreeSet::new();
    for from in S::ALL {
        for step in M::ALL {
            match from.after(step) {
                Ok(to) => {
                    found.insert((from, step, to));
                }
                Err(error) => assert_eq!(
                    (error.track, error.from, error.step),
                    (Track::Review, from.as_str(), step.as_str())
                ),
            }
        }
        assert_eq!(S::parse(from.as_str()), Some(from));
        assert_eq!(from.is_final(), M::ALL.iter().all(|step| from.after(*step).is_err()), "{from:?}");
    }
    assert_eq!(found, moves);
}

/// The other tracks' graph, said once more in one line each.
fn allowed(from: StepState, step: StepMove) -> bool {
    match step {
        StepMove::Open => from == StepState::Waiting,
        StepMove::Complete | StepMove::Fail => from == StepState::Open,
        StepMove::Reopen => from == StepState::Failed,
    }
}

fn any_step() -> impl Strategy<Value = StepMove> {
    prop_oneof![Just(StepMove::Open), Just(StepMove::Complete), Just(StepMove::Fail), Just(StepMove::Reopen)]
}

proptest! {
    /// Tries moves at random on tracks at random: a track opens only after its gates, and nothing else moves it.
    #[test]
    fn random_walks_follow_graph_and_gates(
        seed in 0_u64..500,
        tries in prop::collection::vec((0..Track::ALL.len(), any_step(), 0..ReviewStep::ALL.len()), 0..120),
    ) {
        for profile in builtin() {
            let case = dossier(seed, MerchantKind::ALL[(seed % 5) as usize]);
            let mut tracks = Tracks::default();
            for (track, step, review_step) in &tries {
                let track = Track::ALL[*track];
                let before = tracks;
                match tracks.step_mut(track) {
                    None => {
                        if let Ok(state) = tracks.review.after(ReviewStep::ALL[*review_step]) {
                            prop_assert!(!before.review.is_final());
                            tracks.review = state;
                        }
                    }
                    Some(state) => match state.after(track, *step) {
                        Ok(next) if *step != StepMove::Open => {
                            prop_assert!(allowed(*state, *step));
                            *state = next;
                        }
                        Ok(_) => tracks.open_ready(profile, &case),
                        Err(error) => {
                            prop_assert!(!allowed(*state, *step));
                            prop_assert_eq!(error.track, track);
                        }
                    },
                }
                for rule in profile.tracks_for(&case) {
                    let Some(state) = tracks.clone().step_mut(rule.track).copied() else { continue };
                    prop_assert!(state == StepState::Waiting || profile.is_open(rule.track, &case, &tracks));
                }
                if tracks.is_done(Track::Activation) {
                    prop_assert!(profile.tracks_for(&case).all(|rule| tracks.is_done(rule.track)));
                }
            }
        }
    }

    /// Whatever the products, doing what is open reaches activation, each track once.
    #[test]
    fn every_profile_reaches_activation(
        seed in 0_u64..500,
        products in prop::sample::subsequence(Product::ALL.to_vec(), 1..=5),
    ) {
        for profile in builtin() {
            let mut case = dossier(seed, MerchantKind::ALL[(seed % 5) as usize]);
            case.products = products.clone();
            let mut tracks = Tracks::default();
            prop_assert!(profile.is_open(Track::Review, &case, &tracks));
            tracks.review = tracks.review.after(ReviewStep::Submit).unwrap();
            tracks.open_ready(profile, &case);
            prop_assert_eq!(tracks.activation, StepState::Waiting);
            tracks.review = tracks.review.after(ReviewStep::Accept).unwrap();
            for _ in Track::ALL {
                tracks.open_ready(profile, &case);
                let open = Track::ALL.into_iter().find(|track| {
                    tracks.clone().step_mut(*track).is_some_and(|state| *state == StepState::Open)
                });
                let Some(track) = open else { break };
                let state = tracks.step_mut(track).unwrap();
                *state = state.after(track, StepMove::Complete).unwrap();
            }
            prop_assert!(tracks.is_done(Track::Activation), "{:?}", tracks);
            let coded = products.iter().any(|p| !matches!(p, Product::TraditionalPos | Product::ESignPos));
            prop_assert_eq!(tracks.is_done(Track::ChannelRegistration), coded);
        }
    }
}

/// Lakala's profile with its tracks in any order that doesn't run in a circle: acquirers differ in whether a contract
/// comes before the review or after it, and in what waits for what.
fn other_order() -> impl Strategy<Value = Profile> {
    let order = Just(Track::ALL.to_vec()).prop_shuffle();
    (order, prop::collection::vec(any::<u8>(), Track::ALL.len())).prop_map(|(order, gates)| {
        let rules: Vec<Value> = order
            .iter()
            .zip(gates)
            .enumerate()
            .map(|(index, (track, gates))| {
                let after: Vec<Track> = (0..index)
                    .filter(|earlier| gates >> earlier & 1 == 1)
                    .map(|earlier| order[earlier])
                    .collect();
                let only = if gates % 3 == 0 { json!({ "product": ["qr_plate"] }) } else { json!({}) };
                json!({ "track": track, "after": after, "when": only })
            })
            .collect();
        let mut file = serde_json::to_value(builtin_profile("lakala").expect("loads")).unwrap();
        file["tracks"] = Value::Array(rules);
        load(&file.to_string()).expect("an order without circles loads")
    })
}

proptest! {
    /// The order is data: whatever it is, nothing opens before its gates, and the last track is reached.
    #[test]
    fn any_order_is_kept_and_ends(profile in other_order(), coded: bool) {
        let product = if coded { Product::QrPlate } else { Product::TraditionalPos };
        let case = Dossier { products: vec![product], ..Dossier::default() };
        let goes_through: Vec<Track> = profile.tracks_for(&case).map(|rule| rule.track).collect();
        let mut tracks = Tracks::default();
        let mut done = Vec::new();
        while done.len() < goes_through.len() {
            tracks.open_ready(&profile, &case);
            let next = goes_through.iter().copied().find(|track| match tracks.clone().step_mut(*track) {
                None => !done.contains(track) && profile.is_open(*track, &case, &tracks),
                Some(state) => *state == StepState::Open,
            });
            let Some(track) = next else { panic!("stuck after {done:?} of {:?}", profile.tracks) };
            let rule = profile.tracks.iter().find(|rule| rule.track == track).unwrap();
            for gate in &rule.after {
                prop_assert!(done.contains(gate) || !goes_through.contains(gate), "{track:?} before {gate:?}");
            }
            match tracks.step_mut(track) {
                Some(state) => *state = state.after(track, StepMove::Complete).unwrap(),
                None => {
                    let submitted = tracks.review.after(ReviewStep::Submit).unwrap();
                    tracks.review = submitted.after(ReviewStep::Accept).unwrap();
                }
            }
            done.push(track);
        }
        for track in Track::ALL {
            prop_assert_eq!(tracks.is_done(track), goes_through.contains(&track));
        }
    }
}

#[test]
fn gates_that_a_case_does_not_go_through_hold_nothing_up() {
    let profile = builtin_profile("lakala").unwrap();
    let case = Dossier { products: vec![Product::TraditionalPos], ..Dossier::default() };
    let done = StepState::Done;
    let tracks = Tracks {
        review: ReviewState::Accepted,
        verification: done,
        contract: done,
        settlement: done,
        terminals: done,
        training: done,
        ..Tracks::default()
    };
    assert!(profile.is_open(Track::Activation, &case, &tracks));
    assert!(!profile.is_open(Track::ChannelRegistration, &case, &tracks));
    let coded = Dossier { products: vec![Product::QrPlate], ..case };
    assert!(!profile.is_open(Track::Activation, &coded, &tracks));
}

#[test]
fn one_word_sums_a_case_up() {
    use {CaseStatus as C, Outbound as O, ReviewState as S};
    for status in C::ALL {
        assert_eq!(C::parse(status.as_str()), Some(status));
    }
    assert_eq!(C::parse("done"), None);
    for review in S::ALL {
        // What still has to leave this computer comes first, whatever the backend last said.
        assert_eq!(case_status(review, O::Waiting, false), C::Queued);
        assert_eq!(case_status(review, O::Sending, false), C::Sending);
        assert_eq!(case_status(review, O::Attention, true), C::NeedsAttention);
    }
    assert_eq!(case_status(S::NotSubmitted, O::None, false), C::Draft);
    assert_eq!(case_status(S::NotSubmitted, O::None, true), C::PhotosMissing);
    let settled = [
        (S::InReview, C::InReview),
        (S::Returned, C::Returned),
        (S::Accepted, C::Accepted),
        (S::Rejected, C::Rejected),
        (S::Withdrawn, C::Withdrawn),
    ];
    for (review, status) in settled {
        assert_eq!(case_status(review, O::None, true), status);
    }
}
