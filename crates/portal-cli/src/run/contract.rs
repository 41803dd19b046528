//! `portal contract`: signed contracts, without a profile folder or an account.

use std::path::{Path, PathBuf};

use portal_app::error::CommandError;
use portal_app::verifying::{Report, SignatureReport, TimeReport, Verdict, assurance};
use portal_app::{MAX_CONTRACT_FILE_BYTES, PrintLanguage, contract_verify};

use crate::exit::Exit;
use crate::input;
use crate::language::Words;
use crate::output::Answer;

/// A file of root certificates is larger only by mistake.
const MAX_PEM_BYTES: u64 = 1024 * 1024;

pub fn verify(
    file: &Path,
    roots: &[PathBuf],
    time_roots: &[PathBuf],
    words: Words,
) -> Result<Answer, CommandError> {
    let read = |paths: &[PathBuf], argument: &str| {
        paths.iter().map(|path| input::read(path, MAX_PEM_BYTES, argument)).collect::<Result<Vec<_>, _>>()
    };
    let (roots, time_roots) = (read(roots, "--root")?, read(time_roots, "--time-root")?);
    let pdf = input::read(file, MAX_CONTRACT_FILE_BYTES, "<FILE>")?;
    let report = contract_verify(&pdf, &roots, &time_roots).map_err(about_arguments)?;
    let exit = match report.verdict {
        Verdict::InEffect => Exit::Ok,
        Verdict::MerchantOnly => Exit::Attention,
        Verdict::Refused => Exit::Refused,
    };
    Ok(Answer::new(&report, summary(&report, words))?.exiting(exit))
}

fn about_arguments(mut error: CommandError) -> CommandError {
    for field in &mut error.fields {
        let argument = if field.path == "/time_roots" { "--time-root" } else { "--root" };
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
