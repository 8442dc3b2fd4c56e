//! Forged and broken tokens, against the SCIM server and against introspection: RFC 8725, RFC 9068 §4.

use crate::support::oauth::{basic, post, scim, within_a_second};
use crate::support::{Application, Server, on_sqlite};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

on_sqlite!(
    what_is_signed_right_is_believed,
    an_unsigned_token_is_refused,
    hmac_with_the_public_key_is_refused,
    another_key_under_the_right_kid_is_refused,
    a_kid_is_a_name_and_nothing_else,
    keys_inside_a_token_are_never_asked,
    unknown_extensions_are_refused,
    another_type_is_refused,
    claims_that_are_not_ours_are_refused,
    what_is_expired_or_from_the_future_is_refused,
    giants_and_rubbish_are_refused,
    a_changed_token_is_refused,
);

/// A server that signs with a key which the attacker of these tests has too, so that only what is wrong is wrong.
struct Forge {
    base: String,
    app: Application,
    key: EncodingKey,
    jwk: Value,
    organization: Value,
}

impl Forge {
    async fn new(server: &Server) -> Self {
        muster_token::install_crypto_provider();
        let app = server.application(&[]);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/support/keys/p256.pem");
        let kid = server.json(&["key", "import", path])["kid"].as_str().unwrap().to_owned();
        let jwk = within_a_second(async || {
            let url = format!("{}/.well-known/jwks.json", server.base);
            let keys: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
            keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid.as_str()).cloned()
        })
        .await;
        let key = EncodingKey::from_ec_pem(&std::fs::read(path).unwrap()).unwrap();
        let organization = server.json(&["org", "list"])[0]["id"].clone();
        Self { base: server.base.clone(), app, key, jwk, organization }
    }

    fn header(&self) -> Header {
        Header {
            typ: Some("at+jwt".into()),
            kid: Some(self.jwk["kid"].as_str().unwrap().into()),
            ..Header::new(Algorithm::ES256)
        }
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.base, "aud": self.app.tenant_url, "sub": self.app.client_id,
            "client_id": self.app.client_id, "iat": now(), "nbf": now(), "exp": now() + 3600,
            "jti": "forged", "scope": "managed-users:list managed-users:read", "org": self.organization, "gen": 0,
        })
    }

    /// A good token but for what is changed.
    fn token(&self, header: impl FnOnce(&mut Header), claims: impl FnOnce(&mut Value)) -> String {
        let (mut changed, mut body) = (self.header(), self.claims());
        header(&mut changed);
        claims(&mut body);
        encode(&changed, &body, &self.key).unwrap()
    }

    /// Any header over any claims, with whatever for a signature.
    fn raw(header: &Value, claims: &Value, signature: &[u8]) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{}", part(header), part(claims), BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    /// Neither the SCIM server nor introspection believes it; what SCIM says.
    async fn refused(&self, what: &str, token: &str) -> String {
        let reply = scim(&self.base, token).await;
        assert_eq!(reply.status, 401, "{what}: {}", reply.text);
        assert!(reply.header("www-authenticate").contains("error=\"invalid_token\""), "{what}");
        let header = basic(&self.app.client_id, &self.app.client_secret);
        let form = format!("token={}", percent(token));
        let told = post(&format!("{}/v2/introspect", self.base), &form, Some(&header)).await.expect(200);
        assert_eq!(told.body, json!({"active": false}), "{what}");
        reply.refused(401, "")
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn what_is_signed_right_is_believed(server: &mut Server) {
    let forge = Forge::new(server).await;
    let token = forge.token(|_| (), |_| ());
    scim(&forge.base, &token).await.expect(200);
    let header = basic(&forge.app.client_id, &forge.app.client_secret);
    let told = post(&format!("{}/v2/introspect", forge.base), &format!("token={token}"), Some(&header)).await;
    assert_eq!(told.body["active"], true, "or the other tests would prove nothing: {}", told.text);
}

async fn an_unsigned_token_is_refused(server: &mut Server) {
    let forge = Forge::new(server).await;
    let kid = forge.jwk["kid"].clone();
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = json!({"alg": alg, "typ": "at+jwt", "kid": kid});
        forge.refused(alg, &Forge::raw(&header, &forge.claims(), b"")).await;
        forge.refused(alg, &Forge::raw(&header, &forge.claims(), b"x")).await;
    }
    let header = json!({"alg": "ES256", "typ": "at+jwt", "kid": kid});
    // CVE-2022-21449: a signature of zeros.
    for signature in [&[][..], &[0; 64], &[0; 63], &[255; 64]] {
        forge.refused("a signature of nothing", &Forge::raw(&header, &forge.claims(), signature)).await;
    }
}

