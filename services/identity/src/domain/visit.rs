use std::net::IpAddr;

/// A browser that the gateway speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Where it is.
    pub address: IpAddr,
    /// Browser and system in words: « Firefox, Windows ».
    pub browser: String,
}

impl Visit {
    /// The network it is in, as tries are counted: a household or an office (/24, /64).
    #[must_use]
    pub fn network(&self) -> String {
        self.cut(24, 64)
    }

    /// The network it is in, as it is written down: no more than is needed to see where an attack came from (/24, /48).
    #[must_use]
    pub fn journalled(&self) -> String {
        self.cut(24, 48)
    }

    fn cut(&self, v4: u32, v6: u32) -> String {
        match self.address.to_canonical() {
            IpAddr::V4(address) => {
                let kept = address.to_bits() & (u32::MAX << (32 - v4));
                format!("{}/{v4}", std::net::Ipv4Addr::from_bits(kept))
            }
            IpAddr::V6(address) => {
                let kept = address.to_bits() & (u128::MAX << (128 - v6));
                format!("{}/{v6}", std::net::Ipv6Addr::from_bits(kept))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_office_are_one_network() {
        let visit = |address: &str| Visit { address: address.parse().unwrap(), browser: String::new() };
        assert_eq!(visit("192.0.2.77").network(), "192.0.2.0/24");
        assert_eq!(visit("::ffff:192.0.2.1").network(), "192.0.2.0/24");
        assert_eq!(visit("2001:db8:1:2:3::1").network(), "2001:db8:1:2::/64");
        assert_eq!(visit("2001:db8:1:2:3::1").journalled(), "2001:db8:1::/48");
    }
}
