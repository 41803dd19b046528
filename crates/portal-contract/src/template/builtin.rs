//! The templates that the program brings. A backend may sign newer versions; these are what works offline from the
//! first start.

use std::sync::OnceLock;

use super::{Template, TemplateError};

/// Every built-in template as JSON. A version that an offer may have pinned stays.
const SOURCES: [&str; 10] = [
    include_str!("../../templates/acquiring-agreement.zh.json"),
    include_str!("../../templates/acquiring-agreement.en.json"),
    include_str!("../../templates/acquiring-agreement-1.1.zh.json"),
    include_str!("../../templates/acquiring-agreement-1.1.en.json"),
    include_str!("../../templates/settlement-authorisation.zh.json"),
    include_str!("../../templates/settlement-authorisation.en.json"),
    include_str!("../../templates/privacy-consent.zh.json"),
    include_str!("../../templates/privacy-consent.en.json"),
    include_str!("../../templates/terminal-custody.zh.json"),
    include_str!("../../templates/terminal-custody.en.json"),
];

/// Number of built-in templates.
pub const BUILTIN: usize = SOURCES.len();

/// Every built-in template.
///
/// # Errors
/// [`TemplateError`] when the build brings a broken one, which a test excludes.
pub fn builtin() -> Result<&'static [Template], TemplateError> {
    static TEMPLATES: OnceLock<Result<Vec<Template>, TemplateError>> = OnceLock::new();
    let read = || SOURCES.iter().map(|json| Template::from_json(json)).collect();
    TEMPLATES.get_or_init(read).as_ref().map(Vec::as_slice).map_err(Clone::clone)
}
