import CommunisCore
import Foundation
import GRDB

/// One revision of a text as histories show it.
package struct RevisionRow: Sendable {
    package var id: RevisionID
    /// The shortest prefix of its id that no other revision of the idea begins with.
    package var ref: String
    package var field: TextField
    package var text: String
    /// The revisions it replaced.
    package var replaced: [RevisionID]
    package var at: HybridTimestamp
    package var member: MemberID?
    package var memberName: String?
    package var node: NodeID
    package var nodeName: String?
    /// Whether nothing replaced it. Several heads of a field are concurrent.
    package var isHead: Bool
    /// Whether it is the text that the idea shows.
    package var isShown: Bool
}

/// The revisions of an idea's texts that are here, oldest first.
package struct RevisionHistory: Sendable {
    /// A revision names at most so many heads, so that with a text of any length it fits a
    /// changeset. What it leaves out stays concurrent, until it is revised again.
    private static let headLimit = 10_000

    package var revisions: [RevisionRow]

    /// The heads of a field, the one that is shown first.
    package func heads(of field: TextField) -> [RevisionRow] {
        let heads = revisions.filter { $0.field == field && $0.isHead }
        return heads.filter(\.isShown) + heads.filter { !$0.isShown }.reversed()
    }

    /// The revision that sets a field's text and settles what is concurrent; `nil` where the text
    /// stands already, alone.
    package func revision(
        of idea: IdeaID, _ field: TextField, to text: String, on board: BoardID,
        by member: MemberID?
    ) -> Draft? {
        let heads = heads(of: field)
        if heads.count < 2, (heads.first?.text ?? "") == text { return nil }
        return Draft.revision(
            of: idea, field, to: text, replacing: heads.prefix(Self.headLimit).map(\.id), on: board,
            by: member
        ).draft
    }

    /// The revision that a prefix of its id names: its ref, or more of it.
    ///
    /// - Throws: `notFound`; `notUnderstood` with the candidates if it names several.
    package func revision(_ reference: String) throws(BoardError) -> RevisionRow {
        guard let prefix = ReferencePrefix(reference, byteCount: RevisionID.byteCount) else {
            throw BoardError(
                .notUnderstood, "\(reference.quoted) is not a revision's ref",
                "give 5 to 16 of the letters and digits that `communis history` shows")
        }
        let found = revisions.filter {
            Data($0.id.bytes).lexicographicallyPrecedesOrEquals(prefix.high)
                && prefix.low.lexicographicallyPrecedesOrEquals(Data($0.id.bytes))
        }
        guard let first = found.first else {
            throw BoardError(
                .notFound, "no revision \(reference.quoted) of this idea",
                "see `communis history` for its revisions")
        }
        if found.count == 1 { return first }
        throw ReferencePrefix.ambiguity(
            reference, "\(reference.quoted) names several revisions",
            found.map { "\($0.ref)  \($0.field.name)  \($0.text.quoted)" })
    }
}

extension Data {
    fileprivate func lexicographicallyPrecedesOrEquals(_ other: Data) -> Bool {
        !other.lexicographicallyPrecedes(self)
    }
}

extension Board {
    /// Every revision of every text of an idea.
    package func history(of idea: IdeaID) throws(BoardError) -> RevisionHistory {
        try read { try RevisionHistory(idea, $0, own: node) }
    }
}

extension RevisionHistory {
    fileprivate init(_ idea: IdeaID, _ database: Database, own: NodeID) throws {
        let names = try NodeNames(database)
        let rows = try database.rows(
            """
            SELECT revision.id, field, text, heads, register.timestamp, register.changeset,
                register.position, member.id, member.name, node.id, changeset.id
            FROM revision JOIN register ON register.kind = \(Register.Kind.revision.rawValue)
                AND register.key = revision.id
            LEFT JOIN member ON member.key = revision.member
            LEFT JOIN changeset ON changeset.arrival = register.changeset
            LEFT JOIN node ON node.key = changeset.node
            WHERE revision.idea = (SELECT key FROM idea WHERE id = ?)
            """, idea.data)
        var standings: [TextField: [RevisionStanding]] = [:]
        var order: [RevisionID: Precedence] = [:]
        revisions = try rows.compactMap { row -> RevisionRow? in
            guard let field = TextField(rawValue: UInt8(truncatingIfNeeded: try row[1] as Int64))
            else { return nil }
            let id: RevisionID = try row.identifier(0)
            let replaced = RevisionID.list(try row.bytes(3))
            let author = (try row[9] as Data?).flatMap { NodeID($0) } ?? own
            let precedence = Precedence(
                timestamp: try row.timestamp(4), node: author,
                changeset: (try row[10] as Data?).flatMap { ChangesetID($0) } ?? .zero,
                index: try row[6])
            order[id] = precedence
            standings[field, default: []].append(
                RevisionStanding(id: id, heads: replaced, precedence: precedence))
            return RevisionRow(
                id: id, ref: "", field: field, text: try row[2], replaced: replaced,
                at: try row.timestamp(4), member: (try row[7] as Data?).flatMap { MemberID($0) },
                memberName: try row[8], node: author, nodeName: names[author], isHead: false,
                isShown: false)
        }
        let texts = standings.mapValues(TextHeads.init)
        let heads = texts.mapValues { Set($0.heads.map(\.id)) }
        let shown = texts.compactMapValues(\.heads.first?.id)
        let ids = revisions.map(\.id).sorted().map(\.base32)
        let places = Dictionary(zip(ids, ids.indices), uniquingKeysWith: { first, _ in first })
        for index in revisions.indices {
            let revision = revisions[index]
            revisions[index].isHead = heads[revision.field]?.contains(revision.id) == true
            revisions[index].isShown = shown[revision.field] == revision.id
            let place = places[revision.id.base32] ?? 0
            let neighbours = [place - 1, place + 1].filter(ids.indices.contains)
            revisions[index].ref = ReferencePrefix.shortest(
                of: revision.id.base32, among: neighbours.map { ids[$0] })
        }
        revisions.sort { left, right in
            guard let first = order[left.id], let second = order[right.id] else { return false }
            return first < second
        }
    }
}
