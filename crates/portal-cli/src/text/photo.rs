//! Words about photos.

use portal_app::domain::dossier::Slot;
use portal_app::view::{PhotoPlace, PhotoVerdict, PhotoVerdictCode, ReadDocument, ReadKey};
use serde_json::Value;

use crate::language::Words;

/// What the quality check says, where, and what helps, on one line.
pub fn verdict(verdict: &PhotoVerdict, words: Words) -> String {
    let (what, fix) = reason(verdict.code);
    let mut text = words.say(what.0, what.1).to_owned();
    let mut asides = Vec::new();
    asides.extend(verdict.place.map(|at| place(at, words)));
    asides.extend(verdict.blocking.then(|| words.say("不能使用", "can't be used")));
    if !asides.is_empty() {
        text.push_str(&format!(" ({})", asides.join(", ")));
    }
    let joint = words.say("：", ": ");
    format!("{text}{joint}{}", words.say(fix.0, fix.1))
}

/// What is wrong, in a word.
pub fn verdict_name(code: PhotoVerdictCode, words: Words) -> &'static str {
    let ((zh, en), _) = reason(code);
    words.say(zh, en)
}

type Bilingual = (&'static str, &'static str);

/// What is wrong, and how to do better.
fn reason(code: PhotoVerdictCode) -> (Bilingual, Bilingual) {
    match code {
        PhotoVerdictCode::Blurred => {
            (("模糊", "blurred"), ("点按屏幕对焦后重拍", "tap the screen to focus and take it again"))
        }
        PhotoVerdictCode::Shaken => (
            ("手抖", "shaken"),
            ("双手拿稳或靠住桌面重拍", "hold the phone with both hands and take it again"),
        ),
        PhotoVerdictCode::TooDark => {
            (("太暗", "too dark"), ("在光线充足处重拍", "take it again in good light"))
        }
        PhotoVerdictCode::TooBright => (
            ("过曝", "too bright"),
            ("避开直射光，点按文字处测光后重拍", "leave direct light, tap on the print and take it again"),
        ),
        PhotoVerdictCode::Glare => (
            ("反光", "glare"),
            ("关闭闪光灯或换个角度重拍", "switch the flash off or take it from another angle"),
        ),
        PhotoVerdictCode::TooSmall => {
            (("像素太少", "too few pixels"), ("使用原图", "use the original picture"))
        }
        PhotoVerdictCode::Blank => (("没有内容", "blank"), ("重拍", "take it again")),
        PhotoVerdictCode::TooFar => (
            ("证件在照片中太小", "the document is too small in the picture"),
            ("靠近后重拍，让证件占满画面", "go closer until it fills the picture"),
        ),
        PhotoVerdictCode::Cut => (
            ("证件没有拍全", "a part of the document is missing"),
            ("后退一点重拍，露出四边", "step back until all four edges are seen"),
        ),
        PhotoVerdictCode::Tilted => (
            ("拍摄角度太斜", "taken too much from the side"),
            ("从正上方重拍", "take it from straight above"),
        ),
        PhotoVerdictCode::Greyscale => {
            (("黑白照片", "without colours"), ("用彩色重拍原件", "take the original in colour"))
        }
        PhotoVerdictCode::Photocopy => {
            (("像是复印件", "looks like a copy"), ("拍摄彩色原件", "photograph the original"))
        }
        PhotoVerdictCode::ScreenPhoto => {
            (("翻拍屏幕", "taken from a screen"), ("直接拍摄原件", "photograph the original itself"))
        }
        PhotoVerdictCode::Screenshot => {
            (("截屏", "a screenshot"), ("直接拍摄原件", "photograph the original itself"))
        }
        PhotoVerdictCode::Watermarked => (
            ("画面上有水印", "words are laid over the picture"),
            ("使用没有水印的照片", "use the photo without them"),
        ),
        PhotoVerdictCode::NoDocument => (
            ("没有找到证件的边缘", "no document found"),
            ("确认照片放对位置；放在深色桌面上重拍", "check the slot, or take it on a dark table"),
        ),
        PhotoVerdictCode::WrongSide => (
            ("像是证件的另一面", "looks like the other side"),
            ("换成这一面的照片", "use the side asked for"),
        ),
        PhotoVerdictCode::WrongDocument => {
            (("像是另一种照片", "looks like another kind of picture"), ("确认照片放对位置", "check the slot"))
        }
        PhotoVerdictCode::SamePicture => (
            ("与本案件另一张照片相同", "the same picture as another one of this case"),
            ("换成应有的照片", "use the picture that belongs here"),
        ),
    }
}

fn place(place: PhotoPlace, words: Words) -> &'static str {
    let (zh, en) = match place {
        PhotoPlace::UpperLeft => ("左上", "upper left"),
        PhotoPlace::Above => ("上方", "at the top"),
        PhotoPlace::UpperRight => ("右上", "upper right"),
        PhotoPlace::Left => ("左侧", "at the left"),
        PhotoPlace::Middle => ("中间", "in the middle"),
        PhotoPlace::Right => ("右侧", "at the right"),
        PhotoPlace::LowerLeft => ("左下", "lower left"),
        PhotoPlace::Below => ("下方", "at the bottom"),
        PhotoPlace::LowerRight => ("右下", "lower right"),
        PhotoPlace::Everywhere => ("大部分画面", "nearly everywhere"),
    };
    words.say(zh, en)
}

