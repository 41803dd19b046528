//! What one route is: how it is reached, who may use it, what it takes and gives. Router, access check and the
//! description are made from this.

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use portal_protocol::error::ErrorCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::access::{Access, CSRF_HEADER};
use super::health;
use crate::app::AppState;

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

/// Makes the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What a body is.
#[derive(Clone, Copy)]
pub enum Content {
    Json(SchemaOf),
    Bytes(&'static str),
}

/// One way in which a request succeeds.
pub struct Success {
    pub status: u16,
    pub contents: Vec<Content>,
    /// Headers that the answer carries.
    pub headers: &'static [&'static str],
}

/// A header that the handler reads.
#[derive(Debug, Clone, Copy)]
pub struct RequestHeader {
    pub name: &'static str,
    pub required: bool,
    /// What its value looks like, as a regular expression; anything when absent.
    pub pattern: Option<&'static str>,
}

/// One route.
pub struct Route {
    pub verb: Verb,
    pub path: &'static str,
    pub summary: &'static str,
    pub access: Access,
    /// The query's parameters are the properties of this.
    pub query: Option<SchemaOf>,
    pub headers: Vec<RequestHeader>,
    pub request: Option<Content>,
    pub successes: Vec<Success>,
    /// The handler's own refusals; those that follow from the rest of the route are added by the description.
    pub refusals: &'static [ErrorCode],
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
    pub(super) fn new<H, T>(
        verb: Verb,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let route = Self {
            verb,
            path,
            summary,
            access,
            query: None,
            headers: Vec::new(),
            request: None,
            successes: Vec::new(),
            refusals: &[],
            endpoint: on(verb.filter(), handler),
        };
        match access {
            Access::Console(_) if verb != Verb::Get => route.needs(CSRF_HEADER, "^[0-9a-f]{64}$"),
            _ => route,
        }
    }

    pub(super) fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(T::json_schema);
        self
    }

    pub(super) fn needs(mut self, name: &'static str, pattern: &'static str) -> Self {
        self.headers.push(RequestHeader { name, required: true, pattern: Some(pattern) });
        self
    }

    pub(super) fn reads(mut self, name: &'static str, pattern: Option<&'static str>) -> Self {
        self.headers.push(RequestHeader { name, required: false, pattern });
        self
    }

    pub(super) fn takes<T: JsonSchema>(mut self) -> Self {
        self.request = Some(Content::Json(SchemaGenerator::subschema_for::<T>));
        self
    }

    pub(super) fn takes_bytes(mut self, media_type: &'static str) -> Self {
        self.request = Some(Content::Bytes(media_type));
        self
    }

    pub(super) fn gives<T: JsonSchema>(self, status: u16) -> Self {
        self.success(status, Some(Content::Json(SchemaGenerator::subschema_for::<T>)))
    }

    pub(super) fn gives_bytes(self, status: u16, media_type: &'static str) -> Self {
        self.success(status, Some(Content::Bytes(media_type)))
    }

    pub(super) fn gives_nothing(self, status: u16) -> Self {
        self.success(status, None)
    }

    /// Another status, or another form of the answer under the same one.
    fn success(mut self, status: u16, content: Option<Content>) -> Self {
        match self.successes.iter_mut().find(|success| success.status == status) {
            Some(known) => known.contents.extend(content),
            None => {
                self.successes.push(Success {
                    status,
                    contents: content.into_iter().collect(),
                    headers: &[],
                });
            }
        }
        self
    }

    /// Headers of the success named last.
    pub(super) fn with(mut self, headers: &'static [&'static str]) -> Self {
        if let Some(success) = self.successes.last_mut() {
            success.headers = headers;
        }
        self
    }

    pub(super) fn refuses(mut self, codes: &'static [ErrorCode]) -> Self {
        self.refusals = codes;
        self
    }

    /// Every code that a request to this route may be refused with.
    pub fn all_refusals(&self) -> Vec<ErrorCode> {
        use ErrorCode as E;
        let mut codes = self.refusals.to_vec();
        codes.extend(match self.access {
            Access::Public => &[][..],
            Access::Signed => &[E::BadParameter, E::BadSignature, E::Disabled],
            Access::Session => &[E::BadParameter, E::Unauthorized, E::Disabled],
            Access::Allowed(_) | Access::Console(_) => {
                &[E::BadParameter, E::Unauthorized, E::Disabled, E::Forbidden]
            }
        });
        codes.extend(match self.request {
            Some(Content::Json(_)) => {
                &[E::MalformedRequest, E::BadParameter, E::UnsupportedType, E::TooLarge, E::RequestTimeout][..]
            }
            Some(Content::Bytes(_)) => &[E::TooLarge, E::RequestTimeout],
            None => &[],
        });
        if self.path.contains('{') || self.query.is_some() || !self.headers.is_empty() {
            codes.push(E::BadParameter);
        }
        if !health::is_asked(self.path) {
            codes.push(E::TooManyRequests);
        }
        codes.extend([E::Internal, E::Unavailable]);
        codes.sort_by_key(|code| (code.status(), *code as u8));
        codes.dedup();
        codes
    }
}
