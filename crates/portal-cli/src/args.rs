//! What can be typed after `portal`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use portal_app::domain::dossier::Slot;
use portal_app::domain::status::CaseStatus;
use portal_app::domain::turnover::Turnover;

const EXIT_CODES: &str = "\
Exit codes · 退出码:
  0   ok; for sync: everything received · 完成；同步时为全部已接收
  1   refused by the rules, or problems found · 被规则拒绝，或发现问题
  2   wrong arguments or files · 参数或文件不对
  3   a person is needed: a sign-in, or something isn't received · 需要人处理：登录，或有内容还没有被接收
  4   no network, or something else than the backend answers · 没有网络，或连到的不是后台
  5   another program writes to this profile (reading works) · 另一个程序正在写这份资料（仍可查看）
  6   locked: PIN or passphrase missing or wrong · 已锁定：PIN 或口令缺少或不对
  7   the vault can't be used · 密钥库无法使用
  70  this computer: full disk, damaged or newer data, missing parts, internal errors ·
      这台电脑的问题：磁盘满、数据损坏或来自新版本、程序缺失、内部错误

Environment · 环境变量: PORTAL_PROFILE_DIR, PORTAL_BACKEND, PORTAL_VAULT_PASSPHRASE, PORTAL_PIN, PORTAL_NEW_PIN,
PORTAL_PASSWORD, PORTAL_RECOVERY_CODE.
Without PORTAL_PIN the PIN is asked for, or read as one line from standard input ·
没有 PORTAL_PIN 时在终端询问，或从标准输入读一行";

/// Zhanggui, the merchant portal, for scripts and branches · 掌柜命令行
#[derive(Debug, Parser)]
#[command(name = "portal", version, after_help = EXIT_CODES, subcommand_required = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Global {
    /// Folder of the profile · 资料文件夹
    #[arg(long, global = true, value_name = "DIR", env = "PORTAL_PROFILE_DIR", hide_env_values = true)]
    pub profile_dir: Option<PathBuf>,
    /// Address of the backend · 后台地址
    #[arg(long, global = true, value_name = "URL", env = "PORTAL_BACKEND", hide_env_values = true)]
    pub backend: Option<String>,
    /// JSON on standard output, errors too · 输出 JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Which account, where this computer has several (see `portal info`) · 使用哪个账号
    #[arg(long, global = true, value_name = "LOCAL_ID")]
    pub account: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(flatten)]
    Profile(ProfileCommand),
    /// JSON Schemas of files and outputs · JSON 模式
    #[command(subcommand)]
    Schema(Schema),
    /// Photos without a case · 照片
    #[command(subcommand)]
    Photo(Photo),
    /// Contracts · 合同
    #[command(subcommand)]
    Contract(Contract),
}

/// Commands that open a profile folder.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Enrol this computer: for a branch by activation code, for a merchant by phone · 登记这台电脑
    Enrol(Enrol),
    /// Sign in; the first time this sets the PIN and prints the recovery code · 登录
    Login(Login),
    /// Set a new PIN with the recovery code · 忘记 PIN 或密钥库丢失时用恢复码重设
    Recover,
    /// Change the PIN · 修改 PIN
    Pin,
    /// Applications · 进件
    #[command(subcommand)]
    Case(Case),
    /// What waits to be sent · 发件箱
    #[command(subcommand)]
    Outbox(Outbox),
    /// Carry work to the backend in a file, where there is no network · 随身包
    #[command(subcommand)]
    Courier(Courier),
    /// Send what waits and fetch what happened · 同步
    Sync(Sync),
    /// Check everything the portal needs; exit 1 when something failed · 自检
    Selfcheck,
    /// Version, backend, accounts and unsent work · 信息
    Info,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("who").required(true).args(["activation_code", "phone"]))]
pub struct Enrol {
    /// Activation code of a branch · 激活码
    #[arg(long, value_name = "CODE")]
    pub activation_code: Option<String>,
    /// The merchant's mobile number · 手机号
    #[arg(long, value_name = "PHONE")]
    pub phone: Option<String>,
    /// The code sent to the phone; without it one is sent · 验证码
    #[arg(long, value_name = "CODE", conflicts_with = "activation_code")]
    pub code: Option<String>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("who").required(true).args(["user", "phone"]))]
