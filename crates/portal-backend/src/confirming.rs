//! A code to the signer's phone for one document of a contract, and the issuer's word that it came back.
//!
//! The number is the signer's in the application that was accepted: nobody chooses it here. The word goes into the evidence
//! of the ceremony and is looked at again when the signature is received.

use jiff::SignedDuration;
use portal_contract::agreement::{self, Offer};
use portal_contract::evidence::PhoneConfirmation;
use portal_domain::identifier::Mobile;
use portal_domain::ids::{DeviceId, Sha256};
use portal_protocol::contract::{ContractCodeRequest, ContractConfirmation, SealedText};
use portal_protocol::error::ErrorCode;

use crate::app::{App, Caller, Means};
use crate::clock;
use crate::contracting::{filling, seal};
use crate::error::BackendError;
use crate::phone_codes::{self, Purpose};
use crate::problem::{Answer, Problem};
use crate::random;
use crate::store::accounts::masked_phone;
use crate::store::contracts::{self, ContractRecord, ContractState};
use crate::store::{audit, cases};

/// How long after it was confirmed a document may be signed: time for a signature, not for another day.
const VALID: SignedDuration = SignedDuration::from_mins(30);

/// Makes a code for a document, and gives it with the number that it is for.
///
/// # Errors
/// `not_found`, `illegal_move` unless the contract is on offer, `invalid` when the application names no number,
/// `too_many_requests`.
pub async fn make_code(
    app: &App,
    caller: &Caller,
    request: &ContractCodeRequest,
    address: &str,
) -> Answer<(String, String)> {
    let signing = Signing::find(app, caller, &request.number).await?;
    let purpose = signing.purpose(&request.document_sha256);
    let code = phone_codes::make(app, &signing.phone, purpose, address).await?;
    Ok((signing.phone.clone(), code.ok_or(ErrorCode::Internal)?))
}

/// Takes the code that arrived, and confirms the document for the computer on which it was typed.
///
/// # Errors
/// `wrong_code`; as [`make_code`].
pub async fn confirm(app: &App, caller: &Caller, request: &ContractConfirmation) -> Answer<SealedText> {
    let signing = Signing::find(app, caller, &request.number).await?;
    let (document, used_by) = (&request.document_sha256, random::sha256_hex(&signing.device_key));
    let purpose = signing.purpose(document);
    let code = request.code.trim();
    phone_codes::redeem(app, &signing.phone, purpose, code, &used_by).await?.ok_or(ErrorCode::WrongCode)?;

    let now_ms = app.office.now_ms();
    let confirmed_at = clock::timestamp(now_ms);
    let confirmation = PhoneConfirmation {
        contract_no: signing.contract.number.clone(),
        bound_doc_sha256: document.to_string(),
        device_id: signing.device_id.to_string(),
        phone: masked_phone(&signing.phone),
        confirmed_at,
        valid_until: confirmed_at.saturating_add(VALID).map_err(|_| ErrorCode::Internal)?,
    };
    let offer: Offer = serde_json::from_str(&signing.contract.offer.payload).map_err(BackendError::from)?;
    let issuer = app.keys.issuer(&offer.issuer.name, now_ms)?;
    let sealed = seal(serde_json::to_string(&confirmation).map_err(BackendError::from)?, &issuer)?;

    let actor = caller.account.account_id.to_string();
    let entry = audit::Entry { actor: &actor, action: "contract.confirm", subject: &signing.contract.number };
    let mut tx = app.office.store.write().await?;
    audit::append(&mut tx, &caller.tenant, entry, now_ms).await?;
    tx.commit().await?;
    Ok(sealed)
}

/// A contract that is about to be signed on the caller's computer.
struct Signing {
    contract: ContractRecord,
    /// The signer's, in the application.
    phone: String,
    device_id: DeviceId,
    device_key: Vec<u8>,
}

impl Signing {
    async fn find(app: &App, caller: &Caller, number: &str) -> Answer<Self> {
        let Means::Device { device_id, public_key, .. } = &caller.means else {
            return Err(ErrorCode::Forbidden.into());
        };
        let mut conn = app.office.store.read().await?;
        let contract =
            contracts::find(&mut conn, &caller.tenant, number).await?.ok_or(ErrorCode::NotFound)?;
        let case = cases::find(&mut conn, &caller.tenant, contract.case_id).await?;
        if !case.is_some_and(|case| caller.reader.sees(&case)) {
            return Err(ErrorCode::NotFound.into());
        }
        if contract.state != ContractState::Offered {
            return Err(ErrorCode::IllegalMove.into());
        }
        let dossier = filling(&mut conn, &contract).await?;
        let phone = Mobile::parse(agreement::signer(&dossier).mobile.trim())
            .map_err(|error| Problem::new(ErrorCode::Invalid).at("/signer/mobile", error.code()))?;
        Ok(Self {
            contract,
            phone: phone.as_str().to_owned(),
            device_id: *device_id,
            device_key: public_key.clone(),
        })
    }

    fn purpose<'a>(&'a self, document: &'a Sha256) -> Purpose<'a> {
        Purpose::Sign { tenant: &self.contract.tenant, number: &self.contract.number, document }
    }
}
