//! The steps between acceptance and activation, as the office records them: who found what, and the facts that the papers
//! of a step are printed from (custody sheet, training certificate, activation letter).
//!
//! Review and contract are moved by operations of their own and have no report here. [`progress`] tells of all tracks.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::dossier::Dossier;
use crate::profile::{Limits, Profile};
use crate::track::{IllegalMove, StepMove, StepState, Track, Tracks};

/// Most characters of a note or of a reason.
const MAX_NOTE_CHARS: u32 = 1000;
const MAX_MODEL_CHARS: u32 = 60;
const MAX_SERIAL_CHARS: u32 = 40;
const MAX_ACCESSORIES_CHARS: u32 = 200;
const MAX_TRAINEE_CHARS: u32 = 60;
const MAX_MERCHANT_NUMBER_CHARS: u32 = 15;
/// More terminals than any merchant has.
const MAX_TERMINALS: u32 = 99;
/// Letters, digits and hyphens: what stands on type plates and in acquirers' systems.
const CODE: &str = "^-*[0-9A-Za-z][0-9A-Za-z-]*$";
/// No training was before the first terminals.
const FIRST_DAY: Date = date(2000, 1, 1);

/// A track that the office moves by a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfficeTrack {
    Verification,
    Settlement,
    ChannelRegistration,
    Terminals,
    Training,
    Activation,
}

impl OfficeTrack {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::Settlement => "settlement",
            Self::ChannelRegistration => "channel_registration",
            Self::Terminals => "terminals",
            Self::Training => "training",
            Self::Activation => "activation",
        }
    }
}

impl From<OfficeTrack> for Track {
    fn from(track: OfficeTrack) -> Self {
        match track {
            OfficeTrack::Verification => Self::Verification,
            OfficeTrack::Settlement => Self::Settlement,
            OfficeTrack::ChannelRegistration => Self::ChannelRegistration,
            OfficeTrack::Terminals => Self::Terminals,
            OfficeTrack::Training => Self::Training,
            OfficeTrack::Activation => Self::Activation,
        }
    }
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "result", rename_all = "snake_case", deny_unknown_fields)]
pub enum StepReport {
    Done {
        done: StepDone,
    },
    /// The merchant is told why.
    Failed {
        track: OfficeTrack,
        #[schemars(length(min = 1, max = MAX_NOTE_CHARS))]
        text: String,
    },
    /// A failed step is tried again.
    Reopened {
        track: OfficeTrack,
    },
}

/// The facts of a step that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "track", rename_all = "snake_case", deny_unknown_fields)]
pub enum StepDone {
    /// 线下核查.
    Verification {
        #[schemars(length(max = MAX_NOTE_CHARS))]
        note: String,
    },
    /// 结算账户核验.
    Settlement {
        #[schemars(length(max = MAX_NOTE_CHARS))]
        note: String,
    },
    /// 通道报备.
    ChannelRegistration {
        #[schemars(length(max = MAX_NOTE_CHARS))]
        note: String,
    },
    /// 机具调试: what was handed over.
    Terminals {
        #[schemars(length(min = 1, max = MAX_TERMINALS))]
        terminals: Vec<Terminal>,
        /// Power supplies, paper, stands.
        #[schemars(length(min = 1, max = MAX_ACCESSORIES_CHARS))]
        accessories: String,
    },
    /// 装机培训.
    Training {
        /// Who was trained.
        #[schemars(length(min = 1, max = MAX_TRAINEE_CHARS))]
        trainee: String,
        /// `YYYY-MM-DD`.
        #[schemars(extend("format" = "date"))]
        trained_on: String,
        #[schemars(length(min = 1), extend("uniqueItems" = true))]
        topics: Vec<Topic>,
    },
    /// 开通.
    Activation {
        /// Given by the acquirer, as it stands on every receipt (ISO 8583 field 42).
        #[schemars(length(min = 1, max = MAX_MERCHANT_NUMBER_CHARS), regex(pattern = CODE))]
        merchant_number: String,
    },
}

/// A terminal as its type plate names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terminal {
    #[schemars(length(min = 1, max = MAX_MODEL_CHARS))]
    pub model: String,
    #[schemars(length(min = 1, max = MAX_SERIAL_CHARS), regex(pattern = CODE))]
    pub serial: String,
}

