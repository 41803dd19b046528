//! A merchant signed in on a computer of their own, without a portal: for what speaks to the backend directly.

use std::str::FromStr;
use std::sync::Arc;

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use portal_domain::ids::DeviceId;
use portal_protocol::session::{CodePurpose, CodeRequest, EnrolProof, EnrolRequest, Session};
use portal_sync::{Client, DeviceSigner, SignError};
use uuid::Uuid;
use x509_cert::builder::{Builder, RequestBuilder};
use x509_cert::der::EncodePem;
use x509_cert::der::pem::LineEnding;
use x509_cert::name::Name;

use crate::backend::Backend;

/// A computer's key.
pub struct DeviceKey {
    id: DeviceId,
    key: SigningKey,
}

impl DeviceKey {
    fn new() -> Self {
        let secret = portal_backend::enrolment::random_key().unwrap();
        Self { id: DeviceId(Uuid::new_v4()), key: SigningKey::from_slice(&secret).unwrap() }
    }

    fn request(&self) -> String {
        let builder = RequestBuilder::new(Name::from_str(&format!("CN={}", self.id)).unwrap()).unwrap();
        builder.build::<_, DerSignature>(&self.key).unwrap().to_pem(LineEnding::LF).unwrap()
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
    client: Client,
    device: Arc<dyn DeviceSigner>,
    session: Session,
}

impl Enrolled {
    /// Enrols with the code that the backend prints.
    pub async fn merchant(backend: &Backend, phone: &str) -> Self {
        let client = Client::new(backend.address(), portal_backend::clock::system()).unwrap();
        let device = DeviceKey::new();
        let seen = backend.codes(phone).len();
        client
            .send_code(&CodeRequest { phone: phone.to_owned(), purpose: CodePurpose::Enrol })
            .await
            .unwrap();
        let proof = EnrolProof::PhoneCode { phone: phone.to_owned(), code: backend.code_after(phone, seen) };
        let request = EnrolRequest { device_id: device.id, csr: device.request(), proof };
        let session = client.enrol(&request).await.unwrap().session.unwrap();
        Self { client, device: Arc::new(device), session }
    }

    /// What a request is authorised with.
    pub fn access_token(&self) -> &str {
        &self.session.access_token
    }

    /// New tokens.
    pub async fn renew(&mut self) {
        self.session = self.client.refresh(&self.device, &self.session.refresh_token).await.unwrap();
    }
}
