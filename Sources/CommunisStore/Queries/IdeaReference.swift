import CommunisCore
import GRDB

extension Board {
    /// The idea that a prefix of its id names: `ref` in any case, five characters or more.
    ///
    /// - Throws: `notFound`; `notUnderstood` with the candidates if it names several.
    package func idea(_ reference: String) throws(BoardError) -> IdeaID {
        try read { try Self.idea(reference, $0) }
    }

    private static func idea(_ reference: String, _ database: Database) throws -> IdeaID {
        guard let prefix = ReferencePrefix(reference, byteCount: IdeaID.byteCount) else {
            throw BoardError(
                .notUnderstood, "\(reference.quoted) is not an idea's ref",
                "give 5 to 16 of the letters and digits that `communis list` shows")
        }
        // Ideas without a title are only named by votes that came before them.
        let rows = try database.rows(
            """
            SELECT id, title FROM idea WHERE id BETWEEN ? AND ? AND created IS NOT NULL
            ORDER BY id LIMIT ?
            """, prefix.low, prefix.high, ReferencePrefix.candidateLimit + 1)
        guard let first = rows.first else {
            throw BoardError(
                .notFound, "no idea \(reference.quoted) on this board",
                "see `communis list` for the refs")
        }
        if rows.count == 1 { return try first.identifier(0) }
        let refs = References(database)
        throw ReferencePrefix.ambiguity(
            reference, "\(reference.quoted) names several ideas",
            try rows.map { row in
                "\(try refs.ref(row.identifier(0) as IdeaID))  \((try row[1] as String).printable)"
            })
    }
}

/// Finds the shortest prefix by which each idea and comment is known here.
struct References {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// The shortest prefix of an idea's id, of five characters or more, that no other idea here
    /// begins with.
    func ref(_ id: IdeaID) throws -> String {
        ReferencePrefix.shortest(of: id.base32, among: try ideas(around: id))
    }

    /// The shortest prefix of a comment's id, of five characters or more, that no other comment
    /// and no idea here begins with.
    func ref(_ id: CommentID) throws -> String {
        ReferencePrefix.shortest(
            of: id.base32, among: try comments(around: id) + ideas(around: id))
    }

    /// The shortest prefix of an idea's id that no other idea and no comment begins with, where
    /// either may be named.
    func wideRef(_ id: IdeaID) throws -> String {
        ReferencePrefix.shortest(
            of: id.base32, among: try ideas(around: id) + comments(around: id))
    }

    private func ideas(around id: some FixedBytes) throws -> [String] {
        try neighbours([
            database.row("SELECT id FROM idea WHERE id < ? ORDER BY id DESC LIMIT 1", id.data),
            database.row("SELECT id FROM idea WHERE id > ? ORDER BY id LIMIT 1", id.data),
        ])
    }

    private func comments(around id: some FixedBytes) throws -> [String] {
        try neighbours([
            database.row("SELECT id FROM comment WHERE id < ? ORDER BY id DESC LIMIT 1", id.data),
            database.row("SELECT id FROM comment WHERE id > ? ORDER BY id LIMIT 1", id.data),
        ])
    }

    private func neighbours(_ rows: [Row?]) throws -> [String] {
        try rows.compactMap { try $0.map { Base32.encode(try $0.bytes(0)) } }
    }
}
