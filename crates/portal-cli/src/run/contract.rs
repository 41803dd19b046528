//! `portal contract`: the merchant's signature, and verification, which needs no profile folder and no account.

use std::path::{Path, PathBuf};

use portal_app::bundle::BundlePart;
use portal_app::domain::ids::CaseId;
use portal_app::error::{CommandCode, CommandError};
use portal_app::verifying::{Report, SignatureReport, TimeReport, Verdict, assurance};
use portal_app::view::{ContractStage, ContractView, DocumentKind, OfferView, SignatureStrokes};
use portal_app::{
    MAX_CONTRACT_FILE_BYTES, MAX_PHOTO_FILE_BYTES, PrintLanguage, contract_verify, contract_verify_bundle,
};

use super::Context;
use super::case::find;
use crate::args::Contract;
use crate::exit::Exit;
use crate::input::{self, Secret};
use crate::language::Words;
use crate::output::{Answer, say};
use crate::table::Table;

/// A file of root certificates is larger only by mistake.
const MAX_PEM_BYTES: u64 = 1024 * 1024;
/// Two contracts and a photo, in base64.
const MAX_BUNDLE_BYTES: u64 = 32 * 1024 * 1024;
/// A signature is drawn with fewer bytes.
const MAX_STROKES_BYTES: u64 = 1024 * 1024;

pub async fn run(command: &Contract, context: &Context<'_>) -> Result<Answer, CommandError> {
    context.unlock().await?;
    let (app, words) = (context.app, context.words);
    match command {
        Contract::Show { case, out } => {
            let case_id = find(case, context).await?;
            let view = app.contract_show(case_id).await?;
            if let Some(out) = out {
                write(case_id, &view, out, context).await?;
            }
            answer(&view, words)
        }
        Contract::Print { case, out } => {
            let case_id = find(case, context).await?;
            input::write(out, &app.document_read(case_id, DocumentKind::PrintCopy).await?)?;
            answer(&app.contract_show(case_id).await?, words)
        }
        Contract::Prepare { case, turnover, out } => {
            let case_id = find(case, context).await?;
            let view = app.contract_prepare(case_id, turnover.clone()).await?;
            input::write(out, &app.document_read(case_id, DocumentKind::ContractToSign).await?)?;
            answer(&view, words)
        }
        Contract::Read { case } => read(find(case, context).await?, context).await,
        Contract::Agree { case } => agree(find(case, context).await?, context).await,
        Contract::SendCode { case } => {
            let case_id = find(case, context).await?;
            let sent = app.contract_send_code(case_id).await?;
            let view = app.contract_show(case_id).await?;
            let mobile = view.offer.and_then(|offer| offer.signer_mobile).unwrap_or_default();
            let minutes = sent.valid_s / 60;
            let text = words.say_of(
                format!("验证码已发到 {mobile}，{minutes} 分钟内有效"),
                format!("Code sent to {mobile}, good for {minutes} minutes"),
            );
            Answer::new(&sent, text)
        }
        Contract::Confirm { case, code } => {
            let case_id = find(case, context).await?;
            let code = match code {
                Some(code) => code.clone(),
                None => Secret::PhoneCode.get(words)?.to_string(),
            };
            let view = app.contract_confirm_code(case_id, code).await;
            answer(&view.map_err(|error| input::about(error, "/code", "--code"))?, words)
        }
        Contract::Sign { case, strokes } => {
            let case_id = find(case, context).await?;
            let view = app.contract_show(case_id).await?;
            let reading = view.reading.ok_or(CommandError::new(CommandCode::NotRead))?;
            let json = input::read(strokes, MAX_STROKES_BYTES, "--strokes")?;
            let signature: SignatureStrokes =
                serde_json::from_slice(&json).map_err(|_| input::wrong("--strokes", "bad_format"))?;
            let pin = Secret::Pin.get(words)?;
            let signed =
                app.contract_sign(case_id, reading.render_sha256, signature, Some(pin.to_string())).await?;
            answer(&signed, words)
        }
        Contract::PaperCopy { case, out } => {
            let case_id = find(case, context).await?;
            input::write(out, &app.document_read(case_id, DocumentKind::PaperCopy).await?)?;
            answer(&app.contract_show(case_id).await?, words)
        }
        Contract::Scan { case, files, page } => {
            let case_id = find(case, context).await?;
            let mut view = app.contract_show(case_id).await?;
            for (page, file) in (*page..).zip(files) {
                let bytes = input::read(file, MAX_PHOTO_FILE_BYTES, "<FILE>")?;
                let added = app.contract_scan_add(case_id, page, bytes).await;
                view = added.map_err(|error| input::about(error, "/page", "--page"))?;
            }
            answer(&view, words)
        }
        Contract::SubmitPaper { case } => {
            let case_id = find(case, context).await?;
            let view = app.contract_show(case_id).await?;
            let reading = view.reading.ok_or(CommandError::new(CommandCode::NotRead))?;
            answer(&app.contract_submit_paper(case_id, reading.render_sha256).await?, words)
        }
        Contract::Refuse { case, reason } => {
            let case_id = find(case, context).await?;
            let pin = Secret::Pin.get(words)?;
            answer(&app.contract_refuse(case_id, reason.clone(), Some(pin.to_string())).await?, words)
        }
        Contract::Verify { file, root, time_root } => verify(file, root, time_root, words),
        Contract::VerifyBundle { file, root, time_root } => verify_bundle(file, root, time_root, words),
    }
}

