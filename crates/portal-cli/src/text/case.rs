//! Words about cases.

use portal_app::domain::problem::Severity;
use portal_app::domain::review::ReturnReason;
use portal_app::domain::status::CaseStatus;
use portal_app::view::PhotoVerdict;

use crate::language::Words;

pub fn status(status: CaseStatus, words: Words) -> &'static str {
    let (zh, en) = match status {
        CaseStatus::Draft => ("草稿", "draft"),
        CaseStatus::PhotosMissing => ("缺照片", "photos missing"),
        CaseStatus::Queued => ("待发送", "queued"),
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

pub fn severity(severity: Severity, words: Words) -> &'static str {
    match severity {
        Severity::Blocking => words.say("须改", "stop"),
        Severity::Warning => words.say("提醒", "warn"),
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

/// What the quality check says; a verdict of a newer version is shown by its code.
pub fn verdict(verdict: &PhotoVerdict, words: Words) -> String {
    let (zh, en) = match verdict.code.as_str() {
        "blurred" => ("模糊", "blurred"),
        "too_dark" => ("太暗", "too dark"),
        "glare" => ("反光", "glare"),
        "too_small" => ("尺寸太小", "too small"),
        "blank" => ("没有内容", "blank"),
        code => (code, code),
    };
    let word = words.say(zh, en);
    if verdict.blocking {
        format!("{word} ({})", words.say("不能使用", "can't be used"))
    } else {
        word.to_owned()
    }
}
