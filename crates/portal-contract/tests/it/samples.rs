//! Invented documents. People, shops and numbers do not exist.

use portal_contract::{
    AcceptanceNotice, ActivationLetter, Align, Block, Branch, Checklist, ChecklistGroup, ChecklistItem,
    Column, Document, Language, ListItem, Marker, ReceiptPhoto, Slot, SlotKind, SubmissionReceipt,
    TrainingCertificate,
};
use portal_domain::progress::Terminal;
use sha2::{Digest, Sha256};

pub fn empty() -> Document {
    Document {
        language: Language::Zh,
        title: "样张".into(),
        number: "T-0001".into(),
        created_at: "2026-07-01T02:00:00Z".parse().unwrap(),
        banner: None,
        watermark: None,
        blocks: Vec::new(),
    }
}

pub fn with(blocks: Vec<Block>) -> Document {
    Document { blocks, ..empty() }
}

pub fn receipt(language: Language, photos: usize) -> SubmissionReceipt {
    let zh = language == Language::Zh;
    let pick = |zh_text: &str, en_text: &str| if zh { zh_text.to_owned() } else { en_text.to_owned() };
    let slots = [
        ("营业执照（正本或副本）", "Business licence (original or duplicate)"),
        ("法定代表人身份证（人像面）", "Legal representative's ID card, portrait side"),
        ("法定代表人身份证（国徽面）", "Legal representative's ID card, emblem side"),
        ("门头照", "Shop front"),
        ("店内环境照", "Inside of the shop"),
        ("收银台照", "Cash desk"),
    ];
    let photos = (0..photos).map(|index| {
        let (zh_name, en_name) = slots[index % slots.len()];
        ReceiptPhoto {
            slot_label: pick(zh_name, en_name),
            sha256: hex::encode(Sha256::digest([index as u8])),
            size_bytes: 183_400 + 97_531 * index as u64,
        }
    });
    SubmissionReceipt {
        language,
        receipt_number: "R-20260701-7K3M9Q".into(),
        op_id: "0197c1f0-5a00-7c3e-9a41-2f6d1b7e8c55".into(),
        case_id: "0197c1ef-11d2-7b60-8e0c-95a1d34b7f02".into(),
        merchant_name: "杭州市西湖区蓝岸小馆餐饮店（个体工商户）".into(),
        kind_label: pick("个体工商户", "Individual business"),
        product_labels: vec![pick("扫码收款", "QR payments"), pick("银行卡收单", "Card acquiring")],
        saved_at: "2026-07-01T02:14:09Z".parse().unwrap(),
        saved_at_text: pick(
            "2026年7月1日 10:14:09（北京时间）",
            "1 July 2026, 10:14:09 (China Standard Time)",
        ),
        device_id: "D-4F7A-19C2".into(),
        photos: photos.collect(),
        qr_payload: "zhanggui:receipt:R-20260701-7K3M9Q:0197c1f0-5a00-7c3e-9a41-2f6d1b7e8c55".into(),
    }
}

pub fn notice() -> AcceptanceNotice {
    AcceptanceNotice {
        language: Language::Zh,
        number: "SL-2026-000318".into(),
        merchant_name: "杭州市西湖区蓝岸小馆餐饮店（个体工商户）".into(),
        case_id: "0197c1ef-11d2-7b60-8e0c-95a1d34b7f02".into(),
        accepted_at: "2026-07-02T07:30:00Z".parse().unwrap(),
        accepted_at_text: "2026年7月2日 15:30".into(),
        branch: Branch {
            name: "示例收单服务有限公司杭州营业部".into(),
            address: "浙江省杭州市西湖区示范路 100 号 2 楼".into(),
            hours: "周一至周五 9:00–17:30（法定节假日除外）".into(),
        },
        act_by_text: Some("2026年8月1日".into()),
        next_steps: vec![
            "等待电话核实：工作人员将在 2 个工作日内致电预留手机号，核对经营地址、结算账户与申请产品。"
                .into(),
            "核实通过后签订收单服务协议；可到受理机构签订，也可由客户经理上门办理。".into(),
            "领取终端并接受操作培训，完成一笔试交易后开通。".into(),
        ],
        to_bring: vec![
            "营业执照正本或副本原件".into(),
            "法定代表人身份证原件；委托他人办理的，另带授权委托书和受托人身份证原件".into(),
            "结算银行卡原件".into(),
        ],
        reviewer_role: "进件审核岗".into(),
        verify_qr_payload: "https://verify.example.cn/n/SL-2026-000318?c=8f31d2a470".into(),
    }
}

pub fn certificate(language: Language) -> TrainingCertificate {
    let pick = |zh: &str, en: &str| if language == Language::Zh { zh.to_owned() } else { en.to_owned() };
    TrainingCertificate {
        language,
        number: "PX-20260710-000001".into(),
        case_id: "0197c1ef-11d2-7b60-8e0c-95a1d34b7f02".into(),
        merchant_name: "杭州市西湖区蓝岸小馆餐饮店（个体工商户）".into(),
        trainee: "买买提江·吐尔逊".into(),
        trained_on_text: pick("2026年7月10日", "10 July 2026"),
        topics: vec![pick("收款", "Taking payments"), pick("撤销与退款", "Cancelling and refunding")],
        branch: "示例收单服务有限公司杭州营业部".into(),
        issued_at: "2026-07-10T08:00:00Z".parse().unwrap(),
        issued_at_text: pick("2026年7月10日 16:00", "10 July 2026, 16:00"),
        qr_payload: "portal-certificate:PX-20260710-000001".into(),
    }
}

