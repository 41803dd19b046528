//! Under which addresses a phone may find this computer.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use if_addrs::IfAddr;

/// Beginnings of names of interfaces behind which there is a virtual machine, a container or a tunnel, not a phone.
const VIRTUAL: &[&str] = &[
    "awdl",
    "br-",
    "cni",
    "docker",
    "flannel",
    "llw",
    "lxc",
    "tailscale",
    "tap",
    "tun",
    "utun",
    "vboxnet",
    "vethernet",
    "veth",
    "virbr",
    "vmnet",
    "wg",
    "zt",
];

/// An address that this computer has in a local network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalAddress {
    pub address: Ipv4Addr,
    /// The interface's name, as the system's own settings show it.
    pub interface: String,
}

/// The addresses under which a phone may reach this computer, the likeliest first; none without a network. Only those
/// that the internet does not route, and of version 4: phones' browsers can't open link-local addresses of version 6.
/// Asks the system, which takes a moment.
pub fn local_addresses() -> Vec<LocalAddress> {
    let routed = routed_address();
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the system doesn't tell its network addresses");
        Vec::new()
    });
    let found = interfaces.into_iter().filter(if_addrs::Interface::is_oper_up).filter_map(|interface| {
        let IfAddr::V4(v4) = &interface.addr else { return None };
        let usable = !v4.ip.is_loopback() && is_local(IpAddr::V4(v4.ip));
        usable.then(|| LocalAddress { address: v4.ip, interface: interface.name.clone() })
    });
    in_order(found.collect(), routed)
}

/// What a phone can be behind comes first, then what the computer itself uses.
fn in_order(mut addresses: Vec<LocalAddress>, routed: Option<Ipv4Addr>) -> Vec<LocalAddress> {
    addresses.sort_by_key(|found| {
        let name = found.interface.to_lowercase();
        let is_virtual = VIRTUAL.iter().any(|prefix| name.starts_with(prefix));
        (is_virtual, Some(found.address) != routed, found.address.is_link_local(), found.address)
    });
    addresses.dedup();
    addresses
}

/// Where this computer itself would go out. Nothing is sent for that.
fn routed_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address for documentation (RFC 5737): nobody has it.
    socket.connect((Ipv4Addr::new(203, 0, 113, 1), 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

/// Whether an address is one of a local network, which the internet doesn't route: private, link-local, behind a
/// provider's address translation, or for documentation (where tests live); and this computer itself.
pub(crate) fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || v4.is_documentation() || is_shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(interface: &str, address: [u8; 4]) -> LocalAddress {
        LocalAddress { address: address.into(), interface: interface.to_owned() }
    }

    #[test]
    fn what_the_internet_routes_is_not_offered() {
        for own in ["10.1.2.3", "172.20.10.2", "192.168.43.1", "169.254.7.7", "100.64.0.9", "127.0.0.1"] {
            assert!(is_local(own.parse().unwrap()), "{own}");
        }
        for public in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2400:3200::1"] {
            assert!(!is_local(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn the_network_that_a_phone_is_likely_in_comes_first() {
        let docker = local("docker0", [172, 17, 0, 1]);
        let tunnel = local("utun3", [10, 8, 0, 2]);
        let lan = local("enp3s0", [192, 168, 1, 20]);
        let wifi = local("wlan0", [192, 168, 0, 5]);
        let unset = local("enp4s0", [169, 254, 1, 1]);
        let all = vec![docker.clone(), unset.clone(), tunnel.clone(), wifi.clone(), lan.clone()];
        let first = |routed: &LocalAddress| in_order(all.clone(), Some(routed.address))[0].clone();
        assert_eq!(first(&lan), lan);
        assert_eq!(first(&wifi), wifi);
        assert_eq!(first(&tunnel), wifi, "nobody's phone is in a tunnel");
        let names: Vec<_> = in_order(all, None).into_iter().map(|found| found.interface).collect();
        assert_eq!(names, ["wlan0", "enp3s0", "enp4s0", "utun3", "docker0"]);
    }
}
