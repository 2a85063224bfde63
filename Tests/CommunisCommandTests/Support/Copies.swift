import Foundation
import Testing

extension TestFolder {
    /// Makes a reader's copy of the board, which may not write.
    func makeReader(_ board: String = "reader.sqlite") throws {
        try succeed("verify")
        _ = try shell("mv communis.sqlite.key away")
        try succeed("clone", ".", "--board", board)
        _ = try shell("mv away communis.sqlite.key")
    }

    /// Makes a copy on which everything can be written that a contributor may.
    func makeContributor(_ board: String = "b.sqlite", name: String = "Kiosk 3") throws {
        try succeed("clone", ".", "--name", name, "--board", board)
    }

    /// `show --json` of an idea.
    func shown(_ ref: String, _ board: String = "communis.sqlite") throws -> JSON {
        try succeed("show", ref, "--json", "--board", board).json()
    }

    /// The revisions of an idea, oldest first, as `history --json` tells them.
    func history(_ ref: String, _ board: String = "communis.sqlite") throws -> [JSON] {
        try succeed("history", ref, "--json", "--board", board).json().items
    }

    /// Comments and tells the comment's ref.
    func comment(_ ref: String, _ text: String, as who: String = "alice@example.org") throws
        -> String
    {
        let id = try #require(
            try succeed("comment", ref, text, "--as", who, "--json").json()["id"].string)
        let found = try shown(ref)["discussion"].items.first { $0["id"].string == id }
        return try #require(found?["ref"].string)
    }
}