/// Page by page: Enter says that a page was read.
async fn read(case_id: CaseId, context: &Context<'_>) -> Result<Answer, CommandError> {
    let (app, words) = (context.app, context.words);
    let mut view = app.contract_show(case_id).await?;
    let pages = view.reading.as_ref().ok_or(CommandError::new(CommandCode::NotFound))?.pages;
    for page in 1..=pages {
        say(&format!(
            "{} {page}/{pages} {}",
            words.say("第", "page"),
            words.say("页：看完后按回车", ": Enter when read")
        ));
        input::wait_for_line("<ENTER>")?;
        view = app.contract_page_seen(case_id, page).await?;
    }
    answer(&view, words)
}

/// Annex by annex: Enter says that the merchant agrees.
async fn agree(case_id: CaseId, context: &Context<'_>) -> Result<Answer, CommandError> {
    let (app, words) = (context.app, context.words);
    let mut view = app.contract_show(case_id).await?;
    let offer = view.offer.as_ref().ok_or(CommandError::new(CommandCode::NotFound))?;
    for annex in offer.annexes.clone() {
        let title = words.say_of(annex.title.zh, annex.title.en);
        say(&format!("{title}{}", words.say("：同意请按回车", ": Enter to agree")));
        input::wait_for_line("<ENTER>")?;
        view = app.contract_agree(case_id, annex.sha256, true).await?;
    }
    answer(&view, words)
}

async fn write(
    case_id: CaseId,
    view: &ContractView,
    out: &Path,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let document = match view.stage {
        ContractStage::InEffect if view.here => DocumentKind::Contract,
        ContractStage::Signed | ContractStage::Received | ContractStage::InEffect => {
            DocumentKind::SignedContract
        }
        ContractStage::Offered => DocumentKind::ContractToSign,
        ContractStage::NotOffered | ContractStage::Refused => {
            return Err(CommandError::new(CommandCode::NotFound));
        }
    };
    input::write(out, &context.app.document_read(case_id, document).await?)
}

fn answer(view: &ContractView, words: Words) -> Result<Answer, CommandError> {
    let exit = match view.stage {
        ContractStage::InEffect => Exit::Ok,
        ContractStage::NotOffered
        | ContractStage::Offered
        | ContractStage::Signed
        | ContractStage::Received
        | ContractStage::Refused => Exit::Attention,
    };
    Ok(Answer::new(view, text(view, words))?.exiting(exit))
}

