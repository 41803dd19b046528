//! The device identity: a 32-byte secret that wraps account keys, and the P-256 key that signs.
//!
//! Both live in one keyring item, so that there is never one without the other.

use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use x509_cert::Certificate;
use x509_cert::builder::{Builder, RequestBuilder};
use x509_cert::der::{DecodePem, Encode};
use x509_cert::name::Name;
use zeroize::Zeroizing;

use crate::VaultError;
use crate::kdf::{Key, random, subkey};

const ITEM_VERSION: u8 = 1;
/// X.520 upper bound of a common name.
const COMMON_NAME_MAX: usize = 64;

pub(crate) struct DeviceIdentity {
    secret: Key,
    signing_key: SigningKey,
}

impl DeviceIdentity {
    pub fn generate() -> Result<Self, VaultError> {
        let secret = Zeroizing::new(random()?);
        // One of 2³² draws is outside the curve's order; then draw again.
        let signing_key = loop {
            let scalar = Zeroizing::new(random::<32>()?);
            if let Ok(key) = SigningKey::from_slice(scalar.as_slice()) {
                break key;
            }
        };
        Ok(Self { secret, signing_key })
    }

    /// Text for a keyring item (KDE Wallet keeps text only): base64 of `version ‖ secret ‖ PKCS#8`.
    pub fn to_item(&self) -> Result<Zeroizing<String>, VaultError> {
        let pkcs8 = self.signing_key.to_pkcs8_der().map_err(|_| VaultError::Crypto)?;
        let bytes = Zeroizing::new([&[ITEM_VERSION], self.secret.as_slice(), pkcs8.as_bytes()].concat());
        Ok(Zeroizing::new(BASE64.encode(&*bytes)))
    }

    /// `None` when the item is not one of ours.
    pub fn from_item(item: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64.decode(item).ok()?);
        let (version, rest) = bytes.split_first()?;
        let (secret, pkcs8) = rest.split_first_chunk::<32>()?;
        if *version != ITEM_VERSION {
            return None;
        }
        let signing_key = SigningKey::from_pkcs8_der(pkcs8).ok()?;
        Some(Self { secret: Zeroizing::new(*secret), signing_key })
    }

    /// Names the secret without telling anything about it.
    pub fn fingerprint(&self) -> String {
        hex::encode(&subkey(&[self.secret.as_slice()], b"", &[b"zhanggui device identity v1"])[..16])
    }

    /// Key that wraps an account key: from the device secret alone or together with a stretched PIN.
    pub fn wrapping_key(&self, stretched_pin: Option<&Key>, salt: &[u8], context: &[u8]) -> Key {
        let secret = self.secret.as_slice();
        match stretched_pin {
            Some(pin) => subkey(&[secret, pin.as_slice()], salt, &[b"zhanggui pin wrap v1", context]),
            None => subkey(&[secret], salt, &[b"zhanggui device wrap v1", context]),
        }
    }

    pub fn public_key_spki_der(&self) -> Result<Vec<u8>, VaultError> {
        let document =
            self.signing_key.verifying_key().to_public_key_der().map_err(|_| VaultError::Crypto)?;
        Ok(document.into_vec())
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: DerSignature = self.signing_key.sign(message);
        signature.as_bytes().to_vec()
    }

    /// PKCS#10 request, signed by the device key, with the common name alone as its subject.
    pub fn csr_der(&self, common_name: &str) -> Result<Vec<u8>, VaultError> {
        // These need no escaping in the string form of a name.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        if common_name.is_empty() || common_name.len() > COMMON_NAME_MAX || !common_name.chars().all(plain) {
            return Err(VaultError::InvalidCommonName);
        }
        let subject =
            Name::from_str(&format!("CN={common_name}")).map_err(|_| VaultError::InvalidCommonName)?;
        let request = RequestBuilder::new(subject)
            .and_then(|builder| builder.build::<_, DerSignature>(&self.signing_key))
            .map_err(|_| VaultError::Crypto)?;
        request.to_der().map_err(|_| VaultError::Crypto)
    }

    /// Checks that the first certificate of the PEM text is for this device key.
    pub fn check_certificate(&self, pem: &str) -> Result<(), VaultError> {
        let certificate = Certificate::from_pem(pem).map_err(|_| VaultError::CertificateInvalid)?;
        let key = certificate.tbs_certificate().subject_public_key_info().to_der();
        match key.map_err(|_| VaultError::CertificateInvalid)? == self.public_key_spki_der()? {
            true => Ok(()),
            false => Err(VaultError::CertificateMismatch),
        }
    }
}
