import CommunisCore
import GRDB

/// What a person wrote to name an idea.
package enum IdeaReference {
    /// A ref has at least this many characters.
    static let shortest = 5
    /// An ambiguous ref lists at most this many candidates.
    static let candidateLimit = 10
}

extension Board {
    /// The idea that a prefix of its id names: `ref` in any case, five characters or more.
    ///
    /// - Throws: `notFound`; `notUnderstood` with the candidates if it names several.
    package func idea(_ reference: String) throws(BoardError) -> IdeaID {
        try read { try Self.idea(reference, $0) }
    }

    private static func idea(_ reference: String, _ database: Database) throws -> IdeaID {
        guard reference.unicodeScalars.count >= IdeaReference.shortest,
            reference.unicodeScalars.count <= 16, let prefix = Base32.prefix(reference)
        else {
            throw BoardError(
                .notUnderstood, "\(reference.quoted) is not an idea's ref",
                "give 5 to 16 of the letters and digits that `communis list` shows")
        }
        var low = prefix.bytes
        low.append(contentsOf: repeatElement(0, count: IdeaID.byteCount - low.count))
        var high = prefix.bytes
        if prefix.bits % 8 != 0 { high[high.count - 1] |= 0xFF >> UInt8(prefix.bits % 8) }
        high.append(contentsOf: repeatElement(0xFF, count: IdeaID.byteCount - high.count))
        // Ideas without a title are only named by votes that came before them.
        let rows = try database.rows(
            """
            SELECT id, title FROM idea WHERE id BETWEEN ? AND ? AND created IS NOT NULL
            ORDER BY id LIMIT ?
            """, low.data, high.data, IdeaReference.candidateLimit + 1)
        guard let first = rows.first else {
            throw BoardError(
                .notFound, "no idea \(reference.quoted) on this board",
                "see `communis list` for the refs")
        }
        if rows.count == 1 { return try first.identifier(0) }
        let refs = try References(database)
        let candidates = try rows.prefix(IdeaReference.candidateLimit).map { row in
            "  \(try refs.ref(row.identifier(0)))  \((row[1] as String).printable)"
        }
        let more = rows.count > IdeaReference.candidateLimit ? ["  …"] : []
        throw BoardError(
            .notUnderstood, "\(reference.quoted) names several ideas",
            "give more characters:\((candidates + more).map { "\n" + $0 }.joined())")
    }
}

/// Finds the shortest prefix by which each idea is known here.
struct References {
    private let database: Database

    init(_ database: Database) throws { self.database = database }

    /// The shortest prefix of an idea's id, of five characters or more, that no other idea here
    /// begins with: one character more than it shares with its neighbours in the order of ids.
    func ref(_ id: IdeaID) throws -> String {
        let own = Array(id.base32.utf8)
        var length = IdeaReference.shortest
        for sql in [
            "SELECT id FROM idea WHERE id < ? ORDER BY id DESC LIMIT 1",
            "SELECT id FROM idea WHERE id > ? ORDER BY id LIMIT 1",
        ] {
            guard let row = try database.row(sql, id.data) else { continue }
            let neighbour: IdeaID = try row.identifier(0)
            let shared = zip(own, neighbour.base32.utf8).prefix { $0 == $1 }.count
            length = max(length, shared + 1)
        }
        return String(decoding: own.prefix(length), as: UTF8.self)
    }
}
