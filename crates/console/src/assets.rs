//! The style sheet, the script and the picture, embedded; their addresses change with what they hold.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpResponse, web};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::sync::LazyLock;

/// One file.
struct Asset {
    content: &'static str,
    media_type: &'static str,
    address: String,
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("console.css", include_str!("../assets/console.css"), "text/css; charset=utf-8")
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("console.js", include_str!("../assets/console.js"), "text/javascript; charset=utf-8")
});
static PICTURE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("muster.svg", include_str!("../assets/muster.svg"), "image/svg+xml"));

impl Asset {
    fn new(name: &str, content: &'static str, media_type: &'static str) -> Self {
        let digest = BASE64_URL_SAFE_NO_PAD.encode(&digest(&SHA256, content.as_bytes()).as_ref()[..9]);
        Self { content, media_type, address: format!("/console/{digest}/{name}") }
    }
}

/// The address of the style sheet.
pub(crate) fn style() -> &'static str {
    &STYLE.address
}

/// The address of the script.
pub(crate) fn script() -> &'static str {
    &SCRIPT.address
}

/// The address of the picture.
pub(crate) fn picture() -> &'static str {
    &PICTURE.address
}

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    for asset in [&STYLE, &SCRIPT, &PICTURE] {
        config.route(&asset.address, web::get().to(move || serve(asset)));
    }
}

async fn serve(asset: &'static Asset) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.media_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(asset.content)
}
