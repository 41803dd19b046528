//! The one table of routes.

use portal_contract::verifying::Report;
use portal_domain::profile::Profile;
use portal_protocol::case::{CaseDocument, CasePage};
use portal_protocol::contract::{ContractCodeRequest, ContractConfirmation, SealedText};
use portal_protocol::courier::PACKAGE_MEDIA_TYPE;
use portal_protocol::error::ErrorCode as E;
use portal_protocol::event::EventBatch;
use portal_protocol::limits::Limits;
use portal_protocol::operation::{Operation, OperationState};
use portal_protocol::receipt::Envelope;
use portal_protocol::session::{
    CodeRequest, CodeSent, EnrolRequest, Enrolled, RefreshRequest, SecondFactor, SecondFactorRequest,
    Session, SignIn,
};
use portal_protocol::{DEVICE_HEADER, SIGNATURE_HEADER};

use super::access::Access;
use super::route::{Route, Verb};
use super::{
    blobs, cases, codes, confirmations, contracts, courier, devices, events, health, limits, operations,
    sessions, uploads,
};
use crate::console::{
    approvals, cases as console_cases, papers as console_papers, session as console_session, view,
};
use crate::permission::Permission;

const BASE64: &str = "^[A-Za-z0-9+/]+={0,2}$";
const UUID: &str = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
const NUMBER: &str = "^[0-9]{1,18}$";

/// Every route of the server but the console's files.
pub fn all() -> Vec<Route> {
    let mut routes = people();
    routes.extend(sync());
    routes.extend(signing());
    routes.extend(reading());
    routes.extend(tus());
    routes.extend(verifying());
    routes.extend(console());
    routes.extend(papers());
    routes.extend(approving());
    routes.extend(operating());
    routes
}

const SIGN_IN: &[E] =
    &[E::Unauthorized, E::SecondFactorNeeded, E::SecondFactorUnset, E::SecondFactorWrong, E::TooManyRequests];
const CONSOLE_SIGN_IN: &[E] = &[
    E::Unauthorized,
    E::SecondFactorNeeded,
    E::SecondFactorUnset,
    E::SecondFactorWrong,
    E::Forbidden,
    E::Disabled,
    E::TooManyRequests,
];

fn people() -> Vec<Route> {
    use Access::{Public, Session as SignedIn, Signed};
    let signed = |route: Route| route.needs(DEVICE_HEADER, UUID).needs(SIGNATURE_HEADER, BASE64);
    vec![
        Route::new(Verb::Post, "/v1/codes", Public, "Send a one-time code to a phone", codes::send)
            .takes::<CodeRequest>()
            .gives::<CodeSent>(202)
            .refuses(&[E::Invalid, E::TooManyRequests]),
        Route::new(Verb::Post, "/v1/devices", Public, "Enrol a computer", devices::enrol)
            .takes::<EnrolRequest>()
            .gives::<Enrolled>(201)
            .refuses(&[E::Unauthorized, E::Forbidden, E::Disabled, E::Invalid, E::TooManyRequests]),
        signed(Route::new(Verb::Post, "/v1/session", Signed, "Sign in", sessions::open))
            .takes::<SignIn>()
            .gives::<Session>(200)
            .refuses(SIGN_IN),
        signed(Route::new(
            Verb::Post,
            "/v1/second-factor",
            Signed,
            "Get what an authenticator app is set up with",
            sessions::second_factor,
        ))
        .takes::<SecondFactorRequest>()
        .gives::<SecondFactor>(200)
        .refuses(&[E::Unauthorized, E::Forbidden, E::Disabled, E::TooManyRequests]),
        signed(Route::new(Verb::Post, "/v1/session/refresh", Signed, "Get new tokens", sessions::refresh))
            .takes::<RefreshRequest>()
            .gives::<Session>(200)
            .refuses(&[E::Unauthorized, E::TooManyRequests]),
        Route::new(Verb::Delete, "/v1/session", SignedIn, "Sign out", sessions::close).gives_nothing(204),
    ]
}