pub struct Login {
    /// Staff member; the password is PORTAL_PASSWORD or asked for · 员工账号
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// The merchant's mobile number · 手机号
    #[arg(long, value_name = "PHONE")]
    pub phone: Option<String>,
    /// The code sent to the phone, without it one is sent; or a staff member's authenticator's, where one is asked for ·
    /// 短信验证码，或员工验证器的动态码
    #[arg(long, value_name = "CODE")]
    pub code: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Schema {
    /// Of the case file · 进件文件
    Case,
    /// Of a command's --json output, e.g. `portal schema output case list` · 某命令的输出
    Output {
        #[arg(required = true, value_name = "COMMAND", num_args = 1..=2)]
        command: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Case {
    /// Start a draft from a case file · 从文件新建
    New {
        /// Case file; `-` for standard input · 进件文件
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
    },
    /// Fit a photo to a slot and add it · 添加照片
    Photo {
        case: String,
        #[arg(value_parser = slots(), required_unless_present = "auto")]
        slot: Option<Slot>,
        #[arg(required_unless_present_any = ["from_phone", "auto"])]
        file: Option<PathBuf>,
        /// Say where files and those of folders belong; exit 1 when it isn't clear for each · 自动归位
        #[arg(long, value_name = "FILE|FOLDER", num_args = 1.., conflicts_with_all = ["slot", "file", "replace", "from_phone"])]
        auto: Vec<PathBuf>,
        /// With --auto: put in what has its place · 放入认得出的照片
        #[arg(long, requires = "auto")]
        yes: bool,
        /// Take the place of photo N, as in /attachments/SLOT/N · 替换第 N 张（从 0 起）
        #[arg(long, value_name = "N")]
        replace: Option<usize>,
        /// Wait for photos of a phone in the same network: shows a QR code · 用手机拍
        #[arg(long, conflicts_with_all = ["file", "replace"])]
        from_phone: bool,
    },
    /// Take a photo away · 删除照片
    PhotoRemove {
        case: String,
        #[arg(value_parser = slots())]
        slot: Slot,
        /// As in /attachments/SLOT/N · 第几张（从 0 起）
        #[arg(value_name = "N")]
        index: usize,
    },
    /// Turn a photo by 90° clockwise · 旋转照片
    PhotoTurn {
        case: String,
        #[arg(value_parser = slots())]
        slot: Slot,
        /// As in /attachments/SLOT/N · 第几张（从 0 起）
        #[arg(value_name = "N")]
        index: usize,
        /// So many times · 次数
        #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3))]
        quarters: u32,
    },
    /// Write down why a doubtful photo is used; the reviewer reads it · 说明为何仍用这张照片
    PhotoKeep {
        case: String,
        #[arg(value_parser = slots())]
        slot: Slot,
        /// As in /attachments/SLOT/N · 第几张（从 0 起）
        #[arg(value_name = "N")]
        index: usize,
        /// An empty one takes it back · 理由，空白表示收回
        #[arg(long)]
        reason: String,
    },
    /// Change one value · 修改一项
    Set {
        case: String,
        /// JSON pointer into the case document, e.g. /business/mcc · 位置
        #[arg(long, value_name = "POINTER")]
        pointer: String,
        /// Text, or JSON where no text stands · 值
        #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
        value: String,
    },
    /// Say everything that is wrong or missing; exit 1 when something stops submission · 检查
    Check { case: String },
    /// Show the consent texts, and record agreement to those that are named · 查看、同意条款
    #[command(group = ArgGroup::new("which").args(["all", "ids"]))]
    Consent {
        case: String,
        /// Every text that this case needs · 全部
        #[arg(long)]
        all: bool,
        #[arg(value_name = "ID")]
        ids: Vec<String>,
    },
    /// Put the application, or the answer to a return, into the outbox · 提交
    Submit { case: String },
    /// Show a case, or one value of its document · 查看
    Show {
        case: String,
        /// JSON pointer into the case document · 位置
        #[arg(long, value_name = "POINTER")]
        pointer: Option<String>,
    },
    /// List cases · 列表
    List {
        #[arg(long, value_parser = statuses())]
        status: Option<CaseStatus>,
        /// Part of a name, licence number, phone or receipt number · 搜索
        #[arg(long, default_value = "")]
        text: String,
        /// At most this many · 最多条数
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
        /// `next` of the page before · 下一页
        #[arg(long)]
        after: Option<String>,
    },
    /// Withdraw a submitted application · 撤销
    Withdraw {
        case: String,
        #[arg(long)]
        reason: String,
    },
    /// Take back what waits in the outbox, to change it: while it isn't sent, or after it was refused · 取回修改
    Unqueue { case: String },
    /// Delete a draft that was never submitted · 删除草稿
    Delete { case: String },
    /// Write the list of papers to prepare as PDF · 办理材料清单
    Checklist {
        case: String,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Write the local receipt as PDF · 本机回执
    Receipt {
        case: String,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Write the acceptance notice as PDF · 受理通知书
    Notice {
        case: String,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Write a paper of a later step as PDF · 机具保管单、培训证书、开通通知书
    Paper {
        case: String,
        #[arg(long)]
        kind: Paper,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// What the office issues between acceptance and activation.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Paper {
    CustodySheet,
    TrainingCertificate,
    ActivationLetter,
}

#[derive(Debug, Subcommand)]
pub enum Photo {
    /// Fit a file to a slot; with --out write the JPEG · 按要求处理照片
    Fit {
        file: PathBuf,
        #[arg(long, value_parser = slots(), default_value = "other")]
        slot: Slot,
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Say what is wrong with a photo; exit 1 when it can't be used · 检查照片
    Check {
        file: PathBuf,
        /// What it ought to show · 照片应当是什么
        #[arg(long, value_parser = slots(), default_value = "other")]
        slot: Slot,
    },
    /// Read what a paper says; exit 1 when nothing can be read · 识别证照
    Read {
        file: PathBuf,
        /// The paper that it ought to be; without it that is found out · 不写时自动判断是什么
        #[arg(long, value_parser = slots())]
        slot: Option<Slot>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Contract {
    /// Where a case's contract stands, with every cost; exit 3 when it waits for somebody · 查看
    Show {
        case: String,
        /// Write the newest file here: in effect, signed, or as it will be signed · 写出文件
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write the print copy of a contract in effect: with the seal across the edges, for paper · 打印件
    Print {
        case: String,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Open a contract for signing and write its pages · 打开待签合同
    Prepare {
        case: String,
        /// What the merchant expects in a month: SERVICE=PAYMENTSxYUAN, e.g. wechat=900x35.80 · 预计收款
        #[arg(long, value_name = "ESTIMATE", value_parser = crate::estimate::parse)]
        turnover: Vec<Turnover>,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Read the pages that were written: Enter after each · 逐页阅读
    Read { case: String },
    /// Agree to every annex as the merchant: Enter after each · 逐份同意附件
    Agree { case: String },
    /// Have a code for the pages that were read sent to the signer's mobile; needs a network · 发送签约验证码
    SendCode { case: String },
    /// Confirm these pages with the code that arrived, on top of the PIN · 用验证码确认
    Confirm {
        case: String,
        /// The code; asked for when it is not given · 验证码
        #[arg(long)]
        code: Option<String>,
    },
    /// Sign as the merchant, who types the PIN again; an agent can't · 商户签署
    Sign {
        case: String,
        /// The strokes of the signature as JSON · 笔迹
        #[arg(long, value_name = "FILE")]
        strokes: PathBuf,
    },
    /// Write the pages that were opened for signing by hand, with number, page and SHA-256 on each · 纸面签署件
    PaperCopy {
        case: String,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take the scan or photo of a page that was signed on paper, in the place of an earlier one · 纸面扫描件
    Scan {
        case: String,
        /// Pictures of the pages from `--page` on, in their order · 图片
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// Page of the first picture · 起始页
        #[arg(long, default_value_t = 1)]
        page: u16,
    },
    /// Hand in what was signed on paper, once every page is scanned · 提交纸面合同
    SubmitPaper { case: String },
    /// Refuse as the merchant, with a reason · 商户拒签
    Refuse {
        case: String,
        #[arg(long)]
        reason: String,
    },
    /// Say whether a signed contract can be relied on; exit 1 when not, 3 when it has no effect yet · 核验
    Verify {
        file: PathBuf,
        /// The acquirer's root certificate, PEM; may be given again · 根证书
        #[arg(long, value_name = "PEM", required = true)]
        root: Vec<PathBuf>,
        /// Root certificate of an independent time authority, PEM; may be given again · 时间戳根证书
        #[arg(long, value_name = "PEM")]
        time_root: Vec<PathBuf>,
    },
    /// As verify, for an exported bundle: the contract and every record around it · 核验证据包
    VerifyBundle {
        file: PathBuf,
        /// The acquirer's root certificate, PEM; may be given again · 根证书
        #[arg(long, value_name = "PEM", required = true)]
        root: Vec<PathBuf>,
        /// Root certificate of an independent time authority, PEM; may be given again · 时间戳根证书
        #[arg(long, value_name = "PEM")]
        time_root: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Outbox {
    /// What waits, and what was received lately · 列表
    List,
    /// Try an operation again that needs attention · 重试
    Retry { op: String },
    /// Hold everything back · 暂停
    Pause,
    /// Go on sending · 继续
    Resume,
}

#[derive(Debug, Subcommand)]
pub enum Courier {
    /// Write what waits into an encrypted package · 导出
    Export {
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// On a computer with a network: hand a package to the backend and write its receipts · 转交
    Import {
        file: PathBuf,
        /// Where the receipts go · 回执文件
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Back on the first computer: take over the receipts · 导入回执
    Receipts { file: PathBuf },
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("how").required(true).args(["once", "watch"]))]
pub struct Sync {
    /// Try everything once · 同步一次
    #[arg(long)]
    pub once: bool,
    /// Go on until Ctrl-C, one line per change · 持续同步
    #[arg(long)]
    pub watch: bool,
}

fn slots() -> impl TypedValueParser<Value = Slot> {
    PossibleValuesParser::new(Slot::ALL.map(Slot::as_str))
        .try_map(|text| Slot::parse(&text).ok_or("unknown slot"))
}

fn statuses() -> impl TypedValueParser<Value = CaseStatus> {
    PossibleValuesParser::new(CaseStatus::ALL.map(CaseStatus::as_str))
        .try_map(|text| CaseStatus::parse(&text).ok_or("unknown status"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_declaration_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }
}