pub fn letter(language: Language) -> ActivationLetter {
    let pick = |zh: &str, en: &str| if language == Language::Zh { zh.to_owned() } else { en.to_owned() };
    let terminal = |serial: &str| Terminal { model: pick("示例 P1", "Example P1"), serial: serial.into() };
    ActivationLetter {
        language,
        number: "KT-20260712-000001".into(),
        case_id: "0197c1ef-11d2-7b60-8e0c-95a1d34b7f02".into(),
        merchant_name: "杭州市西湖区蓝岸小馆餐饮店（个体工商户）".into(),
        merchant_number: "000290000000001".into(),
        products: pick("传统POS、聚合码牌", "POS terminal, QR plate"),
        settlement_account: "周明　622200******1234　示例银行杭州分行".into(),
        contract_number: "HT-20260705-000001".into(),
        terminals: vec![terminal("SN-0001"), terminal("SN-0002")],
        issuer: "示例收单服务有限公司".into(),
        issuer_phone: "400-000-0000".into(),
        activated_at: "2026-07-12T02:00:00Z".parse().unwrap(),
        activated_at_text: pick("2026年7月12日 10:00", "12 July 2026, 10:00"),
        qr_payload: "portal-letter:KT-20260712-000001".into(),
    }
}

pub fn checklist() -> Checklist {
    let item = |name: &str, reason: &str| ChecklistItem { name: name.into(), reason: reason.into() };
    Checklist {
        language: Language::Zh,
        number: "CL-LKL-2026.07".into(),
        merchant_name: None,
        product_labels: vec!["扫码收款".into(), "银行卡收单".into()],
        prepared_at: "2026-07-01T01:00:00Z".parse().unwrap(),
        prepared_at_text: "2026年7月1日 9:00".into(),
        groups: vec![
            ChecklistGroup {
                title: "主体资料".into(),
                items: vec![
                    item("营业执照（正本或副本）", "所有企业和个体工商户都需要；名称、地址须与申请一致。"),
                    item("开户许可证或基本存款账户信息", "结算到对公账户时需要。"),
                ],
            },
            ChecklistGroup {
                title: "人员证件".into(),
                items: vec![
                    item(
                        "法定代表人（经营者）身份证，正反两面",
                        "核实身份；证件须在有效期内，剩余有效期不少于 30 天。",
                    ),
                    item("结算人身份证，正反两面", "结算人不是法定代表人时需要。"),
                    item("结算授权书", "结算人不是法定代表人时需要，须双方签字。"),
                ],
            },
            ChecklistGroup {
                title: "经营场所".into(),
                items: vec![
                    item("门头照", "须拍到完整店招和入口。"),
                    item("店内环境照", ""),
                    item("收银台照", "申请银行卡收单时需要。"),
                ],
            },
        ],
    }
}

/// A document with every kind of block, such as contracts will be.
pub fn agreement() -> Document {
    let clause = |number: &str, text: &str| Block::Clause { number: number.into(), text: text.into() };
    let column = |head: &str, share, align| Column { head: head.into(), share, align };
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    let slot = |kind, name: &str, label: &str, width_pt| Slot {
        kind,
        name: name.into(),
        label: label.into(),
        width_pt,
        height_pt: 64.0,
    };
    let mut blocks = vec![
        Block::Title {
            text: "收单服务协议".into(),
            subtitle: Some("版本 1.2.0 · 自 2026 年 7 月 1 日起施行".into()),
        },
        Block::Heading { text: "一、费率".into() },
        Block::Table {
            columns: vec![
                column("业务", 30, Align::Start),
                column("费率", 20, Align::End),
                column("单笔封顶", 20, Align::End),
                column("说明", 50, Align::Start),
            ],
            rows: vec![
                row([
                    "扫码（微信、支付宝）",
                    "0.38%",
                    "—",
                    "按交易金额计收，逐笔扣收，不足 1 分的四舍五入。",
                ]),
                row(["借记卡", "0.50%", "￥20.00", "刷卡、挥卡均适用。"]),
                row([
                    "贷记卡",
                    "0.60%",
                    "—",
                    "含 Visa、Mastercard 境内标准业务；境外卡另行约定（见附件二）。",
                ]),
            ],
        },
        Block::Heading { text: "二、双方约定".into() },
    ];
    for article in 1..=14 {
        blocks.push(clause(
            &format!("第{article}条"),
            "甲方应当妥善保管终端（含 POS 机、扫码盒与其附件），不得出租、出借、转让，也不得移机使用；\
             “一机一户”的规定见《收单业务管理办法》。甲方发现终端丢失、被盗或者被改装的，应当立即通知乙方\
             （客服热线 Service Hotline 另行公布），乙方自接到通知之时起停用该终端。",
        ));
    }
    blocks.extend([
        Block::Heading { text: "三、附件".into() },
        Block::List {
            marker: Marker::Bullet,
            items: vec![ListItem { text: "附件一：结算授权书".into(), remark: None }],
        },
        Block::Note {
            text: "本协议经甲方签字、乙方加盖电子印章后生效；乙方签署之前为未生效文本。".into()
        },
        Block::Slots {
            slots: vec![
                slot(SlotKind::Signature, "merchant-signature", "甲方（商户）签字", 180.0),
                slot(SlotKind::Seal, "issuer-seal", "乙方（收单机构）盖章", 140.0),
                slot(SlotKind::Date, "issuer-date", "日期", 100.0),
            ],
        },
    ]);
    Document {
        title: "收单服务协议".into(),
        number: "HT-2026-000077".into(),
        watermark: Some("未生效".into()),
        ..with(blocks)
    }
}