async fn hmac_with_the_public_key_is_refused(server: &mut Server) {
    let forge = Forge::new(server).await;
    let point = [forge.jwk["x"].as_str().unwrap(), forge.jwk["y"].as_str().unwrap()]
        .map(|half| BASE64_URL_SAFE_NO_PAD.decode(half).unwrap())
        .concat();
    let uncompressed = [&[4], point.as_slice()].concat();
    for secret in [forge.jwk.to_string().as_bytes(), &point, &uncompressed, b""] {
        for alg in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let header = Header { alg, ..forge.header() };
            let token = encode(&header, &forge.claims(), &EncodingKey::from_secret(secret)).unwrap();
            forge.refused("HMAC", &token).await;
        }
    }
}

async fn another_key_under_the_right_kid_is_refused(server: &mut Server) {
    let forge = Forge::new(server).await;
    let other = muster_token::SigningKey::generate(muster_token::SigningAlgorithm::Es256).unwrap();
    let token = encode(&forge.header(), &forge.claims(), &EncodingKey::from_ec_der(other.pkcs8())).unwrap();
    assert!(forge.refused("another key", &token).await.contains("signature"));
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/support/keys/");
    let rsa = EncodingKey::from_rsa_pem(&std::fs::read(format!("{keys}rsa.pem")).unwrap()).unwrap();
    let ed = EncodingKey::from_ed_pem(&std::fs::read(format!("{keys}ed25519.pem")).unwrap()).unwrap();
    for (alg, key) in [(Algorithm::RS256, rsa), (Algorithm::EdDSA, ed)] {
        let token = encode(&Header { alg, ..forge.header() }, &forge.claims(), &key).unwrap();
        forge.refused("another algorithm", &token).await;
    }
}

async fn a_kid_is_a_name_and_nothing_else(server: &mut Server) {
    let forge = Forge::new(server).await;
    forge.refused("missing", &forge.token(|header| header.kid = None, |_| ())).await;
    for kid in [
        "",
        "unknown",
        "../../../../dev/null",
        "/etc/passwd",
        "x' UNION SELECT 'a' --",
        "'; DROP TABLE signing_keys; --",
        "https://evil.example/key",
        "\u{0}",
        "%00",
    ] {
        let token = forge.token(|header| header.kid = Some(kid.into()), |_| ());
        forge.refused(kid, &token).await;
    }
    for kid in [json!(7), json!(["a"]), json!({"a": 1}), json!(null)] {
        let header = json!({"alg": "ES256", "typ": "at+jwt", "kid": kid});
        forge.refused("not a text", &Forge::raw(&header, &forge.claims(), &[1; 64])).await;
    }
    scim(&forge.base, &forge.token(|_| (), |_| ())).await.expect(200);
}

async fn keys_inside_a_token_are_never_asked(server: &mut Server) {
    let forge = Forge::new(server).await;
    let other = muster_token::SigningKey::generate(muster_token::SigningAlgorithm::Es256).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    for kid in [forge.header().kid, Some(other.kid().to_owned())] {
        let header = Header {
            jwk: Some(other.public_jwk().clone()),
            jku: Some(url.clone()),
            x5u: Some(url.clone()),
            kid,
            ..forge.header()
        };
        let token = encode(&header, &forge.claims(), &EncodingKey::from_ec_der(other.pkcs8())).unwrap();
        forge.refused("a key in the header", &token).await;
    }
    assert!(listener.accept().is_err(), "nothing was fetched");
}

async fn unknown_extensions_are_refused(server: &mut Server) {
    let forge = Forge::new(server).await;
    for critical in [vec!["b64".to_owned()], vec!["exp".to_owned()], vec![]] {
        let token = forge.token(|header| header.crit = Some(critical), |_| ());
        assert!(forge.refused("crit", &token).await.contains("crit"));
    }
}

