//! Files that are made to do harm, each with a name. Whatever reads them has to refuse them.

use crate::pictures::{heic, jpeg, page, png_chunk, with_exif};

pub fn hostile_set() -> Vec<(&'static str, Vec<u8>)> {
    let png = |width: u32, height: u32, data: &[u8]| {
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        let chunks = [png_chunk(b"IHDR", &header), png_chunk(b"IDAT", data), png_chunk(b"IEND", &[])];
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
    };
    let good = jpeg(&page(640, 480, 3, 2), 85);
    let frame = good.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    let lying = |height: u16, width: u16| {
        let mut file = good.clone();
        file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
        file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
        file
    };
    // A directory that says to be followed by itself, and an entry with four thousand million values.
    let mut looped = b"II*\0\x08\0\0\0\x02\0".to_vec();
    looped.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0]);
    looped.extend([0x11, 0x01, 4, 0, 255, 255, 255, 255, 8, 0, 0, 0]);
    looped.extend([8, 0, 0, 0]);
    let gif = b"GIF89a\xFF\xFF\xFF\xFF\0\0\0,\0\0\0\0\xFF\xFF\xFF\xFF\0\x08\x01\0\0;".to_vec();
    let mut tall = heic(&page(96, 64, 1, 3));
    let size = tall.windows(4).position(|window| window == b"ispe").unwrap() + 8;
    tall[size..size + 8].copy_from_slice(&[0, 0, 0xFF, 0xDC, 0, 0, 0xFF, 0xDC]);
    let cut = |file: &[u8]| file[..file.len() * 2 / 3].to_vec();
    vec![
        ("empty", Vec::new()),
        ("text", b"not a picture at all".to_vec()),
        ("png of 65,500 px sides", png(65_500, 65_500, &[0x78, 1])),
        ("png strip of 65,500 px", png(65_500, 1_200, &[0x78, 1])),
        ("png without pixels", png(4_000, 3_000, &[0x78, 1])),
        ("jpeg that lies about its sides", lying(65_500, 65_500)),
        ("jpeg that lies a little", lying(8_000, 8_000)),
        ("jpeg cut off", cut(&good)),
        ("jpeg cut off with turned metadata", cut(&with_exif(&good, 6))),
        ("tiff whose metadata loops", looped),
        ("gif of 65,535 px sides", gif),
        ("heic that lies about its sides", tall),
        ("heic cut off", cut(&heic(&page(640, 480, 2, 4)))),
        ("pdf that begins as a jpeg", [b"%PDF-1.7\n".to_vec(), good].concat()),
    ]
}
