//! A merchant signed in on a computer of their own, without a portal: for what speaks to the backend directly.

use std::str::FromStr;
use std::sync::{Arc, Mutex};

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePrivateKey;
use portal_domain::ids::DeviceId;
use portal_protocol::operation::OperationState;
use portal_protocol::receipt::Envelope;
use portal_protocol::session::{self, CodePurpose, CodeRequest, EnrolProof, EnrolRequest, Session};
use portal_sync::{AccountClient, Client, DeviceSigner, SignError, SyncError, TokenError, Tokens};
use uuid::Uuid;
use x509_cert::builder::{Builder, RequestBuilder};
use x509_cert::der::EncodePem;
use x509_cert::der::pem::LineEnding;
use x509_cert::name::Name;
use zeroize::Zeroizing;

use crate::application::Application;
use crate::backend::Backend;

/// A computer's key.
pub struct DeviceKey {
    id: DeviceId,
    key: SigningKey,
}

impl DeviceKey {
    pub(crate) fn new() -> Self {
        let secret = portal_backend::enrolment::random_key().unwrap();
        Self { id: DeviceId(Uuid::new_v4()), key: SigningKey::from_slice(&secret).unwrap() }
    }

    fn request(&self) -> String {
        let builder = RequestBuilder::new(Name::from_str(&format!("CN={}", self.id)).unwrap()).unwrap();
        builder.build::<_, DerSignature>(&self.key).unwrap().to_pem(LineEnding::LF).unwrap()
    }

    pub(crate) async fn enrol(&self, client: &Client, proof: EnrolProof) -> session::Enrolled {
        let request = EnrolRequest { device_id: self.id, csr: self.request(), proof };
        client.enrol(&request).await.unwrap()
    }
}

impl DeviceSigner for DeviceKey {
    fn device_id(&self) -> DeviceId {
        self.id
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature: DerSignature = self.key.sign(message);
        Ok(signature.as_bytes().to_vec())
    }
}

/// A merchant with an enrolled computer.
pub struct Enrolled {
    account: AccountClient,
    device: Arc<DeviceKey>,
    session: Session,
}

impl Enrolled {
    /// Enrols with the code that the backend prints.
    pub async fn merchant(backend: &Backend, phone: &str) -> Self {
        let client = Client::new(backend.address(), portal_backend::clock::system()).unwrap();
        let device = Arc::new(DeviceKey::new());
        let seen = backend.codes(phone).len();
        client
            .send_code(&CodeRequest { phone: phone.to_owned(), purpose: CodePurpose::Enrol })
            .await
            .unwrap();
        let proof = EnrolProof::PhoneCode { phone: phone.to_owned(), code: backend.code_after(phone, seen) };
        let session = device.enrol(&client, proof).await.session.unwrap();
        let account = account(client, &device, &session).await;
        Self { account, device, session }
    }

    /// The backend as this merchant reaches it.
    pub fn account(&self) -> &AccountClient {
        &self.account
    }

    /// The backend as this merchant reaches it by another address, until the session needs a new token.
    pub async fn account_by(&self, address: &str) -> AccountClient {
        let client = Client::new(address, portal_backend::clock::system()).unwrap();
        account(client, &self.device, &self.session).await
    }

    pub fn device_id(&self) -> DeviceId {
        self.device.id
    }

    /// The computer's key, for a program that signs with it.
    pub fn key_pem(&self) -> Zeroizing<String> {
        self.device.key.to_pkcs8_pem(LineEnding::LF).unwrap()
    }

    /// What a request is authorised with.
    pub fn access_token(&self) -> &str {
        &self.session.access_token
    }

    /// New tokens.
    pub async fn renew(&mut self) {
        let signer: Arc<dyn DeviceSigner> = Arc::clone(&self.device) as _;
        self.session = self.account.client().refresh(&signer, &self.session.refresh_token).await.unwrap();
        self.account.adopt(self.session.clone()).await.unwrap();
    }

    /// Declares an application, puts the photos that the backend lacks, and commits it.
    ///
    /// # Errors
    /// As they come.
    pub async fn submit(&self, application: &Application) -> Result<Envelope, SyncError> {
        let declared = self.account.declare(application.op_id, &application.body(self.device.id)).await?;
        let missing = match declared {
            OperationState::Receiving { missing } => missing,
            OperationState::Received { receipt } => return Ok(receipt),
        };
        for (sha, content) in application.photos.iter().filter(|(sha, _)| missing.contains(sha)) {
            self.account.put_blob(sha, "image/jpeg", content).await?;
        }
        self.account.commit(application.op_id).await
    }
}

async fn account(client: Client, device: &Arc<DeviceKey>, session: &Session) -> AccountClient {
    let signer: Arc<dyn DeviceSigner> = Arc::clone(device) as _;
    let account = AccountClient::new(Arc::new(client), signer, Arc::new(InMemory::default()));
    account.adopt(session.clone()).await.unwrap();
    account
}

/// A session that nobody keeps.
#[derive(Default)]
pub(crate) struct InMemory(Mutex<Option<Zeroizing<String>>>);

impl Tokens for InMemory {
    fn refresh_token(&self) -> Option<Zeroizing<String>> {
        self.0.lock().unwrap().clone()
    }

    fn store_refresh_token(&self, token: &str) -> Result<(), TokenError> {
        *self.0.lock().unwrap() = Some(Zeroizing::new(token.to_owned()));
        Ok(())
    }

    fn clear_refresh_token(&self) -> Result<(), TokenError> {
        *self.0.lock().unwrap() = None;
        Ok(())
    }
}
