//! What a request to the issuer says: the form, the header, and the two together.

use crate::error::TokenError;
use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use percent_encoding::percent_decode;
use std::borrow::Cow;
use zeroize::Zeroizing;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A form with more parameters is refused: each is compared with those before it.
const MOST_PARAMETERS: usize = 64;

pub(crate) const NO_SECRET: &str = "The request has a client id but no client secret.";

const NO_CREDENTIALS: &str = "The request has no client credentials. Send the client id and the client secret by \
                              HTTP Basic authentication or in the form.";

/// A request of a client, well-formed.
pub(crate) struct TokenRequest {
    pub(crate) grant_type: Option<String>,
    pub(crate) scope: Option<String>,
    /// The token that is asked about or to be revoked.
    pub(crate) token: Option<Zeroizing<String>>,
    /// To be tried in order: HTTP Basic's halves decoded, and raw where that differs (many clients do not encode). None
    /// when the client is proved by an assertion or by its TLS certificate.
    pub(crate) credentials: Vec<Credentials>,
    /// The identifier in the form.
    pub(crate) client_id: Option<String>,
    /// A signed assertion about the client (RFC 7523 §2.2).
    pub(crate) client_assertion: Option<String>,
    /// What the token is for (RFC 8707 §2), as `resource` or as `audience`.
    pub(crate) targets: Vec<String>,
}

/// A client identifier and a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: Zeroizing<String>,
}

impl Credentials {
    fn new(client_id: &str, client_secret: &str) -> Self {
        Self { client_id: client_id.to_owned(), client_secret: Zeroizing::new(client_secret.to_owned()) }
    }
}

impl TokenRequest {
    /// Reads the form, the query (which must hold nothing of it) and the `Authorization` headers.
    pub(crate) fn parse(body: &[u8], query: &str, authorization: &[&[u8]]) -> Result<Self, TokenError> {
        refuse_secrets_in_query(query)?;
        let body =
            std::str::from_utf8(body).map_err(|_| TokenError::invalid_request("The form is not UTF-8."))?;
        let mut form = Form::default();
        for pair in body.split('&').filter(|pair| !pair.is_empty()) {
            form.take(pair)?;
        }
        let basic = match authorization {
            [] => Vec::new(),
            [header] => basic(header)?,
            _ => return Err(TokenError::invalid_request("There is more than one Authorization header.")),
        };
        form.check_assertion(!basic.is_empty())?;
        let credentials = if form.client_assertion.is_some() {
            Vec::new()
        } else {
            credentials(
                basic,
                form.client_id.as_deref(),
                form.client_secret.as_ref().map(|secret| secret.as_str()),
            )?
        };
        Ok(Self {
            grant_type: form.grant_type,
            scope: form.scope,
            token: form.token,
            credentials,
            client_id: form.client_id,
            client_assertion: form.client_assertion,
            targets: form.targets,
        })
    }
}

/// RFC 6749 §2.3.1: the parameters must not be in the URI, where they end up in logs.
fn refuse_secrets_in_query(query: &str) -> Result<(), TokenError> {
    let named = |wanted: &str| query.split('&').any(|pair| pair.split('=').next() == Some(wanted));
    if ["client_secret", "client_id", "client_assertion", "grant_type", "token"].into_iter().any(named) {
        return Err(TokenError::invalid_request(
            "The request's parameters are in the URL. Send them in the form, and replace the secret if it was there.",
        ));
    }
    Ok(())
}

#[derive(Default)]
struct Form {
    grant_type: Option<String>,
    scope: Option<String>,
    token: Option<Zeroizing<String>>,
    client_id: Option<String>,
    client_secret: Option<Zeroizing<String>>,
    client_assertion: Option<String>,
    client_assertion_type: Option<String>,
    targets: Vec<String>,
    seen: Vec<String>,
}

impl Form {
    fn take(&mut self, pair: &str) -> Result<(), TokenError> {
        if self.seen.len() == MOST_PARAMETERS {
            return Err(TokenError::invalid_request("The form has more than 64 parameters."));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name)?.into_owned();
        // RFC 6749 §3.2: parameters must not be included more than once; these may (RFC 8707 §2, RFC 8693 §2.1).
        let is_target = matches!(name.as_str(), "resource" | "audience");
        if !is_target && self.seen.contains(&name) {
            let shown: String = name.chars().take(40).filter(|character| !character.is_control()).collect();
            return Err(TokenError::invalid_request(format!(
                "The parameter {shown} is there more than once."
            )));
        }
        let value = decode(value)?;
        // §3.2 again: parameters without a value are treated as if they were omitted.
        if !value.is_empty() {
            match name.as_str() {
                "grant_type" => self.grant_type = Some(value.into_owned()),
                "scope" => self.scope = Some(value.into_owned()),
                "token" => self.token = Some(Zeroizing::new(value.into_owned())),
                "client_id" => self.client_id = Some(value.into_owned()),
                "client_secret" => self.client_secret = Some(Zeroizing::new(value.into_owned())),
                "client_assertion" => self.client_assertion = Some(value.into_owned()),
                "client_assertion_type" => self.client_assertion_type = Some(value.into_owned()),
                "resource" | "audience" => self.targets.push(value.into_owned()),
                _ => (),
            }
        }
        self.seen.push(name);
        Ok(())
    }

