//! How the signer said yes, and what that is worth.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use x509_cert::Certificate;

use super::{Ceremony, RealNameMethod};
use crate::document::Language;
use crate::sealed::{By, Sealed};

/// Two readings of clocks a moment apart may come out in the wrong order.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(5);

/// How the signer said yes, bound to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Will {
    pub method: WillMethod,
    /// The unsigned file that the code, PIN or face belongs to.
    pub bound_doc_sha256: String,
    #[schemars(with = "String")]
    pub time: Timestamp,
    /// A [`PhoneConfirmation`] that the issuer sealed: with [`WillMethod::Sms`], and with nothing else. Records of earlier
    /// versions have none, and their text has no place for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Sealed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WillMethod {
    Sms,
    Pin,
    Face,
    InPerson,
}

/// The issuer's word that a one-time code for one document reached the signer's phone and came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneConfirmation {
    pub contract_no: String,
    /// The unsigned file that the code was made for.
    pub bound_doc_sha256: String,
    /// The computer on which the code was typed.
    pub device_id: String,
    /// The number in the application, with its middle left out.
    pub phone: String,
    /// By the issuer's clock.
    #[schemars(with = "String")]
    pub confirmed_at: Timestamp,
    /// A signature that comes later is not the one that was confirmed.
    #[schemars(with = "String")]
    pub valid_until: Timestamp,
}

/// Why a will isn't what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WillFault {
    #[error("the method needs a confirmation that is not there, or has one that it doesn't need")]
    Unconfirmed,
    #[error("the confirmation is not the issuer's")]
    NotGenuine,
    #[error("the confirmation is for another contract, document or computer")]
    OtherDocument,
    #[error("the signature came after the confirmation had ended, or before it")]
    Expired,
}

impl WillFault {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unconfirmed => "not_confirmed",
            Self::NotGenuine => "confirmation_not_genuine",
            Self::OtherDocument => "confirmation_of_another",
            Self::Expired => "confirmation_expired",
        }
    }
}

/// How sure it is that the signer, and nobody else, said yes to this document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// A code that the signer's phone got for this document, in the signer's own account.
    PhoneCode,
    /// The same, in front of somebody who compared the signer with their identity card.
    PhoneCodeInPerson,
    /// The PIN of the signer's own account.
    Pin,
    /// Somebody compared the signer with their identity card.
    InPerson,
    /// Signed by hand on paper; a reviewer of the acquirer compared the scans with the document.
    Paper,
}

impl PhoneConfirmation {
    /// Reads what the issuer sealed.
    ///
    /// # Errors
    /// [`WillFault::NotGenuine`].
    pub fn open(sealed: &Sealed, roots: &[Certificate], at: Timestamp) -> Result<Self, WillFault> {
        let text = sealed.open(roots, By::Issuer, at).map_err(|_| WillFault::NotGenuine)?;
        serde_json::from_str(text).map_err(|_| WillFault::NotGenuine)
    }
}

impl Ceremony {
    /// What the will is worth, once it is found to be what it says. `at` is when certificates must have been valid.
    ///
    /// # Errors
    /// [`WillFault`].
    pub fn assurance(&self, roots: &[Certificate], at: Timestamp) -> Result<Assurance, WillFault> {
        match (self.will.method, &self.will.confirmation) {
            (WillMethod::Sms, Some(sealed)) => {
                self.check(&PhoneConfirmation::open(sealed, roots, at)?)?;
            }
            (WillMethod::Pin | WillMethod::InPerson, None) => {}
            (WillMethod::Sms, None)
            | (WillMethod::Pin | WillMethod::InPerson, Some(_))
            | (WillMethod::Face, _) => return Err(WillFault::Unconfirmed),
        }
        self.stated_assurance().ok_or(WillFault::Unconfirmed)
    }

    /// What the will says that it is worth, of a record that was checked when it was received; none for a method that
    /// nothing proves.
    pub fn stated_assurance(&self) -> Option<Assurance> {
        let in_person = self.real_name.method == RealNameMethod::InPersonIdCard;
        match self.will.method {
            WillMethod::Sms if in_person => Some(Assurance::PhoneCodeInPerson),
            WillMethod::Sms => Some(Assurance::PhoneCode),
            WillMethod::Pin => Some(Assurance::Pin),
            WillMethod::InPerson => Some(Assurance::InPerson),
            WillMethod::Face => None,
        }
    }

    fn check(&self, confirmed: &PhoneConfirmation) -> Result<(), WillFault> {
        let belongs = confirmed.contract_no == self.contract_no
            && confirmed.bound_doc_sha256 == self.render_sha256
            && confirmed.bound_doc_sha256 == self.will.bound_doc_sha256
            && confirmed.device_id == self.device.id
            && confirmed.confirmed_at == self.will.time
            && self.clock.last_server_time == Some(confirmed.confirmed_at);
        if !belongs {
            return Err(WillFault::OtherDocument);
        }
        // By the issuer's clock: a computer whose clock is wrong by hours is as good as another.
        let skew = SignedDuration::from_millis(self.clock.skew_ms.ok_or(WillFault::Expired)?);
        let signed_at = self.clock.device_utc.checked_sub(skew).map_err(|_| WillFault::Expired)?;
        let since = signed_at.duration_since(confirmed.confirmed_at);
        let lasts = confirmed.valid_until.duration_since(confirmed.confirmed_at);
        if since >= -CLOCK_SLACK && since <= lasts { Ok(()) } else { Err(WillFault::Expired) }
    }
}

impl Assurance {
    /// One sentence.
    pub fn words(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::PhoneCode => (
                "签署人在本人账户中，用发到申请资料所登记手机的一次性验证码确认了这一份文件，验证码由收单机构核对：比只用 PIN 更可靠。",
                "In their own account the signer confirmed this very document with a one-time code that went to the mobile number in the application and that the acquirer checked: stronger than a PIN alone.",
            ),
            Self::PhoneCodeInPerson => (
                "工作人员当面核对了签署人的身份证，签署人又用发到申请资料所登记手机的一次性验证码确认了这一份文件，验证码由收单机构核对：比只当面核对更可靠。",
                "A member of staff compared the signer with their identity card, and the signer confirmed this very document with a one-time code that went to the mobile number in the application and that the acquirer checked: stronger than the comparison alone.",
            ),
            Self::Pin => (
                "签署人在本人账户中用 PIN 确认，没有手机验证码：这是较弱的一级。",
                "The signer confirmed with the PIN of their own account, without a code to their phone: the weaker level.",
            ),
            Self::InPerson => (
                "工作人员当面核对签署人的身份证并拍照，没有手机验证码：这是较弱的一级。",
                "A member of staff compared the signer with their identity card and took a photo, without a code to the signer's phone: the weaker level.",
            ),
            Self::Paper => (
                "商户在打印的合同上手写签名或盖章，收单机构的审核员核对过每页扫描件：以纸面原件为准，没有 PIN 或手机验证码。",
                "The merchant signed or stamped the printed contract by hand, and a reviewer of the acquirer compared the scan of every page: the paper itself is what counts, without a PIN or a code to a phone.",
            ),
        };
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
    }
}
