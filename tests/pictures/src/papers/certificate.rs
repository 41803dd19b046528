//! Licences, permits and the certificates from before there was one number for all: on A4.

use portal_domain::dossier::{LONG_TERM, MerchantKind};
use portal_domain::identifier::testing as number;

use super::{Area, Field, Owner, Page, Paper};
use crate::canvas::{Canvas, Ink};
use crate::draw::Draw;
use crate::text::Face;

const INK: Ink = [34, 32, 36];
const LABEL: Ink = [58, 50, 48];
const PAPERS: [Ink; 4] = [[246, 242, 230], [242, 244, 240], [250, 246, 238], [240, 236, 222]];
const BORDERS: [Ink; 3] = [[176, 140, 72], [150, 40, 44], [120, 132, 96]];

/// A certificate's paper with its border and its waves.
fn blank(paper: Paper, scale: f32, draw: &mut Draw) -> Canvas {
    let (width, height) = paper.size();
    let mut canvas = Canvas::new(width, height, scale, draw.one_of(&PAPERS));
    let border = draw.one_of(&BORDERS);
    let margin = draw.between(26.0, 40.0);
    let inner = Area { x: margin, y: margin, width: width - 2.0 * margin, height: height - 2.0 * margin };
    canvas.guilloche(inner, border, draw.between(0.05, 0.13), draw);
    canvas.frame(inner, draw.between(6.0, 12.0), border);
    let second =
        Area { x: inner.x + 16.0, y: inner.y + 16.0, width: inner.width - 32.0, height: inner.height - 32.0 };
    canvas.frame(second, 2.5, border);
    canvas
}

/// The emblem's place: a red and gold roundel.
pub(super) fn emblem(canvas: &mut Canvas, centre: (f32, f32), radius: f32) {
    canvas.ring(centre, 0.0, radius, [196, 152, 48], 1.0);
    canvas.ring(centre, 0.0, radius * 0.86, [196, 28, 34], 1.0);
    canvas.star(centre, radius * 0.5, [240, 206, 90], 1.0);
}

/// Rows of label and value, as certificates have them.
struct Rows<'a> {
    canvas: &'a mut Canvas,
    fields: &'a mut Vec<Field>,
    face: Face,
    size: f32,
    at: (f32, f32),
    label_width: f32,
    columns: usize,
    gap: f32,
}

impl Rows<'_> {
    fn row(&mut self, label: &str, key: &'static str, value: &str) {
        let (x, y) = self.at;
        self.canvas.line(label, Face::Sans, self.size * 0.86, (x, y), LABEL);
        let at = (x + self.label_width, y);
        let place = self.canvas.block(value, self.columns, self.face, self.size, at, INK);
        self.fields.push(Field { key, value: value.to_owned(), place });
        self.at.1 += place.height.max(self.size) + self.gap;
    }
}

fn date(iso: &str) -> String {
    let parts: Vec<&str> = iso.split('-').collect();
    format!("{}年{}月{}日", parts[0], parts[1], parts[2])
}

fn period(from: &str, until: &str) -> String {
    let end = if until == LONG_TERM { "长期".to_owned() } else { date(until) };
    format!("{}至{end}", date(from))
}

struct Licence {
    number: String,
    name: String,
    person: String,
    address: String,
    scope: String,
    established: String,
    until: String,
    form: &'static str,
}

fn licence(owner: Owner) -> Licence {
    let merchant = owner.merchant();
    Licence {
        number: owner.licence_number(),
        name: merchant.business.registered_name,
        person: merchant.legal_person.name,
        address: merchant.business.address,
        scope: merchant.licence.scope,
        established: merchant.licence.valid_from,
        until: merchant.licence.valid_until,
        form: match owner.kind {
            MerchantKind::SoleProprietor => "个体工商户",
            _ => "有限责任公司（自然人投资或控股）",
        },
    }
}

/// Where a licence's code leads.
fn qr_text(number: &str) -> String {
    format!("http://licence.example.com/index.html?uniscid={number}")
}

