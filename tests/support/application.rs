//! An application as a computer sends it, without a portal that made it.

use bytes::Bytes;
use portal_domain::dossier::{Attachment, Consent, Dossier, Fee};
use portal_domain::ids::{CaseId, DeviceId, OpId, PhotoId, Sha256};
use portal_protocol::operation::{BlobRef, Change, Operation, ProfileRef, Submission};
use portal_store::hash;
use uuid::Uuid;

use crate::merchant::{merchant, needed_slots, profile};

/// A document, and the six photos that it names.
pub struct Application {
    pub case_id: CaseId,
    pub op_id: OpId,
    pub dossier: Dossier,
    pub photos: Vec<(Sha256, Bytes)>,
    pub local_receipt: String,
    made_at_ms: i64,
}

impl Application {
    /// Another merchant for every seed, with photos of no meaning that nobody else has.
    pub fn new(seed: u64, photo_bytes: usize, now_ms: i64) -> Self {
        let photos = (0..).map(|number| Bytes::from(noise(seed * 100 + number, photo_bytes)));
        Self::with(seed, photos, now_ms)
    }

    /// The same with these photos, of which it takes as many as it needs.
    pub fn with(seed: u64, photos: impl IntoIterator<Item = Bytes>, now_ms: i64) -> Self {
        let mut dossier = merchant(seed);
        agree(&mut dossier, now_ms);
        let slots = needed_slots(&dossier).into_iter();
        let photos = slots.zip(photos).map(|(slot, content)| {
            dossier.attachments.insert(slot, vec![attachment(&content, now_ms)]);
            (hash(&content), content)
        });
        let photos = photos.collect();
        let case_id = CaseId(Uuid::now_v7());
        Self {
            case_id,
            op_id: OpId(Uuid::now_v7()),
            dossier,
            photos,
            local_receipt: format!("L-{case_id}"),
            made_at_ms: now_ms,
        }
    }

    pub fn blobs(&self) -> Vec<BlobRef> {
        let blobs = self.dossier.photos().map(|(slot, _, photo)| BlobRef {
            slot: slot.into(),
            sha: photo.sha256.clone(),
            size: photo.size_bytes,
            media_type: photo.media_type.clone(),
        });
        blobs.collect()
    }

    /// The bytes that are declared.
    pub fn body(&self, device_id: DeviceId) -> Bytes {
        let profile = profile();
        let operation = Operation {
            case_id: self.case_id,
            base_rev: None,
            made_at_ms: self.made_at_ms,
            device_id,
            blobs: self.blobs(),
            change: Change::Submit(Box::new(Submission {
                profile: ProfileRef { id: profile.id.clone(), version: profile.version.clone() },
                local_receipt: self.local_receipt.clone(),
                dossier: self.dossier.clone(),
            })),
        };
        serde_json::to_vec(&operation).unwrap().into()
    }
}

/// The fees that its products have by default, and every consent that is asked for.
fn agree(dossier: &mut Dossier, now_ms: i64) {
    let fees = profile().fees_for(&dossier.products).into_iter().map(|rule| Fee {
        service: rule.service,
        rate: Some(rule.default_rate),
        cap_fen: rule.default_cap_fen,
        floor_fen: None,
    });
    dossier.fees = fees.collect();
    let consents = profile().consents_for(dossier).map(|rule| Consent {
        id: rule.id.clone(),
        version: rule.version.clone(),
        text_sha256: hash(rule.id.as_bytes()),
        at_ms: now_ms,
    });
    dossier.consents = consents.collect();
}

/// What a case names of a photo with these bytes, without looking at them.
pub fn attachment(content: &[u8], now_ms: i64) -> Attachment {
    Attachment {
        photo_id: PhotoId(Uuid::new_v4()),
        sha256: hash(content),
        size_bytes: content.len() as u64,
        media_type: "image/jpeg".to_owned(),
        width_px: 1200,
        height_px: 900,
        original_sha256: hash(content),
        original_bytes: content.len() as u64,
        steps: Vec::new(),
        verdicts: Vec::new(),
        kept_because: String::new(),
        added_at_ms: now_ms,
    }
}

/// Bytes that don't repeat, others for every seed.
pub fn noise(seed: u64, size_bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let words = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.take(size_bytes.div_ceil(8)).flatten().take(size_bytes).collect()
}