/// What somebody was shown and did themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// 收款.
    Payments,
    /// 撤销与退款.
    Refunds,
    /// 对账与到账查询.
    Reconciliation,
    /// 换纸、充电、网络.
    Care,
    /// 一机一户.
    TerminalDuties,
    /// 防骗.
    Fraud,
    /// 报修与客服.
    Support,
}

/// How far one track of a case is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct TrackProgress {
    pub track: Track,
    pub state: StepState,
    /// What has to be done before, and isn't: empty unless the track waits.
    pub waits_for: Vec<Track>,
}

/// The tracks of a case in the order of its profile, each with what still blocks it.
pub fn progress(profile: &Profile, dossier: &Dossier, tracks: &Tracks) -> Vec<TrackProgress> {
    let had: Vec<_> = profile.tracks_for(dossier).collect();
    let has = |track: Track| had.iter().any(|rule| rule.track == track);
    had.iter()
        .map(|rule| {
            let state = tracks.state(rule.track);
            let blocks = |gate: &Track| has(*gate) && !tracks.is_done(*gate);
            let waits_for = match state {
                StepState::Waiting => rule.after.iter().copied().filter(blocks).collect(),
                StepState::Open | StepState::Done | StepState::Failed => Vec::new(),
            };
            TrackProgress { track: rule.track, state, waits_for }
        })
        .collect()
}

