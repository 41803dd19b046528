//! Words about what waits in the outbox.

use crate::language::Words;

/// What an operation does; a kind of a newer version is shown by its name.
pub fn kind(kind: &str, words: Words) -> &str {
    let (zh, en) = match kind {
        "application.submit" => ("提交", "application"),
        "application.amend" => ("回复退回", "answer to a return"),
        "application.withdraw" => ("撤销", "withdrawal"),
        "contract.sign" => ("合同签署", "contract signature"),
        "contract.sign_on_paper" => ("纸面合同的扫描件", "scans of a contract on paper"),
        "contract.refuse" => ("合同拒签", "contract refusal"),
        other => (other, other),
    };
    words.say(zh, en)
}

/// Why the last try failed; a code that this version doesn't know is shown as it is.
pub fn problem(code: &str, words: Words) -> &str {
    let (zh, en) = match code {
        "network" => ("网络中断", "The network broke off"),
        "timeout" => ("网络太慢，等待超时", "The network is too slow"),
        "tls" => (
            "安全连接失败，请检查电脑时间和网络",
            "No secure connection: check the computer's clock and the network",
        ),
        "captive_portal" => {
            ("网络要求登录，或被代理拦截", "The network asks for a sign-in, or a proxy answers")
        }
        "bad_answer" => ("后台的回答不完整", "The backend's answer was incomplete"),
        "bad_receipt" => ("回执未通过验证，不算已接收", "The receipt failed its check and doesn't count"),
        "budget_spent" => (
            "今日流量已用完：表单已送达，照片明天继续",
            "Today's data budget is used: the form is there, photos go on tomorrow",
        ),
        "sign_in_needed" | "unauthorized" => {
            ("登录已过期，请重新登录", "The sign-in has expired: sign in again")
        }
        "device_key" => ("设备密钥不可用，请重新登录", "The device key can't be used: sign in again"),
        "token_store" => {
            ("登录信息无法保存，请检查系统密钥环", "The sign-in can't be stored: check the system keyring")
        }
        "blob_missing" => {
            ("照片文件不在本机，请重新添加", "A photo is no longer on this computer: add it again")
        }
        "blob_damaged" => ("照片文件已损坏，请重新添加", "A photo is damaged: add it again"),
        "disk_full" => ("磁盘空间不足", "The disk is full"),
        "store" => ("本机数据读写出错", "The local data could not be read or written"),
        "backend_address" => ("后台地址不正确", "The backend's address is wrong"),
        "receipt_key" => ("后台的回执密钥不正确", "The backend's receipt key is wrong"),
        "operation_damaged" => {
            ("这项内容在本机已损坏，请联系支持人员", "This entry is damaged on this computer: ask support")
        }
        "setup" => ("安全连接组件无法启动", "Secure connections can't be set up"),
        "task" => ("发送被中断，会再次发送", "Sending was interrupted and is repeated"),
        "malformed_request" | "bad_parameter" => {
            ("后台读不懂发送的内容，请升级掌柜", "The backend can't read what was sent: update Zhanggui")
        }
        "digest_mismatch" => ("传输中内容有变，会重新发送", "Bytes changed on the way: it is sent again"),
        "bad_signature" => {
            ("设备签名不被接受，请重新登录", "The device's signature was refused: sign in again")
        }
        "forbidden" => ("你的账户不能提交这个案件", "Your account may not submit this case"),
        "disabled" => (
            "账户或设备已停用，请联系管理员",
            "The account or device was switched off: ask your administrator",
        ),
        "wrong_code" => ("验证码不对或已失效", "The code is wrong or no longer valid"),
        "not_found" => ("后台没有这个案件", "The backend doesn't know this case"),
        "method_not_allowed" => {
            ("后台不支持这个操作，请升级掌柜", "The backend can't do this: update Zhanggui")
        }
        "operation_mismatch" => {
            ("同一项内容已以另一版本发送过", "This entry was sent before with other content")
        }
        "missing_blobs" => ("后台还缺照片，会继续发送", "The backend still misses photos: sending goes on"),
        "offset_mismatch" => {
            ("断点不一致，会自动接着发送", "The upload goes on from where the backend stands")
        }
        "illegal_move" => {
            ("案件在后台的状态不允许这个操作", "The case's state at the backend doesn't allow this")
        }
        "approval_needed" => ("须主管审批", "A supervisor has to agree"),
        "approval_refused" => (
            "主管没有同意，原因见案件经过；修改后可重新提交",
            "A supervisor didn't agree, see the case's history: correct and submit again",
        ),
        "gone" => ("上传已过期，会重新发送", "The upload expired: it is sent again"),
        "conflict" => ("案件在后台已有更新的内容", "The backend has a newer version of the case"),
        "tus_version" => {
            ("后台的上传方式不同，请升级掌柜", "The backend uploads in another way: update Zhanggui")
        }
        "too_large" => ("照片超过后台允许的大小", "A photo is larger than the backend takes"),
        "unsupported_type" => ("后台不接受这种文件", "The backend doesn't take this kind of file"),
        "invalid" => {
            ("后台检查没有通过，请修改后重新提交", "The backend's checks failed: correct and submit again")
        }
        "locked" => ("另一个上传正在进行，稍后自动继续", "Another upload is under way: it goes on soon"),
        "too_many_requests" => ("后台繁忙，稍后自动重试", "The backend is busy: it is tried again soon"),
        "checksum_mismatch" => {
            ("传输中内容有变，会重新发送", "Bytes changed on the way: they are sent again")
        }
        "internal" => ("后台出错，稍后自动重试", "The backend failed: it is tried again soon"),
        "unavailable" => {
            ("后台暂停服务，稍后自动重试", "The backend is out of service: it is tried again soon")
        }
        other => (other, other),
    };
    words.say(zh, en)
}
