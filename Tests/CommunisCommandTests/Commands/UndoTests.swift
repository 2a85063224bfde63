import CommunisCore
import Foundation
import Testing

/// The lines that commands show to be pasted, as a shell reads them, with names and texts that try to
/// be commands.
@Suite struct UndoTests {
    private let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    private static let names = [
        "'\u{301};touch pwned;'\u{301}", "'\u{308}`touch pwned`", "\"$(touch pwned)\"\u{20DD}",
        "'; touch pwned; '", "\\'\u{301}; touch pwned #", "-x", "--new-key", "--", "-", "a!b",
        "=touch", "~root", "It's",
    ]

    /// Pastes the last line of what a command said into a shell.
    private func paste(_ outcome: Outcome, into shell: String = "sh") throws -> Outcome {
        let line = try #require(outcome.output.range(of: "Undo: "))
        let command = String(outcome.output[line.upperBound...])
        try folder.write("communis() { \"$PROGRAM\" \"$@\"; }\n\(command)", to: "pasted.sh")
        let pasted = try folder.shell("exec \(shell) pasted.sh")
        #expect(!folder.exists("pwned"), "\(command)")
        return pasted
    }

    private func nodeName(_ id: String) throws -> String? {
        try folder.succeed("node", "list", "--json").json().items
            .first { $0["id"].string == id }?["name"].string
    }

    @Test("The name of a copy comes back, whatever it is", arguments: names)
    func nameOfACopy(_ name: String) throws {
        try folder.makeContributor()
        try folder.succeed("node", "rename", "--board", "b.sqlite", "--", name)
        try folder.succeed("sync", "b.sqlite")
        let id = try folder.id(of: "b.sqlite")
        for shell in ["sh", "bash"].filter(Machine.has) {
            let renamed = try folder.succeed("node", "rename", String(id.prefix(8)), "Hall")
            let undone = try paste(renamed, into: shell)
            #expect(undone.code == 0, "\(renamed.output) \(undone.errors)")
            #expect(try nodeName(id) == name)
        }
    }

    @Test(
        "A name that cannot be shown is given back as the id",
        arguments: ["a\u{200E}b", "a\u{200B}b"])
    func invisible(_ name: String) throws {
        try folder.makeContributor()
        try folder.succeed("node", "rename", name, "--board", "b.sqlite")
        try folder.succeed("sync", "b.sqlite")
        let id = try folder.id(of: "b.sqlite")
        let short = id.prefix(8)
        let renamed = try folder.succeed("node", "rename", id, "Hall")
        #expect(renamed.output.hasSuffix("\nUndo: communis node rename \(short) \(short)\n"))
        #expect(try paste(renamed).code == 0)
    }

    @Test(
        "Notes, reasons and the board's name",
        arguments: names + ["two\nlines'\u{301}\n;touch pwned"])
    func texts(_ text: String) throws {
        let ref = try folder.submit("A bench")
        let input = Data(text.utf8)
        try folder.succeed("status", ref, "building", "--note", "-", input: input)
        let open = try folder.succeed("status", ref, "open")
        #expect(try paste(open).code == 0, "\(open.output)")
        let answered = try folder.succeed("export", "ideas", "--json").json()
        #expect(answered[0]["status_note"].string == text)
        try folder.succeed("hide", ref, "--reason", "-", input: input)
        let unhidden = try folder.succeed("unhide", ref)
        #expect(try paste(unhidden).code == 0, "\(unhidden.output)")
        let rows = try folder.succeed("export", "ideas", "--json").json()
        #expect(rows[0]["hidden_reason"].string == text)
        guard !text.contains("\n") else { return }
        try folder.succeed("board", "name", "--", text)
        let named = try folder.succeed("board", "name", "Hall")
        #expect(try paste(named).code == 0, "\(named.output)")
        #expect(try folder.succeed("board", "--json").json()["name"].string == text)
    }

    @Test("The line of a bundle and of a forgotten peer", arguments: names)
    func paths(_ name: String) throws {
        let path = "x\(name.replacing("/", with: "")).bundle"
        let told = try folder.succeed("bundle", "create", path).output
        let command = try #require(told.range(of: "communis bundle"))
        try folder.write(
            "communis() { \"$PROGRAM\" \"$@\"; }\n\(told[command.lowerBound...])", to: "pasted.sh")
        let applied = try folder.shell("exec sh pasted.sh")
        #expect(applied.code == 0 && !folder.exists("pwned"), "\(applied.errors)")
        try folder.makeContributor(name: "b")
        _ = try folder.shell(
            "mv b.sqlite \"$NAME\"; mv b.sqlite.key \"$NAME.key\"",
            environment: ["NAME": "./x\(name)"])
        try folder.succeed("sync", "./x\(name)")
        let forgotten = try folder.succeed("peer", "forget", "./x\(name)")
        #expect(try paste(forgotten).code == 0, "\(forgotten.output)")
        #expect(try folder.succeed("peer", "list", "--json").json().items.count == 1)
    }
}