/// What is wrong with a report: the place, as a JSON pointer into it, and a code.
pub type Fault = (String, &'static str);

impl StepReport {
    pub fn track(&self) -> OfficeTrack {
        match self {
            Self::Done { done } => done.track(),
            Self::Failed { track, .. } | Self::Reopened { track } => *track,
        }
    }

    /// Moves the track that the report is about. What was recorded wrongly is recorded again: a step that is done stays
    /// done by another such report.
    ///
    /// # Errors
    /// [`IllegalMove`] when the track's graph has no such move.
    pub fn apply(&self, tracks: &mut Tracks) -> Result<(), IllegalMove> {
        let (track, step) = match self {
            Self::Done { done } if tracks.is_done(done.track().into()) => return Ok(()),
            Self::Done { done } => (done.track().into(), StepMove::Complete),
            Self::Failed { track, .. } => ((*track).into(), StepMove::Fail),
            Self::Reopened { track } => ((*track).into(), StepMove::Reopen),
        };
        // Review is the only track without steps, and none of the office's.
        if let Some(state) = tracks.step_mut(track) {
            *state = state.after(track, step)?;
        }
        Ok(())
    }

    /// What is wrong with the report, judged on the day `today` in China by a profile's limits.
    pub fn faults(&self, limits: &Limits, today: Date) -> Vec<Fault> {
        match self {
            Self::Done { done } => done.faults(limits, today),
            Self::Failed { text, .. } => needed("/text", text, MAX_NOTE_CHARS).into_iter().collect(),
            Self::Reopened { .. } => Vec::new(),
        }
    }
}

impl StepDone {
    pub fn track(&self) -> OfficeTrack {
        match self {
            Self::Verification { .. } => OfficeTrack::Verification,
            Self::Settlement { .. } => OfficeTrack::Settlement,
            Self::ChannelRegistration { .. } => OfficeTrack::ChannelRegistration,
            Self::Terminals { .. } => OfficeTrack::Terminals,
            Self::Training { .. } => OfficeTrack::Training,
            Self::Activation { .. } => OfficeTrack::Activation,
        }
    }

    fn faults(&self, limits: &Limits, today: Date) -> Vec<Fault> {
        match self {
            Self::Verification { note } | Self::Settlement { note } | Self::ChannelRegistration { note } => {
                too_long("/done/note", note, MAX_NOTE_CHARS).into_iter().collect()
            }
            Self::Terminals { terminals, accessories } => {
                let mut faults = terminal_faults(terminals, limits.max_terminals);
                faults.extend(line("/done/accessories", accessories, MAX_ACCESSORIES_CHARS));
                faults
            }
            Self::Training { trainee, trained_on, topics } => {
                let mut faults: Vec<Fault> =
                    line("/done/trainee", trainee, MAX_TRAINEE_CHARS).into_iter().collect();
                let place = || "/done/trained_on".to_owned();
                match trained_on.parse::<Date>() {
                    _ if trained_on.is_empty() => faults.push((place(), "required")),
                    Ok(day) if day > today => faults.push((place(), "in_future")),
                    Ok(day) if day >= FIRST_DAY && day.to_string() == *trained_on => {}
                    Ok(_) | Err(_) => faults.push((place(), "bad_format")),
                }
                if topics.is_empty() {
                    faults.push(("/done/topics".into(), "required"));
                } else if topics.iter().collect::<BTreeSet<_>>().len() < topics.len() {
                    faults.push(("/done/topics".into(), "duplicate"));
                }
                faults
            }
            Self::Activation { merchant_number } => {
                code("/done/merchant_number", merchant_number, MAX_MERCHANT_NUMBER_CHARS)
                    .into_iter()
                    .collect()
            }
        }
    }
}

fn terminal_faults(terminals: &[Terminal], max: u32) -> Vec<Fault> {
    if terminals.is_empty() {
        return vec![("/done/terminals".into(), "required")];
    }
    if terminals.len() > max.min(MAX_TERMINALS) as usize {
        return vec![("/done/terminals".into(), "out_of_range")];
    }
    let mut faults = Vec::new();
    for (index, terminal) in terminals.iter().enumerate() {
        let (model, serial) =
            (format!("/done/terminals/{index}/model"), format!("/done/terminals/{index}/serial"));
        faults.extend(line(&model, &terminal.model, MAX_MODEL_CHARS));
        faults.extend(code(&serial, &terminal.serial, MAX_SERIAL_CHARS));
        let same = |other: &Terminal| other.serial.eq_ignore_ascii_case(&terminal.serial);
        if terminals[..index].iter().any(same) {
            faults.push((serial, "duplicate"));
        }
    }
    faults
}

fn too_long(place: &str, text: &str, max: u32) -> Option<Fault> {
    (text.chars().count() > max as usize).then(|| (place.to_owned(), "too_long"))
}

fn needed(place: &str, text: &str, max: u32) -> Option<Fault> {
    if text.trim().is_empty() {
        return Some((place.to_owned(), "required"));
    }
    too_long(place, text, max)
}

/// A line of a paper: a line break would make another line of it.
fn line(place: &str, text: &str, max: u32) -> Option<Fault> {
    let breaks = || text.chars().any(char::is_control).then(|| (place.to_owned(), "not_printable"));
    needed(place, text, max).or_else(breaks)
}

/// Whether a terminal may have this serial number.
pub fn is_terminal_serial(text: &str) -> bool {
    code("", text, MAX_SERIAL_CHARS).is_none()
}

/// A text of letters, digits and hyphens.
fn code(place: &str, text: &str, max: u32) -> Option<Fault> {
    let is_code = text.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
        && text.contains(|character: char| character.is_ascii_alphanumeric());
    needed(place, text, max).or_else(|| (!is_code).then(|| (place.to_owned(), "bad_format")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::MerchantKind;
    use crate::testing::dossier;
    use crate::track::ReviewState;

    fn faults(done: StepDone) -> Vec<Fault> {
        let profile = crate::profile::lakala().unwrap();
        StepReport::Done { done }.faults(&profile.limits, date(2026, 7, 2))
    }

    fn terminal(serial: &str) -> Terminal {
        Terminal { model: "示例 P1".into(), serial: serial.into() }
    }

    fn handed_over(serials: &[&str]) -> StepDone {
        let terminals = serials.iter().map(|serial| terminal(serial)).collect();
        StepDone::Terminals { terminals, accessories: "电源一个".into() }
    }

    fn trained(trained_on: &str, topics: &[Topic]) -> StepDone {
        StepDone::Training {
            trainee: "周明".into(), trained_on: trained_on.into(), topics: topics.to_vec()
        }
    }

    #[test]
    fn a_terminal_is_named_once_and_by_its_type_plate() {
        assert_eq!(faults(handed_over(&["SN-1", "SN-2"])), []);
        assert_eq!(faults(handed_over(&[])), [("/done/terminals".into(), "required")]);
        assert_eq!(
            faults(handed_over(&["SN-1", "sn-1"])),
            [("/done/terminals/1/serial".into(), "duplicate")]
        );
        assert_eq!(faults(handed_over(&["---"])), [("/done/terminals/0/serial".into(), "bad_format")]);
        let two_lines = StepDone::Terminals {
            terminals: vec![Terminal { model: "P1\n押金：0".into(), serial: "SN-1".into() }],
            accessories: "电源".into(),
        };
        assert_eq!(faults(two_lines), [("/done/terminals/0/model".into(), "not_printable")]);
        assert_eq!(faults(handed_over(&["SN 1"])), [("/done/terminals/0/serial".into(), "bad_format")]);
        assert_eq!(
            faults(handed_over(&["1", "2", "3", "4", "5", "6"])),
            [("/done/terminals".into(), "out_of_range")]
        );
    }

    #[test]
    fn nobody_was_trained_tomorrow_or_in_nothing() {
        assert_eq!(faults(trained("2026-07-02", &[Topic::Payments])), []);
        assert_eq!(
            faults(trained("2026-07-03", &[Topic::Payments])),
            [("/done/trained_on".into(), "in_future")]
        );
        for wrong in ["2026-7-2", "2026-02-30", "20260702", "-000001-01-01", "0026-07-02"] {
            let expected = [("/done/trained_on".into(), "bad_format")];
            assert_eq!(faults(trained(wrong, &[Topic::Payments])), expected, "{wrong}");
        }
        assert_eq!(faults(trained("", &[Topic::Payments])), [("/done/trained_on".into(), "required")]);
        assert_eq!(faults(trained("2026-07-02", &[])), [("/done/topics".into(), "required")]);
        let twice = [Topic::Care, Topic::Care];
        assert_eq!(faults(trained("2026-07-02", &twice)), [("/done/topics".into(), "duplicate")]);
    }

    #[test]
    fn a_failure_says_why() {
        let profile = crate::profile::lakala().unwrap();
        let failed = |text: &str| {
            let report = StepReport::Failed { track: OfficeTrack::Settlement, text: text.into() };
            report.faults(&profile.limits, date(2026, 7, 2))
        };
        assert_eq!(failed("户名不符"), []);
        assert_eq!(failed(" "), [("/text".into(), "required")]);
        assert_eq!(failed(&"长".repeat(1001)), [("/text".into(), "too_long")]);
    }

    #[test]
    fn a_done_step_is_put_right_and_neither_fails_nor_is_tried_again() {
        let done = StepReport::Done { done: StepDone::Settlement { note: String::new() } };
        let failed = StepReport::Failed { track: OfficeTrack::Settlement, text: "户名不符".into() };
        let reopened = StepReport::Reopened { track: OfficeTrack::Settlement };
        let mut tracks = Tracks::default();
        assert!(done.apply(&mut tracks).is_err(), "its gates aren't met");
        tracks.settlement = StepState::Open;
        failed.apply(&mut tracks).unwrap();
        assert_eq!(tracks.settlement, StepState::Failed);
        assert!(done.apply(&mut tracks).is_err(), "tried again first");
        reopened.apply(&mut tracks).unwrap();
        for _ in 0..2 {
            done.apply(&mut tracks).unwrap();
            assert_eq!(tracks, Tracks { settlement: StepState::Done, ..Tracks::default() });
        }
        assert!(failed.apply(&mut tracks).is_err() && reopened.apply(&mut tracks).is_err());
    }

    #[test]
    fn a_waiting_track_names_what_blocks_it() {
        let profile = crate::profile::lakala().unwrap();
        let case = dossier(3, MerchantKind::Enterprise);
        let mut tracks = Tracks { review: ReviewState::Accepted, ..Tracks::default() };
        tracks.open_ready(profile, &case);
        let of = |tracks: &Tracks, track: Track| {
            progress(profile, &case, tracks).into_iter().find(|line| line.track == track).unwrap()
        };
        assert_eq!(of(&tracks, Track::Review).state, StepState::Done);
        assert_eq!(of(&tracks, Track::Contract).state, StepState::Open);
        let waiting = of(&tracks, Track::Terminals);
        assert_eq!(waiting.state, StepState::Waiting);
        assert_eq!(waiting.waits_for, [Track::Contract, Track::Verification]);
        tracks.verification = StepState::Done;
        assert_eq!(of(&tracks, Track::Terminals).waits_for, [Track::Contract]);
        tracks.contract = StepState::Done;
        tracks.open_ready(profile, &case);
        let open = of(&tracks, Track::Terminals);
        assert_eq!((open.state, open.waits_for), (StepState::Open, vec![]));
    }
}
