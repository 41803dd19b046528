//! Who uses this computer, how they get in, and what the vault says.

use portal_domain::ids::CaseId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SessionPhase {
    /// Nobody enrolled: drafts are kept without an account and adopted at enrolment.
    Guest,
    /// Accounts exist, none is unlocked.
    Locked,
    /// An account is unlocked.
    Open,
    /// A merchant has an agent's computer: one contract can be read and answered, nothing else.
    HandedOver,
    /// The vault must be opened or made first; `vault` says which.
    VaultNeeded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultView {
    Keyring,
    /// The keyring exists but is locked: unlock it in the system and try again.
    KeyringLocked,
    /// No keyring on this computer: a passphrase vault can be made.
    KeyringAbsent,
    PassphraseNeeded,
    Passphrase,
    /// Accounts exist but their secrets are gone: only the recovery code opens them.
    SecretsMissing,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SessionView {
    pub phase: SessionPhase,
    pub vault: VaultView,
    /// The computer is enrolled with the backend.
    pub enrolled: bool,
    /// Branch of a staff machine.
    pub branch: Option<String>,
    /// Accounts known on this computer.
    pub accounts: Vec<AccountView>,
    /// The unlocked one.
    pub account: Option<AccountView>,
    /// The case whose contract the merchant has before them, on a computer that was handed over.
    pub handed_over: Option<CaseId>,
    /// The backend asks for a new sign-in before anything is sent; local work goes on.
    pub sign_in_needed: bool,
    pub new_cases: NewCasesView,
}

/// Whether new cases can be begun. What was begun goes on in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum NewCasesView {
    Allowed,
    /// Only for these full days without the backend: none is the last day.
    Ending {
        days_left: u32,
    },
    /// Not before the backend is reached.
    OfflineTooLong,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AccountView {
    /// Local name of the account: used to unlock it.
    pub account: String,
    /// Staff member's name, or a merchant's masked phone.
    pub display: String,
    pub role: RoleView,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum RoleView {
    Merchant,
    Agent,
    Supervisor,
    Technician,
    Reviewer,
    Administrator,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CodeSentView {
    /// Seconds until the code expires.
    pub valid_s: u32,
    /// Seconds before another may be asked for.
    pub again_after_s: u32,
}

/// How a person proves who they are.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum SignInProof {
    Phone {
        phone: String,
        code: String,
    },
    Password {
        user: String,
        password: String,
        /// Of the authenticator app, where one is asked for.
        #[serde(default)]
        code: Option<String>,
    },
}

/// What an authenticator app is set up with.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SecondFactorView {
    /// For a QR code.
    pub uri: String,
    /// The same to be typed.
    pub secret: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SignedInView {
    pub session: SessionView,
    /// Shown once, when the account is new on this computer.
    pub recovery_code: Option<String>,
    /// Drafts made before signing in that now belong to this account.
    pub adopted_drafts: u32,
}
