//! Enrolment of a computer, and sessions of people.

use portal_domain::ids::{AccountId, DeviceId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::receipt::{Envelope, ReceiptKey};

/// `POST /v1/codes`: send a one-time code to a phone. The answer is 202 whether or not the phone is known.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    pub phone: String,
    pub purpose: CodePurpose,
}

/// A code works for its purpose only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodePurpose {
    /// To enrol a computer and sign in with it.
    Enrol,
    SignIn,
}

/// Answer of `POST /v1/codes`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CodeSent {
    /// Seconds until the code expires.
    pub valid_s: u32,
    /// Seconds before another one may be asked for.
    pub again_after_s: u32,
}

/// `POST /v1/devices`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    pub device_id: DeviceId,
    /// PKCS#10 request, PEM.
    pub csr: String,
    pub proof: EnrolProof,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum EnrolProof {
    /// A staff machine: the code was made by an administrator for a branch.
    ActivationCode { code: String },
    /// A merchant's own computer.
    PhoneCode { phone: String, code: String },
}

/// Answer of `POST /v1/devices`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Enrolled {
    pub device_id: DeviceId,
    /// Certificate of the device key, PEM.
    pub certificate: String,
    /// The enrolment CA's certificate, PEM.
    pub ca: String,
    pub receipt_keys: Vec<ReceiptKey>,
    pub tenant: String,
    /// The branch of a staff machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// A merchant is signed in at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
}

/// `POST /v1/session`, signed by the device key.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum SignIn {
    Password {
        user: String,
        password: String,
        /// Of the second factor, where one is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    PhoneCode {
        phone: String,
        code: String,
    },
}

/// `POST /v1/second-factor`, signed by the device key: what an authenticator app is set up with. Until its first code was
/// taken, the answer is the same.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorRequest {
    pub user: String,
    pub password: String,
}

/// Answer of `POST /v1/second-factor`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct SecondFactor {
    /// `otpauth://totp/…`, as authenticator apps read it from a QR code: SHA-1, six digits, 30 seconds (RFC 6238).
    pub uri: String,
    /// The same secret to be typed, in base 32.
    pub secret: String,
}

/// `POST /v1/session/refresh`, signed by the device key.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    pub refresh_token: String,
}

/// Tokens of one account on one device. The previous refresh token stays valid until the new one is used.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    pub account: Account,
    pub access_token: String,
    /// Seconds.
    pub access_valid_s: u32,
    pub refresh_token: String,
    /// Where courier packages are encrypted to: a [`crate::courier::CourierKey`] signed by a receipt key. It comes with
    /// every session, so that a computer has it before it loses its network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier_key: Option<Envelope>,
    /// What this computer signs contracts with: a [`crate::contract::SigningPass`] signed by a receipt key. It comes with
    /// every session, so that a computer that was enrolled long ago has a certificate that still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_pass: Option<Envelope>,
    /// How many days new cases may be begun after this without the backend having been reached.
    #[serde(default = "usual_offline_days")]
    pub offline_days: u32,
}

/// Of a branch that set nothing else, and of merchants.
pub const USUAL_OFFLINE_DAYS: u32 = 14;

fn usual_offline_days() -> u32 {
    USUAL_OFFLINE_DAYS
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    pub account_id: AccountId,
    pub role: Role,
    /// Shown in the title bar: the staff member's name, or the masked phone of a merchant.
    pub display: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Merchant,
    Agent,
    Supervisor,
    Technician,
    Reviewer,
    Administrator,
}

impl Role {
    pub const ALL: [Self; 6] = [
        Self::Merchant,
        Self::Agent,
        Self::Supervisor,
        Self::Technician,
        Self::Reviewer,
        Self::Administrator,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merchant => "merchant",
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
            Self::Technician => "technician",
            Self::Reviewer => "reviewer",
            Self::Administrator => "administrator",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}
