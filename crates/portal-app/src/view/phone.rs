//! A phone as the camera of a slot, as the window and the phone's own page see it.

use portal_domain::dossier::Slot;
use portal_domain::ids::{CaseId, PhotoId};
use portal_domain::profile::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PhotoVerdict;
use crate::error::CommandCode;

/// A slot that waits for a phone's photos.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhoneView {
    pub case_id: CaseId,
    pub slot: Slot,
    /// What the QR code says. Whoever has it may send photos to this slot, and nothing else.
    pub link: String,
    /// This computer's address that the phone has to reach; one of `addresses`.
    pub address: String,
    pub port: u16,
    /// Where else it could be reached, the likeliest first.
    pub addresses: Vec<PhoneAddress>,
    /// A phone has scanned the code.
    pub connected: bool,
    /// The photos that came, in order; one that was taken again has its new id.
    pub photos: Vec<PhotoId>,
    /// When it closes if nothing more comes.
    pub closes_at_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhoneAddress {
    pub address: String,
    /// The network interface's name, as the system's settings show it.
    pub interface: String,
}

/// A photo that came from the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhoneShot {
    /// Its number, from 0.
    pub number: u32,
    pub verdicts: Vec<PhotoVerdict>,
}

/// What the phone's page is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PhoneAnswer {
    /// Photos may be sent.
    Ready {
        slot: Text,
        guide: Text,
        /// How many more the slot takes.
        room: u32,
        /// What came by this code before and is still there.
        photos: Vec<PhoneShot>,
    },
    /// The photo is in the case.
    Taken {
        /// Its number, from 0: what a photo taken again names to stand in for it.
        number: u32,
        room: u32,
        verdicts: Vec<PhotoVerdict>,
    },
    /// The photo is not in the case.
    Refused { code: CommandCode },
    /// The computer waits no longer.
    Closed,
}
