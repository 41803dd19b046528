//! The findings in words that a shop owner understands.

use super::{Fault, Part, TimeReport, Verdict};
use crate::document::Language;

fn say(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

impl Verdict {
    /// One sentence.
    pub fn words(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::InEffect => {
                ("双方已签署，内容自签署后未被改动。", "Both parties signed, and nothing was changed since.")
            }
            Self::OnPaper => (
                "商户签于纸面，收单机构核对扫描件后已签署；文件自收单机构签署后未被改动。商户的笔迹在纸面原件和扫描件上，不在本文件里。",
                "The merchant signed on paper; the acquirer compared the scans and signed, and nothing was changed since. The merchant's hand is on the paper and its scans, not in this file.",
            ),
            Self::MerchantOnly => (
                "商户已签署，内容未被改动；收单机构尚未签署，合同未生效。",
                "The merchant signed and nothing was changed; the acquirer has not signed, so the contract has no effect yet.",
            ),
            Self::Refused => ("不可信，请勿采用。", "Not to be relied on."),
        };
        say(language, zh, en)
    }
}

impl Part {
    /// A few words.
    pub fn words(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::File => ("文件", "the file"),
            Self::Merchant => ("商户签名", "the merchant's signature"),
            Self::Issuer => ("收单机构签名", "the acquirer's signature"),
            Self::TimeStamp => ("时间戳", "the time stamp"),
        };
        say(language, zh, en)
    }
}

impl TimeReport {
    /// What the time is worth, in one sentence.
    pub fn words(&self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::None => (
                "没有时间戳：签署时间只是签署方电脑上的时间。",
                "No time stamp: the times are only what the signers' clocks said.",
            ),
            Self::OwnAuthority { .. } => (
                "时间由收单机构自己的服务给出，不能再改，但不是独立第三方的证明。",
                "The time was given by the acquirer's own service: it can't be changed any more, but no independent party vouches for it.",
            ),
            Self::Independent { .. } => {
                ("时间由独立的时间戳机构证明。", "An independent time-stamp authority vouches for the time.")
            }
        };
        say(language, zh, en)
    }
}

/// How far a merchant's signature can be relied on, in one sentence.
pub fn assurance(language: Language) -> &'static str {
    say(
        language,
        "签字由登记过的电脑见证：笔迹和身份核验由它当场记录，签名密钥只用这一次，随即销毁；这不是商户个人数字证书的签名。",
        "An enrolled computer attests the signature: it recorded the handwriting and the identity check on the spot, and the key was used this once and destroyed; it is not a signature by a personal certificate of the merchant.",
    )
}

impl Fault {
    /// Why the file is refused, in one sentence.
    pub fn words(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::TooLarge => ("文件过大，不是合同文件。", "The file is too large to be a contract."),
            Self::NotPdf => ("这不是 PDF 文件。", "This is not a PDF file."),
            Self::Damaged => (
                "文件不完整或已损坏，请重新索取原文件。",
                "The file is incomplete or damaged: ask for the original again.",
            ),
            Self::NotSigned => ("文件上没有签名。", "Nobody signed this file."),
            Self::UnknownRevision => (
                "签名之外，文件还被添加或改写过内容。",
                "Something was added to the file, or rewritten, beside the two signatures.",
            ),
            Self::NotWholeFile => (
                "签名没有覆盖整个文件，未覆盖的部分可能被替换。",
                "The signature does not cover the whole file: the rest may have been replaced.",
            ),
            Self::SignatureDamaged => ("签名数据被改动过。", "The data of the signature itself was altered."),
            Self::ContentChanged => {
                ("签署之后，文件内容被改动过。", "The content was changed after it was signed.")
            }
            Self::SignatureWrong => (
                "签名与证书不符，不是证书持有人签的。",
                "The signature does not fit its certificate: the holder did not sign this.",
            ),
            Self::Untrusted => (
                "签名证书不是由受信任的机构签发的，可能是冒名签署。",
                "The certificate was not issued by a trusted authority: somebody may have signed under a false name.",
            ),
            Self::StrayCertificate => {
                ("签名里夹带了无关的证书。", "The signature carries a certificate that does not belong.")
            }
            Self::CertificateExpired => {
                ("签署时证书不在有效期内。", "A certificate was not valid at the time.")
            }
            Self::CertificateNotPermitted => (
                "证书被用于它不允许的用途。",
                "A certificate was used for something that it is not meant for.",
            ),
            Self::CertificateWrong => {
                ("证书被改动过或无法读取。", "A certificate was altered or can't be read.")
            }
            Self::WrongRole => {
                ("签名人无权在这个位置签署。", "The signer is not entitled to give this signature.")
            }
            Self::NameDiffers => {
                ("显示的签名人与证书上的名字不一致。", "The name shown is not the name in the certificate.")
            }
            Self::TimeStampWrong => (
                "时间戳与签名不符，或被改动过。",
                "The time stamp does not fit the signature, or was altered.",
            ),
            Self::TimeStampUntrusted => {
                ("时间戳不是由受信任的机构签发的。", "The time stamp was not issued by a trusted authority.")
            }
        };
        say(language, zh, en)
    }
}