pub(super) fn licence_landscape(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let licence = licence(owner);
    let mut canvas = blank(Paper::LicenceLandscape, scale, draw);
    let mut fields = Vec::new();
    emblem(&mut canvas, (700.0, 118.0), 52.0);
    let title = draw.one_of(&[Face::SerifBold, Face::SansBold]);
    canvas.spaced("营业执照", title, 84.0, 42.0, (472.0, 176.0), [28, 26, 30]);
    canvas.line(draw.one_of(&["（副本）", "（正本）"]), Face::Serif, 30.0, (640.0, 282.0), LABEL);
    canvas.line("统一社会信用代码", Face::SansBold, 24.0, (92.0, 170.0), LABEL);
    let place = canvas.line(&licence.number, Face::SansBold, 29.0, (92.0, 206.0), INK);
    fields.push(Field { key: "number", value: licence.number.clone(), place });
    let qr = qr_text(&licence.number);
    canvas.qr(&qr, Area { x: 1128.0, y: 96.0, width: 176.0, height: 176.0 });
    let face = draw.one_of(&[Face::Sans, Face::Serif]);
    let mut left = Rows {
        canvas: &mut canvas,
        fields: &mut fields,
        face,
        size: 29.0,
        at: (96.0, 352.0),
        label_width: 176.0,
        columns: 17,
        gap: 24.0,
    };
    left.row("名　　称", "name", &licence.name);
    left.row("类　　型", "type", licence.form);
    left.row("法定代表人", "legal_person", &licence.person);
    left.row("经营范围", "scope", &licence.scope);
    let mut right = Rows { at: (838.0, 352.0), label_width: 150.0, columns: 12, ..left };
    right.row("注册资本", "capital", "壹佰万元整");
    right.row("成立日期", "established", &date(&licence.established));
    right.row("营业期限", "period", &period(&licence.established, &licence.until));
    right.row("住　　所", "address", &licence.address);
    canvas.line("登记机关", Face::Serif, 30.0, (838.0, 812.0), LABEL);
    canvas.seal((1120.0, 800.0), 92.0, "示例局");
    canvas.line(&date(&licence.established), Face::Serif, 27.0, (1010.0, 862.0), INK);
    Page { canvas, fields, qr: Some(qr) }
}

pub(super) fn licence_portrait(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let licence = licence(owner);
    let mut canvas = blank(Paper::LicencePortrait, scale, draw);
    let mut fields = Vec::new();
    emblem(&mut canvas, (495.0, 150.0), 58.0);
    canvas.spaced("营业执照", Face::SerifBold, 78.0, 34.0, (292.0, 222.0), [28, 26, 30]);
    canvas.line("（副　本）", Face::Serif, 30.0, (420.0, 322.0), LABEL);
    canvas.line("统一社会信用代码", Face::Sans, 25.0, (310.0, 380.0), LABEL);
    let place = canvas.line(&licence.number, Face::Sans, 28.0, (520.0, 379.0), INK);
    fields.push(Field { key: "number", value: licence.number.clone(), place });
    let mut rows = Rows {
        canvas: &mut canvas,
        fields: &mut fields,
        face: draw.one_of(&[Face::Sans, Face::Serif]),
        size: 30.0,
        at: (124.0, 460.0),
        label_width: 186.0,
        columns: 18,
        gap: 27.0,
    };
    rows.row("名　　称", "name", &licence.name);
    rows.row("类　　型", "type", "有限责任公司");
    rows.row("住　　所", "address", &licence.address);
    rows.row("法定代表人", "legal_person", &licence.person);
    rows.row("注册资本", "capital", "伍拾万元整");
    rows.row("成立日期", "established", &date(&licence.established));
    rows.row("营业期限", "period", &period(&licence.established, &licence.until));
    rows.row("经营范围", "scope", &licence.scope);
    let qr = qr_text(&licence.number);
    canvas.qr(&qr, Area { x: 130.0, y: 1090.0, width: 170.0, height: 170.0 });
    canvas.line("登记机关", Face::Serif, 30.0, (560.0, 1130.0), LABEL);
    canvas.seal((742.0, 1160.0), 94.0, "示例局");
    canvas.line(&date(&licence.established), Face::Serif, 28.0, (600.0, 1236.0), INK);
    Page { canvas, fields, qr: Some(qr) }
}

