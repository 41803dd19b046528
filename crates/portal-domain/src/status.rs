//! The one status word of a case, computed from its parts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::track::ReviewState;

/// What the lists show: one word per case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// 草稿.
    Draft,
    /// 缺照片: nothing but photos is missing.
    PhotosMissing,
    /// 待主管审批: the backend has it, and a supervisor has to agree first.
    AwaitingApproval,
    /// 待发送: saved on this computer, in the queue.
    Queued,
    /// 发送中.
    Sending,
    /// 需处理: the backend refused an operation, or the case changed meanwhile.
    NeedsAttention,
    /// 审核中: received by the backend.
    InReview,
    /// 退回修改.
    Returned,
    /// 已受理.
    Accepted,
    /// 已拒绝.
    Rejected,
    /// 已撤销.
    Withdrawn,
}

impl CaseStatus {
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::PhotosMissing,
        Self::AwaitingApproval,
        Self::Queued,
        Self::Sending,
        Self::NeedsAttention,
        Self::InReview,
        Self::Returned,
        Self::Accepted,
        Self::Rejected,
        Self::Withdrawn,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::PhotosMissing => "photos_missing",
            Self::AwaitingApproval => "awaiting_approval",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::NeedsAttention => "needs_attention",
            Self::InReview => "in_review",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// Where the newest operation of a case stands in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outbound {
    /// Nothing waits to be sent.
    None,
    Waiting,
    /// A supervisor has to agree first.
    Approval,
    Sending,
    Attention,
}

/// The status of a case, from what this computer knows.
///
/// `only_photos_missing` is asked of drafts only: every blocking problem names a photo slot.
pub fn case_status(review: ReviewState, outbound: Outbound, only_photos_missing: bool) -> CaseStatus {
    match outbound {
        Outbound::Attention => return CaseStatus::NeedsAttention,
        Outbound::Waiting => return CaseStatus::Queued,
        Outbound::Approval => return CaseStatus::AwaitingApproval,
        Outbound::Sending => return CaseStatus::Sending,
        Outbound::None => {}
    }
    match review {
        ReviewState::NotSubmitted if only_photos_missing => CaseStatus::PhotosMissing,
        ReviewState::NotSubmitted => CaseStatus::Draft,
        ReviewState::InReview => CaseStatus::InReview,
        ReviewState::Returned => CaseStatus::Returned,
        ReviewState::Accepted => CaseStatus::Accepted,
        ReviewState::Rejected => CaseStatus::Rejected,
        ReviewState::Withdrawn => CaseStatus::Withdrawn,
    }
}