fn sync() -> Vec<Route> {
    let change = Access::Allowed(Permission::ChangeCases);
    let follow = Access::Allowed(Permission::FollowEvents);
    vec![
        Route::new(Verb::Put, "/v1/operations/{op_id}", change, "Declare an operation", operations::declare)
            .needs(SIGNATURE_HEADER, BASE64)
            .takes::<Operation>()
            .gives::<OperationState>(201)
            .gives::<OperationState>(200)
            .refuses(&[E::BadSignature, E::OperationMismatch, E::Invalid]),
        Route::new(Verb::Get, "/v1/operations/{op_id}", change, "Where it stands", operations::state)
            .gives::<OperationState>(200)
            .refuses(&[E::NotFound]),
        Route::new(Verb::Post, "/v1/operations/{op_id}/commit", change, "Receive it", operations::commit)
            .gives::<Envelope>(200)
            .refuses(&[
                E::NotFound,
                E::MissingBlobs,
                E::IllegalMove,
                E::ApprovalNeeded,
                E::ApprovalRefused,
                E::Conflict,
                E::Invalid,
            ]),
        Route::new(Verb::Put, "/v1/blobs/{sha}", change, "Store a blob of up to 1 MiB", blobs::put)
            .reads("content-digest", None)
            .takes_bytes("application/octet-stream")
            .gives_nothing(201)
            .refuses(&[E::DigestMismatch]),
        Route::new(Verb::Post, "/v1/courier", change, "Bring a courier package", courier::import)
            .takes_bytes(PACKAGE_MEDIA_TYPE)
            .gives::<Envelope>(200)
            .refuses(&[E::MalformedRequest, E::DigestMismatch, E::BadSignature]),
        Route::new(Verb::Get, "/v1/events", follow, "The account's events", events::follow)
            .query::<events::EventQuery>()
            .reads("last-event-id", Some(NUMBER))
            .gives::<EventBatch>(200)
            .gives_bytes(200, "text/event-stream"),
        Route::new(Verb::Get, "/v1/limits", Access::Public, "What is taken at all", limits::get)
            .gives::<Limits>(200),
    ]
}

/// On the way to a signature, where there is a network.
fn signing() -> Vec<Route> {
    let change = Access::Allowed(Permission::ChangeCases);
    vec![
        Route::new(
            Verb::Post,
            "/v1/contract-codes",
            change,
            "Send the signer a code for one document",
            confirmations::send,
        )
        .takes::<ContractCodeRequest>()
        .gives::<CodeSent>(202)
        .refuses(&[E::NotFound, E::IllegalMove, E::Invalid, E::TooManyRequests]),
        Route::new(
            Verb::Post,
            "/v1/contract-confirmations",
            change,
            "Confirm the document with it",
            confirmations::confirm,
        )
        .takes::<ContractConfirmation>()
        .gives::<SealedText>(200)
        .refuses(&[E::WrongCode, E::NotFound, E::IllegalMove, E::Invalid]),
    ]
}

fn reading() -> Vec<Route> {
    let read = Access::Allowed(Permission::ReadCases);
    vec![
        Route::new(Verb::Get, "/v1/blobs/{sha}", read, "A photo of a readable case", blobs::get)
            .gives_bytes(200, "image/*")
            .gives_bytes(200, "application/pdf")
            .refuses(&[E::NotFound]),
        Route::new(Verb::Get, "/v1/cases", read, "Readable cases by last change", cases::list)
            .query::<cases::PageQuery>()
            .gives::<CasePage>(200),
        Route::new(Verb::Get, "/v1/cases/{case_id}", read, "One case", cases::get)
            .reads("if-none-match", None)
            .gives::<CaseDocument>(200)
            .with(&["etag"])
            .gives_nothing(304)
            .with(&["etag"])
            .refuses(&[E::NotFound]),
        Route::new(Verb::Get, "/v1/cases/{case_id}/notice", read, "Its acceptance notice", cases::notice)
            .gives_bytes(200, "application/pdf")
            .refuses(&[E::NotFound]),
        Route::new(Verb::Get, "/v1/profiles", Access::Public, "Acquirer profiles", cases::profiles)
            .reads("if-none-match", None)
            .gives::<Vec<Profile>>(200)
            .with(&["etag"])
            .gives_nothing(304)
            .with(&["etag"]),
    ]
}

/// For anybody who has a contract.
fn verifying() -> Vec<Route> {
    use Access::Public;
    vec![
        Route::new(Verb::Post, "/v1/contracts/verify", Public, "Verify a contract file", contracts::check)
            .takes_bytes("application/pdf")
            .gives::<Report>(200)
            .refuses(&[E::Invalid]),
        Route::new(Verb::Get, "/v1/contracts/root", Public, "The root certificate", contracts::root)
            .gives_bytes(200, "application/x-pem-file"),
        Route::new(Verb::Get, "/v1/contracts/{sha}", Public, "What is known of a file", contracts::known)
            .gives::<contracts::KnownFile>(200)
            .refuses(&[E::NotFound]),
        Route::new(Verb::Get, "/contract", Public, "The page that verifies contracts", contracts::page)
            .gives_bytes(200, "text/html"),
        Route::new(Verb::Get, "/contract/page.js", Public, "Its script", contracts::script)
            .gives_bytes(200, "text/javascript"),
        Route::new(Verb::Get, "/contract/page.css", Public, "Its style", contracts::style)
            .gives_bytes(200, "text/css"),
    ]
}

