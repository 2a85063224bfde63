import Foundation
import Testing

/// `bundle create` and `apply`, from outside.
@Suite struct BundleTests {
    private let folder = TestFolder()

    init() throws {
        try folder.succeed("init", "--name", "Hall", "--board", "hall.sqlite")
        try folder.succeed("me", "ann@example.org", "--board", "hall.sqlite")
        try folder.succeed("clone", "hall.sqlite", "--name", "Kiosk")
        try folder.succeed("me", "bob@example.org")
        try folder.succeed("submit", "A bench", "--need", "To sit", "--board", "hall.sqlite")
    }

    @Test func carriesWhatIsNew() throws {
        let created = try folder.succeed(
            "bundle", "create", "stick.bundle", "--board", "hall.sqlite", "--json"
        ).json()
        // The board, the kiosk's role, its name, and the idea.
        #expect(created["changesets"].int == 4)
        let applied = try folder.succeed("bundle", "apply", "stick.bundle", "--json").json()
        #expect(applied["changesets"].int == 1)
        #expect(try folder.succeed("list").output.contains("A bench"))
        #expect(
            try folder.succeed("bundle", "apply", "stick.bundle", "--json").json()["changesets"].int
                == 0)
        // And back, so that both are equal without ever having met.
        try folder.succeed("submit", "A tree", "--need", "Shade")
        try folder.succeed("bundle", "create", "back.bundle")
        try folder.succeed("bundle", "apply", "back.bundle", "--board", "hall.sqlite")
        let prints = try ["hall.sqlite", "communis.sqlite"].map {
            try folder.succeed("verify", "--board", $0, "--json").json()["fingerprint"].string
        }
        #expect(prints[0] != nil && prints[0] == prints[1])
    }

    @Test func overwritesNothing() throws {
        try folder.write("mine", to: "stick.bundle")
        expectRefusal(try folder.run("bundle", "create", "stick.bundle"), 73)
        #expect(try folder.read("stick.bundle") == "mine")
        expectRefusal(try folder.run("bundle", "create", "no/such/folder/x.bundle"), 74)
        #expect(try !folder.names().contains { $0.contains(".new-") })
    }

    @Test("A file that is no whole bundle of this board changes nothing")
    func damaged() throws {
        try folder.succeed("bundle", "create", "stick.bundle", "--board", "hall.sqlite")
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path("stick.bundle")))
        var cases: [Data] = [Data(), whole.prefix(10), whole + [0]]
        for share in stride(from: 0.03, to: 1, by: 0.06) {
            let place = Int(Double(whole.count) * share)
            cases.append(whole.prefix(place))
            var flipped = whole
            flipped[place] ^= 0x10
            cases.append(flipped)
        }
        var huge = whole
        huge.replaceSubrange(50..<54, with: [0x7F, 0xFF, 0xFF, 0xFF])
        cases.append(huge)
        try folder.unchanged {
            for (index, bytes) in cases.enumerated() {
                try folder.write(bytes, to: "case.bundle")
                let outcome = try folder.run("bundle", "apply", "case.bundle")
                #expect(outcome.code == 65, "case \(index)")
                expectLine(outcome)
            }
            try folder.succeed("init", "--board", "other.sqlite")
            try folder.succeed("bundle", "create", "other.bundle", "--board", "other.sqlite")
            expectRefusal(
                try folder.run("bundle", "apply", "other.bundle"), 65, "is another board")
        }
    }

    @Test("Names in a bundle are words, never paths")
    func namesNoPaths() throws {
        for title in ["../../x", "/etc/passwd", "..", "a/../../b.sqlite"] {
            try folder.succeed(
                "submit", title, "--as", "../../\(title.count)", "--board", "hall.sqlite")
        }
        try folder.succeed("board", "name", "../../../x", "--board", "hall.sqlite")
        try folder.succeed("node", "rename", "../../hall", "--board", "hall.sqlite")
        try folder.succeed("bundle", "create", "stick.bundle", "--board", "hall.sqlite")
        let before = try folder.shell("find .. | grep -v scratch | sort").output
        try folder.succeed("bundle", "apply", "stick.bundle")
        let after = try folder.shell("find .. | grep -v scratch | sort").output
        #expect(before == after)
        #expect(try folder.succeed("list").output.contains("../../x"))
    }

    @Test("A link to a bundle is read; nothing is written through a link")
    func links() throws {
        try folder.succeed("bundle", "create", "stick.bundle", "--board", "hall.sqlite")
        try folder.write("mine", to: "letter")
        #expect(
            try folder.shell(
                "ln -s stick.bundle link.bundle && ln -s letter taken && ln -s nowhere dangling"
            ).code == 0)
        #expect(
            try folder.succeed("bundle", "apply", "link.bundle", "--json").json()["changesets"].int
                == 1)
        expectRefusal(try folder.run("bundle", "create", "taken"), 73)
        #expect(try folder.read("letter") == "mine")
        expectRefusal(try folder.run("bundle", "create", "dangling"), 73)
        #expect(!folder.exists("nowhere"))
        #expect(try folder.shell("test -L taken && test -L dangling").code == 0)
        #expect(try !folder.names().contains { $0.contains(".new-") })
    }

    @Test func takesPlainFilesOnly() throws {
        #expect(
            try folder.shell("mkfifo pipe && ln -s loop loop && ln -s /dev/zero zero").code == 0)
        for name in [".", "pipe", "loop", "zero", "nothing"] {
            expectRefusal(try folder.run("bundle", "apply", name), 66)
        }
    }
}
