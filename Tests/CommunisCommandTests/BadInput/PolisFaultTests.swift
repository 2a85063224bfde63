import Foundation
import Testing

/// Polis exports that are not as they should be: each is refused whole, with the row at fault.
struct PolisFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var comments: String?
        var votes: String?
        var code: Int32 = 65
        var parts: [String]

        init(
            _ name: String, comments: String?, votes: String?, _ code: Int32 = 65,
            _ parts: String...
        ) {
            testDescription = name
            self.comments = comments
            self.votes = votes
            self.code = code
            self.parts = parts
        }
    }

    static let comments = "\(Conversation.commentsHeader)1000,x,0,1,0,0,1,A bench\n"
    static let votes = "\(Conversation.votesHeader)1000,x,0,1,1\n"
    static let future = 4_102_444_800_000

    static let faults = [
        Fault("no comments.csv", comments: nil, votes: votes, 66, "comments.csv"),
        Fault("no votes.csv", comments: comments, votes: nil, 66, "votes.csv"),
        Fault("an empty file", comments: "", votes: votes, 65, "comments.csv is empty"),
        Fault("a file of line ends", comments: comments, votes: "\n\r\n", 65, "votes.csv is empty"),
        Fault(
            "a missing column in comments.csv",
            comments: "timestamp,comment-id,author-id,comment-body\n1,0,1,A\n", votes: votes, 65,
            "comments.csv, row 1", "moderated"),
        Fault(
            "missing columns in votes.csv", comments: comments, votes: "timestamp,vote\n1,1\n", 65,
            "votes.csv, row 1", "comment-id", "voter-id"),
        Fault(
            "a row too short", comments: comments, votes: votes + "1000,x,0,2,1\n1000,x,0,2\n", 65,
            "votes.csv, row 4", "4 cells", "5"),
        Fault(
            "a row too long", comments: comments + "1000,x,1,1,0,0,1,A bench, too\n", votes: votes,
            65, "comments.csv, row 3", "9 cells", "8"),
        Fault(
            "an unclosed quotation mark", comments: comments + "1000,x,1,1,0,0,1,\"A lamp\n",
            votes: votes, 65, "comments.csv, row 3", "not closed"),
        Fault(
            "text behind a closing quotation mark",
            comments: comments + "1000,x,1,1,0,0,1,\"A\" lamp\n", votes: votes, 65,
            "comments.csv, row 3", "closing quotation mark"),
        Fault(
            "a quotation mark inside a cell", comments: comments + "1000,x,1,1,0,0,1,A \"lamp\"\n",
            votes: votes, 65, "comments.csv, row 3", "quotation mark"),
        Fault(
            "a NUL", comments: comments + "1000,x,1,1,0,0,1,A\0lamp\n", votes: votes, 65,
            "comments.csv, row 3", "NUL"),
        Fault(
            "a lone carriage return", comments: comments, votes: votes + "1000,x,0,2,1\r1", 65,
            "votes.csv, row 3", "carriage return"),
        Fault(
            "a cell of 10 MB",
            comments: comments + "1000,x,1,1,0,0,1,"
                + String(repeating: "a", count: 10 * 1_024 * 1_024), votes: votes, 65,
            "comments.csv, row 3", "larger than 1 MB"),
        Fault(
            "a text over 32 KB",
            comments: comments + "1000,x,1,1,0,0,1,"
                + String(repeating: "a", count: 32 * 1_024 + 1), votes: votes, 65,
            "comments.csv, row 3", "32768 bytes"),
        Fault(
            "a comment twice", comments: comments + "1000,x,0,1,0,0,1,A lamp\n", votes: votes, 65,
            "comments.csv, row 3", "comment 0 stands twice"),
        Fault(
            "a number that is none", comments: comments, votes: votes + "1000,x,zero,2,1\n", 65,
            "votes.csv, row 3", "comment-id is \"zero\""),
        Fault(
            "a number with a fraction", comments: comments, votes: votes + "1000,x,0,2,0.5\n", 65,
            "votes.csv, row 3", "vote is \"0.5\""),
        Fault(
            "a number too large", comments: comments,
            votes: votes + "99999999999999999999,x,0,2,1\n", 65, "votes.csv, row 3", "timestamp"),
        Fault(
            "a vote that is none", comments: comments, votes: votes + "1000,x,0,2,2\n", 65,
            "votes.csv, row 3", "not 1, -1 or 0"),
        Fault(
            "a time before 1970", comments: comments, votes: votes + "-1,x,0,2,1\n", 65,
            "votes.csv, row 3", "timestamp"),
        Fault(
            "a time beyond all times", comments: comments,
            votes: votes + "200000000000000,x,0,2,1\n", 65, "votes.csv, row 3", "timestamp"),
        Fault(
            "a vote in the future", comments: comments, votes: votes + "\(future),x,0,2,1\n", 65,
            "votes.csv, row 3", "future"),
        Fault(
            "a comment in the future", comments: comments + "\(future),x,1,1,0,0,1,A lamp\n",
            votes: votes, 65, "comments.csv, row 3", "future"),
    ]

    let folder = TestFolder()

    init() throws {
        try folder.makeBoard()
        _ = try folder.submit("An idea of our own")
    }

    @Test(arguments: faults)
    func isRefusedWhole(fault: Fault) throws {
        try folder.write("", to: "talk/summary.csv")
        if let comments = fault.comments { try folder.write(comments, to: "talk/comments.csv") }
        if let votes = fault.votes { try folder.write(votes, to: "talk/votes.csv") }
        try folder.unchanged {
            let outcome = try folder.run("import", "polis", "talk")
            expectRefusal(outcome, fault.code)
            for part in fault.parts { #expect(outcome.errors.contains(part)) }
        }
        // Nothing of it is there, and the mended files are taken.
        #expect(try folder.succeed("list", "--json").json().items.count == 1)
        try folder.write(Self.comments, to: "talk/comments.csv")
        try folder.write(Self.votes, to: "talk/votes.csv")
        #expect(try folder.succeed("import", "polis", "talk", "--json").json()["newVotes"].int == 1)
    }

    @Test func invalidUTF8() throws {
        try folder.write(Data(Self.comments.utf8) + [0x31, 0xFF, 0x0A], to: "talk/comments.csv")
        try folder.write(Self.votes, to: "talk/votes.csv")
        try folder.unchanged {
            expectRefusal(
                try folder.run("import", "polis", "talk"), 65, "comments.csv, row 3", "UTF-8")
        }
    }

    @Test func noFolder() throws {
        try folder.write("a file", to: "file")
        try folder.unchanged {
            expectRefusal(try folder.run("import", "polis", "nowhere"), 66, "nowhere")
            expectRefusal(try folder.run("import", "polis", "file"), 66, "file")
            expectRefusal(try folder.run("import", "polis", ""), 66)
            expectRefusal(try folder.run("import", "polis"), 64, "folder")
            expectRefusal(try folder.run("import", "excel", "file"), 64, "excel")
        }
    }
}
