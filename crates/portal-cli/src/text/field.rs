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
        "unreadable" => ("无法读取", "can't be read"),
        "unusable" => ("文件夹无法使用", "the folder can't be used"),
        "unwritable" => ("无法写入", "can't be written"),
        "wrong_type" => ("值的类型不对", "a value of another type is needed"),
        _ => return rule(code, words).unwrap_or(code),
    };
    words.say(zh, en)
}

/// The rules' own codes.
fn rule(code: &str, words: Words) -> Option<&'static str> {
    let code: ProblemCode = serde_json::from_value(code.into()).ok()?;
    Some(problem(code, words))
}
