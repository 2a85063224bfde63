import Foundation
import Testing

/// Two accounts of one machine: what is the other's is read, and no more.
@Suite(.enabled(if: Machine.isRoot && Machine.bound != nil, "two accounts need root and setpriv"))
struct TwoAccountsTests {
    let folder = TestFolder()
    /// Root's, which the other account may read.
    private let ref: String

    init() throws {
        _ = try folder.shell("chmod a+rx .. . && mkdir bob")
        try folder.makeBoard()
        ref = try folder.submit("A bench")
        try folder.verified()
        // The other account gets a copy in the ordinary way, by a bundle of its admission.
        try folder.succeed("clone", ".", "--board", "bob/communis.sqlite", "--name", "Bob")
        _ = try folder.shell("chown -R 65534:65534 bob")
        _ = try folder.shell("chmod a+r communis.sqlite communis.sqlite-*")
    }

    private func bob(_ words: String...) throws -> Outcome {
        try folder.start(words: (Machine.bound ?? []) + [Program.path] + words).wait()
    }

    @Test("Another's board is listed as its owner sees it, and not written")
    func reading() throws {
        for words in [
            ["list"], ["show", ref, "--voters"], ["top", "--format", "csv"], ["export", "votes"],
            ["log"], ["search", "bench"], ["board"],
        ] {
            let outcome = try folder.start(
                words: (Machine.bound ?? []) + [Program.path] + words
            ).wait()
            // Its owner's command closes the file to others, so it comes second.
            _ = try folder.shell("chmod a+r communis.sqlite communis.sqlite-*")
            let own = try folder.start(words).wait()
            _ = try folder.shell("chmod a+r communis.sqlite communis.sqlite-*")
            #expect(outcome.code == 0 && outcome.errors == "", "\(words): \(outcome.errors)")
            #expect(outcome.output == own.output, "\(words)")
        }
        for words in [
            ["vote", ref, "--as", "bob"], ["submit", "x", "--as", "bob"], ["me", "bob"],
            ["backup", "bob/safe.sqlite"], ["serve", "--port", "0"], ["mine", "--as", "bob"],
            ["node", "rename", "x"], ["sync", "bob/communis.sqlite"],
        ] {
            let outcome = try folder.start(
                words: (Machine.bound ?? []) + [Program.path] + words
            ).wait()
            expectRefusal(outcome, 77, "belongs to another account")
        }
        #expect(try bob("verify", "--json").json()["ok"].bool == true)
    }

    @Test("A sync with another's board takes what is there, and signs and writes nothing there")
    func oneWay() throws {
        _ = try bob("submit", "A lamp", "--as", "bob", "--board", "bob/communis.sqlite")
        _ = try folder.run("vote", ref)
        _ = try folder.shell("chmod a+r communis.sqlite communis.sqlite-*")
        let before = try folder.shell("cat communis.sqlite communis.sqlite-wal | cksum").output
        for _ in 0..<2 {
            let report = try bob(
                "sync", "communis.sqlite", "--board", "bob/communis.sqlite", "--json")
            #expect(report.code == 0, "\(report.errors)")
            #expect(try report.json()[0]["oneWay"].bool == true)
            #expect(try report.json()[0]["equal"].bool == false)
        }
        let told = try bob("sync", "--board", "bob/communis.sqlite")
        #expect(told.code == 0 && told.errors.contains("was only read"), "\(told.errors)")
        #expect(
            try folder.shell("cat communis.sqlite communis.sqlite-wal | cksum").output == before)

        // What its owner sealed comes; what waits there still is nobody's yet.
        _ = try folder.run("verify")
        _ = try folder.shell("chmod a+r communis.sqlite communis.sqlite-*")
        #expect(try bob("sync", "--board", "bob/communis.sqlite").code == 0)
        let list = try bob("list", "--json", "--board", "bob/communis.sqlite").json()
        #expect(list.items.map { $0["agree"].int }.contains(1) && list.items.count == 2)

        // The owner takes the other's in by the other way round, which is one way too.
        let back = try folder.run("sync", "bob/communis.sqlite", "--json")
        #expect(back.code == 0, "\(back.errors)")
        #expect(try back.json()[0]["oneWay"].bool == true)
        #expect(try folder.succeed("list", "--json").json().items.count == 2)
    }

    @Test("A clone of another's board is a reader's")
    func clone() throws {
        let made = try bob("clone", "communis.sqlite", "--board", "bob/new.sqlite", "--json")
        #expect(made.code == 0, "\(made.errors)")
        #expect(try made.json()["role"].string == "reader")
        #expect(try bob("list", "--json", "--board", "bob/new.sqlite").json().items.count == 1)
        expectRefusal(
            try bob("submit", "x", "--as", "bob", "--board", "bob/new.sqlite"), 77, "admit")
    }

    @Test("Root does not write in another account's board either")
    func root() throws {
        let outcome = try folder.run(
            "submit", "x", "--as", "root", "--board", "bob/communis.sqlite")
        expectRefusal(outcome, 77, "belongs to another account")
        #expect(try folder.run("list", "--board", "bob/communis.sqlite").code == 0)
    }

    @Test("What is closed to others stays closed")
    func closed() throws {
        _ = try folder.run("verify")
        let outcome = try folder.run("list")
        #expect(outcome.code == 0)
        expectRefusal(try bob("list"), 74, "communis.sqlite")
        expectRefusal(try bob("list", "--board", "communis.sqlite.key"), 74)
    }

    @Test(
        "A folder in which an access control list lets another write is none of one's own",
        .enabled(
            if: Machine.has("setfacl"), "setfacl is not here; scripts/setup --checks installs it"))
    func accessList() throws {
        // Closes what the other account may read, with a warning.
        _ = try folder.run("list")
        try folder.succeed("vote", ref)
        _ = try folder.shell("setfacl -m u:65534:rwx .")
        expectRefusal(try folder.run("vote", ref), 77, "only read")
        _ = try folder.shell("setfacl -b .")
        try folder.succeed("vote", ref)
    }

    @Test("No export goes through a link that another account made")
    func links() throws {
        try folder.write("mine", to: "precious")
        _ = try folder.run("list")
        _ = try folder.shell("ln -s ../precious bob/out && chown -h 65534 bob/out")
        expectRefusal(try folder.run("export", "votes", "-o", "bob/out"), 77, "another account")
        #expect(try folder.read("precious") == "mine")
        // A link of one's own is followed.
        _ = try folder.shell("ln -s precious out")
        try folder.succeed("export", "votes", "-o", "out")
        #expect(try folder.read("precious").hasPrefix("idea,"))
    }
}
