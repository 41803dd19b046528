//! Every format that is read, in the flavours that it comes in.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba};
use portal_imaging::{
    Colour, ColourSource, FitSpec, Format, Orientation, Rejection, Step, Variant, fit, inspect, thumbnail,
};
use portal_pictures::stored;

use crate::pictures::{
    contains, corners, decoded, encoded, exif, heic, heic_with, mean_difference, page, png_chunk, webp_chunk,
    webp_file,
};

fn spec() -> FitSpec {
    FitSpec::default()
}

#[test]
fn every_sample_layout_of_png_is_read() {
    let picture = corners();
    let transparent = image::RgbaImage::from_fn(480, 352, |x, y| {
        let Rgb([r, g, b]) = *picture.get_pixel(x, y);
        // The white corner is transparent black: it must come out as white paper.
        if x >= 240 && y >= 176 { Rgba([0, 0, 0, 0]) } else { Rgba([r, g, b, 255]) }
    });
    let deep = DynamicImage::ImageRgb8(picture.clone()).to_rgb16();
    for (file, steps) in [
        (encoded(&DynamicImage::ImageRgb8(picture.clone()), ImageFormat::Png), vec![]),
        (
            encoded(&DynamicImage::ImageRgb16(deep), ImageFormat::Png),
            vec![Step::ReducedDepth { from_bits: 16 }],
        ),
        (encoded(&DynamicImage::ImageRgba8(transparent), ImageFormat::Png), vec![Step::FlattenedAlpha]),
        (encoded(&DynamicImage::ImageRgb8(picture.clone()), ImageFormat::WebP), vec![]),
        (encoded(&DynamicImage::ImageRgb8(picture.clone()), ImageFormat::Bmp), vec![]),
    ] {
        let fitted = fit(&file, &spec()).unwrap();
        assert!(mean_difference(&decoded(&fitted.bytes), &picture) < 4.0);
        for step in steps {
            assert!(fitted.steps.contains(&step), "{step:?}");
        }
    }
}

#[test]
fn tiff_gif_and_heic_are_read() {
    let picture = corners();
    let dynamic = DynamicImage::ImageRgb8(picture.clone());
    let deep = DynamicImage::ImageRgb16(dynamic.to_rgb16());
    // Of libheif and x265: the other files come from the encoder that belongs to the decoder used here.
    let foreign = include_bytes!("../fixtures/corners.heic").to_vec();
    for (file, format, step) in [
        (encoded(&dynamic, ImageFormat::Tiff), Format::Tiff, None),
        (encoded(&deep, ImageFormat::Tiff), Format::Tiff, Some(Step::ReducedDepth { from_bits: 16 })),
        (encoded(&dynamic, ImageFormat::Gif), Format::Gif, None),
        (heic(&picture), Format::Heic, None),
        (foreign, Format::Heic, None),
    ] {
        let seen = inspect(&file).unwrap();
        assert_eq!((seen.format, seen.width, seen.height), (format, 480, 352));
        let fitted = fit(&file, &spec()).unwrap();
        assert!(mean_difference(&decoded(&fitted.bytes), &picture) < 4.0, "{format:?}");
        assert_eq!(fitted.steps[0], Step::Decoded { from: format });
        assert!(step.is_none_or(|step| fitted.steps.contains(&step)));
        let small = decoded(&thumbnail(&file, 120).unwrap());
        assert!(small.get_pixel(20, 20).0[0] > 200 && small.get_pixel(20, 60).0[2] > 200, "{format:?}");
    }
}

#[test]
fn avif_is_read_in_every_layout_and_turned_as_its_container_says() {
    let picture = corners();
    for (file, steps) in [
        // 8 bits 4:2:0; 10 bits 4:4:4 in studio range and BT.709, stored a quarter turned; 4:2:2 with opacity.
        (&include_bytes!("../fixtures/corners.avif")[..], vec![]),
        (
            include_bytes!("../fixtures/turned.avif"),
            vec![Step::ReducedDepth { from_bits: 10 }, Step::Oriented { exif: Orientation::Rotate270 }],
        ),
        (include_bytes!("../fixtures/transparent.avif"), vec![Step::FlattenedAlpha]),
    ] {
        assert_eq!(inspect(file).unwrap().format, Format::Avif);
        let fitted = fit(file, &spec()).unwrap();
        assert_eq!((fitted.width, fitted.height), (480, 352));
        let apart = mean_difference(&decoded(&fitted.bytes), &picture);
        assert!(apart < 4.0, "{apart}");
        for step in steps {
            assert!(fitted.steps.contains(&step), "{step:?} is not among {:?}", fitted.steps);
        }
    }
}

