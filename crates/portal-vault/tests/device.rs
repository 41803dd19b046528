//! The device key as others see it: public key, signatures, certificate request, certificate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::str::FromStr;
use std::time::Duration;

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};
use p256::pkcs8::{DecodePublicKey, LineEnding};
use portal_vault::{KdfCost, OpenMode, Sensitive, Vault};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::{Decode, Encode, EncodePem};
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::request::CertReq;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

fn vault() -> (tempfile::TempDir, Vault) {
    let profile = tempfile::tempdir().unwrap();
    let mode = OpenMode::Passphrase(Sensitive::new("eight characters".to_owned()));
    let vault = Vault::open(profile.path(), mode, KdfCost::STANDARD).unwrap().vault;
    (profile, vault)
}

fn public_key(vault: &Vault) -> VerifyingKey {
    VerifyingKey::from_public_key_der(&vault.device_public_key_spki_der().unwrap()).unwrap()
}

/// A certificate authority's work, with nothing but names and a key.
struct Plain(Name);

impl BuilderProfile for Plain {
    fn get_issuer(&self, _: &Name) -> Name {
        Name::from_str("CN=Test CA").unwrap()
    }

    fn get_subject(&self) -> Name {
        self.0.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        Ok(Vec::new())
    }
}

fn certify(request: &CertReq) -> String {
    let ca = SigningKey::from_slice(&[7; 32]).unwrap();
    let time = |seconds| Time::try_from(std::time::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    let validity = Validity::new(time(1_700_000_000), time(1_900_000_000));
    let key: SubjectPublicKeyInfoOwned = request.info.public_key.clone();
    let builder =
        CertificateBuilder::new(Plain(request.info.subject.clone()), SerialNumber::from(1u32), validity, key)
            .unwrap();
    builder.build::<_, DerSignature>(&ca).unwrap().to_pem(LineEnding::LF).unwrap()
}

#[test]
fn signatures_verify_and_change_with_the_message() {
    let (_profile, vault) = vault();
    let signature = DerSignature::try_from(vault.sign(b"declare").unwrap().as_slice()).unwrap();
    public_key(&vault).verify(b"declare", &signature).unwrap();
    assert!(public_key(&vault).verify(b"Declare", &signature).is_err());
}

#[test]
fn the_request_names_the_device_and_is_signed_by_its_key() {
    let (_profile, vault) = vault();
    let name = "0197b2c4-7c3e-7000-8000-00000000d371";
    let request = CertReq::from_der(&vault.csr_der(name).unwrap()).unwrap();
    assert_eq!(request.info.subject.to_string(), format!("CN={name}"));
    let spki = request.info.public_key.to_der().unwrap();
    assert_eq!(spki, vault.device_public_key_spki_der().unwrap());
    let signature = DerSignature::try_from(request.signature.as_bytes().unwrap()).unwrap();
    public_key(&vault).verify(&request.info.to_der().unwrap(), &signature).unwrap();
    for bad in ["", "a,O=b", "a b", "设备", "a+b", &"x".repeat(65)] {
        assert_eq!(vault.csr_der(bad).unwrap_err().code(), "common_name_invalid", "{bad}");
    }
}

#[test]
fn only_a_certificate_for_this_key_is_kept() {
    let (profile, vault) = vault();
    let pem = certify(&CertReq::from_der(&vault.csr_der("device-1").unwrap()).unwrap());
    assert!(vault.certificate_pem().unwrap().is_none());
    vault.set_certificate_pem(&pem).unwrap();
    assert_eq!(vault.certificate_pem().unwrap().as_deref(), Some(pem.as_str()));
    assert!(vault.self_check().unwrap().certificate_present);

    let (_other_profile, other) = self::vault();
    assert_eq!(other.set_certificate_pem(&pem).unwrap_err().code(), "certificate_mismatch");
    for text in ["", "not PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        assert_eq!(vault.set_certificate_pem(text).unwrap_err().code(), "certificate_invalid");
    }
    assert_eq!(vault.certificate_pem().unwrap().as_deref(), Some(pem.as_str()));
    drop(vault);

    std::fs::remove_file(profile.path().join("vault/vault.bin")).unwrap();
    let mode = OpenMode::Passphrase(Sensitive::new("eight characters".to_owned()));
    let vault = Vault::open(profile.path(), mode, KdfCost::STANDARD).unwrap().vault;
    vault.replace_device_identity().unwrap();
    assert!(vault.certificate_pem().unwrap().is_none(), "a new key has no certificate yet");
}
