//! `keystroke`: how long a key press and a change of step take until they are seen, with 10,000 cases stored.

use std::time::Duration;

use portal_tests::{CHINESE, Window, field_id};

use crate::furnished::Furnished;
use crate::measure::{Goal, Samples, alone};
use crate::screen::{Area, Key, Screen};

/// Takes more characters than are typed.
const FIELD: &str = "/business/address";
const KEYS: usize = 120;
/// Pauses between keys in milliseconds, in turn: within and beyond the 300 ms after which a save begins, so that
/// keys also meet a save. Shorter than a half blink of the text cursor, which would count as paint.
const PAUSES_MS: [u64; 5] = [90, 150, 230, 320, 450];
const TURNS: usize = 6;

pub async fn run(at: &Furnished) {
    let screen = Screen::of(&at.desktop);
    let window = Window::open(&at.desktop, &at.profile, at.backend.address()).await;
    window.unlock().await;
    window.open_first_case().await;
    window.step(CHINESE.steps.business).await;
    let keys = type_into_the_form(&window, &screen).await;
    let steps = go_through_the_steps(&window, &screen).await;
    window.close().await;
    alone("keystroke", &keys.to_string(), keys.percentile(95), Goal::AtMost(50.0), "ms at p95");
    alone("step-change", &steps.to_string(), steps.percentile(95), Goal::AtMost(100.0), "ms at p95");
}

async fn type_into_the_form(window: &Window, screen: &Screen) -> Samples {
    window.type_at(FIELD, "x").await;
    let area = area_of(window, &format!("//*[@id='{}']", field_id(FIELD))).await;
    let letters = ('a'..='z').cycle();
    let mut typed = String::from("x");
    let mut times = Vec::new();
    for (letter, pause_ms) in letters.zip(PAUSES_MS.into_iter().cycle()).take(KEYS) {
        let before = screen.pixels(area);
        let pressed = screen.press(Key::Letter(letter));
        times.push(screen.changes(area, &before, pressed).unwrap_or(Duration::from_secs(1)));
        typed.push(letter);
        std::thread::sleep(Duration::from_millis(pause_ms).saturating_sub(pressed.elapsed()));
    }
    let field = window.find(&format!("//*[@id='{}']", field_id(FIELD))).await;
    let value = field.prop("value").await.unwrap().unwrap_or_default();
    assert_eq!(value, typed, "every key arrived");
    Samples::new(times)
}

/// Each step several times, the first time included: from the click to the page that stays.
async fn go_through_the_steps(window: &Window, screen: &Screen) -> Samples {
    let steps = area_of(window, &step(CHINESE.steps.business)).await;
    let top = steps.y + steps.height.cast_signed();
    let page = Area { x: 0, y: top, height: screen.whole.height - top.cast_unsigned(), ..screen.whole };
    let names = &CHINESE.steps;
    let tour = [
        names.people,
        names.premises,
        names.settlement,
        names.photos,
        names.fees,
        names.review,
        names.kind,
        names.business,
    ];
    let mut times = Vec::new();
    for name in [tour; TURNS].into_iter().flatten() {
        screen.move_pointer(area_of(window, &step(name)).await.middle());
        // The button shows that the pointer is on it.
        std::thread::sleep(Duration::from_millis(400));
        let before = screen.pixels(page);
        let clicked = screen.click();
        times.push(screen.rests(page, clicked, Duration::ZERO, |pixels| *pixels != *before));
    }
    Samples::new(times)
}

fn step(name: &str) -> String {
    format!("//nav//button[contains(@aria-label, '{name}')]")
}

/// Where an element is on the screen: the window fills it and has no frame.
async fn area_of(window: &Window, xpath: &str) -> Area {
    let (x, y, width, height) = window.find(xpath).await.rectangle().await.unwrap();
    Area { x: x as i16, y: y as i16, width: width as u16, height: height as u16 }
}
