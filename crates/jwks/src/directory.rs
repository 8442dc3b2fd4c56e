//! Key sets, kept.

use crate::KeySource;
use crate::fetch::{self, FetchError};
use muster_token::ForeignKeySet;
use reqwest::Client;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys are used so long before they are fetched again.
const FRESH_FOR: Duration = Duration::from_secs(3_600);
/// And so long while they are, or while their source cannot be reached.
const USABLE_FOR: Duration = Duration::from_secs(86_400);
/// A source is asked at most so often, whatever tokens name.
const ASK_EVERY: Duration = Duration::from_secs(10);
/// So many sources are kept.
const MOST: usize = 10_000;

/// The keys of everybody who is trusted. Cloning is cheap and shares it.
#[derive(Clone)]
pub struct KeyDirectory(Arc<Inner>);

struct Inner {
    http: Client,
    sources: Mutex<HashMap<KeySource, Arc<Entry>>>,
}

#[derive(Default)]
struct Entry {
    kept: Mutex<Option<Kept>>,
    /// Held while the source is asked: requests that come together wait for one answer.
    asking: Arc<tokio::sync::Mutex<Option<Asked>>>,
}

#[derive(Clone)]
struct Kept {
    keys: Arc<ForeignKeySet>,
    at: Instant,
}

struct Asked {
    at: Instant,
    /// What went wrong, if it did.
    error: Option<String>,
}

impl Kept {
    fn serves(&self, kid: Option<&str>, age: Duration) -> bool {
        self.at.elapsed() < age && kid.is_none_or(|kid| self.keys.knows(kid))
    }
}

impl Asked {
    fn may_be_again(last: Option<&Self>) -> bool {
        last.is_none_or(|last| last.at.elapsed() >= ASK_EVERY)
    }
}

impl KeyDirectory {
    /// An empty directory.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be made: TLS has no trusted roots.
    pub fn new() -> Result<Self, FetchError> {
        let http = fetch::client()
            .map_err(|source| FetchError::Unreachable { url: "the network".to_owned(), source })?;
        Ok(Self(Arc::new(Inner { http, sources: Mutex::default() })))
    }

    /// The source's keys: those that are kept when they have the key that is named; fetched otherwise. Those that are not young
    /// any more are fetched again behind the answer. The answer may lack the key that is named. To be called in a Tokio
    /// runtime.
    ///
    /// # Errors
    ///
    /// When there are none that may be used and the source does not answer.
    pub async fn keys(
        &self,
        source: &KeySource,
        kid: Option<&str>,
    ) -> Result<Arc<ForeignKeySet>, FetchError> {
        let entry = self.entry(source);
        if let Some(kept) = entry.kept().filter(|kept| kept.serves(kid, USABLE_FOR)) {
            if kept.at.elapsed() >= FRESH_FOR {
                self.refresh(source, &entry);
            }
            return Ok(kept.keys);
        }
        let mut asked = entry.asking.lock().await;
        if let Some(kept) = entry.kept().filter(|kept| kept.serves(kid, FRESH_FOR)) {
            return Ok(kept.keys);
        }
        if Asked::may_be_again(asked.as_ref())
            && let Some(keys) = self.ask(source, &entry, &mut asked).await
        {
            return Ok(keys);
        }
        if let Some(kept) = entry.kept().filter(|kept| kept.at.elapsed() < USABLE_FOR) {
            return Ok(kept.keys);
        }
        let error = asked.as_ref().and_then(|asked| asked.error.clone());
        Err(FetchError::Before(error.unwrap_or_else(|| format!("the keys of {source} are too old"))))
    }

    /// Fetches the keys while nobody waits for them, unless somebody does already.
    fn refresh(&self, source: &KeySource, entry: &Arc<Entry>) {
        let Ok(mut asked) = Arc::clone(&entry.asking).try_lock_owned() else { return };
        if Asked::may_be_again(asked.as_ref()) {
            let (directory, source, entry) = (self.clone(), source.clone(), Arc::clone(entry));
            tokio::spawn(async move { directory.ask(&source, &entry, &mut asked).await });
        }
    }

    async fn ask(
        &self,
        source: &KeySource,
        entry: &Entry,
        asked: &mut Option<Asked>,
    ) -> Option<Arc<ForeignKeySet>> {
        let answer = fetch::keys(&self.0.http, source).await;
        let error = answer.as_ref().err().map(describe);
        *asked = Some(Asked { at: Instant::now(), error: error.clone() });
        let Ok(keys) = answer else {
            tracing::warn!(%source, error, "cannot fetch keys");
            return None;
        };
        tracing::info!(%source, "fetched keys");
        let keys = Arc::new(keys);
        entry.keep(Arc::clone(&keys));
        Some(keys)
    }

    fn entry(&self, source: &KeySource) -> Arc<Entry> {
        let mut sources = self.0.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = sources.get(source) {
            return Arc::clone(entry);
        }
        if sources.len() >= MOST {
            sources.clear();
        }
        Arc::clone(sources.entry(source.clone()).or_default())
    }
}

impl Entry {
    fn kept(&self) -> Option<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, keys: Arc<ForeignKeySet>) {
        let kept = Kept { keys, at: Instant::now() };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }
}

