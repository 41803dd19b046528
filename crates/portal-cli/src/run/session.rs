//! `portal enrol`, `login`, `selfcheck`, `info`: the computer and who uses it.

use portal_app::error::{CommandCode, CommandError};
use portal_app::view::{
    AppInfo, CheckResult, CheckView, CodeSentView, SafetyView, SecondFactorView, SessionView, SignInProof,
    SignedInView,
};
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use super::Context;
use crate::args::{Enrol, Login};
use crate::exit::Exit;
use crate::input::{self, Secret};
use crate::output::{Answer, say};
use crate::portal;
use crate::table::Table;
use crate::text;

/// What enrolling or signing in came to.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum EnrolAnswer {
    /// A code is on its way to the phone: run the command again with `--code`.
    CodeSent(CodeSentView),
    /// An authenticator app has to be set up with this: then run the command again with `--code`.
    SecondFactor(SecondFactorView),
    /// The computer belongs to a branch now; people sign in with `portal login`.
    Enrolled {
        session: SessionView,
    },
    SignedIn(SignedInView),
}

/// What this portal is and holds.
#[derive(Serialize, JsonSchema)]
pub struct Information {
    #[serde(flatten)]
    app: AppInfo,
    session: SessionView,
    safety: SafetyView,
}

pub async fn enrol(enrol: &Enrol, context: &Context<'_>) -> Result<Answer, CommandError> {
    let words = context.words;
    if let Some(activation_code) = &enrol.activation_code {
        let session = context.app.session_enrol_machine(activation_code.clone()).await?;
        let branch = session.branch.clone().unwrap_or_default();
        let text = format!("{} {branch}", words.say("这台电脑已登记：", "This computer is enrolled:"));
        return Answer::new(&EnrolAnswer::Enrolled { session }, text);
    }
    by_phone(enrol.phone.as_deref(), enrol.code.as_deref(), context).await
}

pub async fn login(login: &Login, context: &Context<'_>) -> Result<Answer, CommandError> {
    match &login.user {
        Some(user) => by_password(user, login.code.clone(), context).await,
        None => by_phone(login.phone.as_deref(), login.code.as_deref(), context).await,
    }
}

/// Asks for the authenticator's code where one goes with the password; tells what to set an authenticator up with where
/// there is none.
async fn by_password(
    user: &str,
    code: Option<String>,
    context: &Context<'_>,
) -> Result<Answer, CommandError> {
    let words = context.words;
    let password = Secret::Password.get(words)?;
    let proof = |code| SignInProof::Password { user: user.to_owned(), password: password.to_string(), code };
    match sign_in(proof(code), context).await {
        Err(error) if error.code == CommandCode::SecondFactorUnset => {
            let made = context.app.session_second_factor(user.to_owned(), password.to_string()).await?;
            let next = words.say(
                "请把密钥加入验证器，再加 --code 运行一次",
                "Add the secret to an authenticator app, then run again with --code",
            );
            let text = format!("{next}\n{}\n{}", made.secret, made.uri);
            Answer::new(&EnrolAnswer::SecondFactor(made), text)
        }
        Err(error) if error.code == CommandCode::SecondFactorNeeded && input::is_interactive() => {
            let code = Secret::PhoneCode.get(words)?;
            sign_in(proof(Some(code.to_string())), context).await
        }
        answered => answered,
    }
}

/// Sends a code, or signs in with the one that arrived.
async fn by_phone(
    phone: Option<&str>,
    code: Option<&str>,
    context: &Context<'_>,
) -> Result<Answer, CommandError> {
    let words = context.words;
    let phone = phone.ok_or_else(|| input::wrong("--phone", "required"))?.to_owned();
    let code = match code {
        Some(code) => Zeroizing::new(code.to_owned()),
        None => {
            let sent = context.app.session_send_code(phone.clone()).await;
            let sent = sent.map_err(|error| input::about(error, "/phone", "--phone"))?;
            let text =
                words.say("验证码已发送；收到后加 --code 再运行一次", "Code sent; run again with --code");
            if context.global.json || !input::is_interactive() {
                return Answer::new(&EnrolAnswer::CodeSent(sent), text);
            }
            say(words.say("验证码已发送", "code sent"));
            Secret::PhoneCode.get(words)?
        }
    };
    sign_in(SignInProof::Phone { phone, code: code.to_string() }, context).await
}

