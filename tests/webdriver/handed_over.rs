//! Photos that are dragged onto the real window and pasted into it, with the screen's own mouse, keyboard and clipboard.

use std::io::Cursor;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use fantoccini::elements::Element;
use portal_domain::dossier::Slot;
use portal_pictures::{Order, Paper};
use portal_tests::{
    Backend, Browser, CommandLine, DOWN, Desktop, ENTER, Running, Window, photo_of, slot_name, wait_for,
};

/// Within the square that can be dragged.
const SOURCE: (i64, i64) = (24, 24);
const WITHIN: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_photo_is_dropped_and_another_pasted() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let window = Window::open(&desktop, &folder.path().join("profile"), backend.address()).await;
    let words = window.words();
    window.begin_at_photos().await;

    let licence = folder.path().join("licence.jpg");
    std::fs::write(&licence, Order::new(71, Paper::LicenceLandscape).taken().bytes).unwrap();
    drop_file(&desktop, &window, &licence, Slot::BusinessLicence).await;
    window.find(&photo_of(words, Slot::BusinessLicence)).await;

    let portrait = folder.path().join("portrait.png");
    let picture = image::load_from_memory(&Order::new(71, Paper::IdFront).taken().bytes).unwrap();
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    std::fs::write(&portrait, png.into_inner()).unwrap();
    let _copied = copy_picture(&desktop, &portrait);
    card(&window, Slot::LegalIdPortrait).await.click().await.unwrap();
    desktop.press_keys("ctrl+v");
    window.find(&photo_of(words, Slot::LegalIdPortrait)).await;
    window.close().await;
}

#[tokio::test]
async fn a_folder_is_dropped_and_its_pictures_go_to_their_slots_once_confirmed() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let window = Window::open(&desktop, &profile, backend.address()).await;
    let words = window.words();
    window.begin_at_photos().await;

    let scans = folder.path().join("scans");
    std::fs::create_dir(&scans).unwrap();
    let written = |name: &str, paper: Paper| {
        std::fs::write(scans.join(name), Order::new(72, paper).long_side(2000).taken().bytes).unwrap();
    };
    written("IMG_1.jpg", Paper::LicenceLandscape);
    written("IMG_2.jpg", Paper::IdFront);
    written("IMG_3.jpg", Paper::IdBack);
    written("IMG_4.jpg", Paper::Storefront);
    std::fs::write(scans.join("notes.txt"), "nothing to be seen").unwrap();
    let bar = window.find("//*[@role='group'][starts-with(@aria-label, '把多张照片')]").await;
    drop_on(&desktop, &bar, &scans).await;

    let line = |name: &str| format!("//li[.//*[normalize-space(.)='{name}']]");
    for (name, slot) in [
        ("IMG_1.jpg", Slot::BusinessLicence),
        ("IMG_2.jpg", Slot::LegalIdPortrait),
        ("IMG_3.jpg", Slot::LegalIdEmblem),
    ] {
        let place = format!("{}[contains(., '{}')]//img", line(name), slot_name(words, slot));
        window.find(&place).await;
    }
    window.find(&format!("{}[contains(., '认不出该放哪里')]", line("IMG_4.jpg"))).await;
    window.find(&format!("{}[contains(., '不能放入')]", line("notes.txt"))).await;
    desktop.keep("sorted.png");
    let portal = CommandLine::on(&desktop, &profile, backend.address());
    let case_id = portal.only_case();
    assert!(portal.dossier(case_id).attachments.is_empty(), "nothing is stored before it is confirmed");

    // The one that isn't clear gets its place from the keyboard: typing the arrow opens the list.
    window.tab_to("//input[@aria-label='IMG_4.jpg 放入']").await;
    window.keys(DOWN).await;
    let active = "//*[contains(@class, 'ant-select-item-option-active')]";
    let mut passed = Vec::new();
    while passed.last().is_none_or(|name| name != slot_name(words, Slot::Storefront)) {
        assert!(passed.len() < 40, "the arrow never comes to the slot, but to {passed:?}");
        if !passed.is_empty() {
            window.keys(DOWN).await;
        }
        passed.push(window.find(active).await.attr("title").await.unwrap().unwrap_or_default());
    }
    window.keys(ENTER).await;
    window.press("放入 4 张").await;
    for slot in [Slot::BusinessLicence, Slot::LegalIdPortrait, Slot::LegalIdEmblem, Slot::Storefront] {
        window.find(&photo_of(words, slot)).await;
    }
    desktop.keep("put-in.png");
    let stored: Vec<Slot> = portal.dossier(case_id).photos().map(|(slot, ..)| slot).collect();
    let wanted = [Slot::BusinessLicence, Slot::LegalIdPortrait, Slot::LegalIdEmblem, Slot::Storefront];
    assert_eq!(stored, wanted);
    window.close().await;
}

