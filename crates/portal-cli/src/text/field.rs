//! What is wrong with one argument or one place of a document.

use portal_app::domain::problem::ProblemCode;

use super::problem::problem;
use crate::language::Words;

/// `--from: no such file`; figures that belong to an error are named instead.
pub fn field(path: &str, code: &str, words: Words) -> String {
    let figure = match path {
        "/line" => Some(words.say("行", "line")),
        "/column" => Some(words.say("列", "column")),
        "/max_bytes" => Some(words.say("最多字节", "most bytes")),
        "/offered" => Some(words.say("可用", "use one of")),
        "/attempts_left" => Some(words.say("剩余次数", "tries left")),
        "/retry_after_s" => Some(words.say("等待秒数", "seconds to wait")),
        "/code" => Some(words.say("代码", "code")),
        "/character" => Some(words.say("字符", "character")),
        "/file" => Some(words.say("包内文件", "file inside")),
        "/format" => Some(words.say("格式", "format")),
        "/max_pixels" => Some(words.say("最多像素", "most pixels")),
        "/short_side_px" => Some(words.say("短边像素", "short side in pixels")),
        "/min_short_side_px" => Some(words.say("至少", "at least")),
        _ => None,
    };
    match figure {
        Some(label) => format!("{label} {code}"),
        None => format!("{path}{}{}", words.say("：", ": "), fault(code, words)),
    }
}

/// The text of a code; a code that this version doesn't know, e.g. a newer backend's, is shown as it is.
fn fault(code: &str, words: Words) -> &str {
    let (zh, en) = match code {
        "altered" => ("已改动或损坏", "altered or damaged"),
        "ambiguous" => ("不止一个符合，请写得更长", "more than one fits: write more of it"),
        "bad_address" => ("不是 http:// 或 https:// 地址", "not an http:// or https:// address"),
        "bad_json" => ("不是正确的 JSON", "not valid JSON"),
        "bad_utf8" => ("不是 UTF-8 文本", "not UTF-8 text"),
        "bad_value" => ("值无法使用", "a value that can't stand here"),
        "conflict" => ("不能与另一个参数同时使用", "can't be used together with another argument"),
        "duplicate_field" => ("字段重复", "the field stands there twice"),
        "file_too_large" => ("文件太大", "the file is too large"),
        "folder_not_found" => ("文件夹不存在", "no such folder"),
        "insecure_address" => {
            ("http:// 只能用于本机，请用 https://", "http:// reaches this computer only: use https://")
        }
        "not_a_certificate" => ("不是 PEM 证书", "not a PEM certificate"),
        "not_a_file" => ("不是文件", "not a file"),
        "not_answered" => ("退回项还没有修改", "was returned and not changed yet"),
        "not_found" => ("找不到", "not found"),
        "not_offered" => ("不在可选范围内", "not one of the values"),
        "not_returned" => ("没有退回，不能修改", "was not returned: can't be changed"),
        "not_settable" => ("请用 case photo 或 case consent", "use case photo or case consent"),
        "same_as_input" => ("与输入是同一个文件", "the same file as the input"),
        "unknown_argument" => ("没有这个参数", "no such argument"),
        "unknown_command" => ("没有这个命令", "no such command"),
        "unknown_field" => ("没有这个字段", "no such field"),
        "unknown_pointer" => ("进件资料中没有这个位置", "the document has no such place"),
        "not_read" => ("这类材料不识别", "papers of this slot aren't read"),
        "unreadable" => ("无法读取", "can't be read"),
        "unusable" => ("文件夹无法使用", "the folder can't be used"),
        "unwritable" => ("无法写入", "can't be written"),
        "wrong_type" => ("值的类型不对", "a value of another type is needed"),
        _ => {
            return secret(code)
                .or_else(|| picture(code))
                .map_or_else(|| rule(code, words).unwrap_or(code), |(zh, en)| words.say(zh, en));
        }
    };
    words.say(zh, en)
}

/// What is wrong with a new PIN or a recovery code.
fn secret(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "pin_length" => ("要 6 到 12 位数字", "6 to 12 digits are needed"),
        "pin_not_digits" => ("只能是数字", "digits only"),
        "pin_repeated" => ("不能是重复的数字", "not the same digit over and over"),
        "pin_sequence" => ("不能是连续的数字", "not digits in a row"),
        "recovery_code_length" => ("长度不对", "wrong length"),
        "recovery_code_symbol" => ("有不会出现的字符", "a character that no recovery code has"),
        "recovery_code_typo" => ("有一处写错", "has a typing mistake"),
        "recovery_code_wrong" => ("不是这个账户的", "belongs to another account"),
        _ => return None,
    })
}

/// Why a picture was refused.
fn picture(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "empty" => ("文件是空的", "the file is empty"),
        "not_an_image" => ("内容不是图片", "its content is no picture"),
        "format_unsupported" => ("不支持的图片格式", "a picture format that is not read"),
        "variant_unsupported" => ("不支持的图片编码", "a kind of this picture format that is not read"),
        "truncated" => ("文件后面缺了一部分", "its end is missing"),
        "corrupt" => ("文件内容有错", "its content contradicts itself"),
        "too_many_pixels" => ("像素太多", "too many pixels"),
        "too_many_files" => {
            ("文件太多，请只放这个商户的照片", "too many files: give the pictures of this merchant only")
        }
        "too_many_bytes" => ("文件太大", "the file is too large"),
        "too_much_memory" => ("展开后太大", "too large once it is unpacked"),
        "too_many_scans" => ("分层太多", "more scans than a picture needs"),
        "too_small" => ("像素太少", "too few pixels"),
        "over_limit" => ("压缩后仍超过大小", "still too large when compressed"),
        "too_slow" => ("处理太慢", "takes too long"),
        "worker_died" => ("处理时出错", "broke off while it was read"),
        "worker_unavailable" => ("照片处理程序无法启动", "the photo program can't be started"),
        _ => return None,
    })
}

/// The rules' own codes.
fn rule(code: &str, words: Words) -> Option<&'static str> {
    let code: ProblemCode = serde_json::from_value(code.into()).ok()?;
    Some(problem(code, words))
}
