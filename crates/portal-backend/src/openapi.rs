//! The OpenAPI 3.1 document, made from the route table and the schemas of the wire types.

use portal_protocol::error::{PROBLEM_MEDIA_TYPE, ProblemDocument};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::http::access::Access;
use crate::http::routes::{Content, Route};

/// Describes these routes.
pub fn document(routes: &[Route]) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let problem = generator.subschema_for::<ProblemDocument>().to_value();
    let mut paths = Map::new();
    for route in routes {
        let operation = operation(route, &problem, &mut generator);
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
            "description": "Every answer carries `Portal-Sync: 1`. Refusals are problem documents with a stable code.",
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "device": { "type": "apiKey", "in": "header", "name": portal_protocol::SIGNATURE_HEADER },
                "console": { "type": "apiKey", "in": "cookie", "name": crate::http::access::CONSOLE_COOKIE },
            },
        },
    })
}

fn operation(route: &Route, problem: &Value, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "summary": route.summary,
        "operationId": format!("{}{}", route.verb.name(), route.path.replace(['/', '{', '}', '.'], "_")),
        "security": security(route.access),
        "parameters": parameters(route),
        "responses": {
            route.status.to_string(): answer(route, generator),
            "default": {
                "description": "Refused",
                "content": { PROBLEM_MEDIA_TYPE: { "schema": problem } },
            },
        },
    });
    if let Some(request) = route.request {
        operation["requestBody"] = json!({ "required": true, "content": content(request, generator) });
    }
    operation
}

fn answer(route: &Route, generator: &mut SchemaGenerator) -> Value {
    match route.answer {
        Some(answer) => json!({ "description": "Done", "content": content(answer, generator) }),
        None => json!({ "description": "Done" }),
    }
}

fn content(content: Content, generator: &mut SchemaGenerator) -> Value {
    match content {
        Content::Json(schema) => json!({ "application/json": { "schema": schema(generator).to_value() } }),
        Content::Bytes(media_type) => json!({ media_type: {} }),
    }
}

fn security(access: Access) -> Value {
    match access {
        Access::Public => json!([]),
        Access::Signed => json!([{ "device": [] }]),
        Access::Session | Access::Allowed(_) => json!([{ "bearer": [] }]),
        Access::Console(_) => json!([{ "console": [] }]),
    }
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path =
        route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(
            |name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }),
        );
    let in_query =
        route.query.iter().map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } }));
    in_path.chain(in_query).collect()
}
