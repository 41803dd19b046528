//! The whole window in English: nothing Chinese is left but what the user typed, and the job is done all the same.

use portal_domain::dossier::{Dossier, Slot};
use portal_tests::{
    Backend, Desktop, ENGLISH, Window, Words, merchant, needed_slots, phone, slot_name, write_photos,
};

/// Names that are Chinese in every language: the product's, the other language's, and what stands on a licence.
const NAMES: [&str; 3] = ["掌柜", "简体中文", "个体工商户"];

#[tokio::test]
async fn the_window_speaks_english_and_does_the_job() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let merchant = merchant(12);
    let photos = write_photos(&folder.path().join("photos"), &needed_slots(&merchant), 500);
    let mut english = English { data: data_of(&merchant), left: Vec::new() };
    let w: &Words = &ENGLISH;

    let window = Window::open(&desktop, &profile, backend.address()).await;
    window.press(window.words().settings).await;
    window.tick("English").await;
    window.find("//h1[normalize-space(.)='Settings']").await;
    let window = window.in_words(w);
    english.look(&window, "settings").await;
    window.press(w.workbench).await;
    window.find(&format!("//button[normalize-space(.)='{}']", w.start)).await;
    english.look(&window, "workbench at first").await;

    window.press(w.start).await;
    window.fill_application(&merchant).await;
    let steps = &w.steps;
    for step in [steps.kind, steps.business, steps.people, steps.premises, steps.settlement, steps.fees] {
        window.step(step).await;
        english.look(&window, step).await;
    }
    window.step(steps.photos).await;
    english.look(&window, "photos, none there").await;
    window.press(&format!("{} {}", w.take_with_phone, slot_name(w, Slot::Storefront))).await;
    window.find("//*[@role='img'][contains(@aria-label, 'QR code')]").await;
    window.click("//*[normalize-space(.)=\"The phone can't open the page?\"]").await;
    window.says("hotspot instead").await;
    english.look(&window, "a phone is waited for").await;
    window.press("Done").await;
    window.gone("//*[@role='dialog']").await;
    window.add_photos(&photos).await;
    english.look(&window, "photos").await;
    window.step(steps.review).await;
    english.look(&window, "review").await;

    window.press(w.sign_in).await;
    window.find("//form//button[@type='submit']").await;
    english.look(&window, "sign-in").await;
    window.press(w.workbench).await;
    window.gone("//form//button[@type='submit']").await;
    window.sign_in_by_phone(&backend, &phone(12)).await;
    backend.stop();
    window.open_first_case().await;
    window.agree().await;
    window.press(w.submit).await;
    window.says(w.saved_here).await;
    window.reads_document("Local receipt").await;
    english.look(&window, "submitted").await;
    for screen in [w.workbench, w.sync, w.cases] {
        window.press(screen).await;
        window.find(&format!("//h1[normalize-space(.)='{screen}']")).await;
        english.look(&window, screen).await;
    }
    desktop.press_keys("ctrl+k");
    window.find("//*[@role='dialog']//input").await;
    english.look(&window, "palette").await;
    desktop.press_keys("Escape");
    desktop.press_keys("alt+F4");
    window.says(w.quit_question).await;
    english.look(&window, "quit question").await;
    window.press("Stay").await;

    backend.resume();
    window.open_first_case().await;
    window.says(w.received_by_backend).await;
    for tab in ["Photos", "Review", "Documents", "Data"] {
        window.click(&format!("//*[@role='tab'][normalize-space(.)='{tab}']")).await;
        window.find(&format!("//*[@role='tab'][@aria-selected='true'][normalize-space(.)='{tab}']")).await;
        english.look(&window, &format!("case, {tab}")).await;
    }
    window.press("Lock").await;
    window.find(&format!("//button[normalize-space(.)='{}']", w.unlock)).await;
    english.look(&window, "locked").await;
    window.unlock().await;
    window.says(w.received_by_backend).await;
    window.close().await;

    let window = Window::open(&desktop, &profile, backend.address()).await.in_words(w);
    window.unlock().await;
    window.find(&format!("//h1[normalize-space(.)='{}']", w.workbench)).await;
    window.close().await;
    assert_eq!(backend.admin(&["case", "list"]).as_array().unwrap().len(), 1);
    assert!(english.left.is_empty(), "{:#?}", english.left);
}

/// What is still Chinese, by screen.
struct English {
    data: Vec<String>,
    left: Vec<String>,
}

impl English {
    async fn look(&mut self, window: &Window, screen: &str) {
        for text in window.chinese().await {
            let rest = self.data.iter().fold(text.clone(), |rest, own| rest.replace(own.as_str(), ""));
            if rest.chars().any(is_chinese) {
                self.left.push(format!("{screen}: {text}"));
            }
        }
    }
}

/// A letter, or a mark of Chinese print.
fn is_chinese(c: char) -> bool {
    ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c)
}

/// What is Chinese because the user's papers are: every text of the document and the names of districts.
fn data_of(dossier: &Dossier) -> Vec<String> {
    let mut data: Vec<String> = NAMES.map(str::to_owned).into();
    texts(&serde_json::to_value(dossier).unwrap(), &mut data);
    data.extend(
        portal_domain::division::path(&dossier.business.division).iter().map(|place| place.name().to_owned()),
    );
    // The whole before its parts.
    data.sort_by_key(|text| std::cmp::Reverse(text.len()));
    data
}

fn texts(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if !text.is_empty() => into.push(text.clone()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| texts(value, into)),
        serde_json::Value::Object(members) => members.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}
