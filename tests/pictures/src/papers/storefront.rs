//! A shop seen from across the street.

use super::{Area, Field, Owner, Page, Paper};
use crate::canvas::{Canvas, Ink};
use crate::draw::Draw;
use crate::text::Face;

pub(super) fn storefront(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let (width, height) = Paper::Storefront.size();
    let wall = draw.one_of::<Ink>(&[[176, 158, 140], [150, 150, 154], [192, 176, 150], [142, 120, 110]]);
    let mut canvas = Canvas::new(width, height, scale, wall);
    let darker = |ink: Ink, by: u8| ink.map(|value| value.saturating_sub(by));
    // Courses of bricks.
    for row in 0..40 {
        let y = row as f32 * 30.0;
        canvas.fill(Area { x: 0.0, y, width, height: 2.5 }, darker(wall, 34));
        for column in 0..28 {
            let x = column as f32 * 60.0 + if row % 2 == 0 { 0.0 } else { 30.0 };
            canvas.fill(Area { x, y, width: 2.5, height: 30.0 }, darker(wall, 30));
        }
    }
    canvas.fill(Area { x: 0.0, y: 1060.0, width, height: 140.0 }, [122, 122, 124]);
    let board = draw.one_of::<Ink>(&[[168, 30, 34], [24, 70, 124], [28, 96, 66], [40, 36, 38]]);
    let sign = Area { x: 130.0, y: 210.0, width: 1340.0, height: 190.0 };
    canvas.fill(sign, board);
    canvas.frame(sign, 9.0, [220, 206, 170]);
    let name = owner.merchant().business.registered_name;
    let size = (1200.0 / name.chars().count() as f32).min(112.0);
    let across = name.chars().count() as f32 * size;
    let place =
        canvas.line(&name, Face::SansBold, size, (800.0 - across / 2.0, 305.0 - size * 0.6), [250, 242, 214]);
    let fields = vec![Field { key: "name", value: name, place }];
    for (index, x) in [170.0, 1010.0].into_iter().enumerate() {
        let window = Area { x, y: 470.0, width: 420.0, height: 470.0 };
        canvas.fill(window, [78, 92, 104]);
        canvas.fill(Area { width: 190.0, ..window }, [96, 112, 124]);
        canvas.frame(window, 12.0, [210, 210, 206]);
        canvas.line(
            draw.one_of(&["新鲜", "欢迎", "特价"]),
            Face::SansBold,
            72.0,
            (x + 60.0 + 90.0 * index as f32, 560.0),
            [236, 198, 80],
        );
        canvas.line("营业时间 8:30-21:30", Face::Sans, 30.0, (x + 60.0, 800.0), [236, 236, 232]);
    }
    let door = Area { x: 660.0, y: 470.0, width: 280.0, height: 590.0 };
    canvas.fill(door, [52, 44, 40]);
    canvas.frame(door, 14.0, [160, 132, 92]);
    canvas.fill(Area { x: 796.0, y: 470.0, width: 8.0, height: 590.0 }, [160, 132, 92]);
    canvas.line("推", Face::SansBold, 44.0, (700.0, 720.0), [230, 220, 200]);
    canvas.line("拉", Face::SansBold, 44.0, (850.0, 720.0), [230, 220, 200]);
    Page { canvas, fields, qr: None }
}
