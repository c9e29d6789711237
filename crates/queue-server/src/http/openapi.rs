//! The OpenAPI document, made of the handlers' types, and the page to read it on.

use axum::Json;
use axum::Router;
use axum::routing::get;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::auth::COOKIE_NAME;
use crate::site::Site;

/// Where the document stands.
pub(super) const DOCUMENT: &str = "/api/v1/openapi.json";
/// Where the page stands.
pub(super) const PAGE: &str = "/api/v1/docs";
/// The page writes styles into its elements, so that its policy is wider than that of the other pages.
pub(super) const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

const ABOUT: &str = "Queue numbers and counter calls of public offices. Errors are `application/problem+json` \
    with a stable `code`. Every POST takes an `Idempotency-Key`: the same key and body again gives the first answer \
    again, also after a restart; kept at least 48 hours; optional and ignored on `/session`. Live messages come by \
    WebSocket: see `live`; each is one JSON text, a `Message`.";

/// What may go wrong, by status; `{}` is the list of codes.
const PROBLEMS: [(&str, &str); 12] = [
    ("400", "`bad-json`, `bad-query`, `bad-idempotency-key`, `bad-request`"),
    ("401", "`not-signed-in`, `wrong-credentials`"),
    ("403", "`not-allowed`, `must-change-password`, `foreign-origin`"),
    (
        "404",
        "`unknown-office`, `unknown-service`, `unknown-class`, `unknown-counter`, `unknown-ticket`, `unknown-user`, `not-found`",
    ),
    ("405", "`method-not-allowed`"),
    ("408", "`body-timeout`"),
    (
        "409",
        "The rules say no, such as `office-closed`, `numbers-used-up`, `counter-taken`, `counter-closed`, `ticket-open`, `not-waiting`, `user-exists`",
    ),
    ("413", "`body-too-large`: over 64 KiB"),
    ("415", "`unsupported-media-type`: bodies are application/json"),
    (
        "422",
        "`invalid-field`, `reason-required`, `idempotency-key-reused`, `bad-layout`, `unknown-language`, `weak-password`",
    ),
    ("500", "`internal`: the server failed; its log says why"),
    (
        "503",
        "`busy`, `disk-full` or `disk-slow` (nothing happened), `outcome-unknown` (ask again with the same key), `clock-doubtful`",
    ),
];

/// Completes the document and adds the routes that show it.
pub(super) fn with_document(router: Router<Site>, mut document: OpenApi) -> Router<Site> {
    complete(&mut document);
    let swagger = SwaggerUi::new(PAGE).config(Config::from(DOCUMENT));
    let document = std::sync::Arc::new(document);
    let show = move || {
        let document = std::sync::Arc::clone(&document);
        async move { Json(OpenApi::clone(&document)) }
    };
    router.route(DOCUMENT, get(show)).merge(Router::from(swagger))
}

fn complete(document: &mut OpenApi) {
    document.info = InfoBuilder::new()
        .title("queue-server")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let cookie = ApiKey::Cookie(ApiKeyValue::new(COOKIE_NAME));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    for (path, item) in &mut document.paths.paths {
        let session = path.starts_with("/api/v1/session");
        for operation in [&mut item.get, &mut item.delete].into_iter().flatten() {
            describe(operation, path);
        }
        if let Some(operation) = &mut item.post {
            describe(operation, path);
            if path != "/api/v1/session" {
                let key = ParameterBuilder::new()
                    .name("Idempotency-Key")
                    .parameter_in(ParameterIn::Header)
                    .required(Required::False)
                    .description(Some("1 to 64 visible ASCII characters."))
                    .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(64))));
                operation.parameters.get_or_insert_default().push(RefOr::T(key.build()));
            }
            if let Some(RefOr::T(body)) = operation.request_body.as_mut().filter(|_| !session) {
                body.required = Some(Required::False);
            }
        }
    }
}

fn describe(operation: &mut Operation, path: &str) {
    if !path.starts_with("/api/v1") {
        return;
    }
    let anonymous = SecurityRequirement::default();
    operation.security = Some(vec![
        SecurityRequirement::new::<_, [&str; 0], &str>("token", []),
        SecurityRequirement::new::<_, [&str; 0], &str>("cookie", []),
        anonymous,
    ]);
    for (status, codes) in PROBLEMS {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response =
            ResponseBuilder::new().description(codes).content(queue_wire::problem::MEDIA_TYPE, problem);
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(response.build()));
    }
    let wait = HeaderBuilder::new().description(Some("Seconds after which to try again.")).build();
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new()
        .description("`too-many-requests`, `too-many-attempts`")
        .content(queue_wire::problem::MEDIA_TYPE, problem)
        .header("Retry-After", wait);
    operation.responses.responses.entry("429".to_owned()).or_insert_with(|| RefOr::T(response.build()));
}
