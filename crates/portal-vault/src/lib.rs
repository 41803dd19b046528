//! portal-vault
