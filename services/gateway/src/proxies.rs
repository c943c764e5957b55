//! Whose request it is: behind trusted proxies, the right-most address that is not one of theirs.

use std::{net::IpAddr, str::FromStr};

use http::HeaderMap;

/// A network of proxies: `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// The text is not a network.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("expected an address or a network, as 10.0.0.0/8")]
pub struct InvalidNetwork;

/// A trusted proxy said something that is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Garbage;

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        let bits = u32::from(self.bits);
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(it)) => (ours.to_bits() ^ it.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0,
            (IpAddr::V6(ours), IpAddr::V6(it)) => (ours.to_bits() ^ it.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0,
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| InvalidNetwork)?;
        if bits <= most { Ok(Self { address, bits }) } else { Err(InvalidNetwork) }
    }
}

/// The client's address: the peer's, unless that is a trusted proxy; then what the proxies say of it.
///
/// # Errors
/// [`Garbage`] when a trusted proxy forwards what is not an address: a guess would let the sender choose.
pub fn client(trusted: &[Network], peer: IpAddr, headers: &HeaderMap) -> Result<IpAddr, Garbage> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return Ok(peer);
    }
    let mut nearest = peer;
    for value in headers.get_all("x-forwarded-for").iter().rev() {
        for hop in value.to_str().map_err(|_| Garbage)?.rsplit(',') {
            nearest = hop.trim().parse().map_err(|_| Garbage)?;
            if !is_trusted(nearest) {
                return Ok(nearest);
            }
        }
    }
    Ok(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, forwarded: &[&str]) -> Result<IpAddr, Garbage> {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        client(&trusted, peer.parse().unwrap(), &headers)
    }

    #[test]
    fn only_trusted_proxies_say_whose_request_it_is() {
        let address = |text: &str| Ok(text.parse().unwrap());
        assert_eq!(of("192.0.2.7", &["198.51.100.1"]), address("192.0.2.7"));
        assert_eq!(of("10.0.0.1", &["203.0.113.9, 198.51.100.1"]), address("198.51.100.1"));
        assert_eq!(of("10.0.0.1", &["203.0.113.9", "198.51.100.1, 10.2.2.2"]), address("198.51.100.1"));
        assert_eq!(of("fd00::1", &["198.51.100.1"]), address("198.51.100.1"));
        assert_eq!(of("10.0.0.1", &[]), address("10.0.0.1"));
        for garbage in ["", "unknown", "198.51.100.1:80", "198.51.100.1,"] {
            assert_eq!(of("10.0.0.1", &[garbage]), Err(Garbage), "{garbage}");
        }
    }

    #[test]
    fn a_network_is_written_as_usual() {
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("192.0.2.1".parse().unwrap()));
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/x"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