#[test]
fn heic_is_turned_and_mirrored_as_its_container_says() {
    // Of libheif and x265, with an EXIF block that says the same once more.
    for file in [&include_bytes!("../fixtures/turned.heic")[..], include_bytes!("../fixtures/mirrored.heic")]
    {
        let fitted = fit(file, &spec()).unwrap();
        assert_eq!((fitted.width, fitted.height), (480, 352));
        let apart = mean_difference(&decoded(&fitted.bytes), &corners());
        assert!(apart < 4.0, "{apart}");
    }
}

#[test]
fn lossy_webp_is_read() {
    // Of libwebp: the encoder used elsewhere here is lossless.
    let file = include_bytes!("../fixtures/lossy.webp");
    assert!(contains(file, b"VP8 "));
    let fitted = fit(file, &spec()).unwrap();
    assert!(mean_difference(&decoded(&fitted.bytes), &corners()) < 4.0);
    assert_eq!(fit(&file[..file.len() - 40], &spec()).unwrap_err(), Rejection::Truncated);
}

fn tiff_file<C: tiff::encoder::colortype::ColorType>(
    compression: tiff::encoder::Compression,
    (width, height): (u32, u32),
    samples: &[C::Inner],
) -> Vec<u8>
where
    [C::Inner]: tiff::encoder::TiffValue,
{
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut bytes).unwrap().with_compression(compression);
    encoder.write_image::<C>(width, height, samples).unwrap();
    bytes.into_inner()
}

#[test]
fn tiffs_of_every_compression_and_colour_are_read_and_odd_ones_refused_by_name() {
    use tiff::encoder::{Compression, DeflateLevel, colortype as colour};
    let picture = corners();
    let (width, height) = picture.dimensions();
    for compression in [Compression::Lzw, Compression::Packbits, Compression::Deflate(DeflateLevel::Balanced)]
    {
        let file = tiff_file::<colour::RGB8>(compression, (width, height), picture.as_raw());
        let fitted = fit(&file, &spec()).unwrap();
        assert!(mean_difference(&decoded(&fitted.bytes), &picture) < 4.0);
    }

    let inks: Vec<u8> = picture
        .pixels()
        .flat_map(|pixel| {
            let [r, g, b] = pixel.0;
            [255 - r, 255 - g, 255 - b, 0]
        })
        .collect();
    let file = tiff_file::<colour::CMYK8>(Compression::Uncompressed, (width, height), &inks);
    let fitted = fit(&file, &spec()).unwrap();
    assert!(fitted.steps.contains(&Step::ConvertedColour { from: ColourSource::Cmyk }), "{:?}", fitted.steps);
    assert!(mean_difference(&decoded(&fitted.bytes), &picture) < 12.0);

    let floats = vec![0.5_f32; (width * height) as usize];
    let odd = tiff_file::<colour::Gray32Float>(Compression::Uncompressed, (width, height), &floats);
    let mut big = Cursor::new(Vec::new());
    tiff::encoder::TiffEncoder::new_big(&mut big)
        .unwrap()
        .write_image::<colour::RGB8>(width, height, picture.as_raw())
        .unwrap();
    for file in [odd, big.into_inner()] {
        let refused = fit(&file, &spec()).unwrap_err();
        assert_eq!(refused, Rejection::VariantUnsupported { variant: Variant::UnusualTiff });
    }
}

#[test]
fn a_grid_of_tiles_is_put_together() {
    let picture = page(1400, 1100, 2, 21);
    let file = heic(&picture);
    assert!(contains(&file, b"grid"));
    let fitted = fit(&file, &spec()).unwrap();
    assert_eq!((fitted.width, fitted.height), (1400, 1100));
    assert!(mean_difference(&decoded(&fitted.bytes), &picture) < 6.0);
}

#[test]
fn an_iphone_s_colours_are_converted_and_its_place_is_dropped() {
    let wide = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let metadata = heifer::Metadata { exif: Some(exif(6)), xmp: None, icc_profile: Some(wide) };
    let file = heic_with(&RgbImage::from_pixel(480, 352, Rgb([200, 60, 60])), &metadata);
    let seen = inspect(&file).unwrap();
    assert!(seen.has_gps && seen.has_profile && contains(&file, b"SECRET-PLACE"));
    let fitted = fit(&file, &spec()).unwrap();
    assert!(fitted.steps.contains(&Step::ConvertedColour { from: ColourSource::IccProfile }));
    let red = decoded(&fitted.bytes).get_pixel(100, 100).0;
    assert!(red[0] > 210 && red[1] < 55, "{red:?}");
    assert!(!contains(&fitted.bytes, b"SECRET-PLACE"));
    // The container alone says how a HEIF picture is turned: EXIF's word would turn it twice.
    assert_eq!((fitted.width, fitted.height), (480, 352));
}

