//! The one table of routes.

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use portal_protocol::case::{CaseDocument, CasePage};
use portal_protocol::event::EventBatch;
use portal_protocol::operation::{Operation, OperationState};
use portal_protocol::receipt::Envelope;
use portal_protocol::session::{
    CodeRequest, CodeSent, EnrolRequest, Enrolled, RefreshRequest, Session, SignIn,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::access::Access;
use super::{blobs, cases, codes, devices, events, health, operations, sessions, uploads};
use crate::app::AppState;
use crate::console::{cases as console_cases, session as console_session, view};
use crate::permission::Permission;

/// A method that a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

/// What a body is, in the description.
#[derive(Clone, Copy)]
pub enum Content {
    Json(fn(&mut SchemaGenerator) -> Schema),
    Bytes(&'static str),
}

/// One route: how it is reached, who may use it, what it takes and gives.
pub struct Route {
    pub verb: Verb,
    pub path: &'static str,
    pub summary: &'static str,
    pub access: Access,
    /// Names of query parameters.
    pub query: &'static [&'static str],
    pub request: Option<Content>,
    pub status: u16,
    pub answer: Option<Content>,
    pub endpoint: MethodRouter<AppState>,
}

impl Verb {
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Head => "head",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Options => "options",
        }
    }

    fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Head => MethodFilter::HEAD,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
            Self::Options => MethodFilter::OPTIONS,
        }
    }
}

