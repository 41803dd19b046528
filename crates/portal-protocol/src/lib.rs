//! portal-protocol
