//! Server-sent events, for pages that follow what happens.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Bytes;
use futures_util::stream;
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// Who tells what happens.
pub(super) trait Follower: 'static {
    /// How often it looks.
    const EVERY: Duration;
    /// The stream ends after so long; the browser opens another one, and shows again who it is.
    const LONGEST: Duration;

    /// Whether nothing more will happen.
    fn is_over(&self) -> bool {
        false
    }

    /// What has happened since the last look.
    fn look(&mut self) -> impl Future<Output = Events>;
}

/// Events as they are sent.
pub(super) struct Events(String);

impl Events {
    /// None yet. A comment keeps the connection open where nothing happens.
    pub(super) fn none() -> Self {
        Self(String::from(":\n\n"))
    }

    pub(super) fn push(&mut self, name: &str, data: &str) {
        self.0.push_str("event: ");
        self.0.push_str(name);
        self.0.push('\n');
        for line in data.split('\n') {
            self.0.push_str("data: ");
            self.0.push_str(line.trim_end_matches('\r'));
            self.0.push('\n');
        }
        self.0.push('\n');
    }
}

/// The stream of what a follower tells.
pub(super) fn answer<F: Follower>(follower: F) -> HttpResponse {
    let until = Instant::now() + F::LONGEST;
    let events = stream::unfold(follower, move |mut follower| async move {
        if follower.is_over() || Instant::now() > until {
            return None;
        }
        tokio::time::sleep(F::EVERY).await;
        let Events(text) = follower.look().await;
        Some((Ok::<_, Infallible>(Bytes::from(text)), follower))
    });
    HttpResponse::Ok()
        .content_type("text/event-stream; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(events)
}
