//! This computer as the backend knows it: enrolled, and enrolled anew after its keys were lost.

use std::sync::Arc;

use portal_protocol::receipt::{KEY_ID_CHARS, ReceiptKey};
use portal_protocol::session::{EnrolProof, EnrolRequest, Enrolled, Session, SignIn};
use portal_sync::{DeviceSigner, ReceiptKeys, SyncError};

use crate::App;
use crate::account::GUEST;
use crate::error::{CommandCode, CommandError};
use crate::failure::unwritten;
use crate::profile::{DeviceRecord, Enrolment};
use crate::view::SignInProof;

impl App {
    /// The backend's word that this person is who they say; enrols the computer when that is still to do.
    pub(super) async fn prove(&self, proof: SignInProof) -> Result<Session, CommandError> {
        let proof = match proof {
            SignInProof::Phone { phone, code } => SignIn::PhoneCode {
                phone: portal_domain::clean::mobile(&phone),
                code: portal_domain::clean::digits(&code),
            },
            SignInProof::Password { user, password, code } => {
                SignIn::Password { user: user.trim().to_owned(), password, code }
            }
        };
        match proof {
            SignIn::PhoneCode { phone, code } if self.phones_enrol()? => {
                let enrolled = self.enrol(EnrolProof::PhoneCode { phone, code }).await?;
                enrolled.session.ok_or(CommandError::new(CommandCode::Refused).field("/code", "no_session"))
            }
            _ if self.enrolment()?.is_none() => Err(CommandError::new(CommandCode::NotEnrolled)),
            proof => {
                let signer: Arc<dyn DeviceSigner> = Arc::new(self.credentials(GUEST)?);
                Ok(self.client()?.sign_in(&signer, &proof).await?)
            }
        }
    }

    /// Has the device key certified and keeps what the backend is known by.
    pub(super) async fn enrol(&self, proof: EnrolProof) -> Result<Enrolled, CommandError> {
        self.renew_lost_device()?;
        let mut device = self.device_record()?;
        let (vault, name) = (self.vault(), device.device_id.to_string());
        let csr = self.blocking(move || Ok(vault.csr_der(&name)?)).await?;
        let pinned = pinned_key(&proof)?;
        let request =
            EnrolRequest { device_id: device.device_id, csr: pem("CERTIFICATE REQUEST", &csr), proof };
        let mut enrolled = self.client()?.enrol(&request).await?;
        keep_pinned(&mut enrolled.receipt_keys, pinned.as_deref())?;
        let (vault, certificate) = (self.vault(), enrolled.certificate.clone());
        self.blocking(move || Ok(vault.set_certificate_pem(&certificate)?)).await?;
        device.enrolment = Some(Enrolment {
            tenant: enrolled.tenant.clone(),
            branch: enrolled.branch.clone(),
            receipt_keys: enrolled.receipt_keys.clone(),
            ca: enrolled.ca.clone(),
        });
        self.profile_dir().write_device(&device).map_err(|error| unwritten("device record", &error))?;
        Ok(enrolled)
    }

    /// What this computer was told when it was enrolled. A key that nobody certified took the place of a lost one:
    /// then it isn't enrolled, whatever the record says.
    pub(crate) fn enrolment(&self) -> Result<Option<Enrolment>, CommandError> {
        let Some(enrolment) = self.device_record()?.enrolment else { return Ok(None) };
        Ok(self.vault().certificate_pem()?.map(|_| enrolment))
    }

    /// Whether a phone code enrols: it makes the merchant's account too, so that a second merchant gets in on the
    /// first one's computer. A branch's computer is for people that its organisation knows.
    pub(super) fn phones_enrol(&self) -> Result<bool, CommandError> {
        Ok(self.enrolment()?.is_none_or(|enrolment| enrolment.branch.is_none()))
    }

    /// Gives a computer whose key was lost a new id: the backend keeps the old one for the old key, for ever.
    pub(super) fn renew_lost_device(&self) -> Result<(), CommandError> {
        if self.device_record()?.enrolment.is_none() || self.enrolment()?.is_some() {
            return Ok(());
        }
        let renewed = DeviceRecord::new();
        self.profile_dir().write_device(&renewed).map_err(|error| unwritten("device record", &error))
    }

    fn device_record(&self) -> Result<DeviceRecord, CommandError> {
        self.profile_dir().device().map_err(|error| unwritten("device record", &error))
    }
}

/// The receipt key that answers must come from: what an activation code ends in; for merchants, who have none, what
/// the build of the official channel was given. Without either the first key that is told is believed.
fn pinned_key(proof: &EnrolProof) -> Result<Option<String>, CommandError> {
    match proof {
        EnrolProof::ActivationCode { code } => {
            let letters: Vec<char> = code.chars().filter(char::is_ascii_alphanumeric).collect();
            let from = letters.len().checked_sub(KEY_ID_CHARS).filter(|from| *from > 0);
            let from = from.ok_or(CommandError::new(CommandCode::Unauthorized))?;
            Ok(Some(letters[from..].iter().collect::<String>().to_ascii_lowercase()))
        }
        EnrolProof::PhoneCode { .. } => Ok(option_env!("PORTAL_RECEIPT_KEY_ID").map(str::to_owned)),
    }
}

/// Leaves of the keys that were told the pinned one, under its own id.
fn keep_pinned(keys: &mut Vec<ReceiptKey>, pinned: Option<&str>) -> Result<(), CommandError> {
    keys.retain(|key| pinned.is_none_or(|pinned| key.kid == pinned));
    match ReceiptKeys::new(keys) {
        Ok(_) if !keys.is_empty() => Ok(()),
        Ok(_) | Err(SyncError::BadKey) => {
            Err(CommandError::new(CommandCode::Refused).field("/code", "receipt_key"))
        }
        Err(error) => Err(error.into()),
    }
}

/// RFC 7468: 64 characters of Base64 a line.
fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = tail;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use portal_protocol::receipt::key_id;

    use super::*;

    /// The base point of edwards25519 and its double: points that are keys.
    const KEYS: [&str; 2] = [
        "5866666666666666666666666666666666666666666666666666666666666666",
        "c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022",
    ];

    fn key(hex_text: &str) -> ReceiptKey {
        let mut bytes = [0_u8; 32];
        hex::decode_to_slice(hex_text, &mut bytes).unwrap();
        ReceiptKey {
            kid: key_id(&bytes),
            public_key: base64::engine::general_purpose::STANDARD.encode(bytes),
        }
    }

    #[test]
    fn an_activation_code_pins_the_key_that_it_ends_in() {
        let (own, other) = (key(KEYS[0]), key(KEYS[1]));
        let typed = format!("7k2m 9qrt-xw3h-v5nb-{}", own.kid.to_uppercase());
        let pinned = pinned_key(&EnrolProof::ActivationCode { code: typed }).unwrap();
        let mut told = vec![other.clone(), own.clone()];
        keep_pinned(&mut told, pinned.as_deref()).unwrap();
        assert_eq!(told, std::slice::from_ref(&own));
        let posing = ReceiptKey { public_key: other.public_key.clone(), ..own };
        for mut told in [vec![], vec![other], vec![posing]] {
            let error = keep_pinned(&mut told, pinned.as_deref()).unwrap_err();
            assert_eq!(error.code, CommandCode::Refused);
        }
        for code in ["", "7K2M", "0123456789abcdef"] {
            assert!(pinned_key(&EnrolProof::ActivationCode { code: code.to_owned() }).is_err(), "{code}");
        }
    }
}