pub(super) fn account_permit(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let merchant = owner.merchant();
    let mut canvas = blank(Paper::AccountPermit, scale, draw);
    let mut fields = Vec::new();
    canvas.spaced("开户许可证", Face::SerifBold, 76.0, 26.0, (464.0, 122.0), [28, 26, 30]);
    let digits = |count: usize, draw: &mut Draw| -> String {
        (0..count).map(|_| char::from(b'0' + draw.below(10) as u8)).collect()
    };
    let permit = format!("J{}", digits(13, draw));
    canvas.line("核准号：", Face::Sans, 27.0, (112.0, 252.0), LABEL);
    let place = canvas.line(&permit, Face::Sans, 28.0, (226.0, 251.0), INK);
    fields.push(Field { key: "permit_number", value: permit, place });
    let mut rows = Rows {
        canvas: &mut canvas,
        fields: &mut fields,
        face: Face::Serif,
        size: 32.0,
        at: (112.0, 372.0),
        label_width: 236.0,
        columns: 28,
        gap: 36.0,
    };
    rows.row("存款人名称", "holder", &merchant.business.registered_name);
    rows.row("法定代表人", "legal_person", &merchant.legal_person.name);
    rows.row("开户银行", "branch_name", "示例银行股份有限公司示例支行");
    rows.row("账　　号", "number", &format!("999{}", digits(12, draw)));
    rows.row("账户性质", "account_type", "基本存款账户");
    canvas.seal((1120.0, 770.0), 100.0, "示例银行");
    canvas.line("2024年05月20日", Face::Serif, 28.0, (1010.0, 866.0), INK);
    Page { canvas, fields, qr: None }
}

pub(super) fn organisation(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let merchant = owner.merchant();
    let mut canvas = blank(Paper::OrganisationCertificate, scale, draw);
    let mut fields = Vec::new();
    canvas.spaced("中华人民共和国", Face::Serif, 34.0, 16.0, (528.0, 96.0), LABEL);
    canvas.spaced("组织机构代码证", Face::SerifBold, 70.0, 22.0, (392.0, 156.0), [28, 26, 30]);
    let code = number::org_code(owner.seed);
    let mut rows = Rows {
        canvas: &mut canvas,
        fields: &mut fields,
        face: draw.one_of(&[Face::Sans, Face::Serif]),
        size: 31.0,
        at: (150.0, 310.0),
        label_width: 220.0,
        columns: 26,
        gap: 34.0,
    };
    rows.row("代　　码", "number", &format!("{}-{}", &code[..8], &code[8..]));
    rows.row("机构名称", "name", &merchant.business.registered_name);
    rows.row("机构类型", "type", "企业法人");
    rows.row("法定代表人", "legal_person", &merchant.legal_person.name);
    rows.row("地　　址", "address", &merchant.business.address);
    rows.row("有效期", "period", "自2024年05月20日至2028年05月20日");
    canvas.line("颁发单位", Face::Serif, 30.0, (838.0, 800.0), LABEL);
    canvas.seal((1120.0, 790.0), 92.0, "示例局");
    Page { canvas, fields, qr: None }
}

pub(super) fn tax_registration(owner: Owner, scale: f32, draw: &mut Draw) -> Page {
    let merchant = owner.merchant();
    let mut canvas = blank(Paper::TaxRegistration, scale, draw);
    let mut fields = Vec::new();
    emblem(&mut canvas, (700.0, 112.0), 46.0);
    canvas.spaced("税务登记证", Face::SerifBold, 72.0, 26.0, (476.0, 168.0), [28, 26, 30]);
    let value = format!("330099{}", number::org_code(owner.seed));
    canvas.line("示税联字", Face::Serif, 28.0, (470.0, 280.0), LABEL);
    let place = canvas.line(&value, Face::Sans, 29.0, (600.0, 279.0), INK);
    canvas.line("号", Face::Serif, 28.0, (place.x + place.width + 14.0, 280.0), LABEL);
    fields.push(Field { key: "number", value, place });
    let mut rows = Rows {
        canvas: &mut canvas,
        fields: &mut fields,
        face: draw.one_of(&[Face::Sans, Face::Serif]),
        size: 30.0,
        at: (140.0, 376.0),
        label_width: 240.0,
        columns: 27,
        gap: 30.0,
    };
    rows.row("纳税人名称", "name", &merchant.business.registered_name);
    rows.row("法定代表人", "legal_person", &merchant.legal_person.name);
    rows.row("地　　址", "address", &merchant.business.address);
    rows.row("登记注册类型", "type", "其他有限责任公司");
    rows.row("经营范围", "trade", "日用百货零售");
    canvas.line("发证税务机关", Face::Serif, 30.0, (800.0, 810.0), LABEL);
    canvas.seal((1130.0, 796.0), 92.0, "示例税务");
    Page { canvas, fields, qr: None }
}