    /// RFC 7523 §2.2; and RFC 6749 §2.3: a request has one way of authentication.
    fn check_assertion(&self, has_basic: bool) -> Result<(), TokenError> {
        match (&self.client_assertion, self.client_assertion_type.as_deref()) {
            (None, None) => Ok(()),
            (Some(_), Some(JWT_BEARER)) if has_basic || self.client_secret.is_some() => {
                Err(TokenError::invalid_request(
                    "The request has a client secret and a client assertion. Send one of them.",
                ))
            }
            (Some(_), Some(JWT_BEARER)) => Ok(()),
            (Some(_), _) => Err(TokenError::invalid_request(
                "A client assertion needs client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer.",
            )),
            (None, Some(_)) => Err(TokenError::invalid_request(
                "The request has a client_assertion_type but no client_assertion.",
            )),
        }
    }
}

/// Decodes `application/x-www-form-urlencoded`.
fn decode(text: &str) -> Result<Cow<'_, str>, TokenError> {
    if !text.contains(['+', '%']) {
        return Ok(Cow::Borrowed(text));
    }
    let spaced = text.replace('+', " ");
    percent_decode(spaced.as_bytes())
        .decode_utf8()
        .map(|text| Cow::Owned(text.into_owned()))
        .map_err(|_| TokenError::invalid_request("The form is not UTF-8."))
}

/// The credentials of an `Authorization` header: RFC 7617, each half form-encoded (RFC 6749 §2.3.1), or not.
fn basic(header: &[u8]) -> Result<Vec<Credentials>, TokenError> {
    let malformed = || {
        TokenError::invalid_client(
            "The Authorization header is not HTTP Basic with a client id and a secret.",
        )
    };
    let header = std::str::from_utf8(header).map_err(|_| malformed())?;
    let (scheme, encoded) = header.trim().split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return Err(TokenError::invalid_client(
            "The Authorization header is of another scheme. The token endpoint takes HTTP Basic.",
        ));
    }
    let bytes = Zeroizing::new(BASE64.decode(encoded.trim()).map_err(|_| malformed())?);
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed())?;
    let (id, secret) = text.split_once(':').ok_or_else(malformed)?;
    let raw = Credentials::new(id, secret);
    let mut tried = Vec::with_capacity(2);
    if let (Ok(id), Ok(secret)) = (decode(id), decode(secret)) {
        tried.push(Credentials::new(&id, &secret));
    }
    if !tried.contains(&raw) {
        tried.push(raw);
    }
    Ok(tried)
}

