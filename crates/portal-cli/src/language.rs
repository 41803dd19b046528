//! Which language the program speaks.

use portal_app::Config;
use portal_app::view::Language;

use crate::args::Global;

/// The user's language, and the choice between two texts.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    pub language: Language,
}

impl Words {
    pub fn say<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        self.say_of(zh, en)
    }

    /// The choice between two of anything.
    pub fn say_of<T>(self, zh: T, en: T) -> T {
        match self.language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

/// The profile's setting, else the system's language.
pub fn choose(global: &Global) -> Language {
    let stored = Config::new(global.profile_dir.clone(), None).ok().and_then(|config| config.language());
    stored.unwrap_or_else(of_system)
}

/// The system's language, in the order of POSIX.1-2024, 8.2.
pub fn of_system() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match set {
        Some(locale) if locale.starts_with("zh") => Language::Chinese,
        Some(_) | None => Language::English,
    }
}
