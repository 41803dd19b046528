//! portal-sync
