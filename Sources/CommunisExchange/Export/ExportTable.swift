import CommunisCore
import CommunisStore
import Foundation

/// What can be exported row by row.
package enum ExportTable: String, CaseIterable, Sendable {
    case ideas, votes, comments, members, joins, objections
}

/// Writes whole tables, a row at a time, so that a million votes need no memory.
package struct TableExport {
    package enum Format: String, CaseIterable, Sendable {
        case csv, json
    }

    private let format: Format
    private let write: (String) throws -> Void
    private var isFirst = true

    /// - Parameter write: called with each piece of the output, in order.
    package static func run(
        _ table: ExportTable, of board: Board, format: Format, includesLost: Bool,
        write: @escaping (String) throws -> Void
    ) throws {
        var export = TableExport(format: format, write: write)
        switch table {
        case .ideas: try export.ideas(board)
        case .votes: try export.votes(board, includesLost: includesLost)
        case .comments: try export.comments(board)
        case .members: try export.members(board)
        case .joins: try export.joins(board)
        case .objections: try export.objections(board)
        }
    }

    private init(format: Format, write: @escaping (String) throws -> Void) {
        self.format = format
        self.write = write
    }

    private mutating func ideas(_ board: Board) throws {
        try begin([
            "id", "ref", "title", "need", "body", "status", "status_note", "score", "agree",
            "disagree", "pass", "comments", "facets", "tags", "created_at", "created_by", "source",
            "builds_on", "hidden", "withdrawn", "author", "hidden_reason",
            "joined_to",
        ])
        let origins = try board.ideaOrigins()
        var query = IdeaQuery()
        query.includesUnlisted = true
        for idea in try board.ideas(query).sorted(by: { $0.id < $1.id }) {
            try row([
                ("id", .text(idea.id.base32)), ("ref", .text(idea.ref)),
                ("title", .words(idea.title)), ("need", .words(idea.need)),
                ("body", .words(idea.body)), ("status", .text(idea.status.name)),
                ("status_note", .words(idea.statusNote)), ("score", .number(idea.score)),
                ("agree", .number(idea.tally.agree)), ("disagree", .number(idea.tally.disagree)),
                ("pass", .number(idea.tally.pass)), ("comments", .number(idea.comments)),
                ("facets", .list(idea.facets)), ("tags", .list(idea.tags)),
                ("created_at", .text(idea.createdAt.iso8601)),
                ("created_by", .optional(idea.createdBy)), ("source", .optional(idea.source)),
                ("builds_on", .optional(idea.buildsOn?.base32)),
                ("hidden", .flag(idea.isHidden)), ("withdrawn", .flag(idea.isWithdrawn)),
                ("author", .id(origins[idea.id]?.author)),
                ("hidden_reason", .optional(origins[idea.id]?.hiddenReason)),
                ("joined_to", .optional(idea.joinedTo?.base32)),
            ])
        }
        try end()
    }

    private mutating func votes(_ board: Board, includesLost: Bool) throws {
        var header = ["idea", "idea_source", "member", "member_name", "value", "at", "node"]
        if includesLost { header.append("winner") }
        try begin(header)
        func fields(_ vote: VoteRow) -> [(String, Value)] {
            [
                ("idea", .text(vote.idea.base32)), ("idea_source", .optional(vote.ideaSource)),
                ("member", .text(Base32.encode(vote.member.bytes))),
                ("member_name", .optional(vote.memberName)),
                ("value", vote.vote.ballot.number.map { .number($0) } ?? .optional(nil)),
                ("at", .text(vote.at.moment.iso8601)),
                ("node", .text(Base32.encode(vote.node.bytes))),
            ]
        }
        if includesLost {
            try board.forEachVoteEver { try row(fields($0) + [("winner", .flag($0.isWinner))]) }
        } else {
            try board.forEachVote { try row(fields($0)) }
        }
        try end()
    }

    private mutating func comments(_ board: Board) throws {
        try begin([
            "id", "idea", "text", "created_at", "created_by", "hidden", "withdrawn", "member",
            "hidden_reason",
        ])
        for row in try board.commentsForExport() {
            let comment = row.comment
            try self.row([
                ("id", .text(comment.id.base32)), ("idea", .text(comment.idea.base32)),
                ("text", .words(comment.text)), ("created_at", .text(comment.createdAt.iso8601)),
                ("created_by", .optional(comment.createdBy)), ("hidden", .flag(comment.isHidden)),
                ("withdrawn", .flag(comment.isWithdrawn)), ("member", .id(row.member)),
                ("hidden_reason", .optional(row.hiddenReason)),
            ])
        }
        try end()
    }

    private mutating func members(_ board: Board) throws {
        try begin(["id", "name", "manager", "votes"])
        for member in try board.members() {
            try row([
                ("id", .text(Base32.encode(member.id.bytes))), ("name", .optional(member.name)),
                ("manager", .flag(member.isManager)), ("votes", .number(member.votes)),
            ])
        }
        try end()
    }

    private mutating func joins(_ board: Board) throws {
        try begin(["first", "second"])
        for join in try board.joins() {
            try row([("first", .text(join.first.base32)), ("second", .text(join.second.base32))])
        }
        try end()
    }

    private mutating func objections(_ board: Board) throws {
        try begin(["first", "second", "member"])
        for objection in try board.objections() {
            try row([
                ("first", .text(objection.first.base32)),
                ("second", .text(objection.second.base32)), ("member", .id(objection.member)),
            ])
        }
        try end()
    }

    // MARK: - Rows

    private enum Value: Encodable {
        /// What this program writes.
        case text(String)
        /// A person's words.
        case words(String)
        /// A person's words, or nothing.
        case optional(String?)
        /// A member, or nobody.
        case id(MemberID?)
        case number(Int)
        case flag(Bool)
        case list([String])

        var cell: CSVWriter.Cell {
            switch self {
            case .text(let text): .value(text)
            case .words(let text): .text(text)
            case .optional(let text): .text(text ?? "")
            case .id(let member): .value(member.map { Base32.encode($0.bytes) } ?? "")
            case .number(let number): .value(String(number))
            case .flag(let flag): .value(flag ? "true" : "false")
            case .list(let list): .text(CellList.join(list))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text), .words(let text): try container.encode(text)
            case .optional(let text): try container.encode(text)
            case .id(let member): try container.encode(member.map { Base32.encode($0.bytes) })
            case .number(let number): try container.encode(number)
            case .flag(let flag): try container.encode(flag)
            case .list(let list): try container.encode(list)
            }
        }
    }

    private mutating func begin(_ header: [String]) throws {
        try write(format == .csv ? header.joined(separator: ",") + "\n" : "[")
    }

    private mutating func row(_ fields: [(name: String, value: Value)]) throws {
        switch format {
        case .csv: try write(CSVWriter.line(fields.map(\.value.cell)))
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let object = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
            let json = String(decoding: try encoder.encode(object), as: UTF8.self)
            try write((isFirst ? "\n  " : ",\n  ") + json.escapingUnprintable)
        }
        isFirst = false
    }

    private func end() throws {
        if format == .json { try write(isFirst ? "]\n" : "\n]\n") }
    }
}
