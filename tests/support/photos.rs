//! Photos of invented papers: sharp, bright, all different.

use image::{ImageBuffer, ImageFormat, Rgb};

/// A JPEG of a page with rows of dark marks on paper, as a phone would take it. `seed` makes it another page.
pub fn photo(seed: u64, width: u32, height: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let marks: Vec<u64> = (0..4096).map(|_| next()).collect();
    let page = ImageBuffer::from_fn(width, height, |x, y| {
        let (row, column) = (y / 28, x / 14);
        let mark = marks[((row * 131 + column) % 4096) as usize];
        let inside = y % 28 < 18 && x % 14 < 11 && x > width / 12 && x < width - width / 12;
        // Five by three cells of a mark look like a character from afar.
        let cell = (y % 28) / 4 * 3 + (x % 14) / 4;
        let ink = inside && (mark >> (cell % 60)) & 1 == 1;
        let paper = 205 + ((x + y) / 97 % 12) as u8;
        if ink { Rgb([38, 40, 52]) } else { Rgb([paper, paper, paper - 8]) }
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    page.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}
