//! `muster serve`

use super::Context;
use crate::assemble::{Assembly, write_last};
use crate::cli::Serve;
use crate::{output, telemetry};
use anyhow::{Context as _, Result};
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;

pub(super) fn run(mut context: Context, arguments: Serve) -> Result<ExitCode> {
    if let Some(listen) = arguments.listen {
        context.configuration.server.listen = listen;
    }
    if let Some(public_url) = arguments.public_url {
        context.configuration.server.public_url = public_url;
    }
    let configuration = &context.configuration;
    telemetry::start_logging(&configuration.log)?;
    let metrics = telemetry::start_metrics()?;
    let listener = listen(configuration.listen_address()?)?;
    let bound = listener.local_addr().context("cannot listen")?;
    let assembly = Assembly::open(configuration, bound, metrics)?;
    let public_url = assembly.public_url.clone();
    let set_up = assembly.set_up_link()?;
    actix_web::rt::System::new().block_on(async {
        let server = actix_web::rt::spawn(assembly.serve(configuration, listener, true)?);
        // Its first turn installs the signal handlers: who reads that it is ready may stop it.
        tokio::task::yield_now().await;
        tracing::info!(%bound, public_url, database = %assembly.store.url(), "listening");
        if context.output.json {
            let mut ready = serde_json::json!({"url": public_url, "listen": bound});
            if let Some(link) = &set_up {
                ready["set_up"] = link.as_str().into();
            }
            output::line(&ready.to_string())?;
        } else {
            output::line(&format!("Muster is ready at {public_url}"))?;
            if let Some(link) = &set_up {
                output::line(&format!(
                    "There is no admin yet. Open this link, which works once, within a day, to become the first:\n{link}"
                ))?;
            }
        }
        server.await.context("the server failed")?.context("the server failed")
    })?;
    write_last(&assembly.store);
    Ok(ExitCode::SUCCESS)
}

/// Listens before anything is opened: a port that is taken is known first.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).with_context(|| {
        format!("cannot listen on {address}; --listen ADDRESS:PORT, or server.listen in the configuration, says another")
    })
}