/// Entra's "Both" sends the same credentials twice; that is fine, two different ones are not (RFC 6749 §2.3).
fn credentials(
    basic: Vec<Credentials>,
    id: Option<&str>,
    secret: Option<&str>,
) -> Result<Vec<Credentials>, TokenError> {
    if basic.is_empty() {
        return match (id, secret) {
            (Some(id), Some(secret)) => Ok(vec![Credentials::new(id, secret)]),
            // Its TLS certificate may prove the client.
            (Some(_), None) => Ok(Vec::new()),
            (None, Some(_)) => {
                Err(TokenError::invalid_client("The request has a client secret but no client id."))
            }
            (None, None) => Err(TokenError::invalid_client(NO_CREDENTIALS)),
        };
    }
    let same: Vec<Credentials> = basic
        .into_iter()
        .filter(|basic| id.is_none_or(|id| id == basic.client_id))
        .filter(|basic| secret.is_none_or(|secret| secret == basic.client_secret.as_str()))
        .collect();
    if same.is_empty() {
        return Err(TokenError::invalid_request(
            "The credentials in the Authorization header and those in the form differ.",
        ));
    }
    Ok(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::BASE64_STANDARD;

    fn header(text: &str) -> Vec<u8> {
        format!("Basic {}", BASE64_STANDARD.encode(text)).into_bytes()
    }

    fn parse(body: &str, headers: &[&[u8]]) -> Result<TokenRequest, (&'static str, String)> {
        TokenRequest::parse(body.as_bytes(), "", headers).map_err(|error| (error.code(), error.to_string()))
    }

    fn pairs(request: &TokenRequest) -> Vec<(&str, &str)> {
        request.credentials.iter().map(|c| (c.client_id.as_str(), c.client_secret.as_str())).collect()
    }

    #[test]
    fn the_form_alone() {
        let request =
            parse("grant_type=client_credentials&client_id=a%20b&client_secret=c+d&scope=", &[]).unwrap();
        assert_eq!(pairs(&request), [("a b", "c d")]);
        assert_eq!(request.scope, None, "empty is absent");
        assert_eq!(request.grant_type.as_deref(), Some("client_credentials"));
    }

    #[test]
    fn basic_is_decoded_and_tried_raw() {
        let request = parse("grant_type=x", &[&header("a:p%2Bq")]).unwrap();
        assert_eq!(pairs(&request), [("a", "p+q"), ("a", "p%2Bq")]);
        let request = parse("grant_type=x", &[&header("a:p:q")]).unwrap();
        assert_eq!(pairs(&request), [("a", "p:q")]);
        let unpadded = [b"bAsIc ".as_slice(), b"YTpi"].concat();
        assert_eq!(pairs(&parse("", &[&unpadded]).unwrap()), [("a", "b")]);
    }

    #[test]
    fn both_must_agree() {
        assert!(parse("client_id=a&client_secret=b", &[&header("a:b")]).is_ok());
        assert!(parse("client_id=a", &[&header("a:b")]).is_ok());
        assert_eq!(
            parse("client_id=a&client_secret=c", &[&header("a:b")]).err().unwrap().0,
            "invalid_request"
        );
        assert_eq!(parse("client_id=x", &[&header("a:b")]).err().unwrap().0, "invalid_request");
    }

    #[test]
    fn a_parameter_is_there_once() {
        let (code, text) = parse("scope=a&client_id=a&client_secret=b&scope=b", &[]).err().unwrap();
        assert_eq!(
            (code, text.as_str()),
            ("invalid_request", "The parameter scope is there more than once.")
        );
        assert_eq!(parse("x=&x=&client_id=a&client_secret=b", &[]).err().unwrap().0, "invalid_request");
    }

    #[test]
    fn there_are_64_parameters_at_most() {
        let form = |count: usize| {
            let more: String = (0..count - 2).map(|number| format!("&p{number}=")).collect();
            parse(&format!("client_id=a&client_secret=b{more}"), &[])
        };
        assert!(form(64).is_ok());
        let expected = ("invalid_request", "The form has more than 64 parameters.".to_owned());
        assert_eq!(form(65).err().unwrap(), expected);
        let targets = format!("client_id=a&client_secret=b{}", "&resource=x".repeat(63));
        assert_eq!(parse(&targets, &[]).err().unwrap(), expected, "those that may be several count too");
    }

    #[test]
    fn what_is_no_basic_header_is_an_invalid_client() {
        for value in [b"Bearer abc".as_slice(), b"Basic ???", b"Basic", b"Basic YWJj", b"Basic \xff", b""] {
            assert_eq!(parse("", &[value]).err().unwrap().0, "invalid_client");
        }
        for body in ["", "client_secret=b", "client_id=&client_secret="] {
            assert_eq!(parse(body, &[]).err().unwrap().0, "invalid_client", "{body}");
        }
        assert_eq!(parse("", &[&header("a:b"), &header("a:b")]).err().unwrap().0, "invalid_request");
    }

    #[test]
    fn an_assertion_stands_alone() {
        let assertion =
            format!("client_assertion=a.b.c&client_assertion_type={}", JWT_BEARER.replace(':', "%3A"));
        let request = parse(&assertion, &[]).unwrap();
        assert_eq!((request.client_assertion.as_deref(), request.credentials.len()), (Some("a.b.c"), 0));
        let request = parse(&format!("{assertion}&client_id=a"), &[]).unwrap();
        assert_eq!(request.client_id.as_deref(), Some("a"));
        for wrong in [
            "client_assertion=a.b.c",
            "client_assertion_type=x",
            "client_assertion=a.b.c&client_assertion_type=x",
            &format!("{assertion}&client_secret=x"),
        ] {
            assert_eq!(parse(wrong, &[]).err().unwrap().0, "invalid_request", "{wrong}");
        }
        assert_eq!(parse(&assertion, &[&header("a:b")]).err().unwrap().0, "invalid_request");
    }

    #[test]
    fn targets_may_be_several() {
        let request = parse("client_id=a&resource=x&resource=y&audience=z&resource=", &[]).unwrap();
        assert_eq!(request.targets, ["x", "y", "z"]);
        assert!(request.credentials.is_empty(), "the certificate may prove it");
    }

    #[test]
    fn nothing_in_the_url_and_only_utf_8() {
        assert!(TokenRequest::parse(b"", "client_secret=x", &[]).is_err());
        assert_eq!(TokenRequest::parse(b"a=\xff", "", &[]).err().unwrap().code(), "invalid_request");
        assert_eq!(parse("a=%ff", &[]).err().unwrap().0, "invalid_request");
    }
}
