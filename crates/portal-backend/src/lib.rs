//! portal-backend