fn text(view: &ContractView, words: Words) -> String {
    let stage = match view.stage {
        ContractStage::NotOffered => words.say("还没有待签的合同", "nothing is offered yet"),
        ContractStage::Offered => words.say("待签署", "to be signed"),
        ContractStage::Signed if view.on_paper => {
            words.say("已在纸面签署，等待发送", "signed on paper, waiting to be sent")
        }
        ContractStage::Received if view.on_paper => {
            words.say("纸面合同待核对", "signed on paper, waiting to be compared")
        }
        ContractStage::Signed => words.say("已签署，等待发送", "signed, waiting to be sent"),
        ContractStage::Received => words.say("待会签", "waiting for the acquirer's signature"),
        ContractStage::InEffect if view.stamped => words.say("已生效", "in effect"),
        ContractStage::InEffect => words.say("已生效，时间戳待补", "in effect, time stamp pending"),
        ContractStage::Refused => words.say("已拒签", "refused"),
    };
    let mut table = Table::default();
    table.row([words.say("状态", "state"), stage]);
    if let Some(offer) = &view.offer {
        costs(offer, &mut table, words);
    }
    if let Some(text) = &view.returned {
        table.row([words.say("纸面合同退回", "paper returned"), text]);
    }
    if let Some(link) = &view.verifier {
        table.row([words.say("核验", "verify"), link]);
    }
    if let Some(reading) = &view.reading {
        let seen = format!("{}/{}", reading.seen.len(), reading.pages);
        table.row([words.say("已读页", "pages read"), &seen]);
        let confirmed = match reading.confirmed_until_ms {
            Some(_) => words.say("手机验证码已确认", "by a code to the phone"),
            None => words.say("没有手机验证码（较弱）", "no code to the phone (weaker)"),
        };
        table.row([words.say("签署人确认", "consent"), confirmed]);
        if !view.scans.is_empty() {
            let scanned = format!("{}/{}", view.scans.len(), reading.pages);
            table.row([words.say("纸面扫描件", "scans of the paper"), &scanned]);
        }
    }
    table.to_string()
}

fn costs(offer: &OfferView, table: &mut Table, words: Words) {
    let yuan = |fen: u64| format!("{}.{:02}", fen / 100, fen % 100);
    table.row([words.say("合同编号", "contract"), &offer.number]);
    table.row([words.say("有效至", "valid until"), &offer.valid_until]);
    table.row([words.say("签署人", "signer"), &offer.signer]);
    for fee in &offer.fees {
        table.row([fee.service.as_str(), &fee.rate]);
    }
    table.row([words.say("押金（元）", "deposit, yuan"), &yuan(offer.deposit_fen)]);
    table.row([words.say("年服务费（元）", "service a year, yuan"), &yuan(offer.yearly_service_fen)]);
    table.row([words.say("解约费用（元）", "ending, yuan"), &yuan(offer.exit_fen)]);
    if !offer.cost.turnovers.is_empty() {
        table.row([words.say("每月手续费（元）", "fees a month, yuan"), &yuan(offer.cost.month_fee_fen)]);
        table.row([words.say("第一年费用（元）", "first year, yuan"), &yuan(offer.cost.year_fen)]);
    }
}

pub fn verify(
    file: &Path,
    roots: &[PathBuf],
    time_roots: &[PathBuf],
    words: Words,
) -> Result<Answer, CommandError> {
    let (roots, time_roots) = (pems(roots, "--root")?, pems(time_roots, "--time-root")?);
    let pdf = input::read(file, MAX_CONTRACT_FILE_BYTES, "<FILE>")?;
    let report = contract_verify(&pdf, &roots, &time_roots).map_err(about_arguments)?;
    Ok(Answer::new(&report, summary(&report, words))?.exiting(exit_of(report.verdict)))
}

