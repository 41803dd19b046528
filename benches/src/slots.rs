//! `photos-window`: in the real window, photos of licences of 12 megapixels, each from the moment its slot is given the file
//! until its thumbnail is there, its verdict is told, and its print is read, by the page's own clock. `photos-phone`: such
//! photos from a phone, which is a browser on the same two processors, from the moment that its page is given the file until the
//! computer's window counts it.

use std::fs;
use std::time::{Duration, Instant};

use portal_domain::dossier::Slot;
use portal_pictures::{Order, Paper};
use portal_tests::{Backend, Browser, Desktop, Window};
use serde_json::Value;

use crate::measure::{Goal, Samples, alone};

const SLOT: Slot = Slot::BusinessLicence;
pub const LICENCES: [Paper; 2] = [Paper::LicenceLandscape, Paper::LicencePortrait];
const WARM_UP: usize = 2;
const MEASURED: usize = 12;
/// A slot that takes several.
const PHONE_SLOT: Slot = Slot::Other;
const FROM_PHONE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(60);

/// Notes on the page when things are seen, in milliseconds since the slot was given its file. The verdict is told in the same
/// drawing as the tile comes with; being read is a word that comes and goes.
const WATCH: &str = r#"
let seen, began;
const note = (what) => { if (!(what in seen)) seen[what] = performance.now() - began; };
addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  began = performance.now();
  window.seenOfPhoto = seen = {};
}, { capture: true });
document.addEventListener("load", ({ target }) => {
  if (seen && target instanceof HTMLImageElement && target.closest("[data-slot-card]")) note("thumbnail");
}, true);
new MutationObserver(() => {
  if (!seen || "read" in seen) return;
  const cards = [...document.querySelectorAll("[data-slot-card]")];
  if (cards.some((card) => card.querySelector("button img"))) note("verdict");
  const words = cards.map((card) => card.innerText).join();
  if (words.includes("已识别")) note("read");
}).observe(document.body, { childList: true, subtree: true, characterData: true });
"#;

pub async fn window() {
    let folder = crate::folder("photos-window");
    let desktop = Desktop::start(1280, 800);
    let backend = Backend::start(&folder.path().join("backend"));
    let window = Window::open(&desktop, &folder.path().join("profile"), backend.address()).await;
    window.begin_at_photos().await;
    window.client().execute(WATCH, Vec::new()).await.expect("a page");
    let (mut thumbnail, mut verdict, mut read) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..WARM_UP + MEASURED {
        let order = Order::new(2 * index as u64 + 6001, LICENCES[index % LICENCES.len()]).long_side(4032);
        let file = folder.path().join(format!("{index}.jpg"));
        fs::write(&file, order.taken().bytes).expect("a file");
        window.add_photo(SLOT, &file).await;
        let seen = all_seen(&window).await;
        window.remove_photo(SLOT).await;
        if index >= WARM_UP {
            for (what, times) in
                [("thumbnail", &mut thumbnail), ("verdict", &mut verdict), ("read", &mut read)]
            {
                times.push(Duration::from_secs_f64(seen[what].as_f64().expect("a number") / 1e3));
            }
        }
    }
    window.close().await;
    for (what, times, most_ms) in
        [("thumbnail", thumbnail, 150.0), ("verdict", verdict, 1000.0), ("read", read, 2500.0)]
    {
        let times = Samples::new(times);
        let name = format!("photos-window-{what}");
        alone(&name, &times.to_string(), times.percentile(95), Goal::AtMost(most_ms), "ms at p95");
    }
}

pub async fn phone() {
    let folder = crate::folder("photos-phone");
    let desktop = Desktop::start(1280, 800);
    let backend = Backend::start(&folder.path().join("backend"));
    let window = Window::open(&desktop, &folder.path().join("profile"), backend.address()).await;
    window.begin_at_photos().await;
    let link = window.wait_for_phone(&desktop, PHONE_SLOT).await;
    let phone = Browser::on_phone(&desktop, &link, "zh-CN").await;
    let mut times = Vec::new();
    for index in 0..WARM_UP + FROM_PHONE {
        let order = Order::new(2 * index as u64 + 7001, LICENCES[index % LICENCES.len()]).long_side(4032);
        let file = folder.path().join(format!("{index}.jpg"));
        fs::write(&file, order.taken().bytes).expect("a file");
        let began = Instant::now();
        phone.give_file(if index == 0 { "拍照" } else { "再拍一张" }, &file).await;
        window.says(&format!("已收到 {} 张", index + 1)).await;
        if index >= WARM_UP {
            times.push(began.elapsed());
        }
    }
    phone.close().await;
    window.close().await;
    let times = Samples::new(times);
    alone("photos-phone", &times.to_string(), times.percentile(95), Goal::AtMost(3000.0), "ms at p95");
}

async fn all_seen(window: &Window) -> Value {
    let started = Instant::now();
    loop {
        let seen = window.client().execute("return window.seenOfPhoto", Vec::new()).await.expect("a page");
        if ["thumbnail", "verdict", "read"].iter().all(|what| !seen[*what].is_null()) {
            return seen;
        }
        assert!(started.elapsed() < PATIENCE, "only {seen} was seen of a photo");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
