//! What the rules find.

use portal_app::domain::problem::ProblemCode;

use crate::language::Words;

pub fn problem(code: ProblemCode, words: Words) -> &'static str {
    let (zh, en) = pair(code);
    words.say(zh, en)
}

fn pair(code: ProblemCode) -> (&'static str, &'static str) {
    match code {
        ProblemCode::Required => ("必填", "required"),
        ProblemCode::TooShort => ("太短", "too short"),
        ProblemCode::TooLong => ("太长", "too long"),
        ProblemCode::OutOfRange => ("超出范围", "out of range"),
        ProblemCode::BadFormat => ("格式不对", "wrong format"),
        ProblemCode::BadLength => ("位数不对", "wrong number of characters"),
        ProblemCode::BadCharacter => ("有不允许的字符", "a character that isn't allowed"),
        ProblemCode::BadCheckDigit => (
            "校验位不符，可能输错或颠倒了数字",
            "check digit doesn't match: a digit is wrong or two are swapped",
        ),
        ProblemCode::BadDate => ("日期不存在", "no such date"),
        ProblemCode::UnknownDivision => ("没有这个行政区划", "no such division"),
        ProblemCode::UnknownMcc => ("没有这个商户类别码", "no such merchant category"),
        ProblemCode::BadPrefix => ("号段不存在", "no such prefix"),
        ProblemCode::InFuture => ("日期在将来", "lies in the future"),
        ProblemCode::Expired => ("已过期", "expired"),
        ProblemCode::ExpiresSoon => ("即将过期", "expires soon"),
        ProblemCode::EndBeforeStart => ("截止早于起始", "ends before it begins"),
        ProblemCode::AgeOutOfRange => ("法人年龄不符合要求", "the legal person's age is not accepted"),
        ProblemCode::AllDigits => ("名称不能全是数字", "a name can't be digits only"),
        ProblemCode::ForbiddenWord => ("含有不能使用的词", "has a word that must not be used"),
        ProblemCode::NameMismatch => ("名称与另一处不一致", "differs from the name elsewhere"),
        ProblemCode::SameAsOther => ("不能与另一处相同", "must not equal the other value"),
        ProblemCode::AccountKindNotAllowed => {
            ("此类商户不能用这种账户", "this kind of merchant can't use this kind of account")
        }
        ProblemCode::ProductNotOffered => {
            ("此类商户不能办理这个产品", "the product isn't offered to this kind of merchant")
        }
        ProblemCode::AddressRepeatsDivision => {
            ("详细地址请不要重复省市区", "the address repeats province, city or district")
        }
        ProblemCode::Duplicate => ("重复", "listed twice"),
        ProblemCode::Unlikely => ("与另一处不太相符，请核对", "hardly fits the other value: check both"),
        ProblemCode::NotOffered => ("不在可选范围内", "not offered"),
        ProblemCode::PhotoMissing => ("缺照片", "photo missing"),
        ProblemCode::TooManyPhotos => ("照片太多", "too many photos"),
        ProblemCode::PhotoTooLarge => ("照片太大", "photo too large"),
        ProblemCode::PhotoTypeNotTaken => {
            ("后台不接受这种文件", "a type of file that the backend doesn't take")
        }
        ProblemCode::PhotoTooSmall => ("照片尺寸太小", "photo too small"),
        ProblemCode::DiffersFromPhoto => ("与照片上的不同", "differs from the photo"),
        ProblemCode::SamePhotoTwice => ("同一张照片用了两次", "the same photo twice"),
        ProblemCode::ConsentMissing => ("还没有同意", "not agreed to"),
    }
}
