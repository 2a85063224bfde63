import Testing

struct VerifyTests {
    let folder = TestFolder()

    @Test func saysWhatItFound() throws {
        try folder.makeBoard()
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref)
        let text = try folder.succeed("verify").output
        #expect(
            text.wholeMatch(
                of:
                    /ok: 2 changesets, 7 changes, 0 parked\nfingerprint [0-9a-f]{64}\nview        [0-9a-f]{64}\n/
            ) != nil, "\(text)")
        let report = try folder.succeed("verify", "--json").json()
        #expect(report.keys.isSuperset(of: Keys.verify))
        #expect(report["ok"].bool == true)
        #expect(report["changesets"].int == 2 && report["changes"].int == 7)
        #expect(report["held"].int == 0 && report["parked"].int == 0)
        #expect(report["horizon"].isTime)
        #expect(report["viewVersion"].int == 4)
        #expect(text.contains("fingerprint \(report["fingerprint"].string ?? "?")\n"))
        #expect(text.contains("view        \(report["view"].string ?? "?")\n"))
    }

    @Test func finds65WhatDiffers() throws {
        try folder.makeBoard()
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref)
        try folder.verified()
        try folder.change("UPDATE vote SET vote = 2")
        let outcome = try folder.run("verify", "--json")
        #expect(outcome.code == 65)
        expectLine(outcome)
        let report = try outcome.json()
        #expect(report["ok"].bool == false)
        #expect(report["differences"].strings?.isEmpty == false)
        let text = try folder.run("verify")
        #expect(text.code == 65 && text.output.hasPrefix("not ok: "))
        #expect(text.output.contains("\n  the view's "))
    }
}

struct BackupTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func canBeRestored() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref)
        try folder.succeed("clone", ".", "--board", "b.sqlite")
        #expect(
            try folder.succeed("backup", "safe.sqlite").output
                == "Backed up to safe.sqlite and safe.sqlite.key. Keep both.\n")
        _ = try folder.submit("After the backup")
        try folder.succeed("sync", "b.sqlite")
        _ = try folder.shell(
            """
            rm communis.sqlite*
            mv safe.sqlite communis.sqlite && mv safe.sqlite.key communis.sqlite.key
            """)
        try folder.verified()
        let idea = try folder.succeed("list", "--json").json()
        #expect(idea.items.count == 1 && idea[0]["agree"].int == 1)
        _ = try folder.submit("After the restore")
        let synced = try folder.run("sync", "b.sqlite")
        #expect(synced.code == 0 && synced.errors.contains("put back from a backup"))
        try folder.succeed("sync", "b.sqlite")
        #expect(try folder.succeed("list", "--json").json().items.count == 3)
        let (here, there) = (try folder.verified(), try folder.verified("b.sqlite"))
        #expect(here["fingerprint"].string == there["fingerprint"].string)
    }

    @Test func reportsAsJSON() throws {
        let result = try folder.succeed("backup", "safe.sqlite", "--json").json()
        #expect(result.keys == ["board", "key"])
        #expect(
            result["board"].string == "safe.sqlite" && result["key"].string == "safe.sqlite.key")
        let files = try folder.names().filter { $0.hasPrefix("safe") }
        #expect(files == ["safe.sqlite", "safe.sqlite.key"])
    }

    @Test func overwritesNothing() throws {
        for taken in ["taken", "half.key"] {
            try folder.write("precious", to: taken)
            let target = taken == "taken" ? "taken" : "half"
            expectRefusal(try folder.run("backup", target), 73, "already there")
            #expect(try folder.read(taken) == "precious")
        }
        expectRefusal(try folder.run("backup", "no/where"), 74, "no/where")
        expectRefusal(try folder.run("backup"), 64, "file")
        #expect(
            try folder.names() == ["communis.sqlite", "communis.sqlite.key", "half.key", "taken"])
        try folder.verified()
    }
}