fn tus() -> Vec<Route> {
    const PLACE: &[&str] = &["tus-resumable", "upload-offset", "upload-expires"];
    const CHUNK: &str = "application/offset+octet-stream";
    let options = |path| {
        Route::new(Verb::Options, path, Access::Public, "What of tus is spoken", uploads::options)
            .gives_nothing(204)
            .with(&[
                "tus-resumable",
                "tus-version",
                "tus-extension",
                "tus-max-size",
                "tus-checksum-algorithm",
            ])
    };
    let change = Access::Allowed(Permission::ChangeCases);
    let versioned = |route: Route| route.needs("tus-resumable", "^1\\.0\\.0$");
    vec![
        options("/v1/uploads"),
        options("/v1/uploads/{id}"),
        versioned(Route::new(Verb::Post, "/v1/uploads", change, "Begin an upload", uploads::create))
            .needs("upload-length", NUMBER)
            .reads("upload-metadata", None)
            .reads("upload-checksum", None)
            .takes_bytes(CHUNK)
            .gives_nothing(201)
            .with(&["tus-resumable", "upload-offset", "upload-expires", "location"])
            .refuses(&[E::DigestMismatch, E::Gone, E::TusVersion, E::Locked, E::ChecksumMismatch]),
        versioned(Route::new(Verb::Head, "/v1/uploads/{id}", change, "How far it has come", uploads::offset))
            .gives_nothing(200)
            .with(&["tus-resumable", "upload-offset", "upload-length", "upload-expires", "upload-metadata"])
            .refuses(&[E::DigestMismatch, E::NotFound, E::Gone, E::TusVersion]),
        versioned(Route::new(Verb::Patch, "/v1/uploads/{id}", change, "Append a chunk", uploads::append))
            .needs("upload-offset", NUMBER)
            .reads("upload-checksum", None)
            .takes_bytes(CHUNK)
            .gives_nothing(204)
            .with(PLACE)
            .refuses(&[
                E::DigestMismatch,
                E::NotFound,
                E::OffsetMismatch,
                E::Gone,
                E::TusVersion,
                E::UnsupportedType,
                E::Locked,
                E::ChecksumMismatch,
            ]),
        versioned(Route::new(Verb::Delete, "/v1/uploads/{id}", change, "Give it up", uploads::terminate))
            .gives_nothing(204)
            .with(&["tus-resumable"])
            .refuses(&[E::NotFound, E::Gone, E::TusVersion]),
    ]
}

fn console() -> Vec<Route> {
    const DECIDE: &[E] = &[E::NotFound, E::IllegalMove, E::Conflict, E::Invalid];
    let enter = Access::Console(Permission::UseConsole);
    let see = Access::Console(Permission::ReadQueue);
    let decide = Access::Console(Permission::Review);
    vec![
        Route::new(Verb::Post, "/console/api/session", Access::Public, "Sign in", console_session::open)
            .takes::<view::ConsoleSignIn>()
            .gives::<view::Me>(200)
            .with(&["set-cookie"])
            .refuses(CONSOLE_SIGN_IN),
        Route::new(
            Verb::Post,
            "/console/api/second-factor",
            Access::Public,
            "Get what an authenticator app is set up with",
            console_session::second_factor,
        )
        .takes::<view::ConsoleSecondFactor>()
        .gives::<SecondFactor>(200)
        .refuses(&[E::Unauthorized, E::Forbidden, E::Disabled, E::TooManyRequests]),
        Route::new(Verb::Delete, "/console/api/session", enter, "Sign out", console_session::close)
            .gives_nothing(204)
            .with(&["set-cookie"]),
        Route::new(Verb::Get, "/console/api/me", enter, "Who is signed in", console_session::me)
            .gives::<view::Me>(200),
        Route::new(Verb::Get, "/console/api/queue", see, "Oldest submission first", console_cases::queue)
            .query::<console_cases::QueueQuery>()
            .gives::<view::QueuePage>(200),
        Route::new(Verb::Get, "/console/api/case/{case_id}", see, "One case", console_cases::get)
            .gives::<view::CaseView>(200)
            .refuses(&[E::NotFound]),
        Route::new(Verb::Get, "/console/api/case/{case_id}/notice", see, "Its notice", console_cases::notice)
            .gives_bytes(200, "application/pdf")
            .refuses(&[E::NotFound]),
        Route::new(Verb::Get, "/console/api/blob/{sha}", see, "A photo", console_cases::blob)
            .gives_bytes(200, "image/*")
            .gives_bytes(200, "application/pdf")
            .refuses(&[E::NotFound]),
        Route::new(Verb::Get, "/console/api/profile/{id}", enter, "A profile", console_cases::profile)
            .gives::<Profile>(200)
            .refuses(&[E::NotFound]),
        Route::new(
            Verb::Post,
            "/console/api/case/{case_id}/return",
            decide,
            "Return",
            console_cases::give_back,
        )
        .takes::<view::ReturnRequest>()
        .gives::<CaseDocument>(200)
        .refuses(DECIDE),
        Route::new(Verb::Post, "/console/api/case/{case_id}/accept", decide, "Accept", console_cases::accept)
            .takes::<view::AcceptRequest>()
            .gives::<CaseDocument>(200)
            .refuses(DECIDE),
        Route::new(Verb::Post, "/console/api/case/{case_id}/reject", decide, "Reject", console_cases::reject)
            .takes::<view::RejectRequest>()
            .gives::<CaseDocument>(200)
            .refuses(DECIDE),
        Route::new(
            Verb::Post,
            "/console/api/case/{case_id}/step",
            decide,
            "Record what became of a step",
            console_cases::step,
        )
        .takes::<view::StepRequest>()
        .gives::<CaseDocument>(200)
        .refuses(DECIDE),
    ]
}