#[tokio::test]
async fn six_photos_of_a_phone_fill_the_form_and_contradict_it_without_a_network() {
    let desktop = Desktop::start(1280, 800);
    let folder = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(&folder.path().join("backend"));
    let profile = folder.path().join("profile");
    let window = Window::open(&desktop, &profile, backend.address()).await;
    let words = window.words();
    backend.stop();
    window.begin_at_photos().await;

    let phone = folder.path().join("DCIM");
    std::fs::create_dir(&phone).unwrap();
    // As large as a phone makes them.
    let taken = |seed, paper| Order::new(seed, paper).long_side(4032).taken();
    for (name, seed, paper) in [
        ("IMG_1.jpg", 72, Paper::IdFront),
        ("IMG_2.jpg", 72, Paper::IdBack),
        ("门头照.jpg", 72, Paper::Storefront),
        ("内景.jpg", 73, Paper::Storefront),
        ("收银台.jpg", 74, Paper::Storefront),
    ] {
        std::fs::write(phone.join(name), taken(seed, paper).bytes).unwrap();
    }
    let licence = taken(72, Paper::LicenceLandscape);
    std::fs::write(phone.join("IMG_9.jpg"), &licence.bytes).unwrap();
    let printed =
        |key: &str| licence.truth.fields.iter().find(|field| field.key == key).unwrap().value.clone();
    let bar = window.find("//*[@role='group'][starts-with(@aria-label, '把多张照片')]").await;
    drop_on(&desktop, &bar, &phone).await;
    window.press("放入 6 张").await;
    let slots = [
        Slot::BusinessLicence,
        Slot::LegalIdPortrait,
        Slot::LegalIdEmblem,
        Slot::Storefront,
        Slot::Interior,
        Slot::CashierDesk,
    ];
    for slot in slots {
        window.find(&photo_of(words, slot)).await;
    }

    // What was read fills the fields at one click.
    window.step(words.steps.business).await;
    window.click("//button[starts-with(normalize-space(.), '从照片填入')]").await;
    window.saved_as("/licence/number", &printed("number")).await;
    window.saved_as("/licence/name", &printed("name")).await;
    // And contradicts what is typed: beside the field, and on the photo.
    window.type_at("/licence/name", "另一家店").await;
    window.find("//*[@role='group'][@aria-label='照片“营业执照”上读到的内容']").await;
    window.find("//aside//*[local-name()='svg']/*[local-name()='rect']").await;
    desktop.keep("contradicted.png");
    let portal = CommandLine::on(&desktop, &profile, backend.address());
    let dossier = portal.dossier(portal.only_case());
    assert_eq!(dossier.photos().map(|(slot, ..)| slot).collect::<Vec<_>>(), slots);
    window.close().await;
}

/// Drags a file from another program's window to a slot, and lets go when the slot shows that it would take it.
async fn drop_file(desktop: &Desktop, window: &Browser, file: &Path, slot: Slot) {
    drop_on(desktop, &card(window, slot).await, file).await;
    window.find(&photo_of(window.words(), slot)).await;
}

async fn drop_on(desktop: &Desktop, place: &Element, file: &Path) {
    let mut source = desktop.command("/usr/bin/python3");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/webdriver/drag_source.py");
    source.args([script, &format!("file://{}", file.display())]).stderr(Stdio::null());
    let source = Running::start(source);
    source.line("what can be dragged", |line| (line == "ready").then_some(()));

    let colour = async || place.css_value("background-color").await.unwrap();
    let before = colour().await;
    let (x, y, width, height) = place.rectangle().await.unwrap();
    let middle = ((x + width / 2.0) as i64, (y + height / 2.0) as i64);
    desktop.mouse(&["mousemove", &SOURCE.0.to_string(), &SOURCE.1.to_string(), "mousedown", "1"]);
    let mut steps = (1..).map(|step: i64| {
        // There in ten steps, then to and fro: programs hear of a drag only while it moves.
        let share = step.min(10);
        let (dx, dy) = (middle.0 - SOURCE.0, middle.1 - SOURCE.1);
        (SOURCE.0 + dx * share / 10 + step % 2, SOURCE.1 + dy * share / 10)
    });
    let mut move_until = async |wanted: bool, what: &str| {
        let started = std::time::Instant::now();
        while (colour().await == before) == wanted {
            assert!(started.elapsed() < WITHIN, "{what}");
            let (x, y) = steps.next().unwrap();
            desktop.mouse(&["mousemove", &x.to_string(), &y.to_string()]);
        }
    };
    move_until(true, "the place doesn't show that a file is held over it").await;
    desktop.mouse(&["mouseup", "1"]);
    // A loaded computer may hear of the last movement after it.
    move_until(false, "the place still shows that a file is held over it").await;
}

/// The slot's card, on the screen.
async fn card(window: &Browser, slot: Slot) -> Element {
    let name = slot_name(window.words(), slot);
    let card = window.find(&format!("//*[@role='group'][starts-with(@aria-label, '{name}')]")).await;
    let shown = serde_json::to_value(&card).unwrap();
    let script = "arguments[0].scrollIntoView({ block: 'center' })";
    window.client().execute(script, vec![shown]).await.unwrap();
    card
}

/// A program that holds the picture as copied, until it is dropped.
fn copy_picture(desktop: &Desktop, file: &Path) -> Running {
    let mut copy = desktop.command("xclip");
    copy.args(["-quiet", "-selection", "clipboard", "-target", "image/png", "-in"])
        .arg(file)
        .stderr(Stdio::null());
    let copied = Running::start(copy);
    wait_for("the clipboard", WITHIN, || {
        let mut ask = desktop.command("xclip");
        ask.args(["-selection", "clipboard", "-target", "TARGETS", "-out"]).stderr(Stdio::null());
        let kinds = ask.output().unwrap().stdout;
        String::from_utf8_lossy(&kinds).contains("image/png").then_some(())
    });
    copied
}
