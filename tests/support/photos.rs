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
    let pixel = |x: u32, y: u32| {
        let (row, column) = (y / 28, x / 14);
        let mark = marks[((row * 131 + column) % 4096) as usize];
        let inside = y % 28 < 18 && x % 14 < 11 && x > width / 12 && x < width - width / 12;
        // Five by three cells of a mark look like a character from afar.
        let cell = (y % 28) / 4 * 3 + (x % 14) / 4;
        let ink = inside && (mark >> (cell % 60)) & 1 == 1;
        let paper = 205 + ((x + y) / 97 % 12) as u8;
        if ink { [38, 40, 52] } else { [paper, paper, paper - 8] }
    };
    // Two lines of pixels at a time are equal: half the work for tests, which aren't optimised.
    let pixels: Vec<u8> = (0..height)
        .step_by(2)
        .flat_map(|y| (0..width).flat_map(|x| pixel(x, y)).collect::<Vec<_>>().repeat(2))
        .take((width * height * 3) as usize)
        .collect();
    let page = ImageBuffer::<Rgb<u8>, _>::from_raw(width, height, pixels).unwrap();
    let mut bytes = std::io::Cursor::new(Vec::new());
    page.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}
