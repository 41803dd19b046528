//! portal-contract
