//! A contract as the ceremony shows it, and what the merchant answers.

use portal_domain::dossier::FeeService;
use portal_domain::ids::Sha256;
use portal_domain::profile::Text;
use portal_domain::settlement_cycle::SettlementCycle;
use portal_domain::turnover::Turnover;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PhotoVerdict;

/// Where the contract of a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ContractStage {
    /// Nothing to sign yet.
    NotOffered,
    /// 待签署.
    Offered,
    /// Signed on this computer, in the outbox.
    Signed,
    /// 待会签: the acquirer has it and has not signed.
    Received,
    /// 已生效.
    InEffect,
    /// The merchant refused.
    Refused,
}

/// How whoever looks at a contract may sign it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SigningWay {
    /// The merchant's own account: with its PIN.
    OwnPin,
    /// The merchant is alone with an agent's computer, after an identity check.
    HandedOver,
    /// Staff: not at all; the computer can be handed over to the merchant.
    HandOver,
    /// Nobody signed in.
    Nobody,
}

/// A case's contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ContractView {
    pub stage: ContractStage,
    /// What is offered; none before anything is.
    pub offer: Option<OfferView>,
    /// Set from the moment the contract was opened for signing until it is signed.
    pub reading: Option<ReadingView>,
    pub way: SigningWay,
    /// The file in effect has its time stamp.
    pub stamped: bool,
    /// The file in effect is on this computer.
    pub here: bool,
    /// Where anybody looks up the file in effect by its hash; nobody is named in it.
    pub verifier: Option<String>,
    /// The offer in whose place the present one came, while it waits to be signed.
    pub before: Option<OfferView>,
    /// The pages that were signed on paper and scanned, in their order.
    pub scans: Vec<ScanView>,
    /// The answer is what was scanned.
    pub on_paper: bool,
    /// Why what was signed on paper came back, in the reviewer's words.
    pub returned: Option<String>,
}

/// The scan of a page that was signed on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ScanView {
    /// From 1.
    pub page: u16,
    pub sha: Sha256,
    pub verdicts: Vec<PhotoVerdict>,
}

/// The offer: every cost that the contract names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct OfferView {
    pub number: String,
    pub quote_number: String,
    pub issuer: String,
    /// The natural person who signs for the merchant.
    pub signer: String,
    /// Their mobile in the application with its middle left out, to which a code can go; none when there is no usable one.
    pub signer_mobile: Option<String>,
    /// Last day on which it can be signed, `yyyy-MM-dd`.
    pub valid_until: String,
    pub expired: bool,
    pub term_years: u8,
    pub fees: Vec<ContractFee>,
    pub settlement: SettlementCycle,
    pub deposit_fen: u64,
    pub deposit_refund_days: u16,
    pub yearly_service_fen: u64,
    pub exit_fen: u64,
    /// Papers that are part of the contract and agreed to one by one.
    pub annexes: Vec<AnnexView>,
    pub cost: CostView,
}

/// A paper that is annexed to a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AnnexView {
    /// SHA-256 of its text before it was filled.
    pub sha256: String,
    pub title: Text,
    pub agreed: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ContractFee {
    pub service: FeeService,
    /// `0.60%`.
    pub rate: String,
    pub floor_fen: Option<u64>,
    pub cap_fen: Option<u64>,
    /// The fee of a payment of 1,000 yuan.
    pub example_fen: u64,
}

/// What the merchant's own estimate comes to; the contract's cost card has the same numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CostView {
    pub turnovers: Vec<Turnover>,
    pub month_turnover_fen: u64,
    pub month_fee_fen: u64,
    /// Fees of twelve such months and the service fee.
    pub year_fen: u64,
}

/// How far the pages were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ReadingView {
    /// SHA-256 of the pages as they are printed: what is signed.
    pub render_sha256: String,
    pub pages: u16,
    /// Pages seen so far, from 1.
    pub seen: Vec<u16>,
    /// Every page was seen.
    pub to_end: bool,
    pub opened_at_ms: i64,
    /// Until when a signature counts as confirmed by the signer's phone; none when it would not.
    pub confirmed_until_ms: Option<i64>,
}

/// What the strokes were drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PenDevice {
    Pen,
    Touch,
    Mouse,
    /// Arrow keys.
    Keyboard,
}

/// A signature as the pad recorded it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SignatureStrokes {
    pub device: PenDevice,
    /// Size of the pad, in the units of the points.
    pub width: f32,
    pub height: f32,
    /// Lines from pen down to pen up.
    pub strokes: Vec<Vec<StrokePoint>>,
}

/// Where the pen was, from the pad's upper left corner, and when.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct StrokePoint {
    pub x: f32,
    pub y: f32,
    /// Milliseconds since the first touch.
    pub t_ms: u32,
}
