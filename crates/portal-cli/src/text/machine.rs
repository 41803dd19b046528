//! Words about this computer and its connection.

use portal_app::view::{CheckId, CheckResult, CheckView, Connection, Finding, OutboxState};

use crate::language::Words;

pub fn check(check: CheckId, words: Words) -> &'static str {
    match check {
        CheckId::Vault => words.say("密钥", "vault"),
        CheckId::Database => words.say("数据库", "database"),
        CheckId::Audit => words.say("操作记录", "record"),
        CheckId::Disk => words.say("磁盘", "disk"),
        CheckId::Clock => words.say("时钟", "clock"),
        CheckId::Backend => words.say("后台", "backend"),
        CheckId::PhotoWorker => words.say("照片处理", "photo program"),
        CheckId::PageReader => words.say("证照识别", "page reader"),
    }
}

pub fn check_result(result: CheckResult, words: Words) -> &'static str {
    match result {
        CheckResult::Ok => words.say("正常", "ok"),
        CheckResult::Warning => words.say("注意", "warning"),
        CheckResult::Failed => words.say("失败", "failed"),
        CheckResult::Unknown => words.say("未知", "unknown"),
    }
}

pub fn finding(finding: Finding, words: Words) -> &'static str {
    let (zh, en) = match finding {
        Finding::Fine => ("", ""),
        Finding::KeyringLocked => ("系统密钥环已锁定", "the keyring is locked"),
        Finding::KeyringAbsent => ("没有可用的系统密钥环", "no usable keyring"),
        Finding::PassphraseVault => ("使用口令", "opened by passphrase"),
        Finding::PassphraseNeeded => ("需要口令", "passphrase needed"),
        Finding::SecretsMissing => ("密钥已丢失，需要恢复码", "keys are gone: recovery code needed"),
        Finding::NotSignedIn => ("尚未解锁", "not unlocked"),
        Finding::Damaged => ("数据损坏", "damaged"),
        Finding::Tampered => ("记录被改动过", "changed from outside"),
        Finding::DiskLow => ("空间不足", "little space left"),
        Finding::ClockWrong => ("时间与后台相差太大", "differs too much from the backend's"),
        Finding::Unreachable => ("连不上", "not reachable"),
        Finding::NotConfigured => ("未设置", "not set"),
        Finding::NotTheBackend => ("没有连到后台", "something else answers"),
        Finding::WorkerMissing => ("程序缺失", "missing"),
        Finding::ModelsMissing => ("没有识别模型，只读二维码", "no models: only QR codes are read"),
    };
    words.say(zh, en)
}

/// The figure of a check with its unit: free space, or how far the clock is off.
pub fn check_figure(check: &CheckView, words: Words) -> String {
    let Some(figure) = &check.figure else { return String::new() };
    match check.check {
        CheckId::Disk => match figure.parse::<f64>() {
            Ok(bytes) => format!("{:.1} GB", bytes / 1e9),
            Err(_) => figure.clone(),
        },
        CheckId::Clock => format!("{figure} {}", words.say("秒", "s")),
        CheckId::Audit => format!("{} {figure}", words.say("条目", "entries")),
        CheckId::Vault
        | CheckId::Database
        | CheckId::Backend
        | CheckId::PhotoWorker
        | CheckId::PageReader => figure.clone(),
    }
}

pub fn connection(connection: Connection, words: Words) -> &'static str {
    match connection {
        Connection::Unknown => words.say("未连接", "not tried yet"),
        Connection::Online => words.say("在线", "online"),
        Connection::Offline => words.say("离线", "offline"),
        Connection::NotTheBackend => words.say("没有连到后台", "something else answers"),
        Connection::SignInNeeded => words.say("需要登录", "sign-in needed"),
        Connection::NotEnrolled => words.say("未登记", "not enrolled"),
    }
}

pub fn update_needed(words: Words) -> &'static str {
    words.say(
        "后台有新消息，这个版本读不懂：请更新本程序；发送不受影响，消息会保留",
        "the backend has news that this version can't read: update this program; sending goes on, and the news is kept",
    )
}

pub fn outbox_state(state: OutboxState, words: Words) -> &'static str {
    match state {
        OutboxState::Waiting => words.say("等待", "waiting"),
        OutboxState::Sending => words.say("发送中", "sending"),
        OutboxState::Auth => words.say("等待登录", "waits for sign-in"),
        OutboxState::Approval => words.say("待主管审批", "waits for a supervisor"),
        OutboxState::Attention => words.say("需要处理", "needs attention"),
        OutboxState::Conflict => words.say("有冲突", "conflict"),
        OutboxState::Paused => words.say("已暂停", "paused"),
        OutboxState::Received => words.say("已接收", "received"),
    }
}
