//! The encrypted local database of one account: cases, photos, outbox, events, audit.
//!
//! SQLCipher for rows, sealed files for photos. One writer connection, a pool of readers. Every change is one
//! transaction: an error leaves the state as it was. Bodies, receipts and envelopes are opaque here. Time is passed
//! in, in Unix milliseconds.

mod adopt;
mod audit;
mod blob;
mod case;
mod contract;
mod document;
mod ended;
mod error;
mod event;
mod fetched;
mod keys;
mod meta;
mod outbox;
mod retention;
mod safety;
mod schema;
mod store;
mod timeline;

pub use audit::{AuditCheck, AuditEntry, AuditRow};
pub use blob::{OpenBlob, Piece, Swept, hash};
pub use case::{
    CaseCounts, CaseCursor, CaseLine, CasePage, CaseQuery, CaseRow, CaseSort, Draft, Duplicate,
    DuplicateField, NewCase, NewPhoto,
};
pub use contract::{ContractRow, ContractState};
pub use document::{DocumentKind, DocumentRow};
pub use error::StoreError;
pub use event::{CaseEvent, EventOutcome, Happened, Issued};
pub use fetched::Fetched;
pub use keys::Keys;
pub use outbox::{
    Answer, Conclusion, Finalise, Finalised, Hold, NewBlob, OpBlob, OpError, OpLine, OpQuery, OpRow, OpState,
    Pending, RETRY_CAP_MS, Receipt, Target,
};
pub use safety::Safety;
pub use schema::known_schema;
pub use store::Store;
pub use timeline::{Occurrence, TimelineRow, Who};