async fn another_type_is_refused(server: &mut Server) {
    let forge = Forge::new(server).await;
    for typ in [None, Some("JWT"), Some("id+jwt"), Some("dpop+jwt"), Some("at+jwt2"), Some("")] {
        let token = forge.token(|header| header.typ = typ.map(str::to_owned), |_| ());
        assert!(forge.refused("typ", &token).await.contains("at+jwt"));
    }
    let token = forge.token(|header| header.typ = Some("application/AT+JWT".into()), |_| ());
    scim(&forge.base, &token).await.expect(200);
}

async fn claims_that_are_not_ours_are_refused(server: &mut Server) {
    let forge = Forge::new(server).await;
    server.json(&["org", "create", "Acme"]);
    let organizations = server.json(&["org", "list"]);
    let other = organizations.as_array().unwrap().iter().find(|o| o["name"] == "Acme").unwrap()["id"].clone();
    let slash = json!(format!("{}/", forge.base));
    for (claim, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", slash),
        ("aud", json!("https://evil.example/scim/v2")),
        ("aud", json!(forge.base)),
        ("aud", json!([])),
        ("org", other),
        ("org", json!("nothing")),
        ("client_id", json!("mapp_nobody")),
        ("client_id", json!("x\u{0}y")),
        ("scope", json!("everything")),
        ("scope", json!(7)),
        ("gen", json!(-1)),
        ("exp", json!("tomorrow")),
    ] {
        forge.refused(claim, &forge.token(|_| (), |claims| claims[claim] = value)).await;
    }
    for claim in ["iss", "aud", "sub", "client_id", "exp", "jti", "scope", "org"] {
        let token = forge.token(|_| (), |claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        assert!(forge.refused(claim, &token).await.contains(claim));
    }
}

async fn what_is_expired_or_from_the_future_is_refused(server: &mut Server) {
    let forge = Forge::new(server).await;
    let with = |claim: &str, time: u64| forge.token(|_| (), |claims| claims[claim] = json!(time));
    assert!(forge.refused("expired", &with("exp", now() - 60)).await.contains("expired"));
    assert!(forge.refused("nbf", &with("nbf", now() + 600)).await.contains("not valid yet"));
    assert!(forge.refused("iat", &with("iat", now() + 600)).await.contains("not valid yet"));
    forge.refused("the year 1970", &with("exp", 1)).await;
    scim(&forge.base, &with("exp", now() + 60)).await.expect(200);
}

async fn giants_and_rubbish_are_refused(server: &mut Server) {
    let forge = Forge::new(server).await;
    let token = forge.token(|_| (), |claims| claims["extra"] = json!("x".repeat(20_000)));
    assert!(forge.refused("giant", &token).await.contains("8 KiB"));
    let deep = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
    let nested = format!("{}.{}.x", BASE64_URL_SAFE_NO_PAD.encode(&deep[..3_000]), "x");
    for rubbish in [
        ".",
        "..",
        "...",
        "a.b.c",
        "eyJ.eyJ.eyJ",
        "a.b.c.d.e",
        "muster_token_",
        "muster_token_a.b.c",
        &nested,
    ] {
        forge.refused(rubbish, rubbish).await;
    }
    // So large that the header does not fit at all: refused before anyone reads it, and the server lives on.
    let client = reqwest::Client::new();
    let huge =
        client.get(format!("{}/scim/v2/Users", forge.base)).bearer_auth("x".repeat(1_000_000)).send().await;
    assert!(huge.is_err() || huge.unwrap().status().is_client_error());
    scim(&forge.base, &forge.token(|_| (), |_| ())).await.expect(200);
}

async fn a_changed_token_is_refused(server: &mut Server) {
    let forge = Forge::new(server).await;
    let token = forge.token(|_| (), |_| ());
    let parts: Vec<&str> = token.split('.').collect();
    let more = json!({"scope": "managed-users:delete"});
    let mut claims = forge.claims();
    claims["scope"] = more["scope"].clone();
    let changed = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
    forge.refused("other claims", &format!("{}.{changed}.{}", parts[0], parts[2])).await;
    forge.refused("no signature", &format!("{}.{}.", parts[0], parts[1])).await;
    forge.refused("two parts", &format!("{}.{}", parts[0], parts[1])).await;
    forge.refused("cut", &token[..token.len() - 4]).await;
    forge.refused("padded", &format!("{token}=")).await;
    forge.refused("more", &format!("{token}.{}", parts[2])).await;
}
