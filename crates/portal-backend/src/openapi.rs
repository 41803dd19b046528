//! The OpenAPI 3.1 document, made from the route table and the schemas of the wire types.

use std::collections::BTreeMap;

use portal_protocol::case::ConflictDocument;
use portal_protocol::error::{ErrorCode, PROBLEM_MEDIA_TYPE, ProblemDocument};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::http::access::{Access, CONSOLE_COOKIE};
use crate::http::route::{Content, Route, SchemaOf, Success, Verb};
use crate::problem::name;

/// Describes these routes.
pub fn document(routes: &[Route]) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let mut paths = Map::new();
    for route in routes {
        let operation = operation(route, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Value::Object(verbs) = path {
            verbs.insert(route.verb.name().to_owned(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Merchant portal backend",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every answer carries `Portal-Sync: 1`. Refusals are problem documents with a stable \
                code. What isn't described here is answered by 404, another method by 405.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "console": { "type": "apiKey", "in": "cookie", "name": CONSOLE_COOKIE },
            },
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "summary": route.summary,
        "operationId": format!("{}{}", route.verb.name(), route.path.replace(['/', '{', '}', '.'], "_")),
        "security": security(route.access),
        "parameters": parameters(route, generator),
        "responses": responses(route, generator),
    });
    if let Some(request) = route.request {
        operation["requestBody"] = json!({ "required": true, "content": contents(&[request], generator) });
    }
    operation
}

fn responses(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut responses: BTreeMap<u16, Value> =
        route.successes.iter().map(|success| (success.status, succeeded(success, generator))).collect();
    let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in route.all_refusals() {
        by_status.entry(code.status()).or_default().push(code);
    }
    for (status, codes) in by_status {
        responses.insert(status, refused(route, &codes, generator));
    }
    responses.into_iter().map(|(status, response)| (status.to_string(), response)).collect()
}

fn succeeded(success: &Success, generator: &mut SchemaGenerator) -> Value {
    let mut response = json!({ "description": "Done", "headers": {} });
    if !success.contents.is_empty() {
        response["content"] = contents(&success.contents, generator);
    }
    for name in success.headers {
        response["headers"][name] = json!({ "schema": { "type": "string" } });
    }
    response
}

/// One status with all its codes. A conflict also has the case as it is now.
fn refused(route: &Route, codes: &[ErrorCode], generator: &mut SchemaGenerator) -> Value {
    let names: Vec<String> = codes.iter().map(|code| format!("`{}`", name(*code))).collect();
    let mut response = json!({ "description": names.join(", ") });
    if route.verb != Verb::Head {
        let schema = if codes.contains(&ErrorCode::Conflict) {
            generator.subschema_for::<ConflictDocument>()
        } else {
            generator.subschema_for::<ProblemDocument>()
        };
        response["content"] = json!({ PROBLEM_MEDIA_TYPE: { "schema": schema.to_value() } });
    }
    response
}

fn contents(contents: &[Content], generator: &mut SchemaGenerator) -> Value {
    contents
        .iter()
        .map(|content| match content {
            Content::Json(schema) => {
                ("application/json".to_owned(), json!({ "schema": schema(generator).to_value() }))
            }
            Content::Bytes(media_type) => ((*media_type).to_owned(), json!({})),
        })
        .collect()
}

fn security(access: Access) -> Value {
    match access {
        Access::Public | Access::Signed => json!([]),
        Access::Session | Access::Allowed(_) => json!([{ "bearer": [] }]),
        Access::Console(_) => json!([{ "console": [] }]),
    }
}

fn parameters(route: &Route, generator: &mut SchemaGenerator) -> Vec<Value> {
    let in_path = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": path_schema(name) }));
    let in_header = route.headers.iter().map(|header| {
        let mut schema = json!({ "type": "string" });
        if let Some(pattern) = header.pattern {
            schema["pattern"] = pattern.into();
        }
        json!({ "name": header.name, "in": "header", "required": header.required, "schema": schema })
    });
    let in_query = route.query.map(|query| in_query(query, generator)).unwrap_or_default();
    in_path.chain(in_query).chain(in_header).collect()
}

fn path_schema(name: &str) -> Value {
    match name {
        "op_id" | "case_id" => json!({ "type": "string", "format": "uuid" }),
        "sha" => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
        _ => json!({ "type": "string" }),
    }
}

/// The properties of the query's type, none of them required: absent is how a query says nothing.
fn in_query(query: SchemaOf, generator: &mut SchemaGenerator) -> Vec<Value> {
    let schema = query(generator).to_value();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    properties
        .into_iter()
        .map(|(name, mut schema)| {
            if let Some(types) = schema["type"].as_array()
                && let Some(value) = types.iter().find(|value| *value != "null").cloned()
            {
                schema["type"] = value;
            }
            if let Some(schema) = schema.as_object_mut() {
                schema.remove("default");
            }
            json!({ "name": name, "in": "query", "required": false, "schema": schema })
        })
        .collect()
}
