//! Words about cases.

use portal_app::domain::problem::{Requirement, RequirementReason, Severity};
use portal_app::domain::review::ReturnReason;
use portal_app::domain::status::CaseStatus;
use portal_app::domain::track::{StepState, Track};

use crate::language::Words;

pub fn status(status: CaseStatus, words: Words) -> &'static str {
    let (zh, en) = match status {
        CaseStatus::Draft => ("草稿", "draft"),
        CaseStatus::PhotosMissing => ("缺照片", "photos missing"),
        CaseStatus::Queued => ("待发送", "queued"),
        CaseStatus::AwaitingApproval => ("待主管审批", "waits for a supervisor"),
        CaseStatus::Sending => ("发送中", "sending"),
        CaseStatus::NeedsAttention => ("需要处理", "needs attention"),
        CaseStatus::InReview => ("审核中", "in review"),
        CaseStatus::Returned => ("退回修改", "returned"),
        CaseStatus::Accepted => ("已受理", "accepted"),
        CaseStatus::Rejected => ("已拒绝", "rejected"),
        CaseStatus::Withdrawn => ("已撤销", "withdrawn"),
    };
    words.say(zh, en)
}

pub fn track(track: Track, words: Words) -> &'static str {
    let (zh, en) = match track {
        Track::Review => ("审核", "review"),
        Track::Verification => ("线下核查", "on-site verification"),
        Track::Contract => ("签约", "contract"),
        Track::Settlement => ("结算账户核验", "settlement account"),
        Track::ChannelRegistration => ("通道报备", "channel registration"),
        Track::Terminals => ("机具调试", "terminals"),
        Track::Training => ("装机培训", "training"),
        Track::Activation => ("开通", "activation"),
    };
    words.say(zh, en)
}

pub fn step_state(state: StepState, words: Words) -> &'static str {
    let (zh, en) = match state {
        StepState::Waiting => ("未开始", "not yet"),
        StepState::Open => ("办理中", "open"),
        StepState::Done => ("已完成", "done"),
        StepState::Failed => ("未通过", "failed"),
    };
    words.say(zh, en)
}

pub fn severity(severity: Severity, words: Words) -> &'static str {
    match severity {
        Severity::Blocking => words.say("须改", "stop"),
        Severity::Warning => words.say("提醒", "warn"),
    }
}

/// Why something isn't asked for now, and what it will depend on.
pub fn due(requirement: &Requirement, words: Words) -> String {
    let reason = match requirement.reason {
        RequirementReason::Always => words.say("所有商户都需要", "every application needs it"),
        RequirementReason::MerchantKind => words.say("因商户类型", "because of the merchant's kind"),
        RequirementReason::Product => words.say("因所选产品", "because of a chosen product"),
        RequirementReason::SeparateCertificates => words.say("非三证合一", "certificates are not merged"),
        RequirementReason::AccountKind => words.say("因账户类型", "because of the account's kind"),
        RequirementReason::AuthorisedSettler => {
            words.say("结算人不是法人", "the account holder isn't the legal person")
        }
        RequirementReason::FixedPlace => words.say("有固定经营场所", "there is a fixed place"),
        RequirementReason::OtherPlace => {
            words.say("经营地与注册地不同", "the shop isn't where it is registered")
        }
        RequirementReason::Trade => words.say("行业要求", "the trade needs it"),
        RequirementReason::Returned => words.say("审核要求", "a reviewer asked for it"),
    };
    match &requirement.blocked_by {
        Some(choice) => format!("{reason} ← {choice}"),
        None => reason.to_owned(),
    }
}

pub fn return_reason(reason: ReturnReason, words: Words) -> &'static str {
    let (zh, en) = match reason {
        ReturnReason::NotReadable => ("看不清", "not readable"),
        ReturnReason::Blurred => ("模糊", "blurred"),
        ReturnReason::Glare => ("反光", "glare"),
        ReturnReason::Cropped => ("不完整", "cropped"),
        ReturnReason::Screenshot => ("翻拍或截图", "a picture of a screen"),
        ReturnReason::Copy => ("复印件", "a copy"),
        ReturnReason::Edited => ("疑似修改", "edited"),
        ReturnReason::WrongDocument => ("证件不对", "wrong document"),
        ReturnReason::MissingSide => ("缺一面", "a side is missing"),
        ReturnReason::NameNotVisible => ("看不到店名", "the name isn't visible"),
        ReturnReason::Expired => ("已过期", "expired"),
        ReturnReason::ExpiresSoon => ("即将过期", "expires soon"),
        ReturnReason::DiffersFromDocument => ("与证件不一致", "differs from the document"),
        ReturnReason::NameMismatch => ("名称不一致", "names differ"),
        ReturnReason::CategoryMismatch => ("类别不符", "wrong category"),
        ReturnReason::AddressIncomplete => ("地址不完整", "address incomplete"),
        ReturnReason::AccountMismatch => ("账户不符", "account doesn't fit"),
        ReturnReason::PhoneUnreachable => ("电话打不通", "phone not reachable"),
        ReturnReason::SensitiveWord => ("含敏感词", "sensitive word"),
        ReturnReason::Incomplete => ("资料不全", "incomplete"),
        ReturnReason::Other => ("其他", "other"),
    };
    words.say(zh, en)
}
