//! The server's own keys: Ed25519 for receipts, X25519 for courier packages, P-256 for the root of computers and
//! contracts, for the issuer and for the embedded time authority. Made at the first start, kept in `DIR/keys` for its
//! owner only.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit, Mac};
use portal_contract::pki::{
    Authority, Identity, KeySigner, Signer as _, certificate_from_pem, certificate_to_pem, new_key,
};
use portal_protocol::courier::CourierKey;
use portal_protocol::receipt::{Envelope, ReceiptKey, key_id};
use serde::Serialize;
use x509_cert::Certificate;
use zeroize::Zeroizing;

use crate::clock;
use crate::error::BackendError;
use crate::random;

/// The keys of one backend.
pub struct ServerKeys {
    receipt: ed25519_dalek::SigningKey,
    kid: String,
    authority: Authority,
    root_pem: String,
    issuer: Zeroizing<Vec<u8>>,
    time: Zeroizing<Vec<u8>>,
    folder: PathBuf,
    refresh: [u8; 32],
    second_factors: [u8; 32],
    courier: age::x25519::Identity,
    courier_key: Envelope,
}

impl ServerKeys {
    /// Reads the keys, or makes them on the first start.
    ///
    /// # Errors
    /// [`BackendError::Io`], and [`BackendError::Key`] for a damaged file: a lost key is never replaced silently.
    pub fn open(folder: &Path, now_ms: i64) -> Result<Self, BackendError> {
        fs::create_dir_all(folder).map_err(BackendError::io("making the key folder"))?;
        restrict(folder, 0o700)?;
        // The server and the command line may both come first.
        let lock =
            File::create(folder.with_extension("lock")).map_err(BackendError::io("locking the keys"))?;
        lock.lock().map_err(BackendError::io("locking the keys"))?;
        let secret = secret(&folder.join("receipt-ed25519.key"), "receipt-ed25519.key", random_seed)?;
        let receipt = ed25519_dalek::SigningKey::from_bytes(&secret);
        let (authority, root_pem) = root(folder, now_ms)?;
        let issuer = pkcs8(&folder.join("issuer-p256.key"), "issuer-p256.key", || Ok(new_key()?))?;
        let time = pkcs8(&folder.join("time-p256.key"), "time-p256.key", || Ok(new_key()?))?;
        // Of the one key that all servers of a database share: their answers to one refresh token must be the same.
        let refresh = mac(&receipt.to_bytes(), b"refresh tokens")?;
        let second_factors = mac(&receipt.to_bytes(), b"second factors")?;
        let courier = courier(&folder.join("courier-x25519.key"))?;
        let statement = CourierKey { recipient: courier.to_public().to_string() };
        let kid = key_id(receipt.verifying_key().as_bytes());
        let courier_key = sign(&receipt, &kid, &statement)?;
        let folder = folder.to_owned();
        Ok(Self {
            refresh,
            second_factors,
            kid,
            receipt,
            authority,
            root_pem,
            issuer,
            time,
            folder,
            courier,
            courier_key,
        })
    }

    /// Id of the receipt key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The root of computers, issuers and the embedded time authority.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The root's certificate, which verifiers are given.
    pub fn root_pem(&self) -> &str {
        &self.root_pem
    }

    /// Who countersigns under this name. The key is one; each name has a certificate, made at its first use.
    ///
    /// # Errors
    /// [`BackendError::Pki`], above all for names beyond 64 characters; [`BackendError::Io`].
    pub fn issuer(&self, name: &str, now_ms: i64) -> Result<KeySigner, BackendError> {
        let file = format!("issuer-{}.pem", &random::sha256_hex(name.as_bytes())[..16]);
        let at = clock::timestamp(now_ms);
        self.holder(&file, &self.issuer, || Ok(self.authority.certify_issuer(name, &self.issuer, at)?))
    }

    /// The embedded time authority.
    ///
    /// # Errors
    /// As [`ServerKeys::issuer`].
    pub fn time_authority(&self, now_ms: i64) -> Result<KeySigner, BackendError> {
        let (name, at) = ("Portal time stamping", clock::timestamp(now_ms));
        self.holder("time.pem", &self.time, || {
            Ok(self.authority.certify_time_authority(name, &self.time, at)?)
        })
    }

    fn holder(
        &self,
        file: &str,
        pkcs8: &[u8],
        certify: impl FnOnce() -> Result<KeySigner, BackendError>,
    ) -> Result<KeySigner, BackendError> {
        let path = self.folder.join(file);
        if path.exists() {
            let identity = Identity {
                certificate: read_certificate(&path)?,
                issuers: vec![self.authority.certificate().clone()],
            };
            return Ok(KeySigner::from_pkcs8_der(pkcs8, identity)?);
        }
        let holder = certify()?;
        write_new(&path, certificate_to_pem(&holder.identity().certificate)?.as_bytes())?;
        Ok(holder)
    }

    /// The public receipt keys, newest first.
    pub fn receipt_keys(&self) -> Vec<ReceiptKey> {
        let public_key = STANDARD.encode(self.receipt.verifying_key().as_bytes());
        vec![ReceiptKey { kid: self.kid.clone(), public_key }]
    }

