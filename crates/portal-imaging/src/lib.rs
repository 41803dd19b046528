//! portal-imaging
