//! Reading the body of a declaration.

use portal_protocol::contract::{ContractRefusal, ContractSignature, PaperSignature};
use portal_protocol::error::{ErrorCode, FieldError};
use portal_protocol::operation::{Operation, Submission, Withdrawal};
use serde_json::Value;

use crate::json;
use crate::problem::{Answer, Problem};

/// The operation that these bytes declare.
///
/// # Errors
/// `malformed_request`, naming the place.
pub fn read(raw: &[u8]) -> Answer<Operation> {
    json::parse(raw).map_err(|problem| match serde_json::from_slice(raw).ok().and_then(misfit) {
        Some(misfit) => Problem::new(ErrorCode::MalformedRequest).with_errors([misfit]),
        None => problem,
    })
}

/// The place in kind and payload that doesn't fit. The way into the payload leads through its kind, on which serde
/// loses the place: so the payload is read again by itself.
fn misfit(document: Value) -> Option<FieldError> {
    let Value::Object(mut fields) = document else { return None };
    let at =
        |pointer: &str, code: &str| Some(FieldError { pointer: pointer.to_owned(), code: code.to_owned() });
    let Some(kind) = fields.get("kind").cloned() else { return at("/kind", "required") };
    let Some(payload) = fields.remove("payload") else { return at("/payload", "required") };
    match kind.as_str() {
        Some("application.submit" | "application.amend") => {
            json::fit::<Submission>(payload, "/payload").err()
        }
        Some("application.withdraw") => json::fit::<Withdrawal>(payload, "/payload").err(),
        Some("contract.sign") => json::fit::<ContractSignature>(payload, "/payload").err(),
        Some("contract.sign_on_paper") => json::fit::<PaperSignature>(payload, "/payload").err(),
        Some("contract.refuse") => json::fit::<ContractRefusal>(payload, "/payload").err(),
        Some(_) | None => at("/kind", "bad_format"),
    }
}

#[cfg(test)]
mod tests {
    use portal_domain::dossier::MerchantKind;
    use serde_json::json;

    use super::*;

    fn place(change: impl FnOnce(&mut Value)) -> (String, String) {
        let dossier = portal_domain::testing::dossier(1, MerchantKind::Micro);
        let mut document = json!({
            "case_id": "0190a6f0-0000-7000-8000-000000000002",
            "device_id": "0190a6f0-0000-7000-8000-000000000003",
            "made_at_ms": 1,
            "blobs": [],
            "kind": "application.submit",
            "payload": {
                "profile": { "id": "lakala", "version": "1" },
                "local_receipt": "L-1",
                "dossier": serde_json::to_value(dossier).unwrap(),
            },
        });
        read(&serde_json::to_vec(&document).unwrap()).unwrap();
        change(&mut document);
        let problem = read(&serde_json::to_vec(&document).unwrap()).err().unwrap();
        let error = &problem.errors()[0];
        (error.pointer.clone(), error.code.clone())
    }

    fn at(pointer: &str, code: &str) -> (String, String) {
        (pointer.to_owned(), code.to_owned())
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_place() {
        assert_eq!(place(|it| it["case_id"] = json!("x")), at("/case_id", "bad_format"));
        assert_eq!(place(|it| it["blobs"] = json!([{}])), at("/blobs/0/slot", "required"));
        assert_eq!(place(|it| it["kind"] = json!("nothing")), at("/kind", "bad_format"));
        assert_eq!(place(|it| it["kind"] = json!(7)), at("/kind", "bad_format"));
        assert_eq!(place(|it| it["kind"] = json!("application.withdraw")), at("/payload/reason", "required"));
        assert_eq!(place(|it| it["payload"] = json!(7)), at("/payload", "bad_format"));
        let number = place(|it| it["payload"]["dossier"]["licence"]["number"] = json!(7));
        assert_eq!(number, at("/payload/dossier/licence/number", "bad_format"));
        let gone = |name: &'static str| {
            place(move |it| {
                it.as_object_mut().unwrap().remove(name);
            })
        };
        assert_eq!(gone("payload"), at("/payload", "required"));
        assert_eq!(gone("kind"), at("/kind", "required"));
        assert_eq!(gone("device_id"), at("/device_id", "required"));
    }
}