pub fn verify_bundle(
    file: &Path,
    roots: &[PathBuf],
    time_roots: &[PathBuf],
    words: Words,
) -> Result<Answer, CommandError> {
    let (roots, time_roots) = (pems(roots, "--root")?, pems(time_roots, "--time-root")?);
    let json = input::read(file, MAX_BUNDLE_BYTES, "<FILE>")?;
    let report = contract_verify_bundle(&json, &roots, &time_roots).map_err(about_arguments)?;
    let mut text = summary(&report.contract, words);
    let exit = match report.refused {
        None => exit_of(report.contract.verdict),
        Some(part) => {
            let refused = words.say("证据不可信", "the evidence is not to be relied on");
            text = format!("{text}\n{refused}: {}", part_name(part, words));
            Exit::Refused
        }
    };
    if report.refused.is_none() {
        let fits =
            words.say("全部证据属于这份合同，且未被改动", "every record belongs to this contract, unchanged");
        text = format!("{text}\n{fits}");
    }
    if let Some(assurance) = report.assurance {
        let language = words.say_of(PrintLanguage::Zh, PrintLanguage::En);
        text = format!("{text}\n{}", assurance.words(language));
    }
    Ok(Answer::new(&report, text)?.exiting(exit))
}

fn part_name(part: BundlePart, words: Words) -> &'static str {
    match part {
        BundlePart::MerchantCopy => words.say("商户签署的文件", "the merchant's copy"),
        BundlePart::Contract => words.say("合同文件", "the contract"),
        BundlePart::Offer => words.say("报价", "the offer"),
        BundlePart::Ceremony => words.say("签署过程记录", "the record of the ceremony"),
        BundlePart::Confirmation => words.say("手机验证码的确认", "the confirmation by the signer's phone"),
        BundlePart::Signed => words.say("商户签署记录", "the record of the merchant's signature"),
        BundlePart::OnPaper => words.say("纸面签署记录", "the record of what was signed on paper"),
        BundlePart::Scans => words.say("纸面扫描件", "the scans of the paper"),
        BundlePart::Countersigned => words.say("会签记录", "the record of the acquirer's signature"),
        BundlePart::IdentityPhoto => words.say("手持证件照片", "the photo with the identity card"),
    }
}

fn exit_of(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::InEffect | Verdict::OnPaper => Exit::Ok,
        Verdict::MerchantOnly => Exit::Attention,
        Verdict::Refused => Exit::Refused,
    }
}

fn pems(paths: &[PathBuf], argument: &str) -> Result<Vec<Vec<u8>>, CommandError> {
    paths.iter().map(|path| input::read(path, MAX_PEM_BYTES, argument)).collect()
}

fn about_arguments(mut error: CommandError) -> CommandError {
    for field in &mut error.fields {
        let argument = match field.path.as_str() {
            "/time_roots" => "--time-root",
            "/bundle" => "<FILE>",
            _ => "--root",
        };
        argument.clone_into(&mut field.path);
    }
    error
}

fn summary(report: &Report, words: Words) -> String {
    let language = words.say_of(PrintLanguage::Zh, PrintLanguage::En);
    let mut lines = vec![report.verdict.words(language).to_owned()];
    if let (Some(part), Some(fault)) = (report.part, report.fault) {
        lines.push(format!("{}: {}", part.words(language), fault.words(language)));
    }
    if let Some(merchant) = &report.merchant {
        lines.push(signature(words.say("商户", "merchant"), merchant, words));
        lines.push(assurance(language).to_owned());
    }
    if let Some(issuer) = &report.issuer {
        lines.push(signature(words.say("收单机构", "acquirer"), issuer, words));
    }
    if let Some(record) = &report.paper_record_sha256 {
        lines.push(format!(
            "{}: {record}",
            words.say("纸面签署记录 SHA-256", "SHA-256 of the record of the paper")
        ));
    }
    if report.verdict != Verdict::Refused {
        if let TimeReport::OwnAuthority { at, authority, .. }
        | TimeReport::Independent { at, authority, .. } = &report.time
        {
            lines.push(format!("{}: {at} ({authority})", words.say("时间戳", "time stamp")));
        }
        lines.push(report.time.words(language).to_owned());
    }
    lines.push(format!("SHA-256: {}", report.file_sha256));
    lines.join("\n")
}

fn signature(role: &str, signature: &SignatureReport, words: Words) -> String {
    let SignatureReport { signer, claimed_at, reason, .. } = signature;
    let own_clock = words.say("签署方时钟", "by the signer's clock");
    format!("{role}: {signer}, {claimed_at} ({own_clock}), {reason}")
}