    /// The refresh token that follows this one. Always the same: a request that comes twice, in whatever order its
    /// answers arrive, leaves nobody with a token that isn't valid.
    ///
    /// # Errors
    /// [`BackendError::Key`], never for a key as it is made here.
    pub fn refresh_token_after(&self, refresh_token: &str) -> Result<String, BackendError> {
        Ok(hex::encode(mac(&self.refresh, refresh_token.as_bytes())?))
    }

    /// What the secrets of second factors are sealed with in the database.
    pub fn second_factors(&self) -> &[u8; 32] {
        &self.second_factors
    }

    /// What opens courier packages.
    pub fn courier(&self) -> &age::x25519::Identity {
        &self.courier
    }

    /// Where courier packages are encrypted to, signed: computers get it with each session.
    pub fn courier_key(&self) -> &Envelope {
        &self.courier_key
    }

    /// Signs a statement, such as a receipt, over its exact bytes.
    ///
    /// # Errors
    /// [`BackendError::Json`].
    pub fn sign<T: Serialize>(&self, statement: &T) -> Result<Envelope, BackendError> {
        sign(&self.receipt, &self.kid, statement)
    }
}

fn mac(key: &[u8], text: &[u8]) -> Result<[u8; 32], BackendError> {
    let mut mac =
        Hmac::<sha2::Sha256>::new_from_slice(key).map_err(|_| BackendError::Key { what: "derived keys" })?;
    mac.update(text);
    Ok(mac.finalize().into_bytes().into())
}

fn sign<T: Serialize>(
    key: &ed25519_dalek::SigningKey,
    kid: &str,
    statement: &T,
) -> Result<Envelope, BackendError> {
    let payload = serde_json::to_vec(statement)?;
    let signature = key.sign(&payload);
    Ok(Envelope {
        kid: kid.to_owned(),
        payload: STANDARD.encode(&payload),
        signature: STANDARD.encode(signature.to_bytes()),
    })
}

/// The courier key as age itself writes it, so that age's own tools open a package beside a data folder.
fn courier(path: &Path) -> Result<age::x25519::Identity, BackendError> {
    if path.exists() {
        let text = fs::read_to_string(path).map_err(BackendError::io("reading a server key"))?;
        return text.trim().parse().map_err(|_| BackendError::Key { what: "courier-x25519.key" });
    }
    let identity = age::x25519::Identity::generate();
    write_new(path, identity.to_string().expose_secret().as_bytes())?;
    Ok(identity)
}

fn random_seed() -> Result<[u8; 32], BackendError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// The root: its key and its certificate.
fn root(folder: &Path, now_ms: i64) -> Result<(Authority, String), BackendError> {
    let (key, certificate) = (folder.join("root-p256.key"), folder.join("root.pem"));
    if !certificate.exists() {
        let (authority, pkcs8_der) = Authority::create("Portal root", clock::timestamp(now_ms))?;
        // The certificate last: a key without one was never used.
        write_new(&key, hex::encode(&*pkcs8_der).as_bytes())?;
        write_new(&certificate, certificate_to_pem(authority.certificate())?.as_bytes())?;
    }
    let secret =
        pkcs8(&key, "root-p256.key", || Err(BackendError::Key { what: "root-p256.key, which is lost," }))?;
    let authority = Authority::open(&secret, read_certificate(&certificate)?)?;
    let pem = certificate_to_pem(authority.certificate())?;
    Ok((authority, pem))
}

fn read_certificate(path: &Path) -> Result<Certificate, BackendError> {
    let pem = fs::read_to_string(path).map_err(BackendError::io("reading a certificate"))?;
    Ok(certificate_from_pem(&pem)?)
}

/// A P-256 key as PKCS#8, in hexadecimal.
fn pkcs8(
    path: &Path,
    what: &'static str,
    make: impl FnOnce() -> Result<Zeroizing<Vec<u8>>, BackendError>,
) -> Result<Zeroizing<Vec<u8>>, BackendError> {
    if path.exists() {
        let text = fs::read_to_string(path).map_err(BackendError::io("reading a server key"))?;
        return hex::decode(text.trim()).map(Zeroizing::new).map_err(|_| BackendError::Key { what });
    }
    let der = make()?;
    write_new(path, hex::encode(&*der).as_bytes())?;
    Ok(der)
}

fn secret(
    path: &Path,
    what: &'static str,
    make: impl FnOnce() -> Result<[u8; 32], BackendError>,
) -> Result<[u8; 32], BackendError> {
    if path.exists() {
        let text = fs::read_to_string(path).map_err(BackendError::io("reading a server key"))?;
        let bytes = hex::decode(text.trim()).map_err(|_| BackendError::Key { what })?;
        return bytes.try_into().map_err(|_| BackendError::Key { what });
    }
    let bytes = make()?;
    write_new(path, hex::encode(bytes).as_bytes())?;
    Ok(bytes)
}

/// Writes a file that only its owner reads; it appears whole or not at all.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), BackendError> {
    let temporary = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&temporary).map_err(BackendError::io("writing a server key"))?;
    file.write_all(bytes).map_err(BackendError::io("writing a server key"))?;
    file.sync_all().map_err(BackendError::io("writing a server key"))?;
    fs::rename(&temporary, path).map_err(BackendError::io("writing a server key"))?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(BackendError::io("writing a server key"))?;
    }
    Ok(())
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> Result<(), BackendError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(BackendError::io("restricting the key folder"))
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> Result<(), BackendError> {
    Ok(())
}