impl Route {
    fn new<H, T>(verb: Verb, path: &'static str, access: Access, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self {
            verb,
            path,
            summary,
            access,
            query: &[],
            request: None,
            status: 200,
            answer: None,
            endpoint: on(verb.filter(), handler),
        }
    }

    fn query(mut self, names: &'static [&'static str]) -> Self {
        self.query = names;
        self
    }

    fn takes<T: JsonSchema>(mut self) -> Self {
        self.request = Some(Content::Json(SchemaGenerator::subschema_for::<T>));
        self
    }

    fn takes_bytes(mut self, media_type: &'static str) -> Self {
        self.request = Some(Content::Bytes(media_type));
        self
    }

    fn gives<T: JsonSchema>(mut self, status: u16) -> Self {
        self.status = status;
        self.answer = Some(Content::Json(SchemaGenerator::subschema_for::<T>));
        self
    }

    fn gives_bytes(mut self, status: u16, media_type: &'static str) -> Self {
        self.status = status;
        self.answer = Some(Content::Bytes(media_type));
        self
    }

    fn gives_nothing(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

/// Every route of the server but the console's files.
pub fn all() -> Vec<Route> {
    let mut routes = people();
    routes.extend(sync());
    routes.extend(tus());
    routes.extend(console());
    routes.extend(operating());
    routes
}

fn people() -> Vec<Route> {
    use Access::{Public, Session as SignedIn, Signed};
    vec![
        Route::new(Verb::Post, "/v1/codes", Public, "Send a one-time code to a phone", codes::send)
            .takes::<CodeRequest>()
            .gives::<CodeSent>(202),
        Route::new(Verb::Post, "/v1/devices", Public, "Enrol a computer", devices::enrol)
            .takes::<EnrolRequest>()
            .gives::<Enrolled>(201),
        Route::new(Verb::Post, "/v1/session", Signed, "Sign in", sessions::open)
            .takes::<SignIn>()
            .gives::<Session>(200),
        Route::new(Verb::Post, "/v1/session/refresh", Signed, "Get new tokens", sessions::refresh)
            .takes::<RefreshRequest>()
            .gives::<Session>(200),
        Route::new(Verb::Delete, "/v1/session", SignedIn, "Sign out", sessions::close).gives_nothing(204),
    ]
}

fn sync() -> Vec<Route> {
    let change = Access::Allowed(Permission::ChangeCases);
    let read = Access::Allowed(Permission::ReadCases);
    let follow = Access::Allowed(Permission::FollowEvents);
    vec![
        Route::new(Verb::Put, "/v1/operations/{op_id}", change, "Declare an operation", operations::declare)
            .takes::<Operation>()
            .gives::<OperationState>(201),
        Route::new(Verb::Get, "/v1/operations/{op_id}", change, "Where it stands", operations::state)
            .gives::<OperationState>(200),
        Route::new(Verb::Post, "/v1/operations/{op_id}/commit", change, "Receive it", operations::commit)
            .gives::<Envelope>(200),
        Route::new(Verb::Put, "/v1/blobs/{sha}", change, "Store a blob of up to 1 MiB", blobs::put)
            .takes_bytes("application/octet-stream")
            .gives_nothing(201),
        Route::new(Verb::Get, "/v1/blobs/{sha}", read, "A photo of a readable case", blobs::get)
            .gives_bytes(200, "application/octet-stream"),
        Route::new(Verb::Get, "/v1/events", follow, "The account's events", events::follow)
            .query(&["after", "wait"])
            .gives::<EventBatch>(200),
        Route::new(Verb::Get, "/v1/cases", read, "Readable cases by last change", cases::list)
            .query(&["after", "limit"])
            .gives::<CasePage>(200),
        Route::new(Verb::Get, "/v1/cases/{case_id}", read, "One case", cases::get).gives::<CaseDocument>(200),
        Route::new(Verb::Get, "/v1/cases/{case_id}/notice", read, "Its acceptance notice", cases::notice)
            .gives_bytes(200, "application/pdf"),
        Route::new(Verb::Get, "/v1/profiles", Access::Public, "Acquirer profiles", cases::profiles)
            .gives::<Vec<portal_domain::profile::Profile>>(200),
    ]
}

fn tus() -> Vec<Route> {
    let change = Access::Allowed(Permission::ChangeCases);
    let chunk = "application/offset+octet-stream";
    let options = Access::Public;
    vec![
        Route::new(Verb::Options, "/v1/uploads", options, "What of tus is spoken", uploads::options)
            .gives_nothing(204),
        Route::new(Verb::Options, "/v1/uploads/{id}", options, "What of tus is spoken", uploads::options)
            .gives_nothing(204),
        Route::new(Verb::Post, "/v1/uploads", change, "Begin an upload", uploads::create)
            .takes_bytes(chunk)
            .gives_nothing(201),
        Route::new(Verb::Head, "/v1/uploads/{id}", change, "How far it has come", uploads::offset)
            .gives_nothing(200),
        Route::new(Verb::Patch, "/v1/uploads/{id}", change, "Append a chunk", uploads::append)
            .takes_bytes(chunk)
            .gives_nothing(204),
        Route::new(Verb::Delete, "/v1/uploads/{id}", change, "Give it up", uploads::terminate)
            .gives_nothing(204),
    ]
}

fn console() -> Vec<Route> {
    let see = Access::Console(Permission::UseConsole);
    let decide = Access::Console(Permission::Review);
    vec![
        Route::new(Verb::Post, "/console/api/session", Access::Public, "Sign in", console_session::open)
            .takes::<view::ConsoleSignIn>()
            .gives::<view::Me>(200),
        Route::new(Verb::Delete, "/console/api/session", see, "Sign out", console_session::close)
            .gives_nothing(204),
        Route::new(Verb::Get, "/console/api/me", see, "Who is signed in", console_session::me)
            .gives::<view::Me>(200),
        Route::new(
            Verb::Get,
            "/console/api/queue",
            see,
            "Cases, oldest submission first",
            console_cases::queue,
        )
        .query(&["filter", "name", "after", "limit"])
        .gives::<view::QueuePage>(200),
        Route::new(Verb::Get, "/console/api/case/{case_id}", see, "One case", console_cases::get)
            .gives::<view::CaseView>(200),
        Route::new(Verb::Get, "/console/api/case/{case_id}/notice", see, "Its notice", console_cases::notice)
            .gives_bytes(200, "application/pdf"),
        Route::new(Verb::Get, "/console/api/blob/{sha}", see, "A photo", console_cases::blob)
            .gives_bytes(200, "application/octet-stream"),
        Route::new(Verb::Get, "/console/api/profile/{id}", see, "A profile", console_cases::profile)
            .gives::<portal_domain::profile::Profile>(200),
        Route::new(
            Verb::Post,
            "/console/api/case/{case_id}/return",
            decide,
            "Return",
            console_cases::give_back,
        )
        .takes::<view::ReturnRequest>()
        .gives::<CaseDocument>(200),
        Route::new(Verb::Post, "/console/api/case/{case_id}/accept", decide, "Accept", console_cases::accept)
            .takes::<view::AcceptRequest>()
            .gives::<CaseDocument>(200),
        Route::new(Verb::Post, "/console/api/case/{case_id}/reject", decide, "Reject", console_cases::reject)
            .takes::<view::RejectRequest>()
            .gives::<CaseDocument>(200),
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
