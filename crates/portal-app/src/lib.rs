//! portal-app
