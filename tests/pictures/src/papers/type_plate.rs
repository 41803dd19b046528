//! The label under a terminal.

use barcoders::sym::code39::Code39;
use barcoders::sym::code128::Code128;
use datamatrix::{DataMatrix, SymbolList};

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
    // Makers differ; one after another, so that a few labels have them all.
    match owner.seed % 3 {
        0 => bars(&mut canvas, &Code39::new(&serial).unwrap().encode()),
        // The first character chooses the alphabet with letters and digits.
        1 => bars(&mut canvas, &Code128::new(format!("\u{181}{serial}")).unwrap().encode()),
        _ => cells(&mut canvas, &serial),
    }
    Page { canvas, fields: vec![Field { key: "number", value: serial, place }], qr: None }
}

/// Modules side by side, dark where they are 1.
fn bars(canvas: &mut Canvas, modules: &[u8]) {
    let unit = 880.0 / modules.len() as f32;
    for (index, _) in modules.iter().enumerate().filter(|(_, module)| **module == 1) {
        let x = 60.0 + index as f32 * unit;
        canvas.fill(Area { x, y: 400.0, width: unit, height: 150.0 }, INK);
    }
}

fn cells(canvas: &mut Canvas, text: &str) {
    let symbol =
        DataMatrix::encode(text.as_bytes(), SymbolList::default().enforce_square()).unwrap().bitmap();
    let unit = 180.0 / symbol.width() as f32;
    for (column, row) in symbol.pixels() {
        let (x, y) = (60.0 + column as f32 * unit, 390.0 + row as f32 * unit);
        canvas.fill(Area { x, y, width: unit, height: unit }, INK);
    }
}
