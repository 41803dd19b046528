//! The built-in templates, filled for invented people.

use std::collections::BTreeMap;

use portal_contract::template::{Filling, Quote, QuotedFee, SettlementCycle, Template, Turnover, builtin};
use portal_contract::{Document, Language};
use portal_domain::dossier::FeeService;

use crate::ceremony::{ISSUER, MERCHANT, at};

pub fn quote() -> Quote {
    let fee = |service, rate, cap_fen| QuotedFee { service, rate, cap_fen, floor_fen: None };
    Quote {
        number: "BJ-2026-00041".into(),
        case_id: "0197c1ef-11d2-7b60-8e0c-95a1d34b7f02".into(),
        valid_until: "2026-07-31".parse().unwrap(),
        fees: vec![
            fee(FeeService::DebitCard, 5000, Some(2000)),
            fee(FeeService::CreditCard, 6000, None),
            fee(FeeService::Wechat, 3800, None),
            fee(FeeService::Alipay, 3800, None),
        ],
        settlement: SettlementCycle::NextWorkingDay,
        deposit_fen: 20_000,
        yearly_service_fen: 6_000,
        deposit_refund_days: 10,
        exit_fen: 0,
    }
}

pub fn turnovers() -> Vec<Turnover> {
    vec![
        Turnover { service: FeeService::Wechat, payments: 900, each_fen: 3_580 },
        Turnover { service: FeeService::DebitCard, payments: 40, each_fen: 68_000 },
    ]
}

fn value(name: &str) -> &'static str {
    match name {
        "contract_number" => "HT-2026-000077",
        "place" => "新疆维吾尔自治区喀什市",
        "merchant_name" => "喀什市艾提尕尔路古丽手工馕店（个体工商户）",
        "merchant_uscc" => "92653101MA7800000X",
        "merchant_address" => "新疆维吾尔自治区喀什市艾提尕尔路 100 号附 3 号",
        "signer_name" => MERCHANT,
        "signer_role" => "经营者",
        "contact_phone" => "139****0000",
        "settlement_account" => "阿依古丽·买买提　622848******0000　示例银行喀什支行",
        "issuer_name" => ISSUER,
        "issuer_address" => "浙江省杭州市西湖区示范路 100 号",
        "issuer_phone" => "400-000-0000",
        "products" => "智能POS、聚合码牌",
        "term_years" => "2",
        "settler_name" => "古丽娜尔·吐尔逊",
        "settler_id" => "653***********0000",
        "recipients" => "清算机构、开户银行、本次申请的收单机构",
        "terminal_model" => "示例 A1（智能POS）",
        "terminal_serials" => "SN-0001、SN-0002",
        "terminal_count" => "2",
        "accessories" => "充电器 2 个、热敏纸 4 卷",
        "deposit" => "￥200.00",
        other => panic!("no sample for {other}"),
    }
}

pub fn filling(template: &Template) -> Filling {
    let values: BTreeMap<_, _> =
        template.values.iter().map(|name| (name.clone(), value(name).to_owned())).collect();
    Filling {
        number: "HT-2026-000077".into(),
        created_at: at("2026-07-02T08:00:00Z"),
        values,
        quote: template.needs_quote().then(quote),
        turnovers: turnovers(),
        annexes: Vec::new(),
        draft: false,
    }
}

pub fn template(id: &str, language: Language) -> &'static Template {
    let mut found = builtin().unwrap().iter();
    found.find(|template| template.id == id && template.language == language).unwrap()
}

pub fn agreement() -> Document {
    let template = template("acquiring-agreement", Language::Zh);
    template.fill(&filling(template)).unwrap()
}
