//! Why a command failed.

use portal_app::error::CommandCode;

use crate::language::Words;

pub fn command(code: CommandCode, words: Words) -> &'static str {
    let (zh, en) = pair(code);
    words.say(zh, en)
}

fn pair(code: CommandCode) -> (&'static str, &'static str) {
    match code {
        CommandCode::InvalidArgument => ("参数或文件无法使用", "an argument or file can't be used"),
        CommandCode::Invalid => {
            ("内容不符合要求，请先修改", "the application breaks rules: correct it first")
        }
        CommandCode::NotFound => ("找不到", "not found"),
        CommandCode::Stale => ("内容已在别处更新，请重试", "it was changed elsewhere meanwhile: try again"),
        CommandCode::Frozen => ("案件目前不能修改", "the case can't be changed now"),
        CommandCode::TooLargeToSend => ("内容超过后台接受的大小", "more than the backend takes"),
        CommandCode::AlreadySent => ("已经发送，不能收回", "already sent: it can't be taken back"),
        CommandCode::Locked => ("已锁定", "locked"),
        CommandCode::WrongPin => ("PIN 不正确", "wrong PIN"),
        CommandCode::PinDelayed => ("输错次数过多，请稍后再试", "too many wrong PINs: try again later"),
        CommandCode::WeakPin => ("PIN 太简单，请换一个", "the PIN is too simple: choose another"),
        CommandCode::WrongRecoveryCode => ("恢复码不正确", "wrong recovery code"),
        CommandCode::WrongPassphrase => ("口令不正确", "wrong passphrase"),
        CommandCode::WeakPassphrase => {
            ("口令太短，至少 8 个字符", "the passphrase is too short: 8 characters or more")
        }
        CommandCode::KeyringLocked => {
            ("系统密钥环已锁定，请先在系统中解锁", "the system keyring is locked: unlock it first")
        }
        CommandCode::KeyringAbsent => (
            "这台电脑没有可用的系统密钥环，可设置 PORTAL_VAULT_PASSPHRASE 使用口令",
            "this computer has no usable keyring: set PORTAL_VAULT_PASSPHRASE for a passphrase vault",
        ),
        CommandCode::SecretsMissing => (
            "这台电脑的密钥已丢失，请用恢复码恢复：运行 portal recover，或在窗口中操作",
            "this computer's keys are gone: use the recovery code, with portal recover or in the window",
        ),
        CommandCode::NewerSchema => {
            ("数据由更新的版本写入，请升级掌柜", "the data was written by a newer version: update")
        }
        CommandCode::Damaged => {
            ("数据损坏，请不要删除文件，联系支持人员", "data is damaged: delete nothing and ask support")
        }
        CommandCode::DiskFull => ("磁盘空间不足", "the disk is full"),
        CommandCode::ReadOnly => (
            "另一个窗口或程序正在使用这份资料，这里只能查看",
            "another window or program writes to this profile: only reading works here",
        ),
        CommandCode::Offline => ("连不上后台，请检查网络", "the backend can't be reached: check the network"),
        CommandCode::NotTheBackend => (
            "网络要求登录，或被代理拦截，没有连到后台",
            "something else than the backend answers: a network sign-in page or a proxy",
        ),
        CommandCode::NoBackend => ("还没有设置后台地址：请用 --backend", "no backend is set: use --backend"),
        CommandCode::Unauthorized => ("账号、密码或验证码不正确", "wrong user, password or code"),
        CommandCode::SecondFactorNeeded => (
            "还需要验证器里的动态码：请加 --code",
            "a code of the authenticator app is needed, too: add --code",
        ),
        CommandCode::SecondFactorUnset => ("请先设置验证器", "an authenticator app has to be set up first"),
        CommandCode::SecondFactorWrong => (
            "动态码不正确或已用过，请用下一个",
            "the authenticator's code is wrong or was used: take the next one",
        ),
        CommandCode::AccountDisabled => {
            ("账号或设备已停用，请联系管理员", "the account or computer is disabled: ask the administrator")
        }
        CommandCode::TooManyRequests => ("操作太频繁，请稍后再试", "too many requests: try again later"),
        CommandCode::NotEnrolled => {
            ("这台电脑还没有登记：请先运行 portal enrol", "this computer isn't enrolled: run portal enrol")
        }
        CommandCode::SignInNeeded => ("需要登录：请运行 portal login", "sign-in needed: run portal login"),
        CommandCode::OfflineTooLong => (
            "太久没有连上后台，不能新建进件：请先联网同步一次（已有的草稿和发送不受影响）",
            "too long without the backend to begin a new case: sync once first (drafts and sending go on)",
        ),
        CommandCode::Refused => ("后台没有接受这个请求", "the backend refused the request"),
        CommandCode::NothingToExport => ("没有可以导出的内容", "there is nothing to export"),
        CommandCode::NoCourierKey => (
            "这个账户还没有联网登录过，无法加密：请联网同步一次",
            "nobody said yet whom to encrypt for: sync once with a network",
        ),
        CommandCode::FileUnusable => ("文件无法读取或写入", "the file can't be read or written"),
        CommandCode::NotAPackage => ("不是这个后台的随身包", "not a courier package for this backend"),
        CommandCode::PackageAltered => (
            "随身包被改动或损坏，没有接收任何内容",
            "the package was altered or damaged: nothing was received",
        ),
        CommandCode::NotReceipts => ("不是这个后台的回执文件", "not receipts of this backend"),
        CommandCode::ReceiptsOfAnother => ("这是另一个账户的回执", "these receipts are for another account"),
        CommandCode::NotTheSigner => (
            "只有商户本人能用自己的账户和 PIN 签署，他人不能代签",
            "only the merchant signs, in their own account with their own PIN: nobody else can",
        ),
        CommandCode::NotRead => ("合同还没有读到最后一页", "the contract was not read to its last page"),
        CommandCode::ScansMissing => (
            "纸面合同的扫描件不齐：每一页都要有",
            "scans of the paper contract are missing: every page is needed",
        ),
        CommandCode::OfferExpired => {
            ("报价已过期，请联系服务网点重新报价", "the offer has ended: ask your branch for a new one")
        }
        CommandCode::NoSigningPass => (
            "这台电脑还没有签约证书：请联网同步一次",
            "this computer has no certificate for contracts yet: sync once with a network",
        ),
        CommandCode::WrongCode => (
            "验证码不对、已用过、已过期，或不是为这份文件发的",
            "the code is wrong, used, expired, or was sent for another document",
        ),
        CommandCode::NoHandwriting => ("没有签名笔迹，请重新签名", "there is no signature: sign again"),
        CommandCode::OfferTooNew => (
            "报价用的合同文本比本程序新，请先升级",
            "the offer's text is newer than this program: update it first",
        ),
        CommandCode::OfferNotGenuine => {
            ("这份报价不是收单机构签发的，不要签署", "the acquirer did not make this offer: don't sign it")
        }
        CommandCode::PhotoNotAnImage => ("文件不是图片", "the file is not a picture"),
        CommandCode::PhotoFormat => (
            "不支持这种图片格式，请用 JPEG、HEIC、AVIF、PNG、WebP、TIFF、GIF 或 BMP",
            "this picture format is not read: use JPEG, HEIC, AVIF, PNG, WebP, TIFF, GIF or BMP",
        ),
        CommandCode::PhotoTruncated => {
            ("图片文件不完整，请重新拍摄或复制", "the picture is cut off: copy or take it again")
        }
        CommandCode::PhotoTooLarge => ("图片太大，无法处理", "the picture is too large"),
        CommandCode::PhotoTooSmall => {
            ("图片尺寸太小，请用原图", "the picture is too small: use the original")
        }
        CommandCode::PhotoDamaged => ("图片已损坏，无法打开", "the picture is damaged"),
        CommandCode::PhotoTooSlow => ("图片处理超时，请换一张", "the picture took too long: use another"),
        CommandCode::PhotoDuplicate => ("这张照片已经添加过", "this photo is there already"),
        CommandCode::PhotoShowsNothing => (
            "照片全黑或一片空白，看不到内容，请重新拍摄",
            "the photo is black or blank, nothing can be seen on it: take it again",
        ),
        CommandCode::Cancelled => ("已取消", "cancelled"),
        CommandCode::PhotoSlotFull => ("这里的照片数量已满", "this slot is full"),
        CommandCode::WorkerMissing => {
            ("照片处理程序缺失，请重新安装掌柜", "the photo program is missing: install again")
        }
        CommandCode::NoNetwork => (
            "这台电脑没有连接局域网，手机连不上",
            "this computer is in no local network: no phone can reach it",
        ),
        CommandCode::MissingGlyph => {
            ("有文字没有可用字体，无法生成文档", "a character has no font: the document can't be made")
        }
        CommandCode::Internal => ("内部错误", "internal error"),
    }
}
