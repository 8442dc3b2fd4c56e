//! The body of a request.

use crate::error::ApiError;
use actix_web::web::Payload;
use muster_scim_core::{ScimError, json};
use serde_json::Value;

/// Reads JSON of any media type: clients send `application/scim+json`, `application/json` and none (entra-facts 6 row 15).
pub(crate) async fn read(payload: Payload, limit: usize) -> Result<Value, ApiError> {
    let bytes = match payload.to_bytes_limited(limit).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => {
            return Err(ScimError::invalid_syntax("The request ended before its body was complete.").into());
        }
        Err(_) => {
            return Err(ScimError::new(413, format!("The body is larger than {limit} bytes.")).into());
        }
    };
    Ok(json::parse(&bytes)?)
}
