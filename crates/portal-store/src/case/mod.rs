//! Cases: the dossier, where its review stands, and the columns that lists need.

mod draft;
mod list;
mod photo;
mod row;
mod search;

pub(crate) use draft::delete;
pub use draft::{Draft, NewCase};
pub use list::{CaseCounts, CaseCursor, CaseLine, CasePage, CaseQuery, CaseSort, Duplicate, DuplicateField};
pub use photo::NewPhoto;
pub(crate) use photo::write_photos;
pub use row::CaseRow;
pub(crate) use row::{
    head, insert, load, read_json, refresh_status, require, unqueued, urgency, write, write_json,
};
