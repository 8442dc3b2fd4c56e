//! The load: keep-alive connections, each with one request under way.

use super::workload::Workload;
use crate::process::Process;
use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// What was measured.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    /// The server's processor time per request.
    pub(crate) cpu_micros: f64,
    pub(crate) p50_millis: f64,
    pub(crate) p99_millis: f64,
    pub(crate) failed: u64,
    /// The status of the last failure.
    pub(crate) last_failure: u16,
}

#[derive(Default)]
struct Shared {
    next: AtomicUsize,
    failed: AtomicU64,
    last_failure: AtomicU64,
    latencies: Mutex<Vec<f32>>,
}

/// Sends the workload's requests for a time, after a second of warming up.
pub(crate) async fn measure(
    server: &Process,
    workload: &Workload,
    connections: usize,
    duration: Duration,
) -> Result<Measured> {
    let shared = Arc::new(Shared::default());
    drive(workload, connections, Duration::from_secs(1), &shared).await?;
    if let Ok(mut latencies) = shared.latencies.lock() {
        latencies.clear();
    }
    let (began, cpu) = (Instant::now(), server.cpu_micros()?);
    drive(workload, connections, duration, &shared).await?;
    let (elapsed, cpu) = (began.elapsed().as_secs_f64(), server.cpu_micros()? - cpu);
    let mut latencies = shared.latencies.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default();
    latencies.sort_by(f32::total_cmp);
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a length"
        )]
        let position = (latencies.len() as f64 * share) as usize;
        f64::from(latencies.get(position).copied().unwrap_or_default())
    };
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let count = latencies.len() as f64;
    Ok(Measured {
        per_second: count / elapsed,
        cpu_micros: cpu / count,
        p50_millis: at(0.5),
        p99_millis: at(0.99),
        failed: shared.failed.load(Ordering::Relaxed),
        last_failure: u16::try_from(shared.last_failure.load(Ordering::Relaxed)).unwrap_or_default(),
    })
}

/// Sends the workload's requests once each, on several connections; the bodies of the answers.
pub(crate) async fn send_all(workload: &Workload, count: usize, connections: usize) -> Result<Vec<Bytes>> {
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (workload, next) = (workload.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                let mut sender = connect(&workload.address).await?;
                let mut bodies = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return anyhow::Ok(bodies);
                    }
                    let (status, body) = exchange(&mut sender, &workload, number).await?;
                    anyhow::ensure!(status < 300, "answered {status}: {}", String::from_utf8_lossy(&body));
                    bodies.push(body);
                }
            })
        })
        .collect();
    let mut bodies = Vec::with_capacity(count);
    for task in tasks {
        bodies.extend(task.await??);
    }
    Ok(bodies)
}

async fn drive(
    workload: &Workload,
    connections: usize,
    duration: Duration,
    shared: &Arc<Shared>,
) -> Result<()> {
    let ends = Instant::now() + duration;
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (workload, shared) = (workload.clone(), Arc::clone(shared));
            tokio::spawn(async move {
                let mut sender = connect(&workload.address).await?;
                let mut latencies = Vec::new();
                while Instant::now() < ends {
                    let number = shared.next.fetch_add(1, Ordering::Relaxed);
                    let began = Instant::now();
                    let (status, _) = exchange(&mut sender, &workload, number).await?;
                    latencies.push(began.elapsed().as_secs_f32() * 1000.0);
                    if status >= 300 {
                        shared.failed.fetch_add(1, Ordering::Relaxed);
                        shared.last_failure.store(status.into(), Ordering::Relaxed);
                    }
                }
                if let Ok(mut all) = shared.latencies.lock() {
                    all.extend(latencies);
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}

async fn connect(address: &str) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    workload: &Workload,
    number: usize,
) -> Result<(u16, Bytes)> {
    sender.ready().await?;
    let response = sender.send_request(workload.request(number)?).await?;
    let status = response.status().as_u16();
    Ok((status, response.into_body().collect().await?.to_bytes()))
}