#[test]
fn the_first_frame_of_a_gif_is_taken_and_that_is_said() {
    let frame = |colour| image::Frame::new(image::RgbaImage::from_pixel(400, 330, Rgba(colour)));
    let mut file = Vec::new();
    image::codecs::gif::GifEncoder::new(&mut file)
        .encode_frames([frame([200, 30, 30, 255]), frame([30, 30, 200, 255])])
        .unwrap();
    assert!(inspect(&file).unwrap().animated);
    let fitted = fit(&file, &spec()).unwrap();
    assert!(fitted.steps.contains(&Step::FirstFrameTaken));
    assert!(decoded(&fitted.bytes).get_pixel(200, 165).0[0] > 180);
}

#[test]
fn a_tiff_is_turned_as_its_directory_says() {
    let upright = corners();
    let mut file = encoded(&DynamicImage::ImageRgb8(stored(&upright, 6)), ImageFormat::Tiff);
    // The encoder writes no orientation: a tag that readers may do without becomes it.
    let directory = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
    let entries = usize::from(u16::from_le_bytes([file[directory], file[directory + 1]]));
    let spare = (0..entries)
        .map(|index| directory + 2 + index * 12)
        .find(|at| matches!(u16::from_le_bytes([file[*at], file[*at + 1]]), 282 | 283 | 296))
        .unwrap();
    file[spare..spare + 12].copy_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    let fitted = fit(&file, &spec()).unwrap();
    assert!(fitted.steps.contains(&Step::Oriented { exif: Orientation::Rotate90 }));
    assert!(mean_difference(&decoded(&fitted.bytes), &upright) < 3.0);
}

#[test]
fn grey_stays_grey_at_any_depth() {
    let deep = image::ImageBuffer::from_fn(640, 480, |x, y| Luma([((x * 70 + y * 40) % 65_536) as u16]));
    let clear = image::ImageBuffer::from_fn(640, 480, |x, _| LumaA([(x / 3) as u8, 255]));
    let depth = Step::ReducedDepth { from_bits: 16 };
    let deep = fit(&encoded(&DynamicImage::ImageLuma16(deep), ImageFormat::Png), &spec()).unwrap();
    let clear = fit(&encoded(&DynamicImage::ImageLumaA8(clear), ImageFormat::Png), &spec()).unwrap();
    assert!(deep.steps.contains(&depth) && !clear.steps.contains(&Step::FlattenedAlpha));
    for fitted in [deep, clear] {
        assert_eq!(inspect(&fitted.bytes).unwrap().colour, Colour::Grey);
    }
}

#[test]
fn palettes_are_expanded() {
    let mut indexed = Vec::new();
    for y in 0..64_u32 {
        indexed.push(0);
        indexed.extend((0..64_u32).map(|x| u8::from(x >= 32) + 2 * u8::from(y >= 32)));
    }
    // Stored deflate blocks keep the writer short.
    let length = indexed.len() as u16;
    let adler = indexed.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend_from_slice(&length.to_le_bytes());
    stream.extend_from_slice(&(!length).to_le_bytes());
    stream.extend_from_slice(&indexed);
    stream.extend_from_slice(&((adler.1 << 16) | adler.0).to_be_bytes());
    let file = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        png_chunk(b"IHDR", &[0, 0, 0, 64, 0, 0, 0, 64, 8, 3, 0, 0, 0]),
        png_chunk(b"PLTE", &[230, 20, 20, 20, 200, 20, 20, 20, 230, 240, 240, 240]),
        png_chunk(b"IDAT", &stream),
        png_chunk(b"IEND", &[]),
    ]
    .concat();
    assert_eq!(inspect(&file).unwrap().colour, Colour::Palette);
    let out = decoded(&fit(&file, &spec()).unwrap().bytes);
    assert!(
        out.get_pixel(8, 8).0[0] > 200 && out.get_pixel(56, 8).0[1] > 170 && out.get_pixel(8, 56).0[2] > 200
    );
}

#[test]
fn an_animation_gives_its_first_frame_and_says_so() {
    let still = encoded(&DynamicImage::ImageRgb8(corners()), ImageFormat::WebP);
    let frame = [&[0, 0, 0, 0, 0, 0, 223, 1, 0, 95, 1, 0, 100, 0, 0, 0][..], &still[12..]].concat();
    let file = webp_file(&[
        webp_chunk(b"VP8X", &[2, 0, 0, 0, 223, 1, 0, 95, 1, 0]),
        webp_chunk(b"ANIM", &[255, 255, 255, 255, 0, 0]),
        webp_chunk(b"ANMF", &frame),
        webp_chunk(b"ANMF", &frame),
    ]);
    assert!(inspect(&file).unwrap().animated);
    let fitted = fit(&file, &spec()).unwrap();
    assert!(fitted.steps.contains(&Step::FirstFrameTaken));
    assert!(mean_difference(&decoded(&fitted.bytes), &corners()) < 4.0);
}
