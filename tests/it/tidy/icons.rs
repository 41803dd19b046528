//! The icons: complete, in the sizes their names say, and drawn from the one source.

use image::RgbaImage;

/// A picture of the set: a file, or one of the pictures inside it.
pub struct Icon {
    pub name: String,
    pub picture: RgbaImage,
}

/// Two programs that draw the same thing differ at its edges only, whose share falls with the side: the mean
/// difference per channel, of 255, up to which they do, times the side in pixels.
const EDGES: f64 = 50.0;

/// Sides, in pixels, that Windows asks an `.ico` for.
pub const SIDES_OF_ICO: &[u32] = &[16, 24, 32, 48, 64, 256];

impl Icon {
    pub fn png(name: &str, bytes: &[u8]) -> Self {
        let picture = image::load_from_memory(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name: name.to_owned(), picture: picture.to_rgba8() }
    }

    /// The pictures of an `.ico`: a directory of 16-byte entries that say where each PNG is.
    pub fn ico(name: &str, bytes: &[u8]) -> Vec<Self> {
        let number = |at: usize, length: usize| {
            bytes[at..at + length].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
        };
        (0..number(4, 2))
            .map(|index| {
                let (size, start) = (number(6 + 16 * index + 8, 4), number(6 + 16 * index + 12, 4));
                Self::png(&format!("{name}[{index}]"), &bytes[start..start + size])
            })
            .collect()
    }

    /// The PNG pictures of an `.icns`: chunks of a kind, their length with this head, and the bytes.
    pub fn icns(name: &str, bytes: &[u8]) -> Vec<Self> {
        let mut icons = Vec::new();
        let mut at = 8;
        while at + 8 <= bytes.len() {
            let length = u32::from_be_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
            let chunk = &bytes[at + 8..at + length];
            if chunk.starts_with(b"\x89PNG") {
                let kind = String::from_utf8_lossy(&bytes[at..at + 4]);
                icons.push(Self::png(&format!("{name}[{kind}]"), chunk));
            }
            at += length;
        }
        icons
    }

    /// How far this is from the source drawn at its size, if too far.
    pub fn unlike(&self, drawn: &RgbaImage) -> Option<String> {
        let Self { name, picture } = self;
        if picture.dimensions() != drawn.dimensions() {
            return Some(format!("{name} is {:?} and not {:?}", picture.dimensions(), drawn.dimensions()));
        }
        let difference = difference(picture, drawn);
        (difference > EDGES / f64::from(picture.width())).then(|| {
            format!("{name} differs from icons/zhanggui.svg by {difference:.1}: generate it as CONTRIBUTING.md says")
        })
    }
}

/// The side that a file's name promises: `128x128@2x.png` has 256 pixels.
pub fn promised_side(file_name: &str) -> Option<u32> {
    let side: u32 = file_name.split_once('x')?.0.parse().ok()?;
    Some(if file_name.contains("@2x") { 2 * side } else { side })
}

/// Icons that the bundler is told of and that are not there, and files that it isn't told of.
pub fn set_errors(configuration: &str, files: &[String]) -> Vec<String> {
    let configuration: serde_json::Value = serde_json::from_str(configuration).unwrap();
    let named = configuration["bundle"]["icon"].as_array().expect("bundle.icon is a list");
    let named: Vec<&str> = named.iter().filter_map(|path| path.as_str()?.strip_prefix("../icons/")).collect();
    let missing = named
        .iter()
        .filter(|name| !files.iter().any(|file| file == *name))
        .map(|name| format!("icons/{name} is not there"));
    let extra = files
        .iter()
        .filter(|file| !file.ends_with(".svg") && !named.contains(&file.as_str()))
        .map(|file| format!("icons/{file} is not in tauri.conf.json"));
    missing.chain(extra).collect()
}

/// The mean difference per channel of colours as they look on black: what is transparent has none.
fn difference(one: &RgbaImage, other: &RgbaImage) -> f64 {
    let seen = |pixel: &image::Rgba<u8>| {
        let [red, green, blue, alpha] = pixel.0.map(f64::from);
        [red * alpha / 255.0, green * alpha / 255.0, blue * alpha / 255.0, alpha]
    };
    let sum: f64 = one
        .pixels()
        .zip(other.pixels())
        .flat_map(|(one, other)| {
            seen(one).into_iter().zip(seen(other)).map(|(one, other)| (one - other).abs())
        })
        .sum();
    sum / (f64::from(one.width()) * f64::from(one.height()) * 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn picture(side: u32, colour: [u8; 4]) -> RgbaImage {
        RgbaImage::from_pixel(side, side, Rgba(colour))
    }

    fn png(picture: &RgbaImage) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn another_picture_or_size_is_found() {
        let icon = Icon { name: "a.png".to_owned(), picture: picture(8, [10, 20, 30, 255]) };
        assert_eq!(icon.unlike(&picture(8, [10, 20, 30, 255])), None);
        assert!(icon.unlike(&picture(8, [40, 20, 30, 255])).is_some());
        assert!(icon.unlike(&picture(9, [10, 20, 30, 255])).is_some());
        let clear = Icon { name: "a.png".to_owned(), picture: picture(8, [200, 200, 200, 0]) };
        assert_eq!(clear.unlike(&picture(8, [0, 0, 0, 0])), None);
    }

    #[test]
    fn every_picture_of_an_ico_and_an_icns_is_read() {
        let bytes = png(&picture(16, [1, 2, 3, 255]));
        let length = u32::try_from(bytes.len()).unwrap();
        let mut ico = vec![0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0];
        ico.extend(length.to_le_bytes());
        ico.extend(22_u32.to_le_bytes());
        ico.extend(&bytes);
        assert_eq!(Icon::ico("a.ico", &ico)[0].picture.width(), 16);
        let mut icns = b"icns\0\0\0\0ic04".to_vec();
        icns.extend((length + 8).to_be_bytes());
        icns.extend(&bytes);
        assert_eq!(Icon::icns("a.icns", &icns)[0].name, "a.icns[ic04]");
    }

    #[test]
    fn a_missing_and_an_extra_file_are_found() {
        let configuration = r#"{"bundle": {"icon": ["../icons/32x32.png"]}}"#;
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(set_errors(configuration, &files(&["32x32.png", "mark.svg"])).is_empty());
        assert_eq!(set_errors(configuration, &files(&["mark.svg"])).len(), 1);
        assert_eq!(set_errors(configuration, &files(&["32x32.png", "64x64.png"])).len(), 1);
    }

    #[test]
    fn a_name_promises_a_side() {
        assert_eq!(promised_side("32x32.png"), Some(32));
        assert_eq!(promised_side("128x128@2x.png"), Some(256));
        assert_eq!(promised_side("icon.png"), None);
    }
}
