//! Templates as data: filled, printed, signed, and refused where something is missing.

use portal_contract::sealed::{By, SealError, Sealed};
use portal_contract::signing::countersign;
use portal_contract::template::{BUILTIN, Fen, Filling, Template, TemplateError, builtin, yuan};
use portal_contract::verifying::Verdict;
use portal_contract::{Block, Language, RenderError, Rendered, render};

use crate::ceremony::{Cast, ISSUER, at, fonts, issuer_statement};
use crate::judges::{keep, pdfsig, pyhanko};
use crate::papers::{agreement, filling, quote, template, turnovers};

fn printed(template: &Template, filling: &Filling) -> Rendered {
    render(&template.fill(filling).unwrap(), fonts()).unwrap()
}

#[test]
fn every_template_is_printed_signed_and_found_valid_by_everyone() {
    let cast = Cast::new();
    let mut signed = Vec::new();
    assert_eq!(builtin().unwrap().len(), BUILTIN);
    for template in builtin().unwrap() {
        let rendered = printed(template, &filling(template));
        let again = printed(template, &filling(template));
        assert_eq!(rendered.pdf, again.pdf, "{}: the same bytes", template.id);
        let name = format!("{}-{}-{:?}.pdf", template.id, template.version, template.language).to_lowercase();
        keep(&name, &rendered.pdf);
        if rendered.slots.is_empty() {
            // Reading copies, and annexes, which are signed with their agreement.
            continue;
        }
        assert!(!template.reading_copy, "a reading copy can't be signed");
        let merchant = cast.merchant_signs(&rendered);
        let both = countersign(&merchant, &cast.issuer, ISSUER, &issuer_statement(), fonts()).unwrap();
        keep(&format!("signed-{name}"), &both);
        assert_eq!(cast.verify(&both).verdict, Verdict::InEffect, "{}", template.id);
        let pdfsig = pdfsig(&both);
        assert!(pdfsig.valid, "{}", pdfsig.words);
        signed.push(both);
    }
    let files: Vec<&[u8]> = signed.iter().map(Vec::as_slice).collect();
    for judgement in pyhanko(&files, cast.authority.certificate()) {
        assert!(judgement.valid, "{}", judgement.words);
    }
}

#[test]
fn a_missing_unknown_or_undeclared_value_is_named() {
    let template = template("acquiring-agreement", Language::Zh);
    let whole = filling(template);
    let without = |name: &str| {
        let mut filling = whole.clone();
        filling.values.remove(name);
        template.fill(&filling)
    };
    assert_eq!(without("place"), Err(TemplateError::Missing("place".into())));
    let mut blank = whole.clone();
    blank.values.insert("place".into(), "　 ".into());
    assert_eq!(template.fill(&blank), Err(TemplateError::Missing("place".into())));
    let mut more = whole.clone();
    more.values.insert("bonus".into(), "x".into());
    assert_eq!(template.fill(&more), Err(TemplateError::Unknown("bonus".into())));
    assert_eq!(template.fill(&Filling { quote: None, ..whole }), Err(TemplateError::NoQuote));

    let json = serde_json::to_string(template).unwrap();
    let undeclared = Template::from_json(&json.replace("{{place}}", "{{palace}}"));
    assert_eq!(undeclared, Err(TemplateError::Undeclared("palace".into())));
    assert!(Template::from_json(&json.replace("{{place}}", "{{place")).is_err());
    assert!(Template::from_json(&json.replace("\"1.0.0\"", "\"1.0\"")).is_err());
}

#[test]
fn annexes_stand_on_pages_of_their_own_before_the_place_to_sign() {
    let newest = newest("acquiring-agreement");
    let annex = newest_annex().fill(&filling(newest_annex())).unwrap();
    let annexed = newest.fill(&Filling { annexes: vec![annex.clone()], ..filling(newest) }).unwrap();
    let whole = render(&annexed, fonts()).unwrap();
    keep("annexed.pdf", &whole.pdf);
    let alone = render(&newest.fill(&filling(newest)).unwrap(), fonts()).unwrap();
    assert!(whole.pages >= alone.pages + 2, "{} and {} pages", whole.pages, alone.pages);
    assert!(whole.slots.iter().all(|slot| slot.page == whole.pages - 1), "signed on the last page");
    let old = template("acquiring-agreement", Language::Zh);
    let nowhere = old.fill(&Filling { annexes: vec![annex], ..filling(old) });
    assert_eq!(nowhere, Err(TemplateError::NoPlaceForAnnexes), "no annex is left out silently");
}

