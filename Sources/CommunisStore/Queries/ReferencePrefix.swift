import CommunisCore
import Foundation
import GRDB

/// The beginning of an identifier, as a person writes it to name something.
struct ReferencePrefix {
    /// A reference has at least this many characters.
    static let shortest = 5
    /// An ambiguous reference lists at most this many candidates.
    static let candidateLimit = 10

    /// The least and the greatest identifier that begin with it.
    let low, high: Data

    /// `nil` if it is too short, too long or not base 32.
    init?(_ text: String, byteCount: Int) {
        let longest = (byteCount * 8 + 4) / 5
        guard text.unicodeScalars.count >= Self.shortest, text.unicodeScalars.count <= longest,
            let prefix = Base32.prefix(text)
        else { return nil }
        var low = prefix.bytes
        var high = prefix.bytes
        if prefix.bits % 8 != 0 { high[high.count - 1] |= 0xFF >> UInt8(prefix.bits % 8) }
        low.append(contentsOf: repeatElement(0, count: max(0, byteCount - low.count)))
        high.append(contentsOf: repeatElement(0xFF, count: max(0, byteCount - high.count)))
        self.low = Data(low.prefix(byteCount))
        self.high = Data(high.prefix(byteCount))
    }

    /// That a text names several things, with the lines that tell them apart.
    static func ambiguity(_ text: String, _ problem: Phrase, _ candidates: [String]) -> BoardError {
        let more = candidates.count > candidateLimit ? ["…"] : []
        let lines = (candidates.prefix(candidateLimit) + more).map { "\n  \($0)" }.joined()
        return BoardError(.notUnderstood, problem, "give more characters:\(lines)")
    }

    /// The shortest beginning of an identifier that none of its neighbours, the nearest in the
    /// order of ids, shares: one character more than it has in common with them.
    static func shortest(of id: String, among neighbours: [String]) -> String {
        let length = neighbours.reduce(shortest) { length, neighbour in
            max(length, zip(id.utf8, neighbour.utf8).prefix { $0 == $1 }.count + 1)
        }
        return String(id.prefix(length))
    }
}