/// The error and its causes in one line.
fn describe(error: &FetchError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const KEY: &str = r#"{"kty":"EC","crv":"P-256","kid":"KID","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;

    /// A source whose metadata and keys are told; counts how often it is asked for keys.
    struct Source {
        base: String,
        asked: Arc<AtomicUsize>,
        kid: Arc<Mutex<String>>,
    }

    impl Source {
        fn start(issuer: Option<&str>) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let base = format!("http://{}", listener.local_addr().unwrap());
            let (asked, kid) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new("one".to_owned())));
            let source = Self { base: base.clone(), asked: Arc::clone(&asked), kid: Arc::clone(&kid) };
            let issuer = issuer.map_or_else(|| format!("{base}/t/v2.0"), str::to_owned);
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    let mut stream = stream.unwrap();
                    let mut request = [0; 4096];
                    let length = stream.read(&mut request).unwrap();
                    let request = String::from_utf8_lossy(&request[..length]).into_owned();
                    let (status, body) = match request.split(' ').nth(1).unwrap_or_default() {
                        "/t/v2.0/.well-known/openid-configuration" => {
                            ("200 OK", format!(r#"{{"issuer":"{issuer}","jwks_uri":"{base}/keys"}}"#))
                        }
                        "/keys" => {
                            asked.fetch_add(1, Ordering::SeqCst);
                            let key = KEY.replace("KID", &kid.lock().unwrap());
                            ("200 OK", format!(r#"{{"keys":[{key}]}}"#))
                        }
                        "/large" => ("200 OK", "x".repeat(600_000)),
                        "/moved" => ("302 Found\r\nLocation: /keys", String::new()),
                        _ => ("404 Not Found", String::new()),
                    };
                    let length = body.len();
                    let _ = write!(
                        stream,
                        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                    );
                }
            });
            source
        }

        fn issuer(&self) -> KeySource {
            KeySource::issuer(&format!("{}/t/v2.0", self.base)).unwrap()
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn keys_are_fetched_once_and_again_for_an_unknown_one() {
        let source = Source::start(None);
        let directory = KeyDirectory::new().unwrap();
        for _ in 0..3 {
            assert!(directory.keys(&source.issuer(), Some("one")).await.unwrap().knows("one"));
        }
        assert_eq!(source.asked(), 1);
        *source.kid.lock().unwrap() = "two".to_owned();
        let soon = directory.keys(&source.issuer(), Some("two")).await.unwrap();
        assert!(!soon.knows("two"), "the source is not asked again so soon");
        let entry = directory.entry(&source.issuer());
        entry.asking.lock().await.as_mut().unwrap().at -= ASK_EVERY;
        assert!(directory.keys(&source.issuer(), Some("two")).await.unwrap().knows("two"));
        assert_eq!(source.asked(), 2);
    }

    #[tokio::test]
    async fn old_keys_serve_while_they_are_fetched_again() {
        let source = Source::start(None);
        let directory = KeyDirectory::new().unwrap();
        directory.keys(&source.issuer(), Some("one")).await.unwrap();
        *source.kid.lock().unwrap() = "two".to_owned();
        let entry = directory.entry(&source.issuer());
        entry.asking.lock().await.as_mut().unwrap().at -= ASK_EVERY;
        entry.kept.lock().unwrap().as_mut().unwrap().at -= FRESH_FOR;
        for _ in 0..2 {
            let keys = directory.keys(&source.issuer(), Some("one")).await.unwrap();
            assert!(keys.knows("one"), "nobody waits for the new ones");
        }
        drop(entry.asking.lock().await);
        assert!(entry.kept().unwrap().keys.knows("two"));
        assert_eq!(source.asked(), 2);
    }

    #[tokio::test]
    async fn what_is_wrong_is_said() {
        let source = Source::start(Some("https://evil.example"));
        let directory = KeyDirectory::new().unwrap();
        let error = async |source: KeySource| directory.keys(&source, None).await.err().unwrap().to_string();
        assert!(error(source.issuer()).await.contains("another issuer, \"https://evil.example\""));
        assert!(error(source.issuer()).await.contains("another issuer"), "remembered for a while");
        assert_eq!(source.asked(), 0, "keys that another issuer's metadata names are never fetched");
        let at = |path: &str| KeySource::jwks(&format!("{}{path}", source.base)).unwrap();
        assert!(error(at("/large")).await.contains("more than 512 KiB"));
        assert!(error(at("/moved")).await.contains("answers 302"));
        assert!(error(at("/none")).await.contains("answers 404"));
        assert!(error(KeySource::jwks("http://127.0.0.1:1/").unwrap()).await.contains("cannot be reached"));
    }

    #[tokio::test]
    async fn keys_serve_on_while_the_source_is_away() {
        let source = Source::start(None);
        let directory = KeyDirectory::new().unwrap();
        let gone = KeySource::jwks("http://127.0.0.1:1/").unwrap();
        let keys = directory.keys(&source.issuer(), None).await.unwrap();
        let entry = directory.entry(&gone);
        entry.keep(keys);
        entry.kept.lock().unwrap().as_mut().unwrap().at -= FRESH_FOR;
        assert!(directory.keys(&gone, Some("one")).await.unwrap().knows("one"));
        entry.kept.lock().unwrap().as_mut().unwrap().at -= USABLE_FOR;
        assert!(directory.keys(&gone, Some("one")).await.is_err());
    }
}
