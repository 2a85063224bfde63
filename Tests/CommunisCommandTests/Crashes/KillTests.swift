import Foundation
import Testing

/// Processes that are killed in the middle of their work, as by a power cut.
struct KillTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    /// How long something takes when nobody interrupts it.
    private func duration(_ body: () throws -> Void) rethrows -> Duration {
        let start = ContinuousClock.now
        try body()
        return ContinuousClock.now - start
    }

    /// Starts the program and kills it after a time, unless it ends before.
    private func kill(_ words: [String], after delay: Duration) throws -> Outcome {
        let child = try folder.start(words)
        let end = ContinuousClock.now + delay
        while child.isRunning && ContinuousClock.now < end { usleep(500) }
        child.kill()
        return try child.wait()
    }

    @Test func duringImport() throws {
        let conversation = Conversation(comments: 60, voters: 250)
        try conversation.write(to: "talk", in: folder)
        try folder.succeed("init", "--board", "whole.sqlite")
        let words = ["import", "polis", "talk", "--board"]
        let whole = try duration {
            _ = try folder.start(words + ["whole.sqlite"]).wait()
        }
        var killed = 0
        for part in 1...9 {
            let board = "part\(part).sqlite"
            try folder.succeed("init", "--board", board)
            let outcome = try kill(words + [board], after: whole * part / 10)
            if outcome.code == 128 + SIGKILL { killed += 1 }
            // Everything of it is there, or nothing.
            let cells = try folder.cells(board)
            #expect(cells.isEmpty || cells == conversation.cells("talk"))
            #expect(!cells.isEmpty || outcome.code != 0)
            try folder.verified(board)
            try folder.succeed("import", "polis", "talk", "--board", board)
            #expect(try folder.cells(board) == conversation.cells("talk"))
            try folder.verified(board)
        }
        #expect(killed > 0)
    }

    @Test func duringSync() throws {
        let conversation = Conversation(comments: 60, voters: 250)
        try conversation.write(to: "talk", in: folder)
        for board in ["whole", "a", "b", "c", "d", "e"] {
            try folder.succeed("clone", ".", "--board", "\(board).sqlite")
            _ = try folder.submit("From \(board)", as: board, "\(board).sqlite")
        }
        try folder.succeed("import", "polis", "talk")
        let whole = try duration { try folder.succeed("sync", "whole.sqlite") }
        var killed = 0
        for (part, board) in ["a", "b", "c", "d", "e"].enumerated() {
            let file = "\(board).sqlite"
            let outcome = try kill(["sync", file], after: whole * (2 * part + 1) / 10)
            if outcome.code == 128 + SIGKILL { killed += 1 }
            try folder.verified()
            try folder.verified(file)
            try folder.succeed("sync", file)
            #expect(try folder.cells(file) == conversation.cells("talk"))
            let (here, there) = (try folder.verified(), try folder.verified(file))
            #expect(here["fingerprint"].string == there["fingerprint"].string)
            #expect(here["view"].string == there["view"].string)
        }
        #expect(killed > 0)
        // The five copies' own ideas, the first one's, and the conversation's.
        #expect(try folder.succeed("list", "--limit", "0", "--json").json().items.count == 66)
    }

    @Test func duringClone() throws {
        try Conversation(comments: 60, voters: 250).write(to: "talk", in: folder)
        try folder.succeed("import", "polis", "talk")
        let whole = try duration { try folder.succeed("clone", ".", "--board", "whole.sqlite") }
        for part in 1...5 {
            let board = "part\(part).sqlite"
            _ = try kill(["clone", ".", "--board", board], after: whole * (2 * part - 1) / 10)
            try folder.verified()
            // What is there under the board's name is a board; what is not can be made anew.
            if folder.exists(board) {
                try folder.succeed("sync", "communis.sqlite", "--board", board)
            } else {
                _ = try folder.shell("rm -f \(board)*")
                try folder.succeed("clone", ".", "--board", board)
            }
            let (here, there) = (try folder.verified(), try folder.verified(board))
            #expect(here["fingerprint"].string == there["fingerprint"].string)
        }
    }

    /// Copies a board's files by hand, its key too.
    private func copy(_ board: String, to copy: String) throws {
        #expect(
            try folder.shell(
                """
                for suffix in "" -wal .key; do
                    [ ! -e \(board)$suffix ] || cp -p \(board)$suffix \(copy)$suffix
                done
                """
            ).code == 0)
    }

    private func holds(_ board: String, _ word: String) throws -> Bool {
        try ["", "-wal"].contains { suffix in
            guard folder.exists(board + suffix) else { return false }
            return try Data(contentsOf: URL(fileURLWithPath: folder.path(board + suffix)))
                .range(of: Data(word.utf8)) != nil
        }
    }

    /// Kills an erasure at many moments. When it counts at all, the words are gone from the file as
    /// soon as it was opened again.
    private func killErasures(
        of ref: String, in board: String, by words: [String], named option: String
    ) throws {
        try copy(board, to: "whole.sqlite")
        let whole = try duration { try #expect(start(words, "whole.sqlite", option).code == 0) }
        var killed = 0
        for part in 1...12 {
            let file = "part\(part).sqlite"
            try copy(board, to: file)
            let outcome = try kill(words + [option, file], after: whole * part / 12)
            if outcome.code == 128 + SIGKILL { killed += 1 }
            let isGone = try folder.run("show", ref, "--board", file).code != 0
            #expect(try holds(file, "Xylofonist") == !isGone, "part \(part)")
            try folder.verified(file)
            if !isGone { try #expect(start(words, file, option).code == 0) }
            #expect(try !holds(file, "Xylofonist"))
            try folder.verified(file)
            #expect(try folder.shell("rm -f \(file)*").code == 0)
        }
        #expect(killed > 0)
    }

    private func start(_ words: [String], _ board: String, _ option: String) throws -> Outcome {
        try folder.start(words + [option, board]).wait()
    }

    @Test func duringErase() throws {
        try Conversation(comments: 60, voters: 250).write(to: "talk", in: folder)
        try folder.succeed("import", "polis", "talk")
        let ref = try folder.submit("Xylofonist lives here")
        try folder.succeed("clone", ".", "--board", "kiosk.sqlite")
        try killErasures(
            of: ref, in: "communis.sqlite", by: ["erase", ref, "--yes"], named: "--board")
        // And at a copy that receives it.
        try folder.succeed("erase", ref, "--yes")
        try killErasures(
            of: ref, in: "kiosk.sqlite", by: ["sync", "communis.sqlite"], named: "--board")
    }

    @Test func duringBundleApply() throws {
        let conversation = Conversation(comments: 60, voters: 250)
        try folder.succeed("clone", ".", "--board", "empty.sqlite")
        try conversation.write(to: "talk", in: folder)
        try folder.succeed("import", "polis", "talk")
        try folder.succeed("bundle", "create", "talk.bundle")
        let fingerprint = try folder.verified()["fingerprint"].string
        try copy("empty.sqlite", to: "whole.sqlite")
        let whole = try duration {
            try folder.succeed("bundle", "apply", "talk.bundle", "--board", "whole.sqlite")
        }
        var killed = 0
        for part in 1...6 {
            let file = "part\(part).sqlite"
            try copy("empty.sqlite", to: file)
            let outcome = try kill(
                ["bundle", "apply", "talk.bundle", "--board", file], after: whole * part / 7)
            if outcome.code == 128 + SIGKILL { killed += 1 }
            try folder.verified(file)
            try folder.succeed("bundle", "apply", "talk.bundle", "--board", file)
            #expect(try folder.verified(file)["fingerprint"].string == fingerprint)
        }
        #expect(killed > 0)
    }

    @Test func duringBackup() throws {
        try Conversation(comments: 60, voters: 250).write(to: "talk", in: folder)
        try folder.succeed("import", "polis", "talk")
        let whole = try duration { try folder.succeed("backup", "whole.sqlite") }
        let fingerprint = try folder.verified()["fingerprint"].string
        for part in 1...8 {
            let file = "part\(part).sqlite"
            _ = try kill(["backup", file], after: whole * part / 9)
            #expect(try folder.verified()["fingerprint"].string == fingerprint)
            // What bears the backup's name is whole; what does not can be made anew.
            if !folder.exists(file) {
                _ = try folder.shell("rm -f \(file)*")
                try folder.succeed("backup", file)
            }
            #expect(try folder.verified(file)["fingerprint"].string == fingerprint)
        }
    }

    @Test func duringVotes() throws {
        let ref = try folder.submit("A bench")
        let whole = try duration { try folder.succeed("vote", ref, "--as", "first") }
        var acknowledged = 1
        let attempts = 30
        for attempt in 0..<attempts {
            let outcome = try kill(
                ["vote", ref, "--as", "voter\(attempt)"],
                after: whole * (attempt + 1) * 3 / (attempts * 2))
            if outcome.code == 0 { acknowledged += 1 }
            // A vote may be kept whose process could not say so any more; never the reverse.
            let agree = try folder.succeed("show", ref, "--json").json()["agree"].int ?? 0
            #expect(agree >= acknowledged && agree <= attempt + 2)
        }
        let kept = try folder.succeed("show", ref, "--json").json()["agree"].int ?? 0
        try folder.verified()
        #expect(try folder.succeed("show", ref, "--json").json()["agree"].int == kept)
        #expect(try folder.succeed("export", "votes", "--json").json().items.count == kept)
    }

    @Test func votesThatWereSaidAreThere() throws {
        // A hundred voters one after the other; the shell is killed between any two.
        let ref = try folder.submit("A bench")
        let script = """
            voter=0
            while [ $voter -lt 100 ]; do
                "$PROGRAM" vote \(ref) --as voter$voter > /dev/null && echo voter$voter >> said
                voter=$((voter + 1))
            done
            """
        try folder.write("", to: "said")
        let shell = try folder.start(
            words: ["/bin/sh", "-c", script], environment: ["PROGRAM": Program.path])
        while shell.isRunning, try folder.read("said").split(separator: "\n").count < 20 {
            usleep(1_000)
        }
        shell.kill()
        _ = try shell.wait()
        let said = try folder.read("said").split(separator: "\n").count
        #expect(said >= 20)
        // The voter of that moment may still be at work, and then verify waits for it.
        try folder.verified()
        #expect(try (folder.succeed("show", ref, "--json").json()["agree"].int ?? 0) >= said)
    }
}