async fn sign_in(proof: SignInProof, context: &Context<'_>) -> Result<Answer, CommandError> {
    let words = context.words;
    let known = !context.app.session_state().await?.accounts.is_empty();
    let pin = if known { Secret::Pin } else { Secret::NewPin }.get(words)?;
    let signed_in = context.app.session_sign_in(proof, pin.to_string()).await;
    let signed_in = signed_in
        .map_err(|error| input::about(error, "/phone", "--phone"))
        .map_err(|error| input::about(error, "/pin", "PORTAL_PIN"))?;
    let mut text = words.say("已登录", "Signed in").to_owned();
    if let Some(account) = &signed_in.session.account {
        text.push_str(&format!(": {} ({})", account.display, account.account));
    }
    if let Some(code) = &signed_in.recovery_code {
        let keep = words.say(
            "恢复码（只显示这一次，请抄写保存）",
            "Recovery code (shown only once: write it down and keep it)",
        );
        text.push_str(&format!("\n{keep}: {code}"));
    }
    if signed_in.adopted_drafts > 0 {
        let drafts = words.say("归入此账号的草稿", "Drafts that now belong to this account");
        text.push_str(&format!("\n{drafts}: {}", signed_in.adopted_drafts));
    }
    Answer::new(&EnrolAnswer::SignedIn(signed_in), text)
}

/// Opens an account whose PIN or keyring is lost, and gives it a new PIN.
pub async fn recover(context: &Context<'_>) -> Result<Answer, CommandError> {
    let words = context.words;
    let account = portal::account(context.app, context.global).await?;
    let code = Secret::RecoveryCode.get(words)?;
    let pin = Secret::NewPin.get(words)?;
    let session = context.app.session_recover(account, code.to_string(), pin.to_string()).await;
    let session = session
        .map_err(|error| input::about(error, "/recovery_code", "PORTAL_RECOVERY_CODE"))
        .map_err(|error| input::about(error, "/pin", "PORTAL_PIN"))?;
    Answer::new(&session, words.say("账号已打开，新 PIN 已设置", "The account is open and has the new PIN"))
}

pub async fn change_pin(context: &Context<'_>) -> Result<Answer, CommandError> {
    let words = context.words;
    let account = portal::account(context.app, context.global).await?;
    let pin = Secret::Pin.get(words)?;
    let new_pin = Secret::ChangedPin.get(words)?;
    context.app.session_unlock(account, pin.to_string()).await?;
    let session = context.app.session_change_pin(pin.to_string(), new_pin.to_string()).await;
    let session = session.map_err(|error| input::about(error, "/pin", "PORTAL_NEW_PIN"))?;
    Answer::new(&session, words.say("PIN 已修改", "The PIN is changed"))
}

pub async fn info(context: &Context<'_>) -> Result<Answer, CommandError> {
    let words = context.words;
    let information = Information {
        app: context.app.app_info().await?,
        session: context.app.session_state().await?,
        safety: context.app.app_safety().await?,
    };
    let Information { app, session, .. } = &information;
    let mut table = Table::default();
    table.row([words.say("版本", "version"), &app.version]);
    table.row([words.say("后台", "backend"), app.backend.as_deref().unwrap_or("-")]);
    let access =
        if app.read_only { words.say("只读", "read only") } else { words.say("可写", "writable") };
    table.row([words.say("资料", "profile"), access]);
    let enrolled =
        if session.enrolled { words.say("已登记", "yes") } else { words.say("未登记", "no") };
    table.row([words.say("登记", "enrolled"), enrolled]);
    for account in &session.accounts {
        table.row([words.say("账号", "account"), &format!("{}  {}", account.account, account.display)]);
    }
    let text = table.to_string();
    Answer::new(&information, text)
}

pub async fn selfcheck(context: &Context<'_>) -> Result<Answer, CommandError> {
    // The database can be checked only when it is open; a script without a PIN still hears about the rest.
    if Secret::Pin.in_environment() {
        match context.unlock().await {
            Ok(()) => {}
            // The vault's line says so.
            Err(error) if Exit::from(error.code) == Exit::Vault => {}
            Err(error) if error.code == CommandCode::Damaged => {}
            Err(error) => return Err(error),
        }
    }
    let words = context.words;
    let checks: Vec<CheckView> = context.app.app_selfcheck().await?;
    let mut table = Table::default();
    for check in &checks {
        table.row([
            text::check(check.check, words),
            text::check_result(check.result, words),
            text::finding(check.finding, words),
            &text::check_figure(check, words),
        ]);
    }
    let failed = checks.iter().any(|check| check.result == CheckResult::Failed);
    let exit = if failed { Exit::Refused } else { Exit::Ok };
    Ok(Answer::new(&checks, table.to_string())?.exiting(exit))
}
