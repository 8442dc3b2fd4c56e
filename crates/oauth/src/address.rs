//! Where a request comes from, behind proxies or not.

use actix_web::HttpRequest;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// Proxies whose `X-Forwarded-For` is believed. Without any, what counts is who opened the connection.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// From addresses and networks such as `10.0.0.7` and `10.0.0.0/8`.
    ///
    /// # Errors
    ///
    /// The first text that is neither.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let parse = |text: &str| {
            let text = text.trim();
            let network = text.parse::<IpNet>().ok();
            network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from)).ok_or_else(|| text.to_owned())
        };
        texts.into_iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// The address that a request comes from: the last one in `X-Forwarded-For` that no trusted proxy has.
    #[must_use]
    pub fn client_address(&self, http: &HttpRequest) -> Option<IpAddr> {
        let peer = http.peer_addr()?.ip().to_canonical();
        let header = http.headers().get_all("x-forwarded-for");
        let lines: Vec<&str> = header.filter_map(|line| line.to_str().ok()).collect();
        Some(self.client_of(peer, &lines))
    }

    fn client_of(&self, peer: IpAddr, lines: &[&str]) -> IpAddr {
        let mut client = peer;
        // From the right: each proxy adds whom it saw, and a client can write only what stands left of that.
        for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = parse_hop(hop.trim()) else { break };
            client = address;
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Some proxies add the port.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|at| at.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, lines: &[&str]) -> String {
        let proxies = TrustedProxies::parse(trusted.iter().copied()).unwrap();
        proxies.client_of(peer.parse().unwrap(), lines).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client(&[], "10.0.0.1", &["9.9.9.9"]), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &["6.6.6.6, 9.9.9.9"]), "9.9.9.9", "the last one");
        assert_eq!(client(&["10.0.0.1", "10.0.0.2"], "10.0.0.1", &["9.9.9.9", "10.0.0.2:4711"]), "9.9.9.9");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &["9.9.9.9, unknown"]), "10.0.0.1");
        assert_eq!(client(&["::1"], "::1", &["[2001:db8::1]:99"]), "2001:db8::1");
        assert_eq!(TrustedProxies::parse(["10.0.0.0/8", "proxy"]).err().as_deref(), Some("proxy"));
    }
}
