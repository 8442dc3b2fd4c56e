//! The ceiling: an actix server that says hello.

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Context, Result};
use std::net::TcpListener;

pub(crate) fn serve(address: &str) -> Result<()> {
    let listener = TcpListener::bind(address).context("cannot listen")?;
    let bound = listener.local_addr()?;
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(|| App::new().route("/", web::get().to(hello))).listen(listener)?.run();
        println!("hello is ready at http://{bound}");
        server.await
    })?;
    Ok(())
}

async fn hello() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("hello")
}
