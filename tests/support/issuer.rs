//! Keys of others, and another issuer that publishes some.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since the epoch.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A private key that is not the server's.
pub(crate) struct TestKey {
    pub(crate) kid: String,
    pub(crate) algorithm: Algorithm,
    key: EncodingKey,
}

impl TestKey {
    pub(crate) fn es256(kid: &str) -> Self {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let key = EncodingKey::from_ec_der(&pair.serialize_der());
        Self { kid: kid.to_owned(), algorithm: Algorithm::ES256, key }
    }

    /// As Entra's.
    pub(crate) fn rs256(kid: &str) -> Self {
        let pair = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        let key = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap();
        Self { kid: kid.to_owned(), algorithm: Algorithm::RS256, key }
    }

    /// The public half, without `alg`, as Entra publishes its own.
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk.as_object_mut().unwrap().remove("alg");
        jwk
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&Header { kid: Some(self.kid.clone()), ..Header::new(self.algorithm) }, claims)
    }

    pub(crate) fn sign_with(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.key).unwrap()
    }

    /// A DPoP proof (RFC 9449 §4.2).
    pub(crate) fn proof(&self, claims: &Value) -> String {
        let mut jwk = self.jwk();
        for member in ["kid", "use"] {
            jwk.as_object_mut().unwrap().remove(member);
        }
        let jwk = Some(serde_json::from_value(jwk).unwrap());
        self.sign_with(&Header { typ: Some("dpop+jwt".into()), jwk, ..Header::new(self.algorithm) }, claims)
    }
}

/// An issuer on this machine, with metadata and keys.
pub(crate) struct OtherIssuer {
    /// Its identifier, such as `http://127.0.0.1:41234/tenant/v2.0`.
    pub(crate) issuer: String,
    /// Where its keys are.
    pub(crate) jwks_url: String,
    keys: Arc<Mutex<Vec<Value>>>,
    asked: Arc<AtomicUsize>,
}

impl OtherIssuer {
    pub(crate) fn start(keys: &[&TestKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let published = Arc::new(Mutex::new(keys.iter().map(|key| key.jwk()).collect()));
        let this = Self {
            issuer: format!("{base}/tenant/v2.0"),
            jwks_url: format!("{base}/keys"),
            keys: published,
            asked: Arc::default(),
        };
        let (issuer, jwks_url) = (this.issuer.clone(), this.jwks_url.clone());
        let (keys, asked) = (Arc::clone(&this.keys), Arc::clone(&this.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let length = stream.read(&mut request).unwrap();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let body = match request.split(' ').nth(1).unwrap_or_default() {
                    "/tenant/v2.0/.well-known/openid-configuration" => {
                        json!({"issuer": issuer, "jwks_uri": jwks_url})
                    }
                    "/keys" => {
                        asked.fetch_add(1, Ordering::SeqCst);
                        json!({"keys": *keys.lock().unwrap()})
                    }
                    _ => Value::Null,
                };
                let (status, body) = if body.is_null() {
                    ("404 Not Found", String::new())
                } else {
                    ("200 OK", body.to_string())
                };
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
            }
        });
        this
    }

    /// Publishes these keys from now on.
    pub(crate) fn publish(&self, keys: &[&TestKey]) {
        *self.keys.lock().unwrap() = keys.iter().map(|key| key.jwk()).collect();
    }

    /// One that nobody answers for.
    pub(crate) fn away(self) -> Self {
        Self { issuer: "http://127.0.0.1:1/tenant".to_owned(), ..self }
    }

    /// How often its keys were fetched.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}
