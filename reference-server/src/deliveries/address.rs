//! Which addresses a listener may have.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whose listeners are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Those that everybody can reach.
    Public,
    /// Those of this machine as well.
    PublicAndLocal,
}

impl Reach {
    pub(crate) fn of(allows_local: bool) -> Self {
        match allows_local {
            true => Self::PublicAndLocal,
            false => Self::Public,
        }
    }

    /// Tells whether a listener may have that address.
    pub(crate) fn covers(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || (self == Self::PublicAndLocal && address.is_loopback())
    }
}

/// Tells whether an address is one that everybody can reach, by the registries of special addresses (RFC 6890).
///
/// An address of version 6 that carries one of version 4 is what that one is.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    // The network, and how many bits of it count.
    const SPECIAL: [([u8; 4], u32); 16] = [
        // This network, private networks, carriers' networks, this machine, this link.
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
        // Protocols, documentation, relays of 6to4, benchmarks.
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        // Multicast, reserved, everybody.
        ([224, 0, 0, 0], 4),
        ([240, 0, 0, 0], 4),
        ([255, 255, 255, 255], 32),
    ];
    SPECIAL.iter().all(|(network, bits)| {
        let network = u32::from_be_bytes(*network);
        (address.to_bits() ^ network) >> (32 - bits) != 0
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Within the addresses that are given out, these are for protocols, documentation, and 6to4.
    const SPECIAL: [([u16; 2], u32); 4] = [
        ([0x2001, 0x0000], 23),
        ([0x2001, 0x0db8], 32),
        ([0x2002, 0x0000], 16),
        ([0x3fff, 0x0000], 20),
    ];
    if let [0x0064, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        // Translated to version 4 (RFC 6052, 2.1).
        return is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    }
    let [first, second, ..] = address.segments();
    let front = u32::from(first) << 16 | u32::from(second);
    let is_given_out = first >> 13 == 1;
    is_given_out
        && SPECIAL.iter().all(|([first, second], bits)| {
            let network = u32::from(*first) << 16 | u32::from(*second);
            (front ^ network) >> (32 - bits) != 0
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn what_only_some_can_reach_is_not_public() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::808:808",
            "100::1",
            "2001::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2002:808:808::1",
            "3fff:fff::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "5f00::1",
        ] {
            assert!(!Reach::Public.covers(address(text)), "{text}");
        }
    }

    #[test]
    fn what_everybody_can_reach_is_public() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "198.17.255.255",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2001:200::1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(Reach::Public.covers(address(text)), "{text}");
        }
    }

    #[test]
    fn this_machine_is_reached_only_where_that_is_allowed() {
        for text in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert!(Reach::PublicAndLocal.covers(address(text)), "{text}");
            assert!(!Reach::Public.covers(address(text)), "{text}");
        }
        for text in ["10.0.0.1", "169.254.169.254", "fe80::1", "0.0.0.0", "::"] {
            assert!(!Reach::PublicAndLocal.covers(address(text)), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_carried_address_is_what_it_is_on_its_own(bits: u32) {
            let alone = Ipv4Addr::from_bits(bits);
            let mapped = IpAddr::V6(alone.to_ipv6_mapped());
            let [a, b, c, d] = alone.octets();
            let translated = Ipv6Addr::from([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]);
            for reach in [Reach::Public, Reach::PublicAndLocal] {
                prop_assert_eq!(reach.covers(mapped), reach.covers(alone.into()));
            }
            prop_assert_eq!(is_public_v6(translated), is_public_v4(alone));
        }

        #[test]
        fn what_the_standard_library_calls_special_is_not_public(bits: u32) {
            let alone = Ipv4Addr::from_bits(bits);
            let is_special = alone.is_private()
                || alone.is_loopback()
                || alone.is_link_local()
                || alone.is_multicast()
                || alone.is_broadcast()
                || alone.is_documentation()
                || alone.is_unspecified();
            prop_assert!(!(is_special && is_public_v4(alone)), "{}", alone);
        }

        #[test]
        fn only_what_is_given_out_is_public(bits: u128) {
            let alone = Ipv6Addr::from_bits(bits);
            let is_translated = bits >> 32 == 0x0064_ff9b_u128 << 64;
            let is_given_out = bits >> 125 == 1;
            prop_assert!(!is_public_v6(alone) || is_given_out || is_translated, "{}", alone);
        }
    }
}
