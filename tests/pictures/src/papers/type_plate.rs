//! The label under a terminal.

use super::{Area, Field, Owner, Page, Paper};
use crate::canvas::{Canvas, Ink};
use crate::draw::Draw;
use crate::text::Face;

const INK: Ink = [24, 24, 26];

pub(super) fn type_plate(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let (width, height) = Paper::TypePlate.size();
    let ground = draw.one_of(&[[236, 236, 234], [222, 224, 226], [246, 246, 242]]);
    let mut canvas = Canvas::new(width, height, scale, ground);
    let serial = format!("SN{:010}{:04}", owner.seed % 10_000_000_000, draw.below(10_000));
    let label = draw.one_of(&["S/N:", "SN:", "机身号："]);
    canvas.line("示例智能 POS 终端", Face::SansBold, 54.0, (60.0, 50.0), INK);
    canvas.line("产品型号：示例 P1", Face::Sans, 40.0, (60.0, 150.0), INK);
    canvas.line("输入：5V 2A", Face::Sans, 40.0, (60.0, 220.0), INK);
    canvas.line(label, Face::Sans, 44.0, (60.0, 310.0), INK);
    let place = canvas.line(&serial, Face::SansBold, 44.0, (250.0, 310.0), INK);
    bars(&mut canvas, &serial, Area { x: 60.0, y: 400.0, width: 880.0, height: 150.0 });
    Page { canvas, fields: vec![Field { key: "number", value: serial, place }], qr: None }
}

/// Code 39 (ISO/IEC 16388): of each character five bars and the four gaps between, three of them wide.
fn bars(canvas: &mut Canvas, text: &str, area: Area) {
    const WIDE: u32 = 3;
    let framed = format!("*{text}*");
    let patterns: Vec<&str> = framed.chars().map(pattern).collect();
    let units = |element: char| if element == 'w' { WIDE } else { 1 };
    let total: u32 = patterns.iter().map(|pattern| pattern.chars().map(units).sum::<u32>() + 1).sum();
    let unit = area.width / total as f32;
    let mut at = 0;
    for pattern in patterns {
        for (index, element) in pattern.chars().enumerate() {
            if index % 2 == 0 {
                let x = area.x + at as f32 * unit;
                canvas.fill(Area { x, width: units(element) as f32 * unit, ..area }, INK);
            }
            at += units(element);
        }
        at += 1;
    }
}

fn pattern(character: char) -> &'static str {
    match character {
        '0' => "nnnwwnwnn",
        '1' => "wnnwnnnnw",
        '2' => "nnwwnnnnw",
        '3' => "wnwwnnnnn",
        '4' => "nnnwwnnnw",
        '5' => "wnnwwnnnn",
        '6' => "nnwwwnnnn",
        '7' => "nnnwnnwnw",
        '8' => "wnnwnnwnn",
        '9' => "nnwwnnwnn",
        'N' => "nnnnwnnww",
        'S' => "nnwnnnwwn",
        _ => "nwnnwnwnn",
    }
}
