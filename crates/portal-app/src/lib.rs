//! The use cases of the portal: what the window and the CLI can do, and what they see.

pub mod bindings;
pub mod error;
pub mod view;
