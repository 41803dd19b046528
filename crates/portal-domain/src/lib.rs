//! portal-domain
