//! Words about photos.

use portal_app::domain::dossier::Slot;
use portal_app::view::{PhotoVerdict, ReadKey};
use serde_json::Value;

use crate::language::Words;

/// What the quality check says; a verdict of a newer version is shown by its code.
pub fn verdict(verdict: &PhotoVerdict, words: Words) -> String {
    let (zh, en) = match verdict.code.as_str() {
        "blurred" => ("模糊", "blurred"),
        "too_dark" => ("太暗", "too dark"),
        "glare" => ("反光", "glare"),
        "too_small" => ("尺寸太小", "too small"),
        "blank" => ("没有内容", "blank"),
        code => (code, code),
    };
    let word = words.say(zh, en);
    if verdict.blocking {
        format!("{word} ({})", words.say("不能使用", "can't be used"))
    } else {
        word.to_owned()
    }
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
        "reencoded" => ("重新压缩", "compressed anew"),
        code => (code, code),
    };
    words.say(zh, en).to_owned()
}

fn format(name: &Value) -> String {
    name.as_str().unwrap_or_default().to_ascii_uppercase()
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
