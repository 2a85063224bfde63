import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore
import Foundation

struct Erase: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: say("Erase what people wrote, or a name, everywhere (stewards)."),
        discussion: sayFlowing(
            """
            Of an idea the texts are erased, with its tags, its source and the notes of its
            statuses. With a person's address their name is erased; their ideas and comments
            are erased by ref, which `communis mine --as ADDRESS` shows. With --copy the names
            of a copy are erased, with --changeset all words of a changeset, whatever they
            are about; `communis log --json` shows which changeset a change is in.

            The words leave this copy at once and every other copy at its next sync; they
            cannot be brought back. Votes stay, without a name. Backups, exports and
            bundles made before keep the words: erase them there yourself. To take
            something out of sight only, use hide.

            EXAMPLES
              communis erase 4f7kq
              communis erase alice@example.org --yes
              communis erase --copy 8f3k2q1z
              communis erase --changeset 3f9a01c2
            """))

    @Argument(help: .say("The ref of an idea or comment, or a person's address."))
    var target: String

    @Flag(help: .say("The target is a person's handle, not a ref."))
    var person = false

    @Flag(help: .say("The target is a copy of the board, by its id: erases its names."))
    var copy = false

    @Flag(help: .say("The target is a changeset, by its id: erases all its words."))
    var changeset = false

    @Flag(help: .say("Do not ask first."))
    var yes = false

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        /// `idea`, `comment`, `name`, `copy` or `changeset`.
        var kind: String
        var texts: Int
    }

    func validate() throws {
        guard [person, copy, changeset].filter({ $0 }).count < 2 else {
            throw ValidationError(say("the target is one of --person, --copy and --changeset"))
        }
    }

    func run() throws {
        let board = try board.open()
        try board.checkRight(to: .erase(.zero, slot: 0))
        let (target, kind) = try what(board)
        let count = try board.textCount(of: target)
        guard count > 0 || kind != "name" else {
            let mine = ShownCommand("mine", [], ["--as": self.target.shown(orElse: "ADDRESS")])
            throw Failure(
                Failure.noInput, "no name of \(self.target.quoted) is kept here",
                """
                their ideas and comments are erased by ref, which `\(mine)` shows
                """)
        }
        guard count > 0 else {
            throw Failure(
                Failure.noInput, "there is no text of \(self.target.quoted) to erase",
                "it may be erased already; see `communis log`")
        }
        if !yes { try ask(count) }
        let erased = try board.erase(target, by: acting.memberIfNamed(on: board))
        if output.json {
            return Terminal.write(try JSONOutput.encode(Result(kind: kind, texts: erased)))
        }
        Terminal.line("Erased: \(erased, "text", "texts") of \(self.target.quoted)")
        Terminal.line("Other copies erase at their next sync: communis sync")
    }

    private func what(_ board: Board) throws -> (ErasureTarget, kind: String) {
        if copy { return (.nodeNames(of: try board.node(target).id), "copy") }
        if changeset { return (.changeset(try board.changeset(target)), "changeset") }
        if person || target.contains("@") {
            return (.names(of: try board.member(who: Who.normalised(target))), "name")
        }
        switch try board.target(target).target {
        case .idea(let id): return (.idea(id), "idea")
        case .comment(let id): return (.comment(id), "comment")
        }
    }

    private func ask(_ count: Int) throws {
        guard SimilarOffer.isPossible else {
            throw Failure(
                Failure.usage, "what is erased cannot be brought back",
                "add --yes to do it without being asked")
        }
        let question: Phrase = """
            Erase \(count, "text", "texts") of \(target.quoted) for good, on every copy? Type yes:
            """
        Terminal.note(say(question) + " ")
        let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased()
        guard answer == "yes" || answer == say("yes") else {
            throw Failure(Failure.usage, "nothing was erased", "type yes to erase, or add --yes")
        }
    }
}
