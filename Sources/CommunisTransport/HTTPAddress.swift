import CommunisStore
import Foundation

/// `http(s)://host[:port][/folder]`: a hub; after `#` the token of an invitation to it.
package struct HTTPAddress: Hashable, Sendable {
    /// Without the token, and without a slash at its end: what a peer is remembered by.
    package let text: String
    package let token: InvitationToken?

    /// The endpoint of sync, below whatever folder a proxy serves a hub in.
    package static let path = "/sync/v1"

    package var endpoint: String { text + Self.path }

    /// - Returns: `nil` for what is no such address.
    package init?(_ text: String) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil,
            parts.port.map({ (1...65_535).contains($0) }) ?? true
        else { return nil }
        token = parts.fragment.flatMap { InvitationToken($0) }
        if parts.fragment != nil && token == nil { return nil }
        parts.fragment = nil
        parts.scheme = scheme
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        guard let plain = parts.string else { return nil }
        self.text = plain
    }
}
