//! The fee table and the cost card, as blocks.

use portal_domain::dossier::FeeService;

use super::quote::{Quote, QuotedFee, SettlementCycle, Turnover, yuan};
use crate::document::{Align, Block, Column, KeyValueRow, Language};

/// The payment of the examples: one thousand yuan.
const EXAMPLE_FEN: u64 = 100_000;

fn say<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

fn service(service: FeeService, language: Language) -> &'static str {
    let (zh, en) = match service {
        FeeService::DebitCard => ("银联借记卡", "UnionPay debit card"),
        FeeService::CreditCard => ("银联贷记卡", "UnionPay credit card"),
        FeeService::Wechat => ("微信支付", "WeChat Pay"),
        FeeService::Alipay => ("支付宝", "Alipay"),
        FeeService::UnionpayQrDebit => ("银联二维码（借记）", "UnionPay QR, debit"),
        FeeService::UnionpayQrCredit => ("银联二维码（贷记）", "UnionPay QR, credit"),
        FeeService::DigitalYuan => ("数字人民币", "Digital yuan"),
    };
    say(language, zh, en)
}

pub(crate) fn money(fen: u64) -> String {
    format!("￥{}", yuan(fen))
}

fn column(head: &str, share: u16, align: Align) -> Column {
    Column { head: head.into(), share, align }
}

/// Rates, limits, and what a payment of 1,000 yuan costs.
pub(super) fn fee_table(quote: &Quote, language: Language) -> Vec<Block> {
    let none = || "—".to_owned();
    let row = |fee: &QuotedFee| {
        vec![
            service(fee.service, language).to_owned(),
            fee.rate_text(),
            fee.floor_fen.map_or_else(none, money),
            fee.cap_fen.map_or_else(none, money),
            money(fee.of(EXAMPLE_FEN)),
        ]
    };
    let columns = vec![
        column(say(language, "支付方式", "Kind of payment"), 32, Align::Start),
        column(say(language, "费率", "Rate"), 15, Align::End),
        column(say(language, "单笔最低", "Least"), 16, Align::End),
        column(say(language, "单笔封顶", "Most"), 16, Align::End),
        column(say(language, "收款 1,000 元的手续费", "Fee of ￥1,000"), 26, Align::End),
    ];
    let cycle = match quote.settlement {
        SettlementCycle::NextWorkingDay => {
            say(language, "交易日的下一个工作日到账", "The working day after the payment")
        }
        SettlementCycle::NextDay => {
            say(language, "交易日的次日到账，含节假日", "The day after the payment, holidays too")
        }
        SettlementCycle::ThirdWorkingDay => {
            say(language, "交易日后第三个工作日到账", "The third working day after the payment")
        }
        SettlementCycle::ThirtiethDay => say(
            language,
            "交易日后第三十天到账，含节假日",
            "The thirtieth day after the payment, holidays too",
        ),
    };
    let days = quote.deposit_refund_days;
    let refund = match language {
        Language::Zh => format!("机具完好退回后 {days} 日内原路全额退还"),
        Language::En => format!("In full within {days} days after the terminals came back undamaged"),
    };
    let exit = if quote.exit_fen == 0 {
        say(language, "不收取", "None").to_owned()
    } else {
        money(quote.exit_fen)
    };
    let facts = [
        (say(language, "报价编号", "Quote"), quote.number.clone()),
        (say(language, "结算周期", "Settlement"), cycle.to_owned()),
        (say(language, "机具押金", "Deposit"), money(quote.deposit_fen)),
        (say(language, "押金退还", "Return of the deposit"), refund),
        (say(language, "服务费（含流量）", "Service fee, mobile data included"), {
            format!("{} {}", say(language, "每年", "Each year"), money(quote.yearly_service_fen))
        }),
        (say(language, "解约费用", "Cost of ending"), exit),
    ];
    vec![
        Block::Table { columns, rows: quote.fees.iter().map(row).collect() },
        Block::KeyValue {
            rows: facts.map(|(label, value)| KeyValueRow { label: label.into(), value }).into(),
        },
    ]
}

/// A month and a year at the expected turnover; nothing when the merchant expects nothing yet.
pub(super) fn cost_card(quote: &Quote, turnovers: &[Turnover], language: Language) -> Vec<Block> {
    let card = quote.cost(turnovers);
    if card.lines.is_empty() {
        return Vec::new();
    }
    let mut rows: Vec<Vec<String>> = card
        .lines
        .iter()
        .map(|line| {
            vec![
                service(line.turnover.service, language).to_owned(),
                format!("{} × {}", line.turnover.payments, money(line.turnover.each_fen)),
                money(line.turnover_fen),
                money(line.fee_fen),
            ]
        })
        .collect();
    rows.push(vec![
        say(language, "每月合计", "A month").to_owned(),
        String::new(),
        money(card.month_turnover_fen),
        money(card.month_fee_fen),
    ]);
    let columns = vec![
        column(say(language, "预计每月收款", "Expected in a month"), 30, Align::Start),
        column(say(language, "笔数 × 每笔", "Payments × each"), 30, Align::End),
        column(say(language, "收款金额", "Turnover"), 22, Align::End),
        column(say(language, "手续费", "Fee"), 18, Align::End),
    ];
    let year = match language {
        Language::Zh => format!(
            "按此估计，第一年手续费加服务费共 {}；另付押金 {}，退机后退还。实际手续费按每一笔交易、用上表的费率计算。",
            money(card.year_fen),
            money(quote.deposit_fen)
        ),
        Language::En => format!(
            "At this estimate the first year costs {} in fees and service; a deposit of {} is paid and comes back with the terminals. Real fees are charged for each payment at the rates above.",
            money(card.year_fen),
            money(quote.deposit_fen)
        ),
    };
    vec![Block::Table { columns, rows }, Block::Note { text: year }]
}
