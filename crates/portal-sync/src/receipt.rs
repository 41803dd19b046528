//! Receipts: only one that an enrolled key signed, for this operation and these hashes, counts.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use portal_domain::ids::{CaseId, OpId, Sha256};
use portal_protocol::receipt::{Envelope, Receipt, ReceiptKey, key_id};
use serde::de::DeserializeOwned;

use crate::error::{SyncError, Transport};

/// The receipt keys that this computer was enrolled with.
#[derive(Debug, Clone, Default)]
pub struct ReceiptKeys(HashMap<String, VerifyingKey>);

/// What a receipt must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub op_id: OpId,
    pub case_id: CaseId,
    pub body_sha: &'a Sha256,
    /// Hashes of all photos in the order declared.
    pub blobs: &'a [Sha256],
}

impl ReceiptKeys {
    /// # Errors
    /// [`SyncError::BadKey`]: no key, or one under another id than its own.
    pub fn new(keys: &[ReceiptKey]) -> Result<Self, SyncError> {
        let mut known = HashMap::with_capacity(keys.len());
        for key in keys {
            let bytes = STANDARD.decode(&key.public_key).map_err(|_| SyncError::BadKey)?;
            let bytes: [u8; 32] = bytes.try_into().map_err(|_| SyncError::BadKey)?;
            let public = VerifyingKey::from_bytes(&bytes).map_err(|_| SyncError::BadKey)?;
            if key.kid != key_id(&bytes) {
                return Err(SyncError::BadKey);
            }
            known.insert(key.kid.clone(), public);
        }
        Ok(Self(known))
    }

    /// Verifies the signature over the exact bytes and that the receipt says what is expected.
    ///
    /// # Errors
    /// [`Transport::BadReceipt`]: what answered isn't the backend; the operation is not received.
    pub fn verify(&self, envelope: &Envelope, expected: Expected<'_>) -> Result<Receipt, Transport> {
        let receipt = self.read(envelope)?;
        let as_expected = receipt.op_id == expected.op_id
            && receipt.case_id == expected.case_id
            && receipt.body_sha == *expected.body_sha
            && receipt.blobs == expected.blobs;
        if as_expected { Ok(receipt) } else { Err(Transport::BadReceipt) }
    }

    /// What an enrolled key signed, over the exact bytes. Whether it is about what it should be, the caller looks.
    ///
    /// # Errors
    /// [`Transport::BadReceipt`].
    pub fn read(&self, envelope: &Envelope) -> Result<Receipt, Transport> {
        self.open(envelope)
    }

    /// The same for any statement of the backend.
    ///
    /// # Errors
    /// [`Transport::BadReceipt`].
    pub fn open<T: DeserializeOwned>(&self, envelope: &Envelope) -> Result<T, Transport> {
        const BAD: Transport = Transport::BadReceipt;
        let key = self.0.get(&envelope.kid).ok_or(BAD)?;
        let payload = STANDARD.decode(&envelope.payload).map_err(|_| BAD)?;
        let signature = STANDARD.decode(&envelope.signature).map_err(|_| BAD)?;
        let signature = Signature::from_slice(&signature).map_err(|_| BAD)?;
        key.verify_strict(&payload, &signature).map_err(|_| BAD)?;
        serde_json::from_slice(&payload).map_err(|_| BAD)
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};
    use uuid::Uuid;

    use super::*;

    fn sha(byte: u8) -> Sha256 {
        Sha256::from_bytes([byte; 32])
    }

    fn receipt() -> Receipt {
        Receipt {
            op_id: OpId(Uuid::from_u128(1)),
            case_id: CaseId(Uuid::from_u128(2)),
            rev: 1,
            blobs: vec![sha(3), sha(4)],
            body_sha: sha(5),
            received_at_ms: 6,
            number: "R-1".to_owned(),
        }
    }

    /// Names the key that is expected, whoever signed.
    fn signed(receipt: &Receipt, key: &SigningKey) -> Envelope {
        let payload = serde_json::to_vec(receipt).unwrap();
        Envelope {
            kid: expected_key().kid,
            signature: STANDARD.encode(key.sign(&payload).to_bytes()),
            payload: STANDARD.encode(payload),
        }
    }

    fn expected_key() -> ReceiptKey {
        let public = SigningKey::from_bytes(&[7; 32]).verifying_key();
        ReceiptKey { kid: key_id(public.as_bytes()), public_key: STANDARD.encode(public.as_bytes()) }
    }

    #[test]
    fn a_key_under_the_id_of_another_is_refused() {
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        let posing = ReceiptKey { public_key: STANDARD.encode(other.as_bytes()), ..expected_key() };
        assert!(matches!(ReceiptKeys::new(&[posing]), Err(SyncError::BadKey)));
    }

    fn verdict(envelope: &Envelope) -> Result<Receipt, Transport> {
        let keys = ReceiptKeys::new(&[expected_key()]).unwrap();
        let blobs = [sha(3), sha(4)];
        let expected = Expected {
            op_id: OpId(Uuid::from_u128(1)),
            case_id: CaseId(Uuid::from_u128(2)),
            body_sha: &sha(5),
            blobs: &blobs,
        };
        keys.verify(envelope, expected)
    }

    #[test]
    fn the_backends_own_receipt_counts() {
        let envelope = signed(&receipt(), &SigningKey::from_bytes(&[7; 32]));
        assert_eq!(verdict(&envelope), Ok(receipt()));
    }

    #[test]
    fn a_receipt_that_says_anything_else_does_not() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let changes: [fn(&mut Receipt); 6] = [
            |r| r.op_id = OpId(Uuid::from_u128(9)),
            |r| r.case_id = CaseId(Uuid::from_u128(9)),
            |r| r.body_sha = sha(9),
            |r| r.blobs[1] = sha(9),
            |r| r.blobs.truncate(1),
            |r| r.blobs.swap(0, 1),
        ];
        for change in changes {
            let mut other = receipt();
            change(&mut other);
            assert_eq!(verdict(&signed(&other, &key)), Err(Transport::BadReceipt), "{other:?}");
        }
    }

    #[test]
    fn another_key_another_kid_or_changed_bytes_do_not() {
        let stranger = signed(&receipt(), &SigningKey::from_bytes(&[8; 32]));
        assert_eq!(verdict(&stranger), Err(Transport::BadReceipt));

        let good = signed(&receipt(), &SigningKey::from_bytes(&[7; 32]));
        let renamed = Envelope { kid: "k2".to_owned(), ..good.clone() };
        assert_eq!(verdict(&renamed), Err(Transport::BadReceipt));

        let mut reworded = receipt();
        reworded.rev = 2;
        let payload = STANDARD.encode(serde_json::to_vec(&reworded).unwrap());
        assert_eq!(verdict(&Envelope { payload, ..good }), Err(Transport::BadReceipt));
    }
}
