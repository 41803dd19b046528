//! portal-store
