//! What a merchant expects to take in, as it is typed: `wechat=900x35.80`.

use portal_app::domain::dossier::FeeService;
use portal_app::domain::turnover::Turnover;

/// Reads `SERVICE=PAYMENTSxYUAN`.
pub fn parse(text: &str) -> Result<Turnover, String> {
    let wrong = || format!("{text:?} is not SERVICE=PAYMENTSxYUAN");
    let (service, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (payments, yuan) = rest.split_once('x').ok_or_else(wrong)?;
    let known = FeeService::ALL.into_iter().find(|known| known.as_str() == service);
    let service = known.ok_or_else(|| {
        let offered = FeeService::ALL.map(FeeService::as_str).join(", ");
        format!("{service:?} is none of {offered}")
    })?;
    let payments = payments.parse().map_err(|_| wrong())?;
    Ok(Turnover { service, payments, each_fen: fen(yuan).ok_or_else(wrong)? })
}

/// Yuan with at most two digits behind the point.
fn fen(yuan: &str) -> Option<u64> {
    let (whole, fraction) = yuan.split_once('.').unwrap_or((yuan, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 2 || !digits(whole) || !digits(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<2}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_read_to_the_fen() {
        let wechat = |payments, each_fen| Turnover { service: FeeService::Wechat, payments, each_fen };
        assert_eq!(parse("wechat=900x35.80"), Ok(wechat(900, 3_580)));
        assert_eq!(parse("wechat=1x0.5"), Ok(wechat(1, 50)));
        assert_eq!(parse("wechat=1x7"), Ok(wechat(1, 700)));
        for wrong in
            ["wechat", "wechat=1", "wechat=x2", "wechat=1x", "wechat=1x1.234", "wechat=-1x1", "cash=1x1"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
