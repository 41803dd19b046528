//! The phone's page, built into the program.

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// Scripts, styles and calls from here only, pictures from the phone's own memory; nothing may frame the page.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob: data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>掌柜</title>\
    <p>The page was not built into this program: build the user interface first, then the portal.</p></html>";

/// As the built page begins; another language replaces it.
const CHINESE: &str = "<html lang=\"zh-CN\">";
const ENGLISH: &str = "<html lang=\"en\">";

#[derive(RustEmbed)]
#[folder = "../../ui/dist/phone"]
#[allow_missing = true]
struct Files;

/// A part of the page.
pub(crate) struct Part {
    pub media_type: &'static str,
    pub bytes: Cow<'static, [u8]>,
}

/// The page itself, in the language that the phone prefers.
pub(crate) fn html(accept_language: Option<&str>) -> Part {
    let built = Files::get("index.html").map(|file| file.data);
    let html = built.as_deref().map_or(Cow::Borrowed(NOT_BUILT), String::from_utf8_lossy);
    let html = if prefers_english(accept_language.unwrap_or_default()) {
        html.replacen(CHINESE, ENGLISH, 1)
    } else {
        html.into_owned()
    };
    Part { media_type: "text/html; charset=utf-8", bytes: html.into_bytes().into() }
}

/// A file that the page asks for.
pub(crate) fn file(name: &str) -> Option<Part> {
    let media_type = match name {
        "page.js" => "text/javascript; charset=utf-8",
        "page.css" => "text/css; charset=utf-8",
        _ => return None,
    };
    Files::get(name).map(|file| Part { media_type, bytes: file.data })
}

/// Whether English weighs more than Chinese in an `Accept-Language`; Chinese where neither is named.
fn prefers_english(accept_language: &str) -> bool {
    let weight_of = |language: &str| {
        let entries = accept_language.split(',').filter_map(|entry| {
            let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let primary = tag.trim().split('-').next()?;
            let weight =
                parameters.trim().strip_prefix("q=").map_or(Some(1.0_f32), |q| q.trim().parse().ok())?;
            primary.eq_ignore_ascii_case(language).then_some(weight)
        });
        entries.fold(0.0, f32::max)
    };
    weight_of("en") > weight_of("zh")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phone_s_language_decides() {
        for english in ["en", "en-GB,en;q=0.9", "fr-FR,fr;q=0.9,en;q=0.5", "EN-us, zh;q=0.8"] {
            assert!(prefers_english(english), "{english}");
        }
        for chinese in ["", "zh-CN,zh;q=0.9,en;q=0.8", "de", "en;q=0.3, zh-TW;q=0.7", "en;q=0", "en;q=x"] {
            assert!(!prefers_english(chinese), "{chinese}");
        }
    }
}
