import CommunisCore
import Foundation

/// `ssh://[user@]host[:port]/path`: a board at another machine, reached as this account may.
package struct SSHAddress: Hashable, Sendable {
    package let user: String?
    package let host: String
    package let port: Int?
    /// Absolute, or relative to the home folder there (`/~/boards/communis.sqlite`).
    package let path: String

    /// - Returns: `nil` for what is no such address, or would be read as an option by ssh.
    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == "ssh",
            let host = parts.host, Self.isPlain(host), parts.query == nil, parts.fragment == nil,
            parts.password == nil, parts.user.map(Self.isPlain) ?? true,
            parts.port.map({ (1...65_535).contains($0) }) ?? true, parts.path.count > 1,
            !parts.path.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        else { return nil }
        user = parts.user
        self.host = host
        port = parts.port
        path = parts.path.hasPrefix("/~/") ? String(parts.path.dropFirst(3)) : parts.path
        if path.isEmpty { return nil }
    }

    /// What starts the other copy: ssh(1), or another program that takes its arguments.
    ///
    /// The port is an option only where the address names one: else ssh takes it, as all else, from
    /// its configuration.
    package func words(program: String) -> [String] {
        let remote = "communis serve-stdio -- \(path.shellWord)"
        return [program] + (port.map { ["-p", String($0)] } ?? [])
            + ["--", user.map { "\($0)@\(host)" } ?? host, remote]
    }

    /// A host or user of what no shell or option parser reads as something else.
    private static func isPlain(_ text: String) -> Bool {
        let allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]%"
        return !text.isEmpty && !text.hasPrefix("-") && text.allSatisfy(allowed.contains)
    }
}
