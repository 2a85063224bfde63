import CommunisCore
import CommunisStore

/// Reads what `export` wrote, table by table in any order: times and texts come back as they were,
/// and ideas and comments with the ids by which this board can have them.
struct BoardExportReader {
    private let context: ImportContext
    private var ideas: [IdeaID: Int] = [:]
    private var comments: [CommentID: Int] = [:]

    init(_ context: ImportContext) { self.context = context }

    /// The columns without which a table is not recognised.
    static let columns: [(table: ExportTable, names: [String])] = [
        (.ideas, ["id", "title", "status", "status_note", "created_at", "builds_on", "withdrawn"]),
        (.votes, ["idea", "member", "value", "at"]),
        (.comments, ["id", "idea", "text", "created_at", "withdrawn"]),
        (.members, ["id", "name", "manager"]),
        (.objections, ["first", "second", "member"]),
        (.joins, ["first", "second"]),
    ]

    static func table(of header: [String]) -> ExportTable? {
        columns.first { $0.names.allSatisfy(header.contains) }?.table
    }

    mutating func read(
        _ row: CSVRow, of table: ExportTable, into contents: inout ImportedContents
    ) throws(ExchangeError) {
        contents.precision = .millisecond
        switch table {
        case .ideas: try readIdea(row, &contents)
        case .votes: try readVote(row, &contents)
        case .comments: try readComment(row, &contents)
        case .members:
            contents.list(
                .member(try row.member("id")), name: try row.name("name"),
                isManager: try row.flag("manager"))
        case .joins: contents.joins.append(try pair(row, &contents))
        case .objections:
            let member = contents.member(.member(try row.member("member")))
            contents.objections.append(.init(pair: try pair(row, &contents), member: member))
        }
    }

    private mutating func readIdea(
        _ row: CSVRow, _ contents: inout ImportedContents
    ) throws(ExchangeError) {
        let id = try row.idea("id")
        if let other = ideas.updateValue(row.number, forKey: id) {
            throw row.fault("idea \(id.base32) stands in row \(other) too")
        }
        let title = row.text("title")
        guard !title.isEmpty, TextField.title.admits(title) else {
            throw row.fault("the title is empty or longer than \(Limits.titleScalars) characters")
        }
        guard let status = Status.allCases.first(where: { $0.name == row["status"] }) else {
            let names = Status.allCases.map(\.name).joined(separator: ", ")
            throw row.fault("status is \(row["status"].quoted), none of \(names)")
        }
        let source = try row.text("source", bytes: Limits.needBytes)
        let isHidden = try row.flag("hidden")
        let reason = try row.text("hidden_reason", bytes: Limits.textBytes)
        contents.ideas.append(
            ImportedContents.Idea(
                place: contents.idea(.id(id)), source: source.isEmpty ? nil : source, title: title,
                need: try row.text("need", bytes: Limits.needBytes),
                body: try row.text("body", bytes: Limits.textBytes),
                author: try author(row, "author", &contents),
                at: try row.moment("created_at", until: context.last), status: status,
                statusNote: try row.text("status_note", bytes: Limits.textBytes),
                facets: try row.names("facets"), tags: try row.names("tags"),
                buildsOn: row["builds_on"].isEmpty
                    ? nil : contents.idea(.id(try row.idea("builds_on"))),
                hiddenBecause: isHidden ? reason : nil, isWithdrawn: try row.flag("withdrawn")))
    }

    /// Who wrote a row, with the name that it gives them.
    private func author(
        _ row: CSVRow, _ column: String, _ contents: inout ImportedContents
    ) throws(ExchangeError) -> Int? {
        guard !row[column].isEmpty else { return nil }
        return contents.member(
            .member(try row.member(column)), name: try row.name("created_by"))
    }

    private func readVote(
        _ row: CSVRow, _ contents: inout ImportedContents
    ) throws(ExchangeError) {
        let id = try row.idea("idea")
        let voter = contents.member(
            .member(try row.member("member")), name: try row.name("member_name"))
        let source = try row.text("idea_source", bytes: Limits.needBytes)
        // Of `export votes --all` only what won: that a vote was proven, and so won over later
        // ones, does not stand in the file.
        let isWinner = row.has("winner") ? try row.flag("winner") : true
        let ballot: Ballot
        switch row["value"] {
        case "1": ballot = .agree
        case "-1": ballot = .disagree
        case "0": ballot = .pass
        case "" where row.has("winner"): ballot = .withdrawn
        default: throw row.fault("value is \(row["value"].quoted), not 1, -1 or 0")
        }
        let at = try row.moment("at", until: context.last)
        if isWinner {
            let idea = contents.idea(.id(id))
            if !source.isEmpty { contents.sources[idea] = source }
            contents.votes.append(.init(idea: idea, voter: voter, at: at, ballot: ballot))
        }
    }

    private mutating func readComment(
        _ row: CSVRow, _ contents: inout ImportedContents
    ) throws(ExchangeError) {
        let id = try row.comment("id")
        if let other = comments.updateValue(row.number, forKey: id) {
            throw row.fault("comment \(id.base32) stands in row \(other) too")
        }
        let text = try row.text("text", bytes: Limits.textBytes)
        guard !text.isEmpty else { throw row.fault("the text is empty") }
        let isHidden = try row.flag("hidden")
        let reason = try row.text("hidden_reason", bytes: Limits.textBytes)
        contents.comments.append(
            ImportedContents.Comment(
                id: id, idea: contents.idea(.id(try row.idea("idea"))), text: text,
                author: try author(row, "member", &contents),
                at: try row.moment("created_at", until: context.last),
                hiddenBecause: isHidden ? reason : nil, isWithdrawn: try row.flag("withdrawn")))
    }

    private func pair(
        _ row: CSVRow, _ contents: inout ImportedContents
    ) throws(ExchangeError) -> ImportedContents.Pair {
        let first = contents.idea(.id(try row.idea("first")))
        let second = contents.idea(.id(try row.idea("second")))
        guard let pair = ImportedContents.Pair(first, second) else {
            throw row.fault("an idea cannot be joined with itself")
        }
        return pair
    }
}
