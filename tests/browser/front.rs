//! A server behind a public address with https, as customers have it: names are found by a proxy, for the browser and for the
//! server itself, which rehearses through its public address.

use crate::support::{Node, Server};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The public address.
pub(super) const PUBLIC: &str = "https://muster.example.com";
const HOST: &str = "muster.example.com";

/// A node that answers at [`PUBLIC`]; it ends with this value.
pub(super) struct Front {
    /// Where the proxy listens.
    pub(super) proxy: String,
    _node: Node,
    leading: JoinHandle<()>,
}

impl Front {
    /// Beside the server, on its database.
    pub(super) async fn beside(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = listener.local_addr().unwrap().to_string();
        let target = Arc::new(OnceLock::new());
        let leading = tokio::spawn(lead(listener, Arc::clone(&target)));
        let own = rcgen::generate_simple_self_signed(vec![HOST.to_owned()]).unwrap();
        let directory = server.database.directory.path();
        let certificate = write(directory, "public.pem", &own.cert.pem());
        let key = write(directory, "public.key", &own.signing_key.serialize_pem());
        let node = server.another_node(&[
            ("MUSTER_SERVER__PUBLIC_URL", PUBLIC),
            ("MUSTER_TLS__CERTIFICATE_FILE", &certificate),
            ("MUSTER_TLS__PRIVATE_KEY_FILE", &key),
            ("SSL_CERT_FILE", &certificate),
            ("HTTPS_PROXY", &format!("http://{proxy}")),
        ]);
        let (_, address) = node.base.split_once("://").unwrap();
        target.set(address.to_owned()).unwrap();
        Self { proxy, _node: node, leading }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.leading.abort();
    }
}

fn write(directory: &Path, name: &str, text: &str) -> String {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Leads every connection to our host to the node, and refuses all others: Chromium asks for some by itself.
async fn lead(listener: TcpListener, target: Arc<OnceLock<String>>) {
    while let Ok((mut client, _)) = listener.accept().await {
        let target = Arc::clone(&target);
        tokio::spawn(async move {
            let asked = head(&mut client).await;
            let Some(target) = target.get().filter(|_| asked.starts_with(&format!("CONNECT {HOST}:443 ")))
            else {
                let _ = client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await;
                return;
            };
            let mut server = TcpStream::connect(target).await.unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let _ = copy_bidirectional(&mut client, &mut server).await;
        });
    }
}

/// A request up to the empty line.
async fn head(client: &mut TcpStream) -> String {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match client.read_u8().await {
            Ok(byte) => read.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}
