import Foundation
import Testing

/// Who may read what the program makes: a board holds addresses that were typed at it.
struct QuietFileTests {
    let folder = TestFolder()

    private func modes(_ pattern: String) throws -> [String: String] {
        let lines = try folder.shell("stat -c '%a %n' \(pattern)").output.split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map {
                let parts = $0.split(separator: " ")
                return (String(parts[1]), String(parts[0]))
            })
    }

    @Test(
        "A board, its key, a backup, a clone and a bundle are for this account, whatever the umask")
    func made() throws {
        for mask in ["000", "022", "077"] {
            let outcome = try folder.shell(
                """
                mkdir m\(mask) && cd m\(mask) && umask \(mask)
                $PROGRAM init --name Hall && $PROGRAM me alice@example.org
                $PROGRAM submit 'A bench' && $PROGRAM backup safe.sqlite
                $PROGRAM bundle create all.bundle && $PROGRAM clone . --board copy.sqlite
                $PROGRAM submit 'A lamp' --as bob --board copy.sqlite
                $PROGRAM export votes -o votes.csv
                """)
            #expect(outcome.code == 0, "\(outcome.errors)")
            let modes = try modes("m\(mask)/*")
            #expect(modes.count >= 9)
            for (name, mode) in modes where !name.hasSuffix("votes.csv") {
                #expect(mode == "600", "umask \(mask): \(name)")
            }
            // What is made to be handed on is as open as whatever else is written to a file.
            let export = ["000": "666", "022": "644", "077": "600"][mask]
            #expect(modes["m\(mask)/votes.csv"] == export)
        }
    }

    @Test("What an older version left open is closed by the next command, which says so once")
    func narrowed() throws {
        try folder.makeBoard()
        _ = try folder.submit("A bench")
        try folder.succeed("backup", "safe.sqlite")
        for name in ["communis.sqlite", "safe.sqlite"] {
            _ = try folder.shell("chmod 644 \(name) \(name)-wal \(name)-shm")
            let outcome = try folder.run("list", "--board", name)
            #expect(outcome.code == 0)
            expectLine(outcome)
            #expect(outcome.errors.contains("warning: other accounts could read"))
            for (file, mode) in try modes("\(name)*") { #expect(mode == "600", "\(file)") }
            try folder.succeed("list", "--board", name)
        }
        // A peer is closed as well.
        try folder.succeed("clone", ".", "--board", "copy.sqlite")
        _ = try folder.shell("chmod 644 copy.sqlite")
        #expect(try folder.run("sync", "copy.sqlite").errors.contains("could read"))
        #expect(try modes("copy.sqlite")["copy.sqlite"] == "600")
    }

    @Test("Where others may write the folder, no board is made")
    func openFolder() throws {
        try folder.makeBoard()
        _ = try folder.shell("mkdir open && chmod 777 open && mkdir -m 1777 shared")
        for words in [["init"], ["clone", "."]] {
            let outcome = try folder.start(words + ["--board", "open/b.sqlite"]).wait()
            expectRefusal(outcome, 77, "run: chmod go-w \(folder.path("open"))")
            // As in /tmp, where nobody can replace what another put there.
            _ = try folder.shell("rm -f shared/*")
            #expect(try folder.start(words + ["--board", "shared/b.sqlite"]).wait().code == 0)
        }
        #expect(try folder.shell("ls open").output == "")
    }

    @Test("A board that others may write is read, with a word about it; a command mends it")
    func open() throws {
        try folder.makeBoard()
        let ref = try folder.submit("A bench")
        for change in ["chmod 666 communis.sqlite", "chmod 777 ."] {
            _ = try folder.shell(change)
            let list = try folder.run("list")
            #expect(list.code == 0 && list.output.contains("A bench"))
            expectLine(list)
            let outcome = try folder.run("vote", ref)
            expectRefusal(outcome, 77, "other accounts may write")
            let command = try #require(outcome.errors.split(separator: "run: ").last)
            #expect(try folder.shell(String(command)).code == 0)
            try folder.succeed("vote", ref)
            try folder.succeed("list")
        }
    }

    @Test("A draft of an export is never written through what lies under a guessed name")
    func drafts() throws {
        try folder.makeBoard()
        try folder.write("kept", to: "victim")
        try folder.write("old", to: "top.csv")
        _ = try folder.shell("chmod 640 top.csv")
        _ = try folder.submit("A bench")
        try folder.succeed("top", "--format", "csv", "-o", "top.csv")
        #expect(try folder.read("victim") == "kept")
        #expect(try folder.read("top.csv").contains("A bench"))
        #expect(try modes("top.csv") == ["top.csv": "640"])
        #expect(try folder.names().filter { $0.contains(".new-") } == [])
    }
}
