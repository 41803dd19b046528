use super::{
    ActivationWords, ChecklistWords, NoticeWords, ReceiptWords, TrainingWords, VerificationWords, Words,
};

pub(super) const WORDS: Words = Words {
    content_hash: "内容校验",
    page_of: |page, total| format!("第 {page} 页 / 共 {total} 页"),
    case_id: "案件编号",
    merchant: "商户名称",
    receipt: ReceiptWords {
        title: "提交回执（本机）",
        banner: "未收到 · 仅保存在本机",
        receipt_number: "回执编号",
        op_id: "操作编号",
        kind: "主体类型",
        products: "申请产品",
        saved_at: "保存时间",
        device: "设备",
        photos: |count| format!("已保存的影像资料（{count} 份）"),
        no_photos: "本次提交没有影像资料。",
        photo_number: "序号",
        photo_slot: "资料",
        photo_size: "大小",
        photo_hash: "SHA-256（前 16 位）",
        meaning: "本回执的效力",
        statement: "以上申请已保存在本机，尚未被收到。本机联网后会自动送出；受理系统收到后，由其签发收据，案件状态改为“已收到”。\
                    在此之前请勿卸载本程序，也不要清除本机数据。本回执不是受理凭证。",
        qr_caption: "扫码可读出本回执的编号。\n查询进度时请出示此码，或报出回执编号。",
        separator: "、",
    },
    notice: NoticeWords {
        title: "受理通知书",
        number: "通知书编号",
        salutation: |merchant| format!("{merchant}："),
        opening: |time, branch| {
            format!(
                "你方提交的收单业务申请，资料经审核符合受理要求，已于 {time} 由{branch}受理。现将有关事项通知如下。"
            )
        },
        accepted_at: "受理时间",
        branch: "受理机构",
        address: "地址",
        hours: "营业时间",
        reviewer: "审核岗位",
        act_by: "办理期限",
        act_by_text: |day| format!("{day}前；逾期办理的，请先与受理机构联系"),
        next_steps: "后续步骤",
        to_bring: "办理时请携带",
        scope: "本通知书表示申请已被受理，不表示收单协议已经签订，也不表示收款功能已经开通。\
                受理方不会以本通知书为由要求你方转账，也不会索要密码或短信验证码。",
        qr_caption: "扫码核验本通知书。\n核验页上的编号、商户名称和受理时间应与本页一致；不一致的，请勿采信，并与受理机构联系。",
    },
    checklist: ChecklistWords {
        title: "办理材料清单",
        products: "申请产品",
        prepared_at: "生成时间",
        hint: "请按下列项目准备原件并逐项勾选。照片须完整、清晰、无反光，四角可见；证件须在有效期内。",
        total: |count| format!("共 {count} 项"),
    },
    verification: VerificationWords {
        title: "打印件核验页",
        about: "前面各页是下列合同文件的打印件，在双方签署之后由程序制作，供查阅和留存。打印件本身没有电子签名，\
                是否有效、内容是否一致，以签署文件为准。",
        number: "合同编号",
        file: "签署文件 SHA-256",
        merchant: "商户签署",
        issuer: "收单机构签署",
        time: "时间戳",
        signed: |signer, at| format!("{signer}　{at}（签署方时钟）"),
        edges: "各页右侧的骑缝章由程序在打印件上添加：叠齐各页边缘，印章应当完整，缺页或者换页即不能拼合。\
                骑缝章不在签署文件之内，不代替电子签名。",
        qr_caption: "扫码打开收单机构的核验页面，按签署文件的 SHA-256 查询合同状态。\n链接中没有个人信息。\
                     核对内容请使用签署文件：在同一页面选择文件即可核验。",
    },
    training: TrainingWords {
        title: "装机培训证书",
        statement: |trainee, merchant, day| {
            format!(
                "{trainee}（{merchant}）于 {day}参加收款终端使用培训，完成下列内容，并已独立操作。特此证明。"
            )
        },
        number: "证书编号",
        trainee: "参加人",
        trained_on: "培训日期",
        branch: "培训机构",
        topics: "培训内容",
        scope: "本证书只证明参加人完成了上列培训，不是职业资格证明，也不表示收款功能已经开通。\
                人员变动或者更换机型的，可以免费再次培训。",
        qr_caption: "扫码可读出证书编号和案件编号。\n向培训机构报出这两个编号，可以核对参加人和日期；不一致的，请勿采信。",
    },
    activation: ActivationWords {
        title: "开通通知书",
        opening: |time| {
            format!(
                "你方申请的收单业务各项手续已经办妥，收款功能已于 {time} 开通。请核对下列事项，如有不符，请立即致电。"
            )
        },
        number: "通知书编号",
        merchant_number: "商户编号",
        products: "开通产品",
        settlement_account: "结算账户",
        contract: "收单服务协议",
        issuer: "收单机构",
        terminals: "已绑定机具",
        model: "型号",
        serial: "序列号",
        first_heading: "开通后请先核对",
        first_days: [
            "做一笔小额收款，签购单上的商户名称、商户编号应与本通知一致。",
            "按约定的结算周期查看结算账户，金额等于交易金额减去手续费。",
            "做一笔退款，确认退款原路返回。",
        ],
        scope: "机具只在布放地址由本商户使用，不外借、不转让。证照、法定代表人、结算账户或者经营地址有变动的，应及时更新信息。\
                任何人都不会以开通为由要求转账、垫资，或者索要密码和短信验证码。",
        qr_caption: "扫码可读出通知书编号和案件编号。\n向收单机构报出这两个编号，可以核对商户名称和开通时间；不一致的，请勿采信。",
    },
};