/// What was done to a photo, or found about its file; a step of a newer version is shown by its code.
pub fn step(step: &Value, words: Words) -> String {
    let (zh, en) = match step["step"].as_str().unwrap_or_default() {
        "mislabelled" => {
            let [claimed, actual] = ["claimed", "actual"].map(|name| format(&step[name]));
            return match words.language {
                portal_app::view::Language::Chinese => format!("文件名写的是 {claimed}，实际是 {actual}"),
                portal_app::view::Language::English => format!("named {claimed}, but is {actual}"),
            };
        }
        "lossless_strip" => ("去除附加信息", "metadata removed"),
        "trailing_bytes_dropped" => ("去除文件尾的多余内容", "bytes behind the picture dropped"),
        "decoded" => ("重新解码", "decoded"),
        "first_frame_taken" => ("只取第一帧", "first frame taken"),
        "reduced_depth" => ("16 位转 8 位", "16 bits reduced to 8"),
        "flattened_alpha" => ("透明部分改为白色", "transparency laid on white"),
        "converted_colour" => ("转换为标准色彩", "colours converted to sRGB"),
        "resized" => ("缩小", "resized"),
        "oriented" => ("转正", "turned upright"),
        "turned" => ("旋转", "turned"),
        "outlined" => ("找到证件四角", "document's corners found"),
        "hashed" => ("已登记查重", "kept to be compared"),
        "reencoded" => ("重新压缩", "compressed anew"),
        code => (code, code),
    };
    words.say(zh, en).to_owned()
}

fn format(name: &Value) -> String {
    name.as_str().unwrap_or_default().to_ascii_uppercase()
}

/// What a photo shows.
pub fn document(document: ReadDocument, words: Words) -> &'static str {
    let (zh, en) = match document {
        ReadDocument::BusinessLicence => ("营业执照", "business licence"),
        ReadDocument::TaxRegistration => ("税务登记证", "tax registration certificate"),
        ReadDocument::OrganisationCodeCertificate => ("组织机构代码证", "organisation code certificate"),
        ReadDocument::IdPortrait => ("身份证人像面", "identity card, portrait side"),
        ReadDocument::IdEmblem => ("身份证国徽面", "identity card, emblem side"),
        ReadDocument::BankCard => ("银行卡", "bank card"),
        ReadDocument::AccountPermit => ("开户许可证", "account permit"),
        ReadDocument::AuthorisationLetter => ("授权书", "letter of authorisation"),
        ReadDocument::Lease => ("租赁合同", "lease"),
        ReadDocument::Contract => ("协议", "contract"),
        ReadDocument::Permit => ("许可证", "permit"),
        ReadDocument::TypePlate => ("终端机身标签", "label of a terminal"),
    };
    words.say(zh, en)
}

/// What a field is on its paper.
pub fn read_key(key: ReadKey, words: Words) -> &'static str {
    let (zh, en) = match key {
        ReadKey::Name => ("名称", "name"),
        ReadKey::Number => ("号码", "number"),
        ReadKey::LegalPerson => ("法定代表人", "legal person"),
        ReadKey::Address => ("地址", "address"),
        ReadKey::Scope => ("经营范围", "scope"),
        ReadKey::ValidFrom => ("有效期自", "valid from"),
        ReadKey::ValidUntil => ("有效期至", "valid until"),
        ReadKey::BranchName => ("开户银行", "bank branch"),
    };
    words.say(zh, en)
}

/// What a slot shows, by its name in files: `门头照 (storefront)` is what people see, `storefront` what they type.
pub fn slot(slot: Slot, words: Words) -> String {
    let (zh, en) = match slot {
        Slot::BusinessLicence => ("营业执照", "business licence"),
        Slot::TaxRegistration => ("税务登记证", "tax registration"),
        Slot::OrganisationCodeCertificate => ("组织机构代码证", "organisation code certificate"),
        Slot::LegalIdPortrait => ("法人身份证人像面", "legal person's ID, portrait side"),
        Slot::LegalIdEmblem => ("法人身份证国徽面", "legal person's ID, emblem side"),
        Slot::SettlerIdPortrait => ("结算人身份证人像面", "account holder's ID, portrait side"),
        Slot::SettlerIdEmblem => ("结算人身份证国徽面", "account holder's ID, emblem side"),
        Slot::BankCardFront => ("银行卡卡号面", "bank card, number side"),
        Slot::BankCardBack => ("银行卡背面", "bank card, back"),
        Slot::AccountPermit => ("开户许可证或账户证明", "account permit"),
        Slot::Storefront => ("门头照", "storefront"),
        Slot::Interior => ("店内照", "interior"),
        Slot::CashierDesk => ("收银台", "cashier desk"),
        Slot::SettlementAuthLetter => ("结算授权书", "letter of authority"),
        Slot::PaperContract => ("纸质协议", "paper contract"),
        Slot::Lease => ("租赁合同", "lease"),
        Slot::HoldingId => ("手持身份证照", "portrait holding the ID"),
        Slot::SpecialQualification => ("行业许可证", "trade permit"),
        Slot::Other => ("其他材料", "other papers"),
    };
    format!("{} ({})", words.say(zh, en), slot.as_str())
}
