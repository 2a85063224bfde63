import CommunisCore
import Foundation
import GRDB

/// Fills in what a ranking leaves out.
struct IdeaSummaries {
    private let database: Database
    private let references: References
    private let ballot: BallotKind

    init(_ database: Database) throws {
        self.database = database
        references = References(database)
        ballot = try ViewWriter.ballot(database)
    }

    func summaries(_ ideas: [RankedIdea]) throws -> [IdeaSummary] {
        try ideas.compactMap(summary)
    }

    private func joinedTo(_ idea: Int64) throws -> IdeaID? {
        try database.row(
            """
            SELECT canonical.id FROM cluster JOIN idea AS canonical ON canonical.key = cluster.canonical
            WHERE cluster.idea = ?1 AND cluster.canonical <> ?1
            """, idea
        ).map { try $0.identifier(0) }
    }

    private func joined(_ idea: Int64) throws -> [IdeaID] {
        try database.rows(
            """
            SELECT idea.id FROM cluster JOIN idea ON idea.key = cluster.idea
            WHERE cluster.canonical = ?1 AND cluster.idea <> ?1 ORDER BY idea.created, idea.id
            """, idea
        ).map { try $0.identifier(0) }
    }

    private func summary(_ ranked: RankedIdea) throws -> IdeaSummary? {
        guard
            let row = try database.row(
                """
                SELECT idea.id, title, need, body, status, status_note, comments, idea.created,
                    member.name, source, hidden, withdrawn, concurrent, builds_on
                FROM idea JOIN tally ON tally.idea = idea.key
                LEFT JOIN member ON member.key = idea.author WHERE idea.key = ?
                """, ranked.key), let created = try row[7] as Int64?
        else { return nil }
        let id: IdeaID = try row.identifier(0)
        let concurrent: Int64 = try row[12]
        let tally = ranked.tally.under(ballot)
        let labels = try database.rows(
            "SELECT axis, name FROM label WHERE idea = ? ORDER BY axis, name", ranked.key)
        return IdeaSummary(
            id: id, ref: try references.ref(id), title: try row[1] ?? "", need: try row[2] ?? "",
            body: try row[3] ?? "",
            status: Status(rawValue: UInt8(truncatingIfNeeded: try row[4] as Int64)) ?? .open,
            statusNote: try row[5] ?? "", tally: tally, score: tally.score, comments: try row[6],
            facets: try labels.filter { try $0[0] == Int64(Label.Axis.facet.rawValue) }.map {
                try $0[1]
            },
            tags: try labels.filter { try $0[0] == Int64(Label.Axis.tag.rawValue) }.map {
                try $0[1]
            },
            createdAt: HybridTimestamp(column: created).moment, createdBy: try row[8],
            source: try row[9],
            isHidden: try row[10], isWithdrawn: try row[11],
            concurrentFields: TextField.allCases.filter {
                concurrent & (1 << Int64($0.rawValue - 1)) != 0
            },
            buildsOn: (try row[13] as Data?).flatMap { IdeaID($0) },
            joinedTo: try joinedTo(ranked.key), joined: try joined(ranked.key))
    }
}