fn newest_annex() -> &'static Template {
    newest("privacy-consent")
}

fn newest(id: &str) -> &'static Template {
    let of_id = |template: &&Template| template.id == id && template.language == Language::Zh;
    builtin().unwrap().iter().filter(of_id).max_by_key(|template| template.version).unwrap()
}

#[test]
fn a_value_is_never_taken_for_a_template() {
    let template = template("acquiring-agreement", Language::Zh);
    let mut filling = filling(template);
    filling.values.insert("place".into(), "{{issuer_name}}".into());
    let json = serde_json::to_string(&template.fill(&filling).unwrap()).unwrap();
    assert!(json.contains("签署地 {{issuer_name}}"));
}

#[test]
fn names_that_no_font_has_are_refused_with_the_character() {
    let template = template("acquiring-agreement", Language::Zh);
    for ch in ['😀', '\u{323AF}', 'ئ'] {
        let mut filling = filling(template);
        filling.values.insert("signer_name".into(), format!("王{ch}"));
        let error = render(&template.fill(&filling).unwrap(), fonts()).err();
        assert!(
            matches!(error, Some(RenderError::MissingGlyph { ch: missing }) if missing == ch),
            "{error:?}"
        );
    }
}

#[test]
fn a_draft_is_marked_on_every_page_and_the_signed_text_is_not() {
    let template = template("acquiring-agreement", Language::Zh);
    let draft = template.fill(&Filling { draft: true, ..filling(template) }).unwrap();
    assert_eq!(draft.watermark.as_deref(), Some("未生效"));
    assert_eq!(agreement().watermark, None);
    keep("draft.pdf", &render(&draft, fonts()).unwrap().pdf);
}

/// Amounts in yuan that a block's text shows.
fn amounts(text: &str) -> Vec<String> {
    let amount = |part: &str| {
        part.chars().take_while(|ch| ch.is_ascii_digit() || ",.".contains(*ch)).collect::<String>()
    };
    text.split('￥').skip(1).map(amount).collect()
}

#[test]
fn the_cost_card_agrees_with_the_fee_table_to_the_fen() {
    let (quote, turnovers) = (quote(), turnovers());
    let card = quote.cost(&turnovers);
    // Every payment charged by itself, as settlement will.
    let by_payment: Fen = turnovers
        .iter()
        .flat_map(|turnover| (0..turnover.payments).map(move |_| turnover))
        .map(|turnover| {
            quote.fees.iter().find(|fee| fee.service == turnover.service).unwrap().of(turnover.each_fen)
        })
        .sum();
    assert_eq!(card.month_fee_fen, by_payment);
    assert_eq!(card.year_fen, 12 * by_payment + quote.yearly_service_fen);

    let document = agreement();
    let tables: Vec<&Vec<Vec<String>>> = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Table { rows, .. } => Some(rows),
            _ => None,
        })
        .collect();
    let [fees, costs] = tables.as_slice() else { panic!("{} tables", tables.len()) };
    let wechat = fees.iter().find(|row| row[0] == "微信支付").unwrap();
    assert_eq!((wechat[1].as_str(), wechat[4].as_str()), ("0.38%", "￥3.80"));
    let total = costs.last().unwrap();
    assert_eq!(amounts(&total[3]), [yuan(by_payment)]);
}

#[test]
fn templates_and_quotes_are_believed_from_the_issuer_only() {
    let cast = Cast::new();
    let (roots, now) = (cast.trust().roots, at("2026-07-04T00:00:00Z"));
    let json = serde_json::to_string(&quote()).unwrap();
    let sealed = Sealed::seal(json.clone(), &cast.issuer).unwrap();
    assert_eq!(sealed.open(&roots, By::Issuer, now), Ok(json.as_str()));
    assert_eq!(sealed.open(&roots, By::Device, now), Err(SealError::Untrusted));
    assert_eq!(sealed.open(&Cast::new().trust().roots, By::Issuer, now), Err(SealError::Untrusted));

    let cheaper = Sealed { payload: json.replace("3800", "1800"), ..sealed.clone() };
    assert_eq!(cheaper.open(&roots, By::Issuer, now), Err(SealError::Changed));
    let by_computer = Sealed::seal(json, &cast.device_signer()).unwrap();
    assert_eq!(by_computer.open(&roots, By::Issuer, now), Err(SealError::Untrusted));
    assert!(by_computer.open(&roots, By::Device, now).is_ok());
    let broken = Sealed { signature: sealed.signature.replace('M', "N"), ..sealed };
    assert_eq!(broken.open(&roots, By::Issuer, now), Err(SealError::Malformed));
}
