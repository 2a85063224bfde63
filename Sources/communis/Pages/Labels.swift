import CommunisCore
import CommunisStore

extension String {
    /// Printable, with its lines kept.
    var printableLines: String {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { String($0).printable }.joined(separator: "\n")
    }
}

extension NodeID {
    /// The beginning of the node's id.
    var shortName: String { String(Base32.encode(bytes).prefix(8)) }
}

extension NodeRow {
    /// The node's name, or the beginning of its id.
    var label: String { name ?? id.shortName }
}
