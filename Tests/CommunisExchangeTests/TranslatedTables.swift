import CommunisCore
import CommunisStore

@testable import CommunisExchange

/// The cells of an exported row, by column.
typealias Row = [String: String]

extension BoardFiles {
    /// The rows of every table, without the columns that a copy of a board has of its own: who sealed
    /// a vote, which only a signature can tell, and refs, which depend on the other ideas' ids.
    func rows(_ board: Board) throws -> [ExportTable: [Row]] {
        try Self.exports(board).mapValues { text in
            var table = try CSVTable(path: write(text, to: "rows.csv"), file: "rows.csv")
            let columns = table.header.filter { $0 != "node" && $0 != "ref" }
            var rows: [Row] = []
            while let row = try table.next() {
                rows.append(Row(uniqueKeysWithValues: columns.map { ($0, row[$0]) }))
            }
            return rows
        }
    }
}

/// What the tables of one board have to be on another that imported them: the same but for the ids of
/// ideas and comments, and for the source of ideas that had none. Made from the format's words on ids
/// (docs/format.md), not with what the import makes of them.
struct TranslatedTables {
    private(set) var rows: [ExportTable: [Row]] = [:]
    /// The id on the other board of each idea.
    private(set) var ideas: [String: String] = [:]
    private let board: BoardID

    init(_ before: [ExportTable: [Row]], to board: BoardID) {
        self.board = board
        let titled = Self.sorted(before[.ideas] ?? [], by: "created_at", "id")
        for idea in titled {
            let old = idea["id"] ?? ""
            let own = id("communis:\(old)", idea)
            let source = CSVWriter.unguarded(idea["source"] ?? "")
            let other = source.isEmpty ? nil : id(source, idea)
            // Of ideas that are called the same by the same author the oldest is the one.
            ideas[old] = other.map { ideas.values.contains($0) ? own : $0 } ?? own
        }
        let votes = (before[.votes] ?? []).compactMap(vote)
        // Votes on ideas that have no title stay behind.
        let count = Dictionary(votes.map { ($0["member"] ?? "", 1) }, uniquingKeysWith: +)
        rows[.ideas] = Self.sorted(titled.map(idea), by: "id")
        rows[.votes] = Self.sorted(votes, by: "idea", "member")
        rows[.comments] = Self.sorted(
            (before[.comments] ?? []).compactMap(comment), by: "created_at", "id")
        rows[.members] = (before[.members] ?? []).map { member in
            member.merging(["votes": String(count[member["id"] ?? ""] ?? 0)]) { $1 }
        }
        rows[.joins] = Self.sorted((before[.joins] ?? []).compactMap(pair), by: "first", "second")
        rows[.objections] = Self.sorted(
            (before[.objections] ?? []).compactMap(pair), by: "first", "second", "member")
    }

    /// In the order of columns, as text: base 32 sorts as the bytes do.
    private static func sorted(_ rows: [Row], by columns: String...) -> [Row] {
        let keys = rows.map { row in columns.map { row[$0] ?? "" }.joined(separator: " ") }
        return zip(keys, rows).sorted { $0.0 < $1.0 }.map(\.1)
    }

    private static func member(_ cell: String?) -> MemberID? {
        Base32.decode(cell ?? "").flatMap { MemberID($0) }
    }

    private func id(_ source: String, _ idea: Row) -> String {
        Draft.idea(
            on: board, by: Self.member(idea["author"]),
            key: CreationKey(.idea, from: source, board: board)
        ).id.base32
    }

    // MARK: - Rows

    private func idea(_ idea: Row) -> Row {
        var idea = idea
        if idea["source"] == "" { idea["source"] = "communis:\(idea["id"] ?? "")" }
        for column in ["id", "builds_on", "joined_to"] { translate(column, &idea) }
        return idea
    }

    private func translate(_ column: String, _ row: inout Row) {
        row[column] = row[column].flatMap { ideas[$0] } ?? ""
    }

    /// `nil` for what is said of an idea without a title, which no table brings.
    private func vote(_ vote: Row) -> Row? {
        guard let idea = ideas[vote["idea"] ?? ""] else { return nil }
        var new = vote
        new["idea"] = idea
        if vote["idea_source"] == "" { new["idea_source"] = "communis:\(vote["idea"] ?? "")" }
        return new
    }

    private func comment(_ comment: Row) -> Row? {
        guard let idea = ideas[comment["idea"] ?? ""], let target = IdeaID(base32: idea)
        else {
            return nil
        }
        var new = comment
        new["idea"] = idea
        new["id"] =
            Draft.comment(
                on: target, CSVWriter.unguarded(comment["text"] ?? ""), on: board,
                by: Self.member(comment["member"]),
                key: CreationKey(.comment, from: "communis:\(comment["id"] ?? "")", board: board)
            ).id.base32
        return new
    }

    private func pair(_ pair: Row) -> Row? {
        guard let first = ideas[pair["first"] ?? ""],
            let second = ideas[pair["second"] ?? ""]
        else { return nil }
        var new = pair
        new["first"] = min(first, second)
        new["second"] = max(first, second)
        return new
    }
}
