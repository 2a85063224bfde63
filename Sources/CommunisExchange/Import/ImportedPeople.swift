import CommunisCore
import CommunisStore
import Foundation

extension ImportedContents {
    /// The member that a row of another tool names: by an e-mail address where there is one, else
    /// by name; `nil` if it names nobody.
    ///
    /// - Parameter origin: where the name is from, such as `fider:posts`.
    mutating func member(name: String, address: String, of origin: String) -> Int? {
        // Some tools put the address where the name should be: it must not be shown.
        let written = [address, name].first(where: Self.isAddress)
        if let written, let who = Board.normalised(who: written) {
            return member(.address(who), name: Self.isAddress(name) ? nil : CleanText.name(name))
        }
        let line = [name, address].map(CleanText.line).first { !$0.isEmpty }
        guard let line, let shown = CleanText.name(line) else { return nil }
        return member(.source("\(origin):\(line)"), name: shown)
    }

    /// Whether a text looks like an e-mail address: something, an @, and a host with a point.
    static func isAddress(_ text: String) -> Bool {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.contains(where: \.isWhitespace), let at = text.lastIndex(of: "@") else {
            return false
        }
        let host = text[text.index(after: at)...]
        return at > text.startIndex && host.contains(".") && !host.hasPrefix(".")
    }
}
