//! Identity and bank cards.

use portal_domain::identifier::testing as number;

use super::certificate::emblem;
use super::{Area, Field, Owner, Page, Paper};
use crate::canvas::{Canvas, Ink};
use crate::draw::Draw;
use crate::text::Face;

const INK: Ink = [30, 30, 34];
const LABEL: Ink = [60, 104, 156];

fn blank(paper: Paper, scale: f32, ground: Ink, waves: Ink, draw: &mut Draw) -> Canvas {
    let (width, height) = paper.size();
    let mut canvas = Canvas::new(width, height, scale, ground);
    canvas.guilloche(Area { x: 0.0, y: 0.0, width, height }, waves, draw.between(0.12, 0.25), draw);
    canvas
}

fn put(
    canvas: &mut Canvas,
    fields: &mut Vec<Field>,
    key: &'static str,
    value: &str,
    size: f32,
    at: (f32, f32),
) {
    let place = canvas.line(value, Face::Sans, size, at, INK);
    fields.push(Field { key, value: value.to_owned(), place });
}

pub(super) fn id_front(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let person = owner.merchant().legal_person;
    let id = number::resident_id(owner.seed);
    let mut canvas = blank(Paper::IdFront, scale, [226, 236, 242], [140, 176, 206], draw);
    let mut fields = Vec::new();
    let is_woman = (id.as_bytes()[16] - b'0').is_multiple_of(2);
    for (label, at) in [
        ("姓 名", (72.0, 76.0)),
        ("性 别", (72.0, 150.0)),
        ("民 族", (270.0, 150.0)),
        ("出 生", (72.0, 222.0)),
        ("住 址", (72.0, 296.0)),
        ("公民身份号码", (72.0, 528.0)),
    ] {
        canvas.line(label, Face::Sans, 27.0, at, LABEL);
    }
    put(&mut canvas, &mut fields, "name", &person.name, 38.0, (168.0, 70.0));
    put(&mut canvas, &mut fields, "sex", if is_woman { "女" } else { "男" }, 32.0, (168.0, 146.0));
    put(&mut canvas, &mut fields, "nation", "汉", 32.0, (366.0, 146.0));
    let born = format!("{}年{}月{}日", &id[6..10], &id[10..12], &id[12..14]);
    put(&mut canvas, &mut fields, "born", &born, 32.0, (168.0, 218.0));
    let address = format!("示例省示例市{}", owner.merchant().business.address);
    let place = canvas.block(&address, 12, Face::Sans, 31.0, (168.0, 292.0), INK);
    fields.push(Field { key: "address", value: address, place });
    let place = canvas.spaced(&id, Face::SansBold, 38.0, 5.0, (318.0, 520.0), INK);
    fields.push(Field { key: "id_number", value: id, place });
    canvas.portrait(Area { x: 664.0, y: 92.0, width: 270.0, height: 350.0 }, draw);
    Page { canvas, fields, qr: None }
}

pub(super) fn id_back(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let person = owner.merchant().legal_person;
    let mut canvas = blank(Paper::IdBack, scale, [232, 226, 214], [204, 150, 140], draw);
    let mut fields = Vec::new();
    emblem(&mut canvas, (168.0, 160.0), 88.0);
    canvas.spaced("中华人民共和国", Face::SerifBold, 50.0, 16.0, (330.0, 78.0), INK);
    canvas.spaced("居民身份证", Face::SerifBold, 72.0, 26.0, (318.0, 166.0), INK);
    canvas.line("签发机关", Face::SansBold, 29.0, (220.0, 446.0), INK);
    put(&mut canvas, &mut fields, "authority", "示例市公安局示例分局", 32.0, (386.0, 444.0));
    canvas.line("有效期限", Face::SansBold, 29.0, (220.0, 522.0), INK);
    let dots = |iso: &str| iso.replace('-', ".");
    let until =
        if person.id_valid_until.contains('-') { dots(&person.id_valid_until) } else { "长期".to_owned() };
    let period = format!("{}-{until}", dots(&person.id_valid_from));
    put(&mut canvas, &mut fields, "period", &period, 32.0, (386.0, 520.0));
    Page { canvas, fields, qr: None }
}

pub(super) fn bank_card(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let (ground, waves) = draw.one_of(&[
        ([196, 60, 58], [150, 30, 40]),
        ([66, 108, 176], [30, 60, 130]),
        ([214, 190, 130], [160, 128, 60]),
        ([92, 150, 112], [40, 98, 66]),
    ]);
    let mut canvas = blank(Paper::BankCard, scale, ground, waves, draw);
    let mut fields = Vec::new();
    let light: Ink = [250, 248, 240];
    canvas.ring((112.0, 104.0), 26.0, 44.0, light, 1.0);
    canvas.line("示例银行", Face::SansBold, 48.0, (182.0, 72.0), light);
    canvas.line("EXAMPLE BANK", Face::Sans, 24.0, (184.0, 132.0), light);
    let chip = Area { x: 96.0, y: 220.0, width: 128.0, height: 100.0 };
    canvas.fill(chip, [214, 186, 110]);
    for row in 1..4 {
        canvas.fill(Area { y: chip.y + row as f32 * 25.0, height: 3.0, ..chip }, [140, 112, 50]);
    }
    canvas.fill(Area { x: chip.x + 62.0, width: 3.0, ..chip }, [140, 112, 50]);
    let card = number::bank_card(owner.seed);
    let grouped: Vec<String> =
        card.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let place = canvas.spaced(&grouped.join(" "), Face::SansBold, 58.0, 4.0, (92.0, 366.0), light);
    fields.push(Field { key: "number", value: card, place });
    let until = format!("{:02}/{}", 1 + draw.below(12), 30 + draw.below(6));
    canvas.line("VALID THRU", Face::Sans, 20.0, (430.0, 470.0), light);
    let place = canvas.line(&until, Face::SansBold, 34.0, (566.0, 460.0), light);
    fields.push(Field { key: "valid_until", value: until, place });
    canvas.line("借记卡 DEBIT", Face::Sans, 28.0, (760.0, 540.0), light);
    Page { canvas, fields, qr: None }
}
