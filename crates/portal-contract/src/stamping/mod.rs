//! Time stamps (RFC 3161): asking authorities in order, and checking what they answer.
//!
//! A token is taken only when it is for our bytes, answers our request and comes from an authority whose root is
//! trusted. When none answers there is no time stamp: a time is never made up.

mod asn1;
mod embedded;
mod token;

pub use embedded::EmbeddedTimeAuthority;

pub(crate) use token::{TokenFault, verify_token};

use der::asn1::Int;
use der::{Decode, Encode};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use thiserror::Error;
use x509_cert::Certificate;

use asn1::{MessageImprint, TimeStampReq, TimeStampResp};

/// Longest answer that is read.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Somebody who answers time-stamp requests.
pub trait TimeAuthority: Send + Sync {
    /// Its address or name, for evidence and logs.
    fn name(&self) -> &str;

    /// Takes a DER-encoded `TimeStampReq` and returns a DER-encoded `TimeStampResp`. Waits 10 s at most.
    ///
    /// # Errors
    /// [`Unavailable`] when there is no answer.
    fn answer(&self, request: &[u8]) -> Result<Vec<u8>, Unavailable>;
}

/// An authority gave no answer: down, too slow, or refused by the network. The text is for the log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no answer: {0}")]
pub struct Unavailable(pub String);

/// Why an authority's answer gives no time stamp.
#[derive(Debug, Error)]
pub enum StampError {
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The answer is not a time-stamp response.
    #[error("the answer is no time-stamp response")]
    Malformed,
    /// The authority refuses.
    #[error("the authority refuses with status {status}")]
    Refused {
        /// `PKIStatus` of RFC 3161 §2.4.2.
        status: u8,
    },
    /// The token is not for what was asked, or not trusted.
    #[error("the token can't be used: {0}")]
    Token(&'static str),
    /// No random bytes for the nonce.
    #[error("no random bytes")]
    Random(#[from] getrandom::Error),
    #[error("encoding the request")]
    Encode(#[from] der::Error),
}

/// A checked time stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStamp {
    /// The token, as DER.
    pub token: Vec<u8>,
    /// The authority that gave it.
    pub authority: String,
    pub at: Timestamp,
    /// Serial number at the authority, lower-case hex.
    pub serial: String,
}

/// No authority gave a usable token: the document stays without one, and this is tried again later.
#[derive(Debug, Error)]
#[error("no time-stamp authority gave a usable answer ({} asked)", failures.len())]
pub struct NoTimeStamp {
    /// What each authority did, in the order asked.
    pub failures: Vec<(String, StampError)>,
}

/// Asks the authorities in order until one gives a token for the message that leads to one of the roots.
///
/// # Errors
/// [`NoTimeStamp`] with every authority's failure.
pub fn obtain(
    authorities: &[Box<dyn TimeAuthority>],
    roots: &[Certificate],
    message: &[u8],
) -> Result<TimeStamp, NoTimeStamp> {
    let mut failures = Vec::new();
    for authority in authorities {
        match ask(authority.as_ref(), roots, message) {
            Ok(stamp) => return Ok(stamp),
            Err(error) => failures.push((authority.name().to_owned(), error)),
        }
    }
    Err(NoTimeStamp { failures })
}

fn ask(
    authority: &dyn TimeAuthority,
    roots: &[Certificate],
    message: &[u8],
) -> Result<TimeStamp, StampError> {
    let nonce = positive_random()?;
    let request = TimeStampReq {
        version: 1,
        message_imprint: MessageImprint::sha256(&Sha256::digest(message))?,
        policy: None,
        nonce: Some(nonce.clone()),
        cert_req: true,
        extensions: None,
    };
    let answer = authority.answer(&request.to_der()?)?;
    if answer.len() > MAX_ANSWER_BYTES {
        return Err(StampError::Malformed);
    }
    let response = TimeStampResp::from_der(&answer).map_err(|_| StampError::Malformed)?;
    let status = response.status.status;
    // Granted, or granted with modifications: then the token shows what was changed.
    if status > 1 {
        return Err(StampError::Refused { status });
    }
    let token = response.token.ok_or(StampError::Malformed)?.to_der()?;
    let verified = verify_token(&token, message, Some(&nonce), roots)
        .map_err(|fault| StampError::Token(fault.as_str()))?;
    Ok(TimeStamp { token, authority: authority.name().to_owned(), at: verified.at, serial: verified.serial })
}

/// A random positive number of 16 bytes.
fn positive_random() -> Result<Int, StampError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    // Neither negative nor with a superfluous zero in front.
    bytes[0] = (bytes[0] & 0x7f) | 0x40;
    Ok(Int::new(&bytes)?)
}

/// Fourteen digits, `YYYYMMDDhhmmss`, as a time in UTC.
pub(crate) fn compact_time(digits: &str) -> Option<Timestamp> {
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i8>().ok();
    let year = digits.get(..4)?.parse().ok()?;
    let time =
        DateTime::new(year, part(4..6)?, part(6..8)?, part(8..10)?, part(10..12)?, part(12..14)?, 0).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
