import CommunisCore
import NIOCore

/// Where a request comes from, as far as it tells callers apart: an address of IPv4; of IPv6 the first
/// 64 bits, since whoever has one address there has all that differ in the rest (RFC 6177).
///
/// Behind a proxy all have the proxy's. What is shared out by address is then shared out among all that
/// nothing else tells apart: nodes with a role have shares of their own by their signatures.
enum CallerAddress: Hashable, Sendable {
    case version4(UInt32)
    case version6(UInt64)
    /// Of this computer, by a socket that has no address, or not known any more.
    case unknown

    init(_ address: SocketAddress?) {
        switch address {
        case .v4(let address):
            self = .version4(UInt32(bigEndian: address.address.sin_addr.s_addr))
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11] == [255, 255]
            self =
                isMapped
                ? .version4(bytes[12...].reduce(0) { $0 << 8 | UInt32($1) })
                : .version6(bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) })
        case .unixDomainSocket, nil: self = .unknown
        }
    }
}

/// Who is given a share: a node with a role, wherever it calls from; of all others, where they do.
enum Sharer: Hashable, Sendable {
    /// The hub itself.
    case hub
    case node(NodeID)
    case address(CallerAddress)
}
