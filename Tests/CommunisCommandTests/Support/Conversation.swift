import Foundation
import Testing

/// A made-up Polis conversation, the same for the same numbers.
struct Conversation {
    struct Vote {
        var at: Int
        var comment: Int
        var voter: Int
        var vote: Int
    }

    var comments: String
    var votes: [Vote] = []

    /// 2025-01-01, in milliseconds.
    static let start = 1_735_689_600_000

    static let commentsHeader =
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    static let votesHeader = "timestamp,datetime,comment-id,voter-id,vote\n"

    /// Every voter votes on every comment, and on some of them again: later, and in the very
    /// millisecond.
    init(comments count: Int, voters: Int) {
        comments = Self.commentsHeader
        for comment in 0..<count {
            comments += "\(Self.start + comment),x,\(comment),\(comment % voters),0,0,1,"
            comments += "\"Idea \(comment), \"\"quoted\"\"\"\n"
        }
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for comment in 0..<count {
            for voter in 0..<voters {
                let at = Self.start + 1_000 + random(1_000_000)
                votes.append(Vote(at: at, comment: comment, voter: voter, vote: random(3) - 1))
                switch random(10) {
                case 0:
                    votes.append(
                        Vote(at: at + 5, comment: comment, voter: voter, vote: random(3) - 1))
                case 1:
                    votes.append(
                        Vote(at: at, comment: comment, voter: voter, vote: random(3) - 1))
                default: break
                }
            }
        }
    }

    var votesText: String {
        votes.reduce(into: Self.votesHeader) { text, vote in
            text += "\(vote.at),x,\(vote.comment),\(vote.voter),\(vote.vote)\n"
        }
    }

    func write(to name: String, in folder: TestFolder) throws {
        try folder.write(comments, to: "\(name)/comments.csv")
        try folder.write(votesText, to: "\(name)/votes.csv")
    }

    /// What each voter says of each comment in the end: the last vote, in the order of the file
    /// where two are of one millisecond. Named as `export votes` names them.
    func cells(_ name: String) -> [String: Int] {
        var last: [String: (at: Int, vote: Int)] = [:]
        for vote in votes {
            let cell = "polis:\(name):\(vote.comment) \(vote.voter)"
            if let known = last[cell], known.at > vote.at { continue }
            last[cell] = (vote.at, vote.vote)
        }
        return last.mapValues(\.vote)
    }
}

extension TestFolder {
    /// The cells of a board, as `export votes` tells them.
    func cells(_ board: String = "communis.sqlite") throws -> [String: Int] {
        let rows = try succeed("export", "votes", "--json", "--board", board).json().items
        let pairs = rows.map { row in
            (
                "\(row["idea_source"].string ?? "?") \(row["member_name"].string ?? "?")",
                row["value"].int ?? 99
            )
        }
        return Dictionary(pairs, uniquingKeysWith: { _, _ in 99 })
    }
}
