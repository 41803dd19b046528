//! The screen as a person sees and touches it: pixels are read from the X server, keys and clicks go in at its front.
//!
//! Nothing of the measured program takes part, so a bare window is measured in the same way as the portal's.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use portal_tests::Desktop;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{self, ConnectionExt, ImageFormat};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// Longer than a text cursor's whole blink: what is seen in such a time are the states of a screen at rest.
const BLINK: Duration = Duration::from_millis(1300);
/// Longest wait for a screen to come to rest.
const PATIENCE: Duration = Duration::from_secs(60);
const LEFT_BUTTON: u8 = 1;

/// A part of the screen, in pixels.
#[derive(Clone, Copy)]
pub struct Area {
    pub x: i16,
    pub y: i16,
    pub width: u16,
    pub height: u16,
}

impl Area {
    pub fn middle(self) -> (i16, i16) {
        (self.x + (self.width / 2).cast_signed(), self.y + (self.height / 2).cast_signed())
    }
}

pub struct Screen {
    conn: RustConnection,
    root: xproto::Window,
    keys: xproto::GetKeyboardMappingReply,
    first_keycode: u8,
    pub whole: Area,
}

impl Screen {
    pub fn of(desktop: &Desktop) -> Self {
        let command = desktop.command("true");
        let display = command.get_envs().find(|(name, _)| *name == "DISPLAY").and_then(|(_, value)| value);
        let (conn, number) = RustConnection::connect(display.unwrap().to_str()).unwrap();
        let setup = conn.setup();
        let (first_keycode, last) = (setup.min_keycode, setup.max_keycode);
        let screen = &setup.roots[number];
        let (root, whole) = (
            screen.root,
            Area { x: 0, y: 0, width: screen.width_in_pixels, height: screen.height_in_pixels },
        );
        let keys =
            conn.get_keyboard_mapping(first_keycode, last - first_keycode + 1).unwrap().reply().unwrap();
        Self { conn, root, keys, first_keycode, whole }
    }

    pub fn pixels(&self, area: Area) -> Vec<u8> {
        let Area { x, y, width, height } = area;
        let image = self.conn.get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, !0);
        image.unwrap().reply().unwrap().data
    }

    /// Whether something is painted: an empty window has a colour or two.
    pub fn is_painted(pixels: &[u8]) -> bool {
        let mut colours = HashSet::new();
        pixels.as_chunks::<4>().0.iter().any(|pixel| {
            colours.insert(pixel);
            colours.len() > 16
        })
    }

    pub fn press(&self, key: Key) -> Instant {
        let keycode = self.keycode(key);
        self.fake(xproto::KEY_PRESS_EVENT, keycode, (0, 0));
        let pressed = Instant::now();
        self.fake(xproto::KEY_RELEASE_EVENT, keycode, (0, 0));
        pressed
    }

    pub fn move_pointer(&self, to: (i16, i16)) {
        self.fake(xproto::MOTION_NOTIFY_EVENT, 0, to);
    }

    /// Clicks where the pointer is; the time is that of the button's release, which is when a page is clicked.
    pub fn click(&self) -> Instant {
        self.fake(xproto::BUTTON_PRESS_EVENT, LEFT_BUTTON, (0, 0));
        self.fake(xproto::BUTTON_RELEASE_EVENT, LEFT_BUTTON, (0, 0));
        Instant::now()
    }

    /// Time from `since` until the area shows something other than `before`; absent when that takes over a second.
    pub fn changes(&self, area: Area, before: &[u8], since: Instant) -> Option<Duration> {
        while since.elapsed() < Duration::from_secs(1) {
            if self.pixels(area) != before {
                return Some(since.elapsed());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        None
    }

    /// Time from `since` until the area shows what it goes on showing: the last picture, once nothing new was seen for
    /// `quiet`. `is_worth` keeps an empty screen from counting.
    ///
    /// # Panics
    /// When the screen doesn't come to rest.
    pub fn rests(
        &self,
        area: Area,
        since: Instant,
        quiet: Duration,
        is_worth: impl Fn(&[u8]) -> bool,
    ) -> Duration {
        let mut shown = Vec::new();
        let mut states = Vec::new();
        let mut known = HashSet::new();
        let mut last_new = Duration::ZERO;
        loop {
            let now = since.elapsed();
            let pixels = self.pixels(area);
            if pixels != shown {
                let state = fingerprint(&pixels);
                states.push((now, state));
                shown = pixels;
                if known.insert(state) {
                    last_new = now;
                }
            }
            if now > last_new + quiet.max(BLINK) && is_worth(&shown) {
                return at_rest(&states, now);
            }
            assert!(now < PATIENCE, "the screen did not come to rest");
            std::thread::sleep(Duration::from_millis(4));
        }
    }

    fn keycode(&self, key: Key) -> u8 {
        let keysym = match key {
            Key::Letter(letter) => u32::from(letter),
            Key::Tab => 0xff09,
        };
        let per_key = usize::from(self.keys.keysyms_per_keycode);
        let index = self.keys.keysyms.chunks(per_key).position(|syms| syms[0] == keysym).unwrap();
        self.first_keycode + u8::try_from(index).unwrap()
    }

    fn fake(&self, kind: u8, detail: u8, to: (i16, i16)) {
        self.conn.xtest_fake_input(kind, detail, 0, self.root, to.0, to.1, 0).unwrap();
        self.conn.flush().unwrap();
    }
}

#[derive(Clone, Copy)]
pub enum Key {
    /// A lower-case one.
    Letter(char),
    Tab,
}

fn fingerprint(pixels: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    pixels.hash(&mut hasher);
    hasher.finish()
}

/// When the states began that alone are seen to the end: one picture, or the two of a blinking cursor.
fn at_rest(states: &[(Duration, u64)], end: Duration) -> Duration {
    let calm = end.saturating_sub(BLINK);
    let begun = states.iter().rposition(|(at, _)| *at <= calm).unwrap_or(0);
    let resting: HashSet<u64> = states[begun..].iter().map(|(_, state)| *state).collect();
    let tail = states.iter().rev().take_while(|(_, state)| resting.contains(state));
    tail.last().map_or(end, |(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(list: &[(u64, u64)]) -> Vec<(Duration, u64)> {
        list.iter().map(|(ms, state)| (Duration::from_millis(*ms), *state)).collect()
    }

    #[test]
    fn the_last_picture_counts_from_when_it_came() {
        let seen = states(&[(0, 1), (100, 2), (150, 3)]);
        assert_eq!(at_rest(&seen, Duration::from_secs(2)), Duration::from_millis(150));
    }

    #[test]
    fn a_cursor_that_blinks_is_rest() {
        let seen = states(&[(0, 1), (100, 2), (700, 3), (1300, 2), (1900, 3)]);
        assert_eq!(at_rest(&seen, Duration::from_millis(2200)), Duration::from_millis(100));
    }

    #[test]
    fn a_picture_seen_before_something_else_is_not_rest_yet() {
        let seen = states(&[(0, 1), (100, 2), (200, 1), (300, 2)]);
        assert_eq!(at_rest(&seen, Duration::from_secs(2)), Duration::from_millis(300));
    }
}