/// Contracts that were signed on paper.
fn papers() -> Vec<Route> {
    let see = Access::Console(Permission::ReadQueue);
    let decide = Access::Console(Permission::Review);
    const ONE: &str = "/console/api/paper-contract/{op_id}";
    vec![
        Route::new(
            Verb::Get,
            "/console/api/paper-contracts",
            see,
            "Contracts signed on paper that wait for a reviewer",
            console_papers::list,
        )
        .gives::<view::PaperPage>(200),
        Route::new(Verb::Get, ONE, see, "One contract signed on paper", console_papers::get)
            .gives::<view::PaperView>(200)
            .refuses(&[E::NotFound, E::Invalid]),
        Route::new(
            Verb::Get,
            "/console/api/paper-contract/{op_id}/document",
            see,
            "The document that should have been signed",
            console_papers::document,
        )
        .gives_bytes(200, "application/pdf")
        .refuses(&[E::NotFound, E::Invalid]),
        Route::new(Verb::Post, ONE, decide, "Accept or return the scans", console_papers::decide)
            .takes::<view::PaperRequest>()
            .gives_nothing(204)
            .refuses(&[E::NotFound, E::IllegalMove, E::Invalid]),
    ]
}

fn approving() -> Vec<Route> {
    let approve = Access::Console(Permission::Approve);
    vec![
        Route::new(Verb::Get, "/console/api/approvals", approve, "What waits for approval", approvals::list)
            .gives::<view::ApprovalPage>(200),
        Route::new(Verb::Get, "/console/api/approval/{op_id}", approve, "One submission", approvals::get)
            .gives::<view::ApprovalView>(200)
            .refuses(&[E::NotFound]),
        Route::new(
            Verb::Get,
            "/console/api/approval/{op_id}/photo",
            approve,
            "A photo of it",
            approvals::photo,
        )
        .query::<approvals::PhotoQuery>()
        .gives_bytes(200, "image/*")
        .refuses(&[E::NotFound]),
        Route::new(
            Verb::Post,
            "/console/api/approval/{op_id}",
            approve,
            "Agree or refuse",
            approvals::decide,
        )
        .takes::<view::ApprovalRequest>()
        .gives_nothing(204)
        .refuses(&[E::NotFound, E::OperationMismatch, E::IllegalMove, E::Invalid]),
    ]
}

fn operating() -> Vec<Route> {
    use Access::Public;
    vec![
        Route::new(Verb::Get, "/health/live", Public, "The process answers", health::live).gives_nothing(204),
        Route::new(Verb::Get, "/health/ready", Public, "The database answers", health::ready)
            .gives_nothing(204),
        Route::new(Verb::Get, "/metrics", Public, "Counters for Prometheus", health::metrics)
            .gives_bytes(200, "text/plain"),
        Route::new(Verb::Get, "/openapi.json", Public, "This description", health::openapi)
            .gives::<serde_json::Value>(200),
    ]
}
