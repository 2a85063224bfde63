import CommunisCore
import CommunisStore
import Foundation

/// A conversation as Polis exports it: a folder with `comments.csv` and `votes.csv`
/// (https://github.com/compdemocracy/openData). Columns are found by name, since exports of
/// different years order them differently.
struct PolisConversation {
    struct Comment {
        var id: Int64
        var author: Int64
        var at: Milliseconds
        var moderated: Int64
        var body: String
    }

    struct Vote {
        var comment: Int64
        var voter: Int64
        var at: Milliseconds
        var ballot: Ballot
    }

    /// The folder's own name.
    var name: String
    var comments: [Comment] = []
    /// In the order of the file.
    var votes: [Vote] = []

    /// Reads both files whole before anything is imported.
    ///
    /// - Parameters:
    ///   - last: later times than this are refused.
    ///   - progress: called with (bytes read, bytes of both files).
    init(folder: String, last: Milliseconds, progress: (Int, Int) -> Void) throws(ExchangeError) {
        let url = URL(fileURLWithPath: folder).standardizedFileURL
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            throw ExchangeError(
                .notFound, "there is no folder \(folder.quoted)",
                "name the folder that holds comments.csv and votes.csv")
        }
        name = url.lastPathComponent.precomposedStringWithCanonicalMapping
        let paths = ["comments.csv", "votes.csv"].map { url.appendingPathComponent($0).path }
        let sizes = paths.map { path in
            (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        }
        let total = sizes.reduce(0, +)
        try readComments(paths[0], last) { progress($0, total) }
        try readVotes(paths[1], last) { progress(sizes[0] + $0, total) }
    }

    private mutating func readComments(
        _ path: String, _ last: Milliseconds, _ progress: (Int) -> Void
    ) throws(ExchangeError) {
        var table = try CSVTable(
            path: path, file: "comments.csv",
            required: ["timestamp", "comment-id", "author-id", "moderated", "comment-body"])
        var seen: Set<Int64> = []
        while let row = try table.next() {
            let id = try row.integer("comment-id")
            guard seen.insert(id).inserted else { throw row.fault("comment \(id) stands twice") }
            let body = row["comment-body"]
            guard body.utf8.count <= Limits.textBytes else {
                throw row.fault("comment-body is longer than \(Limits.textBytes) bytes")
            }
            comments.append(
                Comment(
                    id: id, author: try row.integer("author-id"), at: try row.moment(last),
                    moderated: try row.integer("moderated"), body: body))
            progress(table.bytesRead)
        }
    }

    private mutating func readVotes(
        _ path: String, _ last: Milliseconds, _ progress: (Int) -> Void
    ) throws(ExchangeError) {
        var table = try CSVTable(
            path: path, file: "votes.csv",
            required: ["timestamp", "comment-id", "voter-id", "vote"])
        while let row = try table.next() {
            let ballot: Ballot
            switch try row.integer("vote") {
            case 1: ballot = .agree
            case -1: ballot = .disagree
            case 0: ballot = .pass
            default: throw row.fault("vote is \(row["vote"].quoted), not 1, -1 or 0")
            }
            votes.append(
                Vote(
                    comment: try row.integer("comment-id"), voter: try row.integer("voter-id"),
                    at: try row.moment(last), ballot: ballot))
            if votes.count.isMultiple(of: 1_024) { progress(table.bytesRead) }
        }
        progress(table.bytesRead)
    }
}

extension CSVRow {
    fileprivate func moment(_ last: Milliseconds) throws(ExchangeError) -> Milliseconds {
        let value = try integer("timestamp")
        guard value >= 0, let moment = Milliseconds(sinceEpoch: UInt64(value)) else {
            throw fault("timestamp is \(value), not milliseconds since 1970")
        }
        guard moment <= last else { throw fault("timestamp \(value) lies in the future") }
        return moment
    }
}
